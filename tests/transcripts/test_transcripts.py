"""Whole dialogues, one file each, over HTTP against the playground; script.py says how to read
them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

import pytest

from playground import Heard
from tests.chat import ZONE, Chat, chatting
from tests.transcripts.script import Directed, Expected, Said, Step, Tapped, read_script

FILES = sorted(Path(__file__).parent.glob("**/*.txt"))
PATIENCE = 5.0
LULL = 0.05  # how long a surplus answer may take to be noticed at the end


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_the_dialogue_goes_as_written(
    path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = read_script(path)
    is_new = steps[0] == Directed("a newcomer", "")
    async with chatting(sqlite_url, monkeypatch, is_new=is_new) as chat:
        stage = Stage(chat)
        for step in steps[is_new:]:
            await stage.play(step)
        await chat.person.expect_silence(LULL)


class Stage:
    """Plays a transcript."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._person = chat.person
        self._said = 0
        self._heard: Heard | None = None

    async def play(self, step: Step) -> None:
        """One step; AssertionError where the bot does otherwise."""
        match step:
            case Said(text):
                self._said = await self._person.say(text)
            case Tapped(label):
                await self._person.tap(label)
            case Directed(deed, words):
                await self._direct(deed, words)
            case Expected():
                await self._expect(step)

    async def _expect(self, step: Expected) -> None:
        try:
            heard = await self._person.expect(timeout=PATIENCE)
        except AssertionError as silence:
            raise AssertionError(f"line {step.line}: expected {step.lines}, {silence}") from None
        wrong = step.difference(heard)
        assert wrong is None, f"line {step.line}: {wrong}; heard:\n{heard.text}\n{heard.rows}"
        self._heard = heard

    async def _direct(self, deed: str, words: str) -> None:
        what, _, about = deed.partition(" ")
        directions: dict[str, Callable[[str, str], Awaitable[object]]] = {
            "contact": self._contact,
            "location": self._location,
            "sticker": lambda *_: self._person.send_sticker(),
            "edits": lambda _, text: self._person.edit(self._said, text),
            "replies": self._reply,
            "taps": lambda _, data: self._person.tap_data(self._last_heard.number, data),
            "silence": lambda *_: self._person.expect_silence(),
            "restart": lambda *_: self._chat.restart(),
            "clock": self._clock,
        }
        if what in {"voice", "photo", "document", "audio", "video"}:
            name = about or f"{what}.bin"
            self._said = await self._person.send_file(b"content", name, what, words)
        else:
            await directions[what](about, words)

    @property
    def _last_heard(self) -> Heard:
        assert self._heard is not None, "nothing was heard yet"
        return self._heard

    async def _contact(self, _: str, words: str) -> None:
        name, _, phone = words.rpartition(", ")
        first, _, last = name.partition(" ")
        self._said = await self._person.send_contact(phone, first, last_name=last)

    async def _location(self, _: str, words: str) -> None:
        latitude, longitude = map(float, words.split(","))
        self._said = await self._person.send_location(latitude, longitude)

    async def _reply(self, _: str, words: str) -> None:
        self._said = await self._person.say(words, reply_to=self._last_heard.number)

    async def _clock(self, _: str, words: str) -> None:
        self._chat.move_to(datetime.fromisoformat(words).replace(tzinfo=ZONE))
