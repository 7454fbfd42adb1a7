"""/health: whether Rapport is well, for a monitor. Nothing in it is about people.

200 when all is well, 503 when something is not, with its name in `wrong`. It answers as well while
the database hangs, and asking often is no work: a look is good for a second.
"""

from __future__ import annotations

from typing import Any

import aiohttp
from aiohttp import web

from bot.vitals import Limits, Vitals, condition, troubles
from bot.watch import Lookout
from storage import schema

PATH = "/health"
ASKED_FOR = 10.0  # seconds; longer than a look takes at a database that hangs
FINISH = 1.0  # seconds for who is being answered when the port closes


class Health:
    """The port a monitor asks."""

    def __init__(self, lookout: Lookout, limits: Limits) -> None:
        self._lookout = lookout
        self._limits = limits
        app = web.Application()
        app.router.add_get(PATH, self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=FINISH)

    async def start(self, host: str, port: int) -> None:
        """Listen; OSError if the port is taken."""
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()

    async def stop(self) -> None:
        """Close the port."""
        await self._runner.cleanup()

    async def _answer(self, _: web.Request) -> web.Response:
        vitals = await self._lookout.look()
        told = report(vitals, self._limits)
        return web.json_response(told, status=503 if told["wrong"] else 200)


async def ask(host: str, port: int) -> tuple[bool, str]:
    """Whether the Rapport that listens there is well, and what it says."""
    # Listening everywhere is no address to ask; this machine's own is.
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - not listened to
    place = f"[{host}]" if ":" in host else host
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ASKED_FOR)) as session,
            session.get(f"http://{place}:{port}{PATH}") as answer,
        ):
            return answer.status == 200, await answer.text()
    except (aiohttp.ClientError, TimeoutError) as error:
        why = "it takes too long" if isinstance(error, TimeoutError) else "does Rapport run?"
        return False, f"nobody answers at {host}:{port}: {why}"


def report(vitals: Vitals, limits: Limits) -> dict[str, Any]:
    """What a monitor is told; a sign that cannot be known just now is null."""
    wrong = [trouble for trouble, is_wrong in troubles(vitals, limits).items() if is_wrong]
    made = vitals.last_backup
    return {
        "status": "unwell" if wrong else "well",
        "wrong": wrong,
        "database": condition(vitals, limits),
        "last_tick_seconds": round(vitals.last_tick, 1),
        "intake_lag_seconds": _rounded(vitals.intake_lag),
        "outbox_age_seconds": _rounded(vitals.outbox_age),
        "last_backup": None if made is None else made.isoformat(timespec="seconds"),
        "schema": schema.HEAD,
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
