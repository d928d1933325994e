"""What /docs says of bookings, payments and webhooks is true: each example is sent, each answer has its shape."""

import re
from copy import deepcopy
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel

from tests.api.buyer import Buyer
from tests.buying import Shop
from tests.harness.api import guarded
from ticketapp.api import booking_shapes, bookings, sandbox, sandbox_shapes
from ticketapp.api.app import build_api
from ticketapp.api.documents import Problem
from ticketapp.settings import Settings

pytestmark = pytest.mark.anyio
OPERATIONS = {
    ("post", "/api/bookings/confirm"), ("get", "/api/bookings/me"), ("get", "/api/bookings/{booking_id}"),
    ("post", "/api/bookings/{booking_id}/cancel"), ("post", "/api/payment/process"),
    ("get", "/api/payment/{payment_id}"), ("post", "/api/payment/{payment_id}/refund"),
}  # fmt: skip
OPEN = {"/api/payment/process", "/api/payment/{payment_id}", "/api/payment/{payment_id}/refund"}


class Documented:
    """The API with what it says of itself."""

    def __init__(self, api: FastAPI) -> None:
        self.api, self.says = api, api.openapi()

    def operation(self, method: str, path: str) -> dict[str, Any]:
        return self.says["paths"][path][method]

    def is_as_said(self, answer: httpx.Response, method: str, path: str) -> bool:
        """Has an answer a status, a type and a shape that are documented?"""
        said = self.operation(method, path)["responses"][str(answer.status_code)]
        (content,) = said["content"].items()
        assert answer.headers["content-type"] == content[0]
        schema = content[1]["schema"]
        if content[0] == "application/problem+json":
            Problem.model_validate_json(answer.content)
            return answer.json()["code"] in schema["allOf"][1]["properties"]["code"]["enum"]
        self.shape(method, path, answer.status_code).model_validate_json(answer.content)
        return True

    def shape(self, method: str, path: str, status: int) -> type[BaseModel]:
        (route,) = [
            route
            for route in (*bookings.router.routes, *sandbox.router.routes)
            if isinstance(route, APIRoute) and route.path == path and method.upper() in route.methods
        ]
        return route.responses[status]["model"]


@pytest.fixture
def documented(settings, app_runtime):
    return Documented(build_api(settings, app_runtime))


@pytest.fixture
def shop(app_runtime):
    return Shop(app_runtime)


@pytest.fixture
async def buyer(shop, documented):
    transport = httpx.ASGITransport(guarded(documented.api))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:3000") as client:
        yield Buyer(shop, client)


@pytest.fixture
def event(shop):
    return shop.event(refund_until_hours=24)


@pytest.fixture
def tier(shop, event):
    return shop.tier(event, price_minor=75_00)


@pytest.mark.parametrize(("method", "path"), sorted(OPERATIONS))
def test_every_operation_says_what_it_does_and_shows_it(documented, method, path):
    said = documented.operation(method, path)

    assert said["summary"]
    assert said["description"]
    assert said["security"] == ([] if path in OPEN else [{"bearer": []}, {"session": []}])
    for status, answer in said["responses"].items():
        assert answer["description"]
        for content in answer["content"].values():
            assert content["examples"], status
    if "requestBody" in said:
        assert said["requestBody"]["content"]["application/json"]["examples"]


def test_the_ways_to_sign_in_are_stated(documented):
    schemes = documented.says["components"]["securitySchemes"]

    assert (schemes["bearer"]["scheme"], schemes["session"]["in"], schemes["session"]["name"]) == (
        "bearer", "cookie", "ticketapp_session"
    )  # fmt: skip


def test_every_reference_leads_somewhere(documented):
    names = re.findall(r"#/components/schemas/(\w+)", str(documented.says))

    assert set(names) <= set(documented.says["components"]["schemas"])
    assert "HTTPValidationError" not in str(documented.says["paths"]["/api/bookings/confirm"])


@pytest.mark.parametrize(("method", "path"), sorted(OPERATIONS))
def test_every_example_of_an_answer_has_its_shape(documented, method, path):
    for status, answer in documented.operation(method, path)["responses"].items():
        for kind, content in answer["content"].items():
            shape = Problem if "problem" in kind else documented.shape(method, path, int(status))
            for name, example in content["examples"].items():
                shape.model_validate(example["value"])
                if "problem" in kind:
                    assert (example["value"]["status"], example["value"]["code"]) == (int(status), name)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("a card, in the sandbox", 201),
        ("a declined card, in the sandbox", 402),
        ("a card whose bank asks, in the sandbox", 202),
    ],
)
async def test_each_example_of_a_booking_is_answered_as_documented(
    documented, buyer, event, tier, name, status
):
    path = "/api/bookings/confirm"
    body = deepcopy(booking_shapes.CONFIRM_EXAMPLES[name]["value"])
    body["reservationIds"] = [await buyer.reserve(event, tier, 2)]

    answer = await buyer.post(path, body)
    shown = await buyer.get("/api/bookings/me")
    again = await buyer.post(path, body)

    assert answer.status_code == status
    assert documented.is_as_said(answer, "post", path)
    assert documented.is_as_said(again, "post", path)
    assert documented.is_as_said(shown, "get", "/api/bookings/me")
    said = documented.operation("post", path)["responses"][str(status)]["content"]["application/json"]
    (example,) = said["examples"].values()
    assert same_shape(answer.json(), example["value"])


