"""How long something takes, told so that a slow or busy machine does not make it look slow."""

from __future__ import annotations

import re
from collections.abc import Callable
from time import thread_time

# What the yardstick takes on the machine that the limits are meant for.
YARDSTICK = 0.0125
_WORDS = re.compile(r"(\w)(\w*)")


def seconds(work: Callable[[], object], tries: int = 3) -> float:
    """The processor time that the quickest of some tries took, in seconds of the machine meant.

    A yardstick before and after each try tells how fast the processor is just then. Neighbours
    on it, other threads and a collection of garbage slow a try, not all.
    """
    return min(_once(work) for _ in range(tries))


def spent(work: Callable[[], object]) -> float:
    """The processor time of this thread that the work takes, in seconds."""
    began = thread_time()
    work()
    return thread_time() - began


def _once(work: Callable[[], object]) -> float:
    before = spent(_yardstick)
    took = spent(work)
    return took * 2 * YARDSTICK / (before + spent(_yardstick))


def _yardstick() -> object:
    """The usual work of this program: text, expressions and dictionaries."""
    counts: dict[str, int] = {}
    for number in range(3000):
        for first, rest in _WORDS.findall(f"met Ana{number} of Finch at Slush"):
            counts[first] = counts.get(first, 0) + len(rest)
    return counts
