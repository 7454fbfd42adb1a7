"""The Bot API over HTTP: what comes in as JSON, form or multipart, and what goes out."""

import asyncio
import inspect
import json
import logging
from typing import Any

from aiohttp import web

from playground.bots import Bot
from playground.call import Call
from playground.faults import Fault, Kind
from playground.files import LARGEST_DOWNLOAD, Upload
from playground.methods import METHODS
from playground.refusals import Refusal, bad_request
from playground.world import World

_log = logging.getLogger(__name__)
_COUNTED = ("send", "copy", "forward", "edit")
_UNCOUNTED = "sendchataction"


class Gateway:
    """Answers /bot<token>/<method> and /file/bot<token>/<path>."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.AbstractRouteDef]:
        """The addresses of the Bot API."""
        return [
            web.get("/file/bot{token:[^/]+}/{path:.+}", self._download),
            web.route("*", "/bot{token:[^/]+}/{method:[^/]*}", self._answer),
        ]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            bot = self._world.caller(request.match_info["token"])
            values, uploads = await _read(request)
            fault = self._world.faults.strike(method, values.get("chat_id"))
            if fault and (answer := await self._fail_before(request, fault)) is not None:
                return answer
            call = Call(method, bot, self._world, values, self._replier(bot), uploads)
            result = await self._carry_out(call)
        except Refusal as refusal:
            return web.json_response(refusal.body(), status=refusal.code)
        if fault and fault.kind is Kind.CUT_AFTER:
            return _cut(request)
        if fault and fault.kind is Kind.STALL:
            await asyncio.sleep(fault.seconds)
        return web.json_response({"ok": True, "result": result})

    async def _carry_out(self, call: Call) -> object:
        name = call.method.lower()
        method = METHODS.get(name)
        if method is None:
            raise Refusal(404, "Not Found: method not found")
        if name.startswith(_COUNTED) and name != _UNCOUNTED and call.has("chat_id"):
            self._world.limits.check(call.bot.id, call.integer("chat_id"))
        try:
            result = method(call)
            return await result if inspect.isawaitable(result) else result
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            # A parameter of a shape that no client library makes; Telegram answers 400 as well.
            _log.warning("%s could not be read", call.method, exc_info=True)
            raise bad_request(f"can't parse the parameters of {call.method}: {fault!r}") from fault

    def _replier(self, bot: Bot) -> Any:
        async def reply(values: dict[str, Any]) -> None:
            call = Call(str(values["method"]), bot, self._world, values, reply)
            try:
                await self._carry_out(call)
            except Refusal:
                # Telegram tells nobody how a call in a webhook's answer went.
                return

        return reply

    async def _fail_before(self, request: web.Request, fault: Fault) -> web.StreamResponse | None:
        """What a fault answers before the call is carried out; None lets it be."""
        if fault.kind is Kind.DELAY:
            await asyncio.sleep(fault.seconds)
        if fault.kind is Kind.CUT_BEFORE:
            return _cut(request)
        if fault.kind is not Kind.STATUS:
            return None
        if fault.body is not None:
            return web.Response(status=fault.status, text=fault.body, content_type="text/html")
        parameters = {"retry_after": fault.retry_after} if fault.retry_after is not None else {}
        raise Refusal(fault.status, fault.description, **parameters)

    async def _download(self, request: web.Request) -> web.Response:
        try:
            self._world.caller(request.match_info["token"])
            fault = self._world.faults.strike("file", None)
            if fault and (answer := await self._fail_before(request, fault)) is not None:
                return web.Response(status=answer.status)
        except Refusal as refusal:
            return web.json_response(refusal.body(), status=refusal.code)
        stored = self._world.files.at(request.match_info["path"])
        if stored is None or len(stored.content) > LARGEST_DOWNLOAD:
            return web.json_response(Refusal(404, "Not Found").body(), status=404)
        return web.Response(body=stored.content, content_type="application/octet-stream")


async def _read(request: web.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    values: dict[str, Any] = dict(request.query)
    uploads: dict[str, Upload] = {}
    if not request.can_read_body:
        return values, uploads
    if request.content_type == "application/json":
        values |= await _read_json(request)
        return values, uploads
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            content = await asyncio.to_thread(value.file.read)
            uploads[name] = Upload(content, value.filename, value.content_type)
        else:
            values[name] = value
    return values, uploads


async def _read_json(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError:
        raise bad_request("can't parse JSON in the request") from None
    if not isinstance(body, dict):
        raise bad_request("expected a JSON object")
    return body


def _cut(request: web.Request) -> web.Response:
    """Closes the connection; the response is never written."""
    if request.transport:
        request.transport.abort()
    return web.Response()
