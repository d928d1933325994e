"""Tallies of what happened, so that nobody counts it all again, and indexes of the few that are watched."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_WATCHED = (
    ("ix_refunds_compensating", "refunds", "created_at", "reason = 'paid_but_no_hold'"),
    ("ix_jobs_parked", "jobs", "parked_at", "parked_at IS NOT NULL"),
)


def upgrade() -> None:
    op.create_table(
        "tallies",
        sa.Column("kind", sa.String(length=90), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_tallies")),
    )
    op.create_table(
        "tally_marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("log_id", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally_marks")),
    )
    op.execute("INSERT INTO tally_marks (id, log_id, settled_at) VALUES (1, 0, '2000-01-01 00:00:00+00:00')")
    op.create_index("ix_payments_settled_at", "payments", ["settled_at", "status"], unique=False)
    for name, table, column, condition in _WATCHED:
        op.create_index(
            name,
            table,
            [column],
            unique=False,
            postgresql_where=sa.text(condition),
            sqlite_where=sa.text(condition),
        )


def downgrade() -> None:
    for name, table, _column, _condition in reversed(_WATCHED):
        op.drop_index(name, table)
    op.drop_index("ix_payments_settled_at", "payments")
    op.drop_table("tally_marks")
    op.drop_table("tallies")
