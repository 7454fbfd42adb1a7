"""From a message and its context to what it means."""

from __future__ import annotations

from rapport.capture.reading import Context, Reading


def read(text: str, context: Context) -> Reading:
    """What the message says; `Reading.nothing` when it holds nothing to remember."""
    return Reading.nothing
