"""Units of work queued for a thread of its own, and their callers woken together.

An executor's future costs a lock, two callbacks and a hop into the loop for every unit; here a
thread takes what is queued at once and answers all of it in one hop.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from storage.unit import Work

T = TypeVar("T")

Explain = Callable[[BaseException], BaseException]


@dataclass(slots=True)
class Job:
    """A unit somebody waits for, and what became of it."""

    work: Work[Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


class JobQueue:
    """What waits for the threads that share it."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()

    async def run(self, work: Work[T]) -> T:
        """The unit's result once a thread has answered; its own exception if it raised."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._jobs.put(Job(work, loop, future))
        return await future

    def close(self, threads: int) -> None:
        """So many threads stop, after what is queued."""
        for _ in range(threads):
            self._jobs.put(None)

    def batches(self, most: int) -> Iterator[list[Job]]:
        """What is queued, as much at once as there is, until the queue is closed."""
        while True:
            job = self._jobs.get()
            if job is None:
                return
            batch = [job]
            is_closed = False
            with contextlib.suppress(queue.Empty):
                while len(batch) < most and not is_closed:
                    following = self._jobs.get_nowait()
                    if following is None:
                        is_closed = True
                    else:
                        batch.append(following)
            yield batch
            if is_closed:
                return


def answer(batch: Sequence[Job], explain: Explain) -> None:
    """Wake the callers; one hop into each loop for the whole batch."""
    for loop in {job.loop for job in batch}:
        jobs = [job for job in batch if job.loop is loop]
        with contextlib.suppress(RuntimeError):  # the loop has closed: nobody is waiting
            loop.call_soon_threadsafe(_settle, jobs, explain)


def _settle(jobs: Sequence[Job], explain: Explain) -> None:
    for job in jobs:
        if job.future.done():  # the caller was cancelled; what was stored is stored all the same
            continue
        if job.error is None:
            job.future.set_result(job.result)
        else:
            job.future.set_exception(explain(job.error))
