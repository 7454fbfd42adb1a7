"""A Bot API server as lean as one can be, so that what is measured is the bot.

It runs as a process of its own (`python -m benchmarks.fake_api` prints its port), knows every
token, and answers what a bot needs to get messages and send replies; any other method succeeds
with `true`. The people who text (crowd.py) live in the same process: a reply costs no second hop.

Beside the Bot API it takes `POST /crowd/TOKEN` (a phase; answers what was observed) and
`GET /polled/TOKEN?since=T` (when the first getUpdates after T came, by the monotonic clock).
"""

import asyncio
import json
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from benchmarks.crowd import FIRST_CHAT, Crowd, Phase

_BOT = {"id": 1, "is_bot": True, "first_name": "Bot", "username": "benchmark_bot"}
_ANSWERS: dict[str, Any] = {
    "getMe": _BOT,
    "getMyCommands": [],
    "getWebhookInfo": {"url": "", "has_custom_certificate": False, "pending_update_count": 0},
}
_LIMIT = 100


@dataclass
class _Inbox:
    """The updates of one bot that it has not confirmed."""

    updates: deque[tuple[int, bytes]] = field(default_factory=deque)
    next_id: int = 1
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    polls: deque[float] = field(default_factory=lambda: deque(maxlen=100))

    def put(self, update: dict[str, Any]) -> None:
        update["update_id"] = self.next_id
        self.updates.append((self.next_id, json.dumps(update).encode()))
        self.next_id += 1
        self.arrived.set()

    async def take(self, offset: int, limit: int, wait: float) -> bytes:
        """What follows the offset, which confirms all before it; waits while there is nothing."""
        self.polls.append(time.monotonic())
        while self.updates and self.updates[0][0] < offset:
            self.updates.popleft()
        if not self.updates and wait:
            self.arrived.clear()
            try:
                async with asyncio.timeout(wait):
                    await self.arrived.wait()
            except TimeoutError:
                return b"[]"
        batch = [update for _, update in list(self.updates)[:limit]]
        return b"[" + b",".join(batch) + b"]"


class _Line:
    """One bot's side of the server: its updates and the people who text it."""

    def __init__(self) -> None:
        self.inbox = _Inbox()
        self.crowd = Crowd(self._post)
        self._message_id = 0

    def next_message_id(self) -> int:
        self._message_id += 1
        return self._message_id

    def _post(self, chat: int, text: str) -> None:
        person = {"id": FIRST_CHAT + chat, "first_name": f"Owner {chat}"}
        self.inbox.put(
            {
                "message": {
                    "message_id": self.next_message_id(),
                    "date": int(time.time()),
                    "chat": person | {"type": "private"},
                    "from": person | {"is_bot": False, "language_code": "en"},
                    "text": text,
                }
            }
        )


class FakeApi:
    """The server; `app()` is ready to be run."""

    def __init__(self) -> None:
        self._lines: dict[str, _Line] = {}

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_post("/crowd/{token}", self._crowd)
        app.router.add_get("/polled/{token}", self._polled)
        return app

    def _line(self, request: web.Request) -> _Line:
        token = request.match_info["token"]
        line = self._lines.get(token)
        if line is None:
            line = self._lines[token] = _Line()
        return line

    async def _call(self, request: web.Request) -> web.Response:
        line, method = self._line(request), request.match_info["method"]
        told = await _parameters(request)
        if method == "getUpdates":
            return _ok(
                await line.inbox.take(
                    int(told.get("offset", 0)),
                    int(told.get("limit", _LIMIT)),
                    float(told.get("timeout", 0)),
                )
            )
        if line.crowd.delay:
            await asyncio.sleep(line.crowd.delay)
        if method in {"sendMessage", "editMessageText"}:
            return _ok(json.dumps(_said(line, told)).encode())
        return _ok(json.dumps(_ANSWERS.get(method, True)).encode())

    async def _crowd(self, request: web.Request) -> web.Response:
        order = await request.json()
        line, phase = self._line(request), Phase(**order["phase"])
        return web.json_response((await line.crowd.run(phase, order["pid"])).as_json())

    async def _polled(self, request: web.Request) -> web.Response:
        since = float(request.query["since"])
        polls = (poll for poll in self._line(request).inbox.polls if poll >= since)
        return web.json_response(min(polls, default=None))


async def _parameters(request: web.Request) -> dict[str, Any]:
    if request.content_type == "multipart/form-data":
        return dict(await request.post())
    body = await request.text()
    if request.content_type == "application/json":
        parameters: dict[str, Any] = json.loads(body)
        return parameters
    return dict(parse_qsl(body) or request.query)


def _said(line: _Line, told: dict[str, Any]) -> dict[str, Any]:
    chat, text = int(told["chat_id"]), str(told["text"])
    line.crowd.hear(chat - FIRST_CHAT, text)
    return {
        "message_id": int(told.get("message_id", 0)) or line.next_message_id(),
        "date": int(time.time()),
        "chat": {"id": chat, "type": "private", "first_name": "Owner"},
        "from": _BOT,
        "text": text,
    }


def _ok(result: bytes) -> web.Response:
    return web.Response(
        body=b'{"ok":true,"result":' + result + b"}", content_type="application/json"
    )


async def _serve() -> None:
    runner = web.AppRunner(FakeApi().app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve())