def same_shape(given: Any, shown: Any) -> bool:
    if isinstance(given, dict):
        return given.keys() == shown.keys() and all(same_shape(given[name], shown[name]) for name in given)
    if isinstance(given, list):
        return len(given) == len(shown) and all(map(same_shape, given, shown))
    return type(given) is type(shown)


async def test_reading_and_cancelling_a_booking_are_answered_as_documented(documented, buyer, event, tier):
    path = "/api/bookings/{booking_id}"
    booked = await buyer.confirm(await buyer.reserve(event, tier, 2))
    asked = f"/api/bookings/{booked.json()['bookingId']}"

    answers = [await buyer.get(asked), await buyer.get("/api/bookings/nothing")]
    cancelled = [await buyer.post(f"{asked}/cancel") for _ in range(2)]

    assert [answer.status_code for answer in (*answers, *cancelled)] == [200, 404, 200, 409]
    assert all(documented.is_as_said(answer, "get", path) for answer in answers)
    assert all(documented.is_as_said(answer, "post", f"{path}/cancel") for answer in cancelled)


async def test_refusals_of_a_booking_have_documented_codes(documented, shop, buyer, event, tier):
    path = "/api/bookings/confirm"
    reservation = await buyer.reserve(event, tier)
    stranger = {"Authorization": "Bearer nobody"}
    cheap = await buyer.reserve(event, shop.tier(event, price_minor=10))
    good = booking_shapes.CONFIRM_EXAMPLES["a card, in the sandbox"]["value"]

    answers = {
        "not_signed_in": await buyer.client.post(path, json=good, headers=stranger),
        "not_found": await buyer.post(path, good),
        "invalid_input": await buyer.post(path, {}),
        "amount_too_small": await buyer.confirm(cheap, key="cheap"),
    }
    await buyer.confirm(reservation)
    answers["idempotency_mismatch"] = await buyer.confirm(reservation, cheap)
    shop.clock.advance(minutes=16)
    answers["reservation_expired"] = await buyer.confirm(cheap, key="late")

    assert {code: answer.json()["code"] for code, answer in answers.items()} == {c: c for c in answers}
    assert all(documented.is_as_said(answer, "post", path) for answer in answers.values())


@pytest.mark.parametrize("name", sandbox_shapes.PROCESS_EXAMPLES)
async def test_each_example_of_a_charge_is_answered_as_documented(documented, buyer, name):
    body = sandbox_shapes.PROCESS_EXAMPLES[name]["value"]

    answer = await buyer.post("/api/payment/process", body)
    payment = answer.json()["paymentId"]
    looked_up = await buyer.get(f"/api/payment/{payment}")
    given = [
        await buyer.post(f"/api/payment/{payment}/refund", example["value"])
        for example in sandbox_shapes.REFUND_EXAMPLES.values()
    ]

    assert answer.status_code == (400 if "without money" in name else 200)
    assert documented.is_as_said(answer, "post", "/api/payment/process")
    assert documented.is_as_said(looked_up, "get", "/api/payment/{payment_id}")
    assert all(documented.is_as_said(one, "post", "/api/payment/{payment_id}/refund") for one in given)
    if name == "a card that is good":
        assert [one.status_code for one in given] == [200, 200]


def test_with_stripe_the_webhook_is_documented_and_the_sandbox_is_not(app_runtime, tmp_path):
    settings = Settings(
        var_folder=tmp_path, payment_provider="stripe", stripe_secret_key="sk_test_1",
        stripe_publishable_key="pk_test_1", stripe_webhook_secret="whsec_1",
    )  # fmt: skip
    says = build_api(settings, app_runtime).openapi()["paths"]

    said = says["/api/stripe/webhook"]["post"]
    assert (said["summary"], said["security"], sorted(said["responses"])) == (
        "Tell of an event of Stripe", [], ["200", "400"]
    )  # fmt: skip
    assert said["parameters"][0]["name"] == "Stripe-Signature"
    assert not [path for path in says if path.startswith("/api/payment/")]
