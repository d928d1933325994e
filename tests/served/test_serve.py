import subprocess
import sys

import httpx
import pytest

from tests.harness.databases import ROOT, environment
from tests.harness.waiting import free_port

pytestmark = pytest.mark.served


def test_it_answers_stops_when_asked_and_starts_again_on_the_same_port(serve):
    app = serve(seeded=False)
    assert httpx.get(f"{app.url}/api/health").json() == {"status": "ok"}

    assert app.stop() == 0
    app.start()

    assert httpx.get(f"{app.url}/api/health").json() == {"status": "ok"}


def test_it_serves_again_after_being_killed(serve):
    app = serve(seeded=False)

    app.kill9()
    app.start()

    assert httpx.get(f"{app.url}/").status_code == 200


def test_browsers_may_keep_the_hashed_files_for_ever_and_nothing_else(serve):
    app = serve(seeded=False)
    page = httpx.get(f"{app.url}/")
    hashed = page.text.split('href="/assets/', 1)[1].split('"', 1)[0]

    kept = httpx.get(f"{app.url}/assets/{hashed}")
    missing = httpx.get(f"{app.url}/assets/no-such-file.js")

    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "immutable" not in page.headers.get("cache-control", "")
    assert (missing.status_code, "cache-control" in missing.headers) == (404, False)


@pytest.mark.parametrize(
    ("database_url", "reason"),
    [
        ("sqlite:///var/never-opened.db", "SQLite serves one web process"),
        ("postgresql://postgres@127.0.0.1/never-opened", "TICKETAPP_REDIS_URL"),
    ],
)
def test_several_workers_are_refused_when_they_could_not_agree(database_url, reason):
    refused = subprocess.run(
        [sys.executable, "-m", "ticketapp.cli", "serve", "--workers", "2", "--port", str(free_port())],
        cwd=ROOT, env=environment(database_url=database_url), check=False, capture_output=True, text=True,
    )  # fmt: skip

    assert refused.returncode == 2
    assert reason in refused.stderr


def test_a_port_that_somebody_serves_is_refused(serve):
    app = serve(seeded=False)

    refused = subprocess.run(
        [sys.executable, "-m", "ticketapp.cli", "serve", "--port", str(app.port)],
        cwd=ROOT, env=app.environment, check=False, capture_output=True, text=True,
    )  # fmt: skip

    assert (refused.returncode, refused.stderr) == (
        2,
        f"Refused to start. Port {app.port} of 127.0.0.1 cannot be used: Address already in use.\n",
    )


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"env": "production"}, "TICKETAPP_SECRET_KEY is missing"),
        ({"hold_minutes": "-1"}, "TICKETAPP_HOLD_MINUTES: Input should be greater than 0"),
    ],
)
def test_settings_that_cannot_work_are_refused_in_one_line(settings, reason):
    refused = subprocess.run(
        [sys.executable, "-m", "ticketapp.cli", "serve", "--port", str(free_port())],
        cwd=ROOT, env=environment(**settings), check=False, capture_output=True, text=True,
    )  # fmt: skip

    assert refused.returncode == 2
    assert refused.stderr.startswith("Refused to start")
    assert reason in refused.stderr
    assert refused.stderr.count("\n") == 1


TEST_KEYS = {
    "payment_provider": "stripe",
    "stripe_secret_key": "sk_test_1",
    "stripe_publishable_key": "pk_test_1",
    "stripe_webhook_secret": "whsec_1",
}
PRODUCTION = {"env": "production", "secret_key": "long and random", "public_url": "https://tickets.example"}
LIVE_KEYS = {"stripe_secret_key": "sk_live_1", "stripe_publishable_key": "pk_live_1"}
ONLY_PRODUCTION = "is a live key, which only production may use (TICKETAPP_ENV=production)"


@pytest.mark.parametrize("command", ["serve", "worker"])
@pytest.mark.parametrize(
    ("settings", "reasons"),
    [
        (
            {"payment_provider": "stripe"},
            ["STRIPE_SECRET_KEY is missing", "STRIPE_PUBLISHABLE_KEY is missing", "STRIPE_WEBHOOK_SECRET is missing"],
        ),
        (
            PRODUCTION | TEST_KEYS,
            [f"{key} is a test key, which takes no money" for key in ("STRIPE_SECRET_KEY", "STRIPE_PUBLISHABLE_KEY")],
        ),
        (TEST_KEYS | LIVE_KEYS, [f"{key} {ONLY_PRODUCTION}" for key in ("STRIPE_SECRET_KEY", "STRIPE_PUBLISHABLE_KEY")]),
        (TEST_KEYS | {"stripe_webhook_secret": "secret"}, ["STRIPE_WEBHOOK_SECRET must begin with whsec_"]),
    ],
)  # fmt: skip
def test_nothing_starts_that_would_move_no_money_or_the_wrong(command, settings, reasons):
    refused = subprocess.run(
        [sys.executable, "-m", "ticketapp.cli", command],
        cwd=ROOT, env=environment(**settings), check=False, capture_output=True, text=True,
    )  # fmt: skip

    told = f"Refused to start. TICKETAPP_PAYMENT_PROVIDER=stripe cannot work: {'; '.join(reasons)}.\n"
    assert (refused.returncode, refused.stdout, refused.stderr) == (2, "", told)


@pytest.mark.parametrize("name", ["failpoints", "test_clock_offset_s"])
def test_what_is_for_tests_starts_nothing_in_production(name):
    refused = subprocess.run(
        [sys.executable, "-m", "ticketapp.cli", "worker"],
        cwd=ROOT, env=environment(**PRODUCTION, **TEST_KEYS | LIVE_KEYS, **{name: "1"}),
        check=False, capture_output=True, text=True,
    )  # fmt: skip

    told = f"Refused to start in production: TICKETAPP_{name.upper()} is for tests.\n"
    assert (refused.returncode, refused.stderr) == (2, told)


@pytest.mark.postgres
def test_two_workers_share_one_postgres_and_one_redis_and_their_figures(serve, postgres_url, redis_server):
    app = serve(database_url=postgres_url, redis_url=redis_server.url, workers=2)

    answers = {httpx.get(f"{app.url}/api/events").status_code for _ in range(20)}
    told = {
        line.rpartition(" ")[2]
        for _ in range(8)
        for line in httpx.get(f"{app.url}/metrics").text.splitlines()
        if line.startswith("ticketapp_request_seconds_count") and '"/api/events"' in line
    }

    assert answers == {200}
    # Whichever worker is asked tells what both did.
    assert told == {"20.0"}
