"""How long something takes, told so that a busy machine does not make it look slow."""

from __future__ import annotations

from collections.abc import Callable
from time import thread_time


def seconds(work: Callable[[], object], tries: int = 3) -> float:
    """The processor time of this thread, in seconds, that the quickest of some tries took.

    Neighbours on the processor, other threads and a collection of garbage slow a try, not all.
    """
    return min(_once(work) for _ in range(tries))


def _once(work: Callable[[], object]) -> float:
    began = thread_time()
    work()
    return thread_time() - began
