"""The webhook: an update is stored before Telegram hears 200, and refused with 503 otherwise."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging

from aiohttp import web

from bot.intake import Intake, number_of
from storage.errors import StorageUnavailable

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
LARGEST = 4 * 1024 * 1024
READ_WITHIN = 10.0  # seconds for an update to come in whole; Telegram's takes a moment
LINGER = 1.0  # seconds for the rest of what was refused unread
FINISH = 1.0  # seconds for what is being posted when the port closes


class Webhook:
    """The endpoint Telegram posts updates to."""

    def __init__(self, intake: Intake, path: str, secret: str) -> None:
        self._intake = intake
        self._secret = secret.encode()
        self._app = web.Application(client_max_size=LARGEST)
        self._app.router.add_post(path, self._take)
        self._runner = web.AppRunner(
            self._app, access_log=None, shutdown_timeout=FINISH, lingering_time=LINGER
        )

    async def start(self, host: str, port: int) -> None:
        """Listen; OSError if the port is taken."""
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()

    async def stop(self) -> None:
        """Answer what is being posted, then close the port."""
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        # aiohttp keeps bytes that are no UTF-8 as surrogates.
        given = request.headers.get(SECRET_HEADER, "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            return web.Response(status=403)
        try:
            async with asyncio.timeout(READ_WITHIN):
                body = await request.read()
        except TimeoutError:
            return web.Response(status=408)
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            return web.Response(status=400)
        if number_of(update) is None:
            return web.Response(status=400)
        await self._intake.room()
        try:
            await self._intake.accept([update])
        except StorageUnavailable as error:
            log.warning("an update could not be stored: %s", error)
            return web.Response(status=503)
        return web.Response()
