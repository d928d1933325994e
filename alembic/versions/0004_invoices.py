"""Invoices: numbered papers without gaps, written once, and the mark on orders that have theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_APPEND_ONLY = ("invoices", "invoice_lines")
_TO_INVOICE = sa.text("paid_at IS NOT NULL AND invoiced_at IS NULL AND refunded_minor = 0")


def _forbid_changes(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_is_append_only()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _allow_changes(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute(f"DROP FUNCTION {table}_is_append_only()")


def _kind() -> sa.Enum:
    return sa.Enum(
        "invoice", "credit_note", name="kind_known", native_enum=False, create_constraint=True, length=24
    )


def _amounts() -> list[sa.Column]:
    return [
        sa.Column(name, sa.BigInteger(), nullable=False)
        for name in ("total_minor", "net_minor", "fee_minor", "tax_minor")
    ]


def upgrade() -> None:
    op.create_table(
        "invoice_counters",
        sa.Column("organizer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", _kind(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("last > 0", name=op.f("ck_invoice_counters_last_positive")),
        sa.ForeignKeyConstraint(
            ["organizer_id"], ["organizers.id"], name=op.f("fk_invoice_counters_organizer_id")
        ),
        sa.PrimaryKeyConstraint("organizer_id", "kind", name=op.f("pk_invoice_counters")),
    )
    op.create_table(
        "invoices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", _kind(), nullable=False),
        sa.Column("organizer_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("refund_id", sa.Uuid(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supplied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        *_amounts(),
        sa.Column("seller_name", sa.String(length=120), nullable=False),
        sa.Column("seller_email", sa.String(length=254), nullable=False),
        sa.Column("buyer_name", sa.String(length=120), nullable=False),
        sa.Column("buyer_address", sa.String(length=400), nullable=False),
        sa.Column("buyer_email", sa.String(length=254), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(kind = 'credit_note') = (corrects_id IS NOT NULL AND refund_id IS NOT NULL)",
            name=op.f("ck_invoices_credit_note_corrects"),
        ),
        sa.CheckConstraint(
            "net_minor + fee_minor + tax_minor = total_minor", name=op.f("ck_invoices_parts_sum_to_total")
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_invoices_number_positive")),
        sa.CheckConstraint(
            "total_minor > 0 AND net_minor >= 0 AND fee_minor >= 0 AND tax_minor >= 0",
            name=op.f("ck_invoices_amounts_not_negative"),
        ),
        sa.ForeignKeyConstraint(["corrects_id"], ["invoices.id"], name=op.f("fk_invoices_corrects_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_invoices_order_id")),
        sa.ForeignKeyConstraint(["organizer_id"], ["organizers.id"], name=op.f("fk_invoices_organizer_id")),
        sa.ForeignKeyConstraint(["refund_id"], ["refunds.id"], name=op.f("fk_invoices_refund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoices")),
        sa.UniqueConstraint(
            "organizer_id", "kind", "number", name=op.f("uq_invoices_organizer_id_kind_number")
        ),
    )
    op.create_index(op.f("ix_invoices_order_id"), "invoices", ["order_id"])
    for index, column, kind in (
        ("uq_invoices_one_per_order", "order_id", "invoice"),
        ("uq_invoices_one_per_refund", "refund_id", "credit_note"),
    ):
        of_kind = sa.text(f"kind = '{kind}'")
        op.create_index(
            index,
            "invoices",
            [column, "organizer_id"],
            unique=True,
            postgresql_where=of_kind,
            sqlite_where=of_kind,
        )
    op.create_table(
        "invoice_lines",
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("event_name", sa.String(length=200), nullable=False),
        sa.Column("tier_name", sa.String(length=80), nullable=False),
        sa.Column("seat_label", sa.String(length=90), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_minor", sa.BigInteger(), nullable=False),
        *_amounts(),
        sa.Column("tax_basis_points", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "net_minor + fee_minor + tax_minor = total_minor",
            name=op.f("ck_invoice_lines_parts_sum_to_total"),
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_invoice_lines_quantity_positive")),
        sa.CheckConstraint(
            "total_minor = unit_minor * quantity", name=op.f("ck_invoice_lines_units_sum_to_total")
        ),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_invoice_lines_invoice_id")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_lines.id"], name=op.f("fk_invoice_lines_order_line_id")
        ),
        sa.PrimaryKeyConstraint("invoice_id", "position", name=op.f("pk_invoice_lines")),
    )
    for table in _APPEND_ONLY:
        _forbid_changes(table)
    # What was paid before is invoiced as soon as a worker runs: it carries no mark yet. What was given back before gets
    # no papers: nobody wrote down line by line what it was.
    op.add_column("orders", sa.Column("invoiced_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_orders_to_invoice",
        "orders",
        ["paid_at"],
        postgresql_where=_TO_INVOICE,
        sqlite_where=_TO_INVOICE,
    )


def downgrade() -> None:
    op.drop_index("ix_orders_to_invoice", table_name="orders")
    op.drop_column("orders", "invoiced_at")
    for table in _APPEND_ONLY:
        _allow_changes(table)
    op.drop_table("invoice_lines")
    op.drop_table("invoices")
    op.drop_table("invoice_counters")
