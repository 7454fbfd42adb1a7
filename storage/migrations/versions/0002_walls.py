"""Owners can be blocked, the operator is told once, and PostgreSQL keeps owners apart by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.walls import tear_down, wall_in

revision = "0002"
down_revision = "0001"

OWNED = (
    "attachments",
    "captures",
    "contacts",
    "dialogues",
    "drafts",
    "events",
    "facts",
    "handles",
    "interaction_contacts",
    "interactions",
    "life_events",
    "names",
    "nudges",
    "promises",
    "tags",
)
HOUSE = {"owners": ("id", "ALL"), "outbox": ("owner_id", "ALL"), "intake": ("chat_id", "ALL")}


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "alerts",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_alerts")),
    )
    op.add_column("owners", sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        for table in OWNED:
            _run(wall_in(table))
        # What is due is found for everybody at once; it is rung as its owner's.
        _run(wall_in("reminders", house="SELECT"))
        for table, (key, house) in HOUSE.items():
            _run(wall_in(table, key, house=house))


def downgrade() -> None:
    """Back to the one before."""
    if op.get_bind().dialect.name == "postgresql":
        for table in (*OWNED, "reminders", *HOUSE):
            _run(tear_down(table))
    op.drop_column("owners", "blocked_at")
    op.drop_table("alerts")


def _run(statements: list[str]) -> None:
    for statement in statements:
        op.execute(statement)
