"""How long to wait before trying again what may soon succeed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, repeat

PAUSES = (0.2, 1.0, 5.0, 15.0)  # seconds


def pauses() -> Iterator[float]:
    """The seconds before each further try, without end."""
    return chain(PAUSES, repeat(PAUSES[-1]))
