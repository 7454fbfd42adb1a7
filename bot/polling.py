"""Long polling: updates are fetched, stored, and only then confirmed by the next fetch."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.delivery import seconds_of
from bot.intake import Intake, number_of
from bot.transport import AiohttpRequest
from handlers.guard import HEARD
from storage.errors import StorageUnavailable

log = logging.getLogger(__name__)

# Sent at every start: Telegram remembers the last list and reuses it when none is sent.
ALLOWED_UPDATES = HEARD

BACK_OFF = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
# A second poller takes the first one's place at Telegram for a moment. Who has polled for a while
# is the first, and stays; who meets a conflict soon after its start is the second, and stops.
SETTLED_AFTER = 5.0
CONFLICTS = 20


class SecondPollerError(Exception):
    """Somebody else polls with the same token."""


class _NonsenseError(Exception):
    """Telegram, or what stands in its place, answered with something that is no update."""


class Poller:
    """The getUpdates loop of one bot."""

    def __init__(
        self,
        request: AiohttpRequest,
        base_url: str,
        intake: Intake,
        poll_seconds: int,
        *,
        on_first_poll: Callable[[], None],
    ) -> None:
        self._request = request
        self._base_url = base_url
        self._intake = intake
        self._poll_seconds = poll_seconds
        self._on_first_poll = on_first_poll
        self._polling_since: float | None = None
        self._conflicts = 0

    async def run(self) -> None:
        """Fetch until cancelled; SecondPollerError where another process is first."""
        offset = 0
        troubles = 0
        while True:
            await self._intake.room()
            try:
                offset = await self._fetch(offset)
            except Conflict as error:
                await self._yield_to_the_first(error)
            except InvalidToken:
                raise
            except RetryAfter as error:
                await asyncio.sleep(seconds_of(error))
            except (TelegramError, StorageUnavailable, _NonsenseError, RecursionError) as error:
                pause = BACK_OFF[min(troubles, len(BACK_OFF) - 1)]
                troubles += 1
                log.warning("no updates (%s); trying again in %.0f s", _why(error), pause)
                await asyncio.sleep(pause)
            else:
                troubles = 0
                self._conflicts = 0

    async def _fetch(self, offset: int) -> int:
        """Store the next updates, as JSON: reading them is the intake's business, after storing.
        What they are confirmed by: the offset of the next fetch."""
        # The first poll does not wait, so that "listening" is said when it is true.
        wait = 0 if self._polling_since is None else self._poll_seconds
        parameters = {
            "offset": offset,
            "timeout": wait,
            "limit": 100,
            "allowed_updates": list(ALLOWED_UPDATES),
        }
        updates = await self._request.call(
            f"{self._base_url}/getUpdates", parameters, read_timeout=wait + 10
        )
        if self._polling_since is None:
            self._polling_since = asyncio.get_running_loop().time()
            self._on_first_poll()
        if not updates:
            return offset
        if not isinstance(updates, list):
            raise _NonsenseError("an answer that is no list of updates")
        numbers = [number for update in updates if (number := number_of(update)) is not None]
        if not numbers:
            raise _NonsenseError("updates without an id")
        await self._intake.accept(updates)
        return max(numbers) + 1

    async def _yield_to_the_first(self, error: Conflict) -> None:
        self._conflicts += 1
        now = asyncio.get_running_loop().time()
        since = now if self._polling_since is None else self._polling_since
        if now - since < SETTLED_AFTER or self._conflicts > CONFLICTS:
            raise SecondPollerError(error.message)
        log.warning("another process asked for updates with the same token; staying")
        await asyncio.sleep(1.0)


def _why(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
