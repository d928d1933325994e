"""Whoever asks for figures reads no table of orders as a whole, however many there are."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from ticketapp.services.reporting.figures import system_figures
from ticketapp.services.reporting.tallies import count_on, get_tallies

pytestmark = pytest.mark.postgres
MANY = 20_000
SOON = timedelta(seconds=30)
BIG = {"event_log", "payments", "orders", "holds", "jobs", "refunds", "stripe_events"}
FILLINGS = (
    """INSERT INTO event_log (at, kind, version, subject, data)
    SELECT :now - make_interval(secs => 86400 - 0.4 * n), CASE n % 4 WHEN 0 THEN 'order.placed'
      WHEN 1 THEN 'order.paid' WHEN 2 THEN 'order.cancelled' ELSE 'hold.expired' END, 1, gen_random_uuid(),
      CASE n % 4 WHEN 2 THEN '{"reason": "payment_failed"}'::json ELSE '{}'::json END
    FROM generate_series(1, :many) AS n""",
    """INSERT INTO orders (id, reference, person_id, status, currency, total_minor, fees_minor, tax_minor, refunded_minor,
      contact_name, contact_email, billing_name, billing_address, delivery, delivery_address, created_at, expires_at, paid_at)
    SELECT gen_random_uuid(), 'TK-' || n, gen_random_uuid(), CASE n % 1000 WHEN 0 THEN 'awaiting_payment' ELSE 'paid' END,
      'EUR', 4500, 0, 0, 0, 'Ada', 'ada@example.com', '', '', 'email', '', :now, :now, :now
    FROM generate_series(1, :many) AS n""",
    """INSERT INTO payments (id, order_id, person_id, attempt, key, provider, provider_ref, amount_minor, currency,
      status, authorises_first, created_at, settled_at)
    SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1, 'key-' || n, 'stripe', 'pi_' || n, 4500, 'EUR',
      CASE n % 4 WHEN 0 THEN 'failed' ELSE 'succeeded' END, false, :now - make_interval(secs => 86400 - 0.4 * n),
      :now - make_interval(secs => 86400 - 0.4 * n)
    FROM generate_series(1, :many) AS n""",
    """INSERT INTO jobs (id, kind, dedupe_key, payload, run_at, attempts, done_at)
    SELECT gen_random_uuid(), 'order-mail', 'job-' || n, '{}', :now, 1, :now FROM generate_series(1, :many) AS n""",
    """INSERT INTO refunds (id, payment_id, order_id, key, amount_minor, currency, reason, status, created_at)
    SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'key-' || n, 4500, 'EUR',
      CASE n % 1000 WHEN 0 THEN 'paid_but_no_hold' ELSE 'asked' END, 'done', :now
    FROM generate_series(1, :many / 4) AS n""",
    """INSERT INTO stripe_events (id, type, object_id, is_sent, body, created_at, received_at, handled_at)
    SELECT 'evt_' || n, 'charge.updated', 'ch_' || n, true, '{}', :now, :now - make_interval(secs => 90000 + n), :now
    FROM generate_series(1, :many) AS n""",
)


@pytest.fixture
def runtime(postgres_runtime):
    """A system that sold many, of which the last hour or so is after midnight."""

    def fill(session, now):
        connection = session.connection()
        # Neither people nor orders are wanted here, only how many there are.
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for filling in FILLINGS:
            connection.execute(sa.text(filling), {"now": now, "many": MANY})

    postgres_runtime.write(fill)
    while postgres_runtime.write(lambda session, now: count_on(session, now=now)):
        pass
    with postgres_runtime.database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM ANALYZE")
    return postgres_runtime


def plans(session, ask):
    """Give the plans of all statements that a question makes."""
    said = []
    connection = session.connection()

    def note(_connection, _cursor, statement, parameters, _context, _many):
        said.append((statement, parameters))

    sa.event.listen(connection, "before_cursor_execute", note)
    ask()
    sa.event.remove(connection, "before_cursor_execute", note)
    return [
        connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()[0]["Plan"]
        for statement, parameters in said
        if statement.lstrip().upper().startswith(("SELECT", "WITH"))
    ]


def read_whole(plan):
    """Name the big tables that a plan reads from end to end."""
    is_whole = plan["Node Type"] in ("Seq Scan", "Parallel Seq Scan") and plan["Relation Name"] in BIG
    found = [plan["Relation Name"]] if is_whole else []
    return found + [name for part in plan.get("Plans", []) for name in read_whole(part)]


def test_no_big_table_is_read_from_end_to_end(runtime):
    def read_by(run, question):
        """Ask where the product asks: its readers choose plans freely, its writers do not."""
        found = run(lambda session, now: plans(session, lambda: question(session, now)))
        return [table for plan in found for table in read_whole(plan)]

    def count_all(session, _now):
        session.execute(sa.text("SELECT status, count(*) FROM payments GROUP BY status, provider"))

    counted = runtime.read(lambda session, now: get_tallies(session))

    assert read_by(runtime.read, lambda session, now: system_figures(session, now=now)) == []
    assert read_by(runtime.write, lambda session, now: count_on(session, now=now + SOON)) == []
    # A control: if this one is not caught, nothing is.
    assert read_by(runtime.read, count_all) == ["payments"]
    quarter = MANY // 4
    assert counted == {
        "order.placed": quarter, "order.paid": quarter, "order.cancelled:payment_failed": quarter,
        "hold.expired": quarter, "payment.succeeded": 3 * quarter, "payment.failed": quarter,
    }  # fmt: skip
