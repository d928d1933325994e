"""Payouts: what the provider sent to the bank, and each movement of the balance that it kept for us."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stripe_payouts",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("is_itemised", sa.Boolean(), nullable=False),
        sa.Column("arrives_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_payouts")),
    )
    op.create_index("ix_stripe_payouts_arrives_at", "stripe_payouts", ["arrives_at"], unique=False)
    op.create_table(
        "stripe_movements",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("source_id", sa.String(length=80), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("refund_id", sa.Uuid(), nullable=True),
        sa.Column("payout_id", sa.String(length=80), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_stripe_movements_order_id")),
        sa.ForeignKeyConstraint(["refund_id"], ["refunds.id"], name=op.f("fk_stripe_movements_refund_id")),
        sa.ForeignKeyConstraint(
            ["payout_id"], ["stripe_payouts.id"], name=op.f("fk_stripe_movements_payout_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_movements")),
    )
    for name in ("order_id", "refund_id", "payout_id"):
        op.create_index(op.f(f"ix_stripe_movements_{name}"), "stripe_movements", [name], unique=False)
    op.create_index("ix_stripe_movements_created_at", "stripe_movements", ["created_at"], unique=False)


def downgrade() -> None:
    op.drop_table("stripe_movements")
    op.drop_table("stripe_payouts")
