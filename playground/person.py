"""A person to write dialogues with: says, taps, and expects what the bot answers."""

import asyncio
import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aiohttp

_PATIENCE = 5.0
_QUIET = 0.3

Json = dict[str, Any]


@dataclass(frozen=True)
class Heard:
    """Something the bot said, as it looked when it was said or edited."""

    raw: Json
    # Whether this is a change of an earlier message.
    is_edit: bool = False

    @property
    def number(self) -> int:
        """The message_id."""
        return int(self.raw["message_id"])

    @property
    def text(self) -> str:
        """The text or caption."""
        return str(self.raw.get("text", self.raw.get("caption", "")))

    @property
    def markup(self) -> Json:
        """The keyboard with the message, empty for none."""
        return dict(self.raw.get("reply_markup", {}))

    @property
    def rows(self) -> list[list[str]]:
        """The labels of the inline buttons."""
        return [[one["text"] for one in row] for row in self.markup.get("inline_keyboard", [])]

    @property
    def buttons(self) -> list[str]:
        """The labels of the inline buttons in one list."""
        return [label for row in self.rows for label in row]

    @property
    def keys(self) -> list[str]:
        """The labels of the reply keyboard in one list."""
        return [one["text"] for row in self.markup.get("keyboard", []) for one in row]

    @property
    def entities(self) -> list[Json]:
        """The entities of the text or caption."""
        return list(self.raw.get("entities") or self.raw.get("caption_entities") or [])

    def place_of(self, button: str) -> tuple[int, int] | None:
        """Row and column of the button with this label or data, or None."""
        for row, column, one in self._places():
            if button in (one["text"], one.get("callback_data")):
                return row, column
        return None

    def button(self, button: str) -> Json:
        """The button with this label or data."""
        for _, _, one in self._places():
            if button in (one["text"], one.get("callback_data")):
                return one
        raise AssertionError(f"no button {button!r}, only {self.buttons} under {self.text!r}")

    def _places(self) -> Iterator[tuple[int, int, Json]]:
        for row, buttons in enumerate(self.markup.get("inline_keyboard", [])):
            for column, one in enumerate(buttons):
                yield row, column, one


