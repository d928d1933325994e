"""Offline entries: remember which scans let somebody in before the server was asked."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "scans", sa.Column("is_offline_entry", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    # SQLite drops a column in place, too; rebuilding the table would lose the partial index.
    op.drop_column("scans", "is_offline_entry")
