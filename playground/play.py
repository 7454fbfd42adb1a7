"""The world over HTTP, under /play: what the chat page and tests use to be people."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from playground.bots import Bot
from playground.chats import Json
from playground.deeds import Deeds, enter_group, write_in_group
from playground.faults import Fault
from playground.files import Upload
from playground.limits import Limits
from playground.people import Group, Resident
from playground.refusals import Refusal, bad_request
from playground.world import World

_HEARTBEAT = 15.0
_KINDS = frozenset({"photo", "document", "voice", "audio", "video", "sticker"})
_PERSON = ("last_name", "username", "language_code")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def explain_refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answers what cannot be done with its reason."""
    try:
        return await handler(request)
    except Refusal as refusal:
        return web.json_response(refusal.body(), status=refusal.code)
    except (KeyError, TypeError, ValueError) as fault:
        return web.json_response(
            {"ok": False, "description": f"Bad Request: {fault!r}"}, status=400
        )


class Play:
    """Answers /play/…"""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.AbstractRouteDef]:
        """The addresses of the people's side."""
        user = "/play/users/{uid}"
        return [
            web.get("/play/state", self._state),
            web.post("/play/users", self._settle),
            web.get(f"{user}/messages", self._messages),
            web.get(f"{user}/events", self._events),
            web.post(f"{user}/upload", self._upload),
            web.post(user + "/{deed}", self._deed),
            web.post("/play/groups", self._found),
            web.get("/play/groups/{gid}/messages", self._group_messages),
            web.post("/play/groups/{gid}/text", self._group_text),
            web.post("/play/updates", self._push),
            web.get("/play/files/{file_id}", self._file),
            web.get("/play/faults", self._faults),
            web.post("/play/faults", self._add_fault),
            web.delete("/play/faults", self._clear_faults),
            web.post("/play/limits", self._limit),
            web.get("/play/clock", self._clock),
            web.post("/play/clock", self._move_clock),
            web.post("/play/reset", self._reset),
        ]

    def _bot(self, request: web.Request) -> Bot:
        return self._world.spoken_about(request.query.get("token", ""))

    def _person(self, uid: str) -> Resident:
        person = self._world.people.person(int(uid))
        if person is None:
            raise Refusal(404, "Not Found: there is nobody with this id")
        return person

    def _group(self, request: web.Request) -> Group:
        group = self._world.people.groups.get(int(request.match_info["gid"]))
        if group is None:
            raise Refusal(404, "Not Found: there is no group with this id")
        return group

    def _deeds(self, request: web.Request) -> Deeds:
        person = self._person(request.match_info["uid"])
        return Deeds(person, self._bot(request), self._world.clock)

    async def _state(self, request: web.Request) -> web.Response:
        bot = self._bot(request)
        about = {
            **bot.me(),
            "commands": bot.shown_commands(request.query.get("language_code", "")),
            "description": bot.texts.get(("description", ""), ""),
            "short_description": bot.texts.get(("short_description", ""), ""),
            "menu_button": bot.menu_buttons.get(0, {"type": "commands"}),
        }
        persons = self._world.people.residents.values()
        return web.json_response({"bot": about, "users": [one.as_user() for one in persons]})

    async def _settle(self, request: web.Request) -> web.Response:
        body = await _json(request)
        about = {name: str(body[name]) for name in _PERSON if body.get(name)}
        person = self._world.people.settle(str(body["first_name"]), **about)
        return web.json_response(person.as_user())

    async def _messages(self, request: web.Request) -> web.Response:
        after = int(request.query.get("after", 0))
        return web.json_response(self._deeds(request).history(after))

    async def _events(self, request: web.Request) -> web.StreamResponse:
        person = self._person(request.match_info["uid"])
        screen = self._bot(request).screens[person.id]
        number = int(request.headers.get("Last-Event-ID") or screen.last)
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        async for events in screen.watch(number, _HEARTBEAT):
            lines = [f"id: {one.number}\ndata: {json.dumps(one.body)}\n\n" for one in events]
            try:
                await response.write("".join(lines or ":\n\n").encode())
            except ConnectionError:
                # The page was closed; there is nobody to tell.
                break
        return response

    async def _deed(self, request: web.Request) -> web.Response:
        deed = _DEEDS.get(request.match_info["deed"])
        if deed is None:
            raise Refusal(404, "Not Found: nobody can do that")
        return web.json_response(deed(self._deeds(request), await _json(request)))

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        file, kind = form.get("file"), str(form.get("kind", "document"))
        if not isinstance(file, web.FileField) or kind not in _KINDS:
            raise bad_request(f"expected a file and its kind, one of {sorted(_KINDS)}")
        upload = Upload(file.file.read(), file.filename, file.content_type)
        how = {"reply_to": int(str(form.get("reply_to") or 0))}
        caption = str(form.get("caption", ""))
        message = self._deeds(request).attach(self._world.files, upload, kind, caption, **how)
        return web.json_response(message)

    async def _found(self, request: web.Request) -> web.Response:
        body = await _json(request)
        members = [self._person(str(uid)).id for uid in body.get("members", [])]
        about = {name: str(body[name]) for name in ("kind", "username") if body.get(name)}
        group = self._world.people.found(str(body["title"]), members, **about)
        if members:
            enter_group(self._bot(request), group, self._person(str(members[0])), self._world.clock)
        return web.json_response({**group.as_chat(), "members": members})

    async def _group_messages(self, request: web.Request) -> web.Response:
        chat = self._bot(request).chat(self._group(request).id)
        return web.json_response([message.body for message in chat.messages.values()])

    async def _group_text(self, request: web.Request) -> web.Response:
        body = await _json(request)
        group = self._group(request)
        person = self._person(str(body.get("uid") or group.members[0]))
        return web.json_response(
            write_in_group(self._bot(request), group, person, str(body["text"]))
        )

    async def _push(self, request: web.Request) -> web.Response:
        body = await _json(request)
        for part in body.values():
            if isinstance(part, dict) and isinstance(part.get("from"), dict):
                self._world.people.admit(part["from"])
        number = self._bot(request).updates.push(body, int(request.query.get("line", 0)))
        return web.json_response({"update_id": number})

    async def _file(self, request: web.Request) -> web.Response:
        stored = self._world.files.find(request.match_info["file_id"])
        if stored is None:
            raise Refusal(404, "Not Found: there is no such file")
        return web.Response(
            body=stored.content,
            content_type=stored.mime_type.partition(";")[0] or "application/octet-stream",
            # A document is only ever shown to be saved: it may be a page with scripts.
            headers={
                "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": "sandbox; default-src 'none'",
            },
        )

    async def _faults(self, _: web.Request) -> web.Response:
        return web.json_response([fault.described() for fault in self._world.faults])

    async def _add_fault(self, request: web.Request) -> web.Response:
        body = await _json(request)
        fault = self._world.faults.add(Fault(**body))
        return web.json_response(fault.described())

    async def _clear_faults(self, _: web.Request) -> web.Response:
        self._world.faults.clear()
        return web.json_response([])

    async def _limit(self, request: web.Request) -> web.Response:
        self._world.limits = Limits(**await _json(request))
        return web.json_response({"ok": True})

    async def _clock(self, _: web.Request) -> web.Response:
        clock = self._world.clock
        return web.json_response({"now": clock.now(), "offset_seconds": clock.offset})

    async def _move_clock(self, request: web.Request) -> web.Response:
        body = await _json(request)
        self._world.clock.offset = float(body["offset_seconds"])
        return await self._clock(request)

    async def _reset(self, _: web.Request) -> web.Response:
        self._world.reset()
        return web.json_response({"ok": True})


