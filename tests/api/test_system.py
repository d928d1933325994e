"""What machines ask about the server."""

import re

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.factories import make_event, make_tier
from tests.harness.api import guarded_api
from ticketapp.api.app import SHORTCUTS, build_api
from ticketapp.api.identity import Visitor
from ticketapp.core.errors import NotFound


async def test_the_time_is_in_milliseconds(client):
    assert (await client.get("/api/now")).json() == {"now": 1795262400000}


async def test_a_server_is_ready_while_its_database_answers(client, app_runtime):
    before = await client.get("/api/ready")
    app_runtime.write(lambda session, now: session.connection().exec_driver_sql("DROP TABLE sessions"))
    app_runtime.write(
        lambda session, now: session.connection().exec_driver_sql("ALTER TABLE people RENAME TO gone")
    )

    after = await client.get("/api/ready")

    assert (before.status_code, before.json()) == (200, {"status": "ok"})
    assert (after.status_code, after.json()["code"]) == (503, "not_ready")
    assert (await client.get("/api/health")).status_code == 200


async def test_metrics_tell_what_the_database_knows(client, app_runtime):
    def sell(session, now):
        event = make_event(session)
        make_tier(session, event_id=event.id, capacity=10)

    app_runtime.write(sell)

    await client.get("/api/now")
    answer = await client.get("/metrics")

    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    values = {name: family.samples[0].value for name, family in families.items() if family.samples}
    assert answer.headers["content-type"].startswith("text/plain")
    assert {
        name: values[name] for name in values if name.startswith("ticketapp_") and "seconds" not in name
    } == {
        "ticketapp_orders_created": 0,
        "ticketapp_expiries": 0,
        "ticketapp_compensations": 0,
        "ticketapp_payment_success_ratio": 1,
        "ticketapp_capacity_used_ratio": 0,
        "ticketapp_orders_open": 0,
        "ticketapp_places_held": 0,
        "ticketapp_places_sold": 0,
        "ticketapp_jobs_waiting": 0,
        "ticketapp_jobs_parked": 0,
    }
    assert families["ticketapp_request_seconds"].samples[0].labels["route"] == "/api/now"


async def test_the_documentation_needs_no_other_host(client):
    page = (await client.get("/docs")).text
    script = await client.get("/docs/files/swagger-ui-bundle.js")

    assert "https://" not in page
    assert script.status_code == 200
    assert "/api/auth/token" in (await client.get("/openapi.json")).json()["paths"]


async def test_every_error_has_one_shape(client):
    missing = await client.get("/api/nothing-here")
    wrong_method = await client.delete("/api/now")
    malformed = await client.post(
        "/api/auth/token", content="{", headers={"Content-Type": "application/json"}
    )

    assert [answer.json()["code"] for answer in (missing, wrong_method, malformed)] == [
        NotFound.code,
        "method_not_allowed",
        "invalid_input",
    ]
    for answer in (missing, wrong_method, malformed):
        assert answer.headers["content-type"] == "application/problem+json"
        assert {"type", "title", "status", "detail", "code"} <= answer.json().keys()
        assert answer.json()["status"] == answer.status_code


async def test_a_bug_behind_a_shortcut_is_the_same_problem(app_runtime, settings, monkeypatch):
    async def fail(_request):
        raise RuntimeError("the table people has no column secret")

    monkeypatch.setitem(SHORTCUTS, ("POST", "/api/checkin/redeem"), fail)
    transport = httpx.ASGITransport(guarded_api(settings, app_runtime), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:3000") as client:
        answer = await client.post("/api/checkin/redeem")

    assert (answer.status_code, answer.json()["code"]) == (500, "unexpected")
    assert re.search(r"Reference [0-9a-f]{8}\.$", answer.json()["detail"])
    assert "secret" not in answer.text


async def test_a_bug_is_a_problem_with_a_reference_and_nothing_else(app_runtime, settings):
    api = build_api(settings, app_runtime)

    async def fail(visitor: Visitor):
        raise RuntimeError("the table people has no column secret")

    api.add_api_route("/bug", fail)
    transport = httpx.ASGITransport(api, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:3000") as client:
        answer = await client.get("/bug")

    assert (answer.status_code, answer.json()["code"]) == (500, "unexpected")
    assert re.search(r"Reference [0-9a-f]{8}\.$", answer.json()["detail"])
    assert "secret" not in answer.text
