"""Money that is set aside before it is taken: events that want it so, payments that stand so, orders whose places wait for it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BEFORE = ("started", "needs_action", "succeeded", "failed", "cancelled")
_AFTER = ("started", "needs_action", "authorised", "succeeded", "failed", "cancelled")
_OPEN_BEFORE = ("started", "needs_action")
_OPEN_AFTER = ("started", "needs_action", "authorised")


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _change_statuses(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.drop_constraint("ck_payments_status_known", "payments")
        op.create_check_constraint(
            op.f("ck_payments_status_known"), "payments", f"status IN ({_listed(after)})"
        )
        return
    # What https://sqlite.org/lang_altertable.html says for constraints. Rebuilding the table instead would break off
    # what refers to it.
    version = connection.execute(sa.text("PRAGMA schema_version")).scalar_one()
    op.execute("PRAGMA writable_schema = ON")
    changed = connection.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :before, :after) "
            "WHERE name = 'payments' AND instr(sql, :before) > 0"
        ),
        {"before": f"status IN ({_listed(before)})", "after": f"status IN ({_listed(after)})"},
    )
    assert changed.rowcount == 1, "the statuses of payments were not found"
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = RESET")


def _index_open(statuses: tuple[str, ...]) -> None:
    is_open = sa.text(f"status IN ({_listed(statuses)})")
    for name, column, is_unique in (
        ("uq_payments_one_open", "order_id", True),
        ("ix_payments_open", "created_at", False),
    ):
        op.drop_index(name, "payments")
        op.create_index(
            name, "payments", [column], unique=is_unique, postgresql_where=is_open, sqlite_where=is_open
        )


def upgrade() -> None:
    for table in ("events", "payments", "sandbox_charges"):
        op.add_column(
            table, sa.Column("authorises_first", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.add_column("payments", sa.Column("authorised_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("orders", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    _change_statuses(_BEFORE, _AFTER)
    _index_open(_OPEN_AFTER)


def downgrade() -> None:
    op.execute("UPDATE payments SET status = 'started' WHERE status = 'authorised'")
    _index_open(_OPEN_BEFORE)
    _change_statuses(_AFTER, _BEFORE)
    op.drop_column("orders", "confirmed_at")
    op.drop_column("payments", "authorised_at")
    for table in ("sandbox_charges", "payments", "events"):
        op.drop_column(table, "authorises_first")
