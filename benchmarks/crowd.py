"""People who text a bot and watch for its answers: how many, how soon, in which order.

A text counts as answered when a message that holds its surname arrives in the same chat. Anything
else a bot says (a question about the time zone, say) is heard and not counted.
"""

import asyncio
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import psutil  # type: ignore[import-untyped]  # ships without types

from benchmarks.texts import Meeting, meetings

FIRST_CHAT = 1000

_WORD = re.compile(r"[A-Z]\w+")

Post = Callable[[int, str], None]


@dataclass(frozen=True)
class Observed:
    """What the crowd saw of one bot in one phase."""

    answered: int
    """Answers within the measured time."""
    seconds: float
    cpu_seconds: float
    """Processor time of the bot's process, and of its children, within the measured time."""
    p50_ms: float
    p95_ms: float
    out_of_order: int
    """Answers that overtook the answer to an earlier text of their chat."""
    lost: int
    """Texts without an answer long after the last one."""
    repeated: int
    """Answers beyond the first to the same text."""

    @property
    def per_second(self) -> float:
        return self.answered / self.seconds

    @property
    def cpu_us(self) -> float:
        return self.cpu_seconds * 1e6 / self.answered if self.answered else float("nan")

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Phase:
    """One piece of texting. Times are seconds."""

    chats: int
    """How many chats take part."""
    first: int = 0
    """The first of them."""
    warm_up: float = 0.0
    measured: float = 0.0
    """How long answers are counted; 0: until `texts` are answered."""
    texts: int | None = None
    """How many texts each chat sends; None: as many as are answered."""
    burst: int = 1
    """How many texts a chat sends at once."""
    rate: float | None = None
    """Texts a second over all chats, sent whether or not answers come; None: after the answer."""
    delay: float = 0.0
    """How long the server takes for each call but getUpdates."""
    patience: float = 10.0
    """How long to wait for the last answers."""


@dataclass
class _Chat:
    number: int
    texts_left: float = 0
    unanswered: list[tuple[Meeting, float]] = field(default_factory=list)
    answered: set[str] = field(default_factory=set)


class Crowd:
    """The chats of one bot; they keep their identity from phase to phase."""

    def __init__(self, post: Post) -> None:
        self.delay = 0.0
        """How long the server takes for a call just now, in seconds."""
        self._post = post
        self._meetings: Iterator[Meeting] = meetings()
        self._chats: dict[int, _Chat] = {}
        self._burst = 0
        self._quiet = asyncio.Event()
        self._waiting = 0
        self._latencies: list[float] = []
        self._out_of_order = 0
        self._repeated = 0

    async def run(self, phase: Phase, pid: int) -> Observed:
        """Text as the phase says to the bot that runs as `pid`, until all is answered or lost."""
        chats = [self._chat(phase.first + place) for place in range(phase.chats)]
        self._out_of_order = self._repeated = 0
        process = psutil.Process(pid)
        self.delay = phase.delay
        sending = self._send(phase, chats)
        await asyncio.sleep(phase.warm_up)
        self._latencies = []
        cpu, started = _cpu_seconds(process), time.perf_counter()
        if phase.measured:
            await asyncio.sleep(phase.measured)
        else:
            await self._until_quiet(phase.patience)
        seconds = time.perf_counter() - started
        cpu = _cpu_seconds(process) - cpu
        latencies = sorted(self._latencies)
        if sending is not None:
            sending.cancel()
        self.delay = self._burst = 0
        await self._until_quiet(phase.patience)
        return Observed(
            answered=len(latencies),
            seconds=seconds,
            cpu_seconds=cpu,
            p50_ms=_percentile(latencies, 0.50) * 1000,
            p95_ms=_percentile(latencies, 0.95) * 1000,
            out_of_order=self._out_of_order,
            lost=self._give_up(),
            repeated=self._repeated,
        )

    def hear(self, number: int, text: str) -> None:
        """Take note of what the bot says in a chat."""
        chat = self._chat(number)
        for place, (meeting, sent) in enumerate(chat.unanswered):
            if meeting.surname in text:
                self._latencies.append(time.perf_counter() - sent)
                self._out_of_order += place > 0
                del chat.unanswered[place]
                chat.answered.add(meeting.surname)
                self._answered(chat)
                return
        self._repeated += not chat.answered.isdisjoint(_WORD.findall(text))

    def _chat(self, number: int) -> _Chat:
        return self._chats.setdefault(number, _Chat(number))

    def _send(self, phase: Phase, chats: list[_Chat]) -> asyncio.Task[None] | None:
        if phase.rate is not None:
            return asyncio.create_task(self._send_steadily(chats, phase.rate))
        self._burst = phase.burst
        for chat in chats:
            chat.texts_left = float("inf") if phase.texts is None else phase.texts
            self._text_on(chat)
        return None

    async def _send_steadily(self, chats: list[_Chat], rate: float) -> None:
        due = time.perf_counter()
        while True:
            for chat in chats:
                self._text(chat)
                due += 1 / rate
                await asyncio.sleep(due - time.perf_counter())

    def _answered(self, chat: _Chat) -> None:
        self._waiting -= 1
        if not chat.unanswered:
            self._text_on(chat)
        if not self._waiting:
            self._quiet.set()

    def _text_on(self, chat: _Chat) -> None:
        for _ in range(self._burst):
            if chat.texts_left > 0:
                chat.texts_left -= 1
                self._text(chat)

    def _text(self, chat: _Chat) -> None:
        meeting = next(self._meetings)
        chat.unanswered.append((meeting, time.perf_counter()))
        self._waiting += 1
        self._quiet.clear()
        self._post(chat.number, meeting.text)

    async def _until_quiet(self, patience: float) -> None:
        """Wait for the last answer, but only while answers keep coming."""
        while self._waiting:
            before = self._waiting, len(self._latencies)
            try:
                async with asyncio.timeout(patience):
                    await self._quiet.wait()
            except TimeoutError:
                if before == (self._waiting, len(self._latencies)):
                    return

    def _give_up(self) -> int:
        lost, self._waiting = self._waiting, 0
        for chat in self._chats.values():
            chat.answered.update(meeting.surname for meeting, _ in chat.unanswered)
            chat.unanswered.clear()
        return lost


def _cpu_seconds(process: psutil.Process) -> float:
    family = [process, *process.children(recursive=True)]
    return float(sum(sum(member.cpu_times()[:2]) for member in family))


def _percentile(ordered: list[float], part: float) -> float:
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)] if ordered else float("nan")
