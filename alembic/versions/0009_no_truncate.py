"""What was written down cannot be emptied either; and refunds that failed are found without a search."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_APPEND_ONLY = ("ledger_entries", "event_log", "invoices", "invoice_lines")
_FAILED = sa.text("status = 'failed'")


def upgrade() -> None:
    op.create_index(
        "ix_refunds_failed",
        "refunds",
        ["created_at"],
        unique=False,
        postgresql_where=_FAILED,
        sqlite_where=_FAILED,
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in _APPEND_ONLY:
            op.execute(
                f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()"
            )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in _APPEND_ONLY:
            op.execute(f"DROP TRIGGER {table}_never_emptied ON {table}")
    op.drop_index("ix_refunds_failed", table_name="refunds")
