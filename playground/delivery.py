"""Updates on their way to a bot: one queue, confirmed by offset or by the webhook's answer."""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.clock import Clock
from playground.refusals import Refusal, conflict

LONGEST_POLL = 50
MOST_AT_ONCE = 100
_LIFETIME = 86_400
# An offset this far ahead of the newest update is a stale one: Telegram ignores it.
_FAR_AHEAD = 10
# Sent only to a bot that asked for them by name.
_ON_DEMAND = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True)
class Pending:
    """An update that is not confirmed yet. Updates of one line are delivered in order."""

    number: int
    line: int
    body: dict[str, Any]
    expires_at: float


class UpdateQueue:
    """The updates of one bot, kept for a day or until confirmed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pending: OrderedDict[int, Pending] = OrderedDict()
        self._last = 100_000_000 + secrets.randbelow(400_000_000)
        self._poll: asyncio.Future[None] | None = None
        self.allowed: list[str] | None = None
        self.on_arrival: Callable[[Pending], None] | None = None

    def __len__(self) -> int:
        return len(self._pending)

    @property
    def newest(self) -> int:
        """The number of the newest update there has been."""
        return self._last

    def put(self, kind: str, payload: dict[str, Any], line: int) -> int | None:
        """Queues an update of a kind the bot wants; returns its id, or None."""
        wanted = kind not in _ON_DEMAND if self.allowed is None else kind in self.allowed
        return self.push({kind: payload}, line) if wanted else None

    def push(self, body: dict[str, Any], line: int) -> int:
        """Queues an update as it is, numbered unless it has a number of its own."""
        number = body.get("update_id")
        if not isinstance(number, int):
            number = self._last + 1
        self._last = max(self._last, number)
        expires_at = self._clock.now() + _LIFETIME
        pending = Pending(number, line, {**body, "update_id": number}, expires_at)
        self._pending[number] = pending
        if self.on_arrival:
            self.on_arrival(pending)
        elif self._poll and not self._poll.done():
            self._poll.set_result(None)
        return number

    def waiting(self) -> list[Pending]:
        """All updates that are not confirmed, the oldest first."""
        self._expire()
        return list(self._pending.values())

    def confirm(self, number: int) -> None:
        """Forgets one update, which has reached the bot."""
        self._pending.pop(number, None)

    def clear(self) -> None:
        """Forgets all updates."""
        self._pending.clear()

    async def poll(self, offset: int, limit: int, timeout: float) -> list[dict[str, Any]]:  # noqa: ASYNC109 (Telegram's parameter)
        """What getUpdates answers: everything before the offset is confirmed and gone."""
        self._confirm_before(offset)
        updates = self._first(limit)
        if updates or timeout <= 0:
            return updates
        self.end_poll(_other_poll())
        self._poll = poll = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait_for(poll, timeout)
        except TimeoutError:
            return []
        finally:
            if self._poll is poll:
                self._poll = None
        return self._first(limit)

    def end_poll(self, reason: Refusal) -> None:
        """Answers a long poll that is under way with a refusal."""
        if self._poll and not self._poll.done():
            self._poll.set_exception(reason)

    def _confirm_before(self, offset: int) -> None:
        if offset < 0:
            for number in list(self._pending)[:offset]:
                self.confirm(number)
        elif offset <= self._last + _FAR_AHEAD:
            for number in [number for number in self._pending if number < offset]:
                self.confirm(number)

    def _first(self, limit: int) -> list[dict[str, Any]]:
        return [pending.body for pending in self.waiting()[:limit]]

    def _expire(self) -> None:
        now = self._clock.now()
        for pending in list(self._pending.values()):
            if pending.expires_at > now:
                break
            self.confirm(pending.number)


def _other_poll() -> Refusal:
    return conflict(
        "terminated by other getUpdates request; make sure that only one bot instance is running"
    )