async def _json(request: web.Request) -> Json:
    body = await request.json() if request.can_read_body else {}
    if not isinstance(body, dict):
        raise bad_request("expected a JSON object")
    return body


def _how(body: Json) -> dict[str, Any]:
    """What every message may say about itself."""
    return {"reply_to": int(body.get("reply_to") or 0), "update": body.get("update", True)}


def _text(deeds: Deeds, body: Json) -> Json:
    return deeds.write(str(body["text"]), body.get("entities"), **_how(body))


def _edit(deeds: Deeds, body: Json) -> Json:
    return deeds.edit(int(body["message_id"]), str(body["text"]))


def _tap(deeds: Deeds, body: Json) -> Json:
    place = int(body.get("row") or 0), int(body.get("column") or 0)
    return deeds.tap(int(body["message_id"]), body.get("data"), *place)


def _contact(deeds: Deeds, body: Json) -> Json:
    names = ("phone_number", "first_name", "last_name", "user_id", "vcard")
    contact = {name: body[name] for name in names if body.get(name)}
    if not {"phone_number", "first_name"} <= contact.keys():
        raise bad_request("a contact has a phone number and a first name")
    return deeds.say({"contact": contact}, **_how(body))


def _location(deeds: Deeds, body: Json) -> Json:
    place = {name: float(body[name]) for name in ("latitude", "longitude")}
    return deeds.say({"location": place}, **_how(body))


def _sticker(deeds: Deeds, body: Json) -> Json:
    emoji = str(body.get("emoji") or "🙂")
    sticker = {
        "file_id": f"sticker-{ord(emoji[0])}",
        "file_unique_id": f"s{ord(emoji[0])}",
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
        "emoji": emoji,
        "set_name": "playground",
    }
    return deeds.say({"sticker": sticker}, **_how(body))


def _forward(deeds: Deeds, body: Json) -> Json:
    number, date = int(body.get("message_id") or 0), int(body.get("date") or 0)
    return deeds.forward(body.get("origin", {}), str(body.get("text", "")), number, date)


def _react(deeds: Deeds, body: Json) -> Json:
    deeds.react(int(body["message_id"]), str(body.get("emoji", "")))
    return {"ok": True}


def _block(deeds: Deeds, body: Json) -> Json:
    deeds.block(blocked=bool(body.get("blocked", True)))
    return {"ok": True}


def _inline(deeds: Deeds, body: Json) -> Json:
    return deeds.ask_inline(str(body.get("query", "")), str(body.get("offset", "")))


_DEEDS: dict[str, Callable[[Deeds, Json], Json]] = {
    "text": _text,
    "edit": _edit,
    "tap": _tap,
    "contact": _contact,
    "location": _location,
    "sticker": _sticker,
    "forward": _forward,
    "react": _react,
    "block": _block,
    "inline": _inline,
}
