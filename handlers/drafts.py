"""Drafts."""

from __future__ import annotations

from handlers.context import Turn
from handlers.routing import Route
from rapport.capture.reading import DraftWish


async def wish(turn: Turn, wanted: DraftWish) -> None:
    """A message the owner asked for in words."""


def routes() -> list[Route]:
    """None yet."""
    return []
