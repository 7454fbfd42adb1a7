"""Whoever is blocked stays so where nothing is kept of them: after /erase, or before /start."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.walls import wall_in

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "blocked",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocked")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for statement in wall_in("blocked", "id", house="ALL"):
            op.execute(statement)


def downgrade() -> None:
    """Back to the one before."""
    op.drop_table("blocked")