class Person:
    """One test user at a playground, by HTTP alone. `meet` makes one; use it in `async with`."""

    def __init__(self, url: str, user: Json, session: aiohttp.ClientSession, token: str) -> None:
        self.user = user
        self.id = int(user["id"])
        self._url = f"{url.rstrip('/')}/play"
        self._token = token
        self._session = session
        self._heard: asyncio.Queue[Heard] = asyncio.Queue()
        self._answers: asyncio.Queue[Json] = asyncio.Queue()
        self._listening: asyncio.Task[None] | None = None
        self.inbox: dict[int, Heard] = {}
        self.actions: list[str] = []

    @classmethod
    async def meet(cls, url: str, first_name: str = "", *, token: str = "", **about: str) -> Self:
        """A new person of this name, or without a name the first one there is."""
        session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))
        play = f"{url.rstrip('/')}/play"
        try:
            if first_name:
                body = {"first_name": first_name, **about}
                async with session.post(f"{play}/users", json=body) as response:
                    user = await response.json()
            else:
                async with session.get(f"{play}/state") as response:
                    user = (await response.json())["users"][0]
            person = cls(url, user, session, token)
            await person.listen()
        except BaseException:
            await session.close()
            raise
        return person

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.leave()

    async def listen(self) -> None:
        """Watches the screen from now on."""
        request = self._session.get(self._address("events"), params=self._params())
        response = await request
        self._listening = asyncio.create_task(self._watch(response))

    async def leave(self) -> None:
        """Stops watching."""
        if self._listening:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening
        await self._session.close()

    async def _watch(self, response: aiohttp.ClientResponse) -> None:
        async with response:
            async for line in response.content:
                if line.startswith(b"data: "):
                    self._see(json.loads(line.removeprefix(b"data: ")))

    def _see(self, event: Json) -> None:
        kind = event["type"]
        if kind in {"message", "edit"} and not event["message"]["outgoing"]:
            heard = Heard(event["message"], is_edit=kind == "edit")
            self.inbox[heard.number] = heard
            self._heard.put_nowait(heard)
        elif kind == "delete":
            self.inbox.pop(event["message_id"], None)
        elif kind == "callback_answer":
            self._answers.put_nowait(event)
        elif kind == "action":
            self.actions.append(event["action"])

    # --- What a person does

    async def say(self, text: str, *, reply_to: int = 0, **more: Any) -> int:
        """Sends a text; returns its message_id."""
        return await self._sent("text", {"text": text, "reply_to": reply_to, **more})

    async def edit(self, number: int, text: str) -> int:
        """Changes a message this person sent."""
        return await self._sent("edit", {"message_id": number, "text": text})

    async def tap(self, button: str, message: Heard | None = None) -> Json:
        """Taps the button with this label or data: of a message, or the newest there is."""
        message = message or self._newest_with(button)
        place = message.place_of(button)
        assert place, f"no button {button!r}, only {message.buttons} under {message.text!r}"
        body = {"message_id": message.number, "row": place[0], "column": place[1]}
        return await self._post("tap", body)

    async def tap_data(self, number: int, data: str) -> Json:
        """Sends the data of a button that may not be there any more."""
        return await self._post("tap", {"message_id": number, "data": data})

    def _newest_with(self, button: str) -> Heard:
        for heard in sorted(self.inbox.values(), key=lambda heard: heard.number, reverse=True):
            if heard.place_of(button):
                return heard
        labels = [heard.buttons for heard in self.inbox.values() if heard.buttons]
        raise AssertionError(f"no message has a button {button!r}; there are {labels}")

    async def send_contact(self, phone_number: str, first_name: str, **more: Any) -> int:
        """Shares somebody's number."""
        contact = {"phone_number": phone_number, "first_name": first_name, **more}
        return await self._sent("contact", contact)

    async def send_location(self, latitude: float, longitude: float) -> int:
        """Shares a place."""
        return await self._sent("location", {"latitude": latitude, "longitude": longitude})

    async def send_sticker(self, emoji: str = "🙂") -> int:
        """Sends a sticker."""
        return await self._sent("sticker", {"emoji": emoji})

    async def send_file(
        self, content: bytes, name: str = "file.txt", kind: str = "document", caption: str = ""
    ) -> int:
        """Sends a file as photo, document, voice, audio, video or sticker."""
        form = aiohttp.FormData()
        form.add_field("file", content, filename=name)
        form.add_field("kind", kind)
        form.add_field("caption", caption)
        request = self._session.post(self._address("upload"), data=form, params=self._params())
        async with request as response:
            return int((await _answer(response))["message_id"])

    async def download(self, message: Heard) -> bytes:
        """The content of the document that the bot sent."""
        file_id = message.raw["document"]["file_id"]
        async with self._session.get(f"{self._url}/files/{file_id}") as response:
            assert response.status == 200, f"there is no file {file_id}"
            return await response.read()

    async def forward(self, text: str, origin: Json, date: int = 0) -> int:
        """Sends on a text from elsewhere; `origin` is a MessageOrigin object."""
        return await self._sent("forward", {"text": text, "origin": origin, "date": date})

    async def react(self, number: int, emoji: str) -> None:
        """Reacts to a message."""
        await self._post("react", {"message_id": number, "emoji": emoji})

    async def block(self, *, blocked: bool = True) -> None:
        """Blocks the bot, or takes it back."""
        await self._post("block", {"blocked": blocked})

    # --- What a person expects

    async def expect(self, *fragments: str, timeout: float = _PATIENCE) -> Heard:  # noqa: ASYNC109 (reads better in a dialogue)
        """The next message or edit of the bot; it must contain every fragment."""
        try:
            heard = await asyncio.wait_for(self._heard.get(), timeout)
        except TimeoutError:
            wanted = f", expected {list(fragments)}" if fragments else ""
            raise AssertionError(f"the bot said nothing for {timeout} s{wanted}") from None
        missing = [fragment for fragment in fragments if fragment not in heard.text]
        assert not missing, f"expected {missing} in {heard.text!r} {heard.rows}"
        return heard

    async def expect_edit(self, *fragments: str, timeout: float = _PATIENCE) -> Heard:  # noqa: ASYNC109
        """The next thing the bot does must be the change of a message."""
        heard = await self.expect(*fragments, timeout=timeout)
        assert heard.is_edit, f"expected an edit, got a new message {heard.text!r}"
        return heard

    async def expect_answer(self, *fragments: str, timeout: float = _PATIENCE) -> str:  # noqa: ASYNC109
        """The notice that answers a tapped button."""
        try:
            answer = await asyncio.wait_for(self._answers.get(), timeout)
        except TimeoutError:
            raise AssertionError(f"the button was not answered in {timeout} s") from None
        text = str(answer["text"])
        missing = [fragment for fragment in fragments if fragment not in text]
        assert not missing, f"expected {missing} in {text!r}"
        return text

    async def expect_silence(self, seconds: float = _QUIET) -> None:
        """The bot says nothing for a while."""
        try:
            heard = await asyncio.wait_for(self._heard.get(), seconds)
        except TimeoutError:
            return
        raise AssertionError(f"expected silence, heard {heard.text!r}")

    async def history(self) -> list[Json]:
        """All messages of the chat, both sides, as they look now."""
        request = self._session.get(self._address("messages"), params=self._params())
        async with request as response:
            return list(await _answer(response))

    async def _sent(self, deed: str, body: Json) -> int:
        return int((await self._post(deed, body))["message_id"])

    async def _post(self, deed: str, body: Json) -> Json:
        request = self._session.post(self._address(deed), json=body, params=self._params())
        async with request as response:
            return dict(await _answer(response))

    def _address(self, what: str) -> str:
        return f"{self._url}/users/{self.id}/{what}"

    def _params(self) -> dict[str, str]:
        return {"token": self._token} if self._token else {}


async def _answer(response: aiohttp.ClientResponse) -> Any:
    body = await response.json()
    assert response.status < 400, f"the playground refused: {body.get('description', body)}"
    return body
