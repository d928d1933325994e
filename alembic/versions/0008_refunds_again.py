"""Refunds that failed may be tried again, or settled without the provider."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("refunds", sa.Column("attempt", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("refunds", sa.Column("settled_by", sa.Uuid(), nullable=True))
    op.add_column(
        "refunds", sa.Column("settled_note", sa.String(length=200), nullable=False, server_default="")
    )


def downgrade() -> None:
    for column in ("settled_note", "settled_by", "attempt"):
        op.drop_column("refunds", column)
