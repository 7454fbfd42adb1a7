"""The webhook: how updates are brought to a bot that does not come for them."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

from playground.clock import Clock
from playground.delivery import Pending, UpdateQueue

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (a header's name)
_LONGEST_DELAY = 60.0
_LONGEST_RETRY_AFTER = 3_600
_ANSWER_WITHIN = 60

Reply = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass
class Webhook:
    """Where to bring the updates, and how the last attempts went."""

    url: str
    secret: str = ""
    max_connections: int = 40
    ip_address: str = ""
    has_certificate: bool = False
    retry_base: float = 1.0
    last_error_date: int = 0
    last_error_message: str = ""


class Courier:
    """Brings updates to a webhook: chats side by side, each chat in order, until confirmed."""

    def __init__(self, webhook: Webhook, queue: UpdateQueue, clock: Clock, reply: Reply) -> None:
        self.webhook = webhook
        self._queue = queue
        self._clock = clock
        self._reply = reply
        self._lines: dict[int, deque[Pending]] = {}
        self._rounds: dict[int, asyncio.Task[None]] = {}
        self._connections = asyncio.Semaphore(webhook.max_connections)
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=_ANSWER_WITHIN),
            connector=aiohttp.TCPConnector(limit=webhook.max_connections, ssl=False),
        )

    def start(self) -> None:
        """Brings what is waiting, then whatever arrives."""
        self._queue.on_arrival = self.take
        for pending in self._queue.waiting():
            self.take(pending)

    async def stop(self) -> None:
        """Ends all deliveries; what was not confirmed stays in the queue."""
        self._queue.on_arrival = None
        rounds = list(self._rounds.values())
        for task in rounds:
            task.cancel()
        for task in rounds:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self._session.close()

    def take(self, pending: Pending) -> None:
        """Puts an update at the end of its line."""
        line = self._lines.setdefault(pending.line, deque())
        line.append(pending)
        if pending.line not in self._rounds:
            self._rounds[pending.line] = asyncio.create_task(self._round(pending.line))

    async def _round(self, name: int) -> None:
        line = self._lines[name]
        try:
            while line:
                await self._bring(line[0])
                self._queue.confirm(line.popleft().number)
        finally:
            self._lines.pop(name, None)
            self._rounds.pop(name, None)

    async def _bring(self, pending: Pending) -> None:
        """Tries until the webhook confirms: again at once, then after ever longer waits."""
        failures = 0
        while self._clock.now() < pending.expires_at:
            async with self._connections:
                retry_after = await self._attempt(pending)
            if retry_after is None:
                return
            failures += 1
            growing = 0.0 if failures == 1 else self.webhook.retry_base * 2 ** (failures - 1)
            await asyncio.sleep(retry_after or min(growing, _LONGEST_DELAY))

    async def _attempt(self, pending: Pending) -> float | None:
        """None when the update was taken, else the seconds the webhook asked to wait, or 0."""
        headers = {SECRET_HEADER: self.webhook.secret} if self.webhook.secret else {}
        try:
            request = self._session.post(self.webhook.url, json=pending.body, headers=headers)
            async with request as response:
                if 200 <= response.status < 300:
                    await self._hear(response)
                    return None
                fault = f"Wrong response from the webhook: {response.status} {response.reason}"
                wait = response.headers.get("Retry-After", "")
        except TimeoutError:
            fault, wait = "Read timeout expired", ""
        except aiohttp.ClientConnectorError:
            fault, wait = "Connection refused", ""
        except aiohttp.ClientError:
            fault, wait = "Connection closed", ""
        self.webhook.last_error_date = self._clock.date()
        self.webhook.last_error_message = fault
        return float(min(int(wait), _LONGEST_RETRY_AFTER)) if wait.isdigit() else 0.0

    async def _hear(self, response: aiohttp.ClientResponse) -> None:
        """A webhook may answer with a call; its result is told to nobody."""
        body = await response.read()
        if not body or response.content_type != "application/json":
            return
        call = await response.json()
        if isinstance(call, dict) and isinstance(call.get("method"), str):
            await self._reply(call)
