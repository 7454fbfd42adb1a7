"""A message that nobody asked for knows whose nights it leaves in peace, also where it is late."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """To this revision."""
    op.add_column("outbox", sa.Column("night_zone", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Back to the one before."""
    op.drop_column("outbox", "night_zone")
