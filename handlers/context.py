"""One update being answered: who asks, when, and the one unit of work that answers it.

A handler reads the update, decides, and calls `turn.run(work)` once. `work` gets a desk: the
owner's notebook, and the replies. Its changes, its replies and the update's "done" mark are one
transaction; the replies go out after it. What nobody asked for is written the same way, by
`office.write(owner_id, work)`.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol, Self, TypeVar
from zoneinfo import ZoneInfo

from telegram import Update, User
from telegram.ext import Application, CallbackContext, ExtBot

from handlers.replies import Keyboard, message_body, pieces
from rapport.capture.roster import Roster
from rapport.contacts.rosters import Rosters
from rapport.dates import local_today
from rapport.names import clean
from rapport.nudges.hours import next_digest
from storage import dialogues, intake, invites, owners
from storage.database import Database
from storage.dialogues import Dialogue
from storage.intake import RawUpdate
from storage.notebook import Notebook
from storage.outbox import Letter
from storage.owners import Owner
from storage.unit import Unit

T = TypeVar("T")

log = logging.getLogger(__name__)

DIALOGUE_LIFETIME = timedelta(days=1)


class Lane(Protocol):
    """The way to one chat, held open while a unit that may write to it is under way."""

    token: str | None  # claims the first letter for this process; None while others wait
    lease_until: datetime

    def hand_over(self, letters: Sequence[Letter] | None) -> None:
        """The unit is over: what it wrote; None where nobody knows whether it wrote anything."""


class Post(Protocol):
    """What delivers replies."""

    def open_lane(self, chat_id: int) -> Lane: ...

    def transient(self, method: str, body: Mapping[str, Any]) -> None: ...

    def insist(self, method: str, body: Mapping[str, Any]) -> None: ...


@dataclass(frozen=True)
class Office:
    """What unasked work is done with: the database, the post, the clock, and the house's zone,
    which is that of owners who have not said theirs."""

    database: Database
    post: Post
    now: Callable[[], datetime]
    zone: str

    async def write(self, owner_id: int, work: Callable[[Writer], T], *, zone: ZoneInfo) -> T:
        """Do work that nobody asked for as one unit of an owner's; what it says goes out after it,
        or in the morning where that fails into the owner's night.

        `work` may be run again, like any unit's.
        """

        def unit_of_work(unit: Unit, lane: Lane) -> tuple[T, Sequence[Letter]]:
            writer = Writer(unit, owner_id, self.now(), lane, zone.key)
            return work(writer), writer.letters

        return await _posted(self.database, self.post, owner_id, unit_of_work)


async def _posted(
    database: Database,
    post: Post,
    chat_id: int,
    work: Callable[[Unit, Lane], tuple[T, Sequence[Letter]]],
) -> T:
    """The result of a unit whose letters are delivered as soon as it is stored."""
    lane = post.open_lane(chat_id)
    letters: Sequence[Letter] | None = None
    runs = 0

    def counted(unit: Unit) -> tuple[T, Sequence[Letter]]:
        nonlocal runs
        runs += 1
        return work(unit, lane)

    try:
        result, written = await database.run(counted)
        # Run again after a COMMIT whose answer was lost, it may find everything done.
        letters = written if written or runs == 1 else None
        return result
    finally:
        lane.hand_over(letters)


async def _none() -> int:
    return 0


@dataclass(frozen=True)
class House:
    """The rules of this Rapport: who is let in, and what new owners start with."""

    open: bool
    allowed: frozenset[int]
    zone: str
    digest_at: str
    operators: frozenset[int] = frozenset()
    backup_days: Callable[[], Awaitable[int]] = _none
    """For how many days backups hold what was in them; 0: there are none here."""

    def welcomes(self, user_id: int) -> bool:
        """Whether somebody is let in without an invitation."""
        return self.open or user_id in self.allowed or user_id in self.operators


class Writer:
    """Writes to one owner, in a unit of work over their notebook."""

    def __init__(
        self,
        unit: Unit,
        chat_id: int,
        now: datetime,
        lane: Lane,
        night_zone: str | None = None,
    ) -> None:
        self.unit = unit
        self.chat_id = chat_id
        self.now = now
        self.notebook = Notebook(unit, chat_id)
        self.letters: list[Letter] = []
        self._lane = lane
        self._night_zone = night_zone

    def say(
        self,
        html: str,
        keyboard: Keyboard = (),
        *,
        about: Mapping[str, Any] | None = None,
        **extra: Any,
    ) -> Letter:
        """Write a message; too long a text becomes several, the buttons under the last.

        `about` is what a reply to the message will be about; `extra` are more parameters.
        """
        *first, last = pieces(html)
        for piece in first:
            self.call("sendMessage", message_body(self.chat_id, piece), about)
        body = message_body(self.chat_id, last, keyboard, **extra)
        return self.call("sendMessage", body, about)

    def call(
        self, method: str, body: Mapping[str, Any], about: Mapping[str, Any] | None = None
    ) -> Letter:
        """Have a call made to Telegram after this unit is stored, in this chat's order."""
        claims = not self.letters and self._lane.token is not None
        letter = self.notebook.outbox.add(
            method,
            body,
            now=self.now,
            about=about,
            token=self._lane.token if claims else None,
            lease_until=self._lane.lease_until if claims else None,
            night_zone=self._night_zone,
        )
        self.letters.append(letter)
        return letter


class Desk(Writer):
    """Where an update is answered: its owner's notebook, and the replies it causes."""

    def __init__(self, unit: Unit, turn: Turn, lane: Lane) -> None:
        super().__init__(unit, turn.chat_id, turn.now, lane)
        self.turn = turn

    @property
    def owner(self) -> Owner:
        """The owner as they were when the update came in."""
        return self.turn.known_owner

    def shows(self, *contact_ids: int) -> None:
        """These contacts are on the screen now: "she" and "him" mean them."""
        if list(self.owner.shown) != list(contact_ids):
            owners.show(self.unit, self.turn.chat_id, contact_ids)

    def edit(
        self,
        html: str,
        keyboard: Keyboard = (),
        *,
        message_id: int | None = None,
        about: Mapping[str, Any] | None = None,
    ) -> Letter:
        """Change the message whose button was tapped, or another of the bot's, in place."""
        at = message_id or self.turn.tapped_message
        first, *rest = pieces(html)
        if at is None or rest:
            return self.say(html, keyboard, about=about)
        body = message_body(self.turn.chat_id, first, keyboard)
        return self.call("editMessageText", {**body, "message_id": at}, about)

    def ask(self, dialogue: str, step: str, answers: Mapping[str, Any]) -> str:
        """The step the owner's dialogue now stands at, remembered in this unit."""
        expires = self.turn.now + DIALOGUE_LIFETIME
        dialogues.put(
            self.unit, self.turn.chat_id, Dialogue(dialogue, step, dict(answers), expires)
        )
        return step

    def close_dialogue(self) -> int:
        """The owner is in no dialogue any more; the state that ends a conversation."""
        if self.turn.dialogue is not None:
            dialogues.close(self.unit, self.turn.chat_id)
        return END


END = -1  # telegram.ext.ConversationHandler.END


@dataclass
class Turn:
    """One update and everything needed to answer it."""

    update: Update
    chat_id: int
    now: datetime
    database: Database
    post: Post
    rosters: Rosters
    house: House
    owner: Owner | None = None
    dialogue: Dialogue | None = None
    raw: RawUpdate | None = None
    toast: str | None = None
    """Words to flash when the tap is acknowledged."""
    people: Roster = field(default=Roster(), init=False)
    """Whom the owner knew before this update, once `roster` was asked for; until then nobody."""
    is_answered: bool = field(default=False, init=False)

    @property
    def known_owner(self) -> Owner:
        """The owner; the guard lets nobody else past."""
        assert self.owner is not None
        return self.owner

    @property
    def zone(self) -> ZoneInfo:
        """The owner's zone, or the house's until they have said."""
        return ZoneInfo((self.owner and self.owner.zone) or self.house.zone)

    @property
    def today(self) -> date:
        """The owner's local day, now."""
        return local_today(self.now, self.zone)

    @property
    def said_at(self) -> datetime:
        """The message's own time: an edit keeps its original, a late delivery too."""
        message = self.update.effective_message
        if message is None or self.update.callback_query is not None:
            return self.now
        return message.date

    @property
    def said_on(self) -> date:
        """The owner's local day when the message was written."""
        return local_today(self.said_at, self.zone)

    @property
    def tapped_message(self) -> int | None:
        """The bot's message whose button was tapped, None if the update is no tap."""
        query = self.update.callback_query
        return None if query is None or query.message is None else query.message.message_id

    async def run(self, work: Callable[[Desk], T]) -> T:
        """Do the update's work as one unit: changes, replies and the "done" mark, or nothing.

        `work` may be run again, so its statements and its result must be its only effects.
        """
        assert not self.is_answered, "an update is answered by one unit of work"

        def unit_of_work(unit: Unit, lane: Lane) -> tuple[tuple[T, Desk], Sequence[Letter]]:
            if self.raw is not None:
                intake.done(unit, self.raw)
            if self.owner is not None and self.owner.unreachable_since is not None:
                owners.change(unit, self.chat_id, unreachable_since=None)
            desk = Desk(unit, self, lane)
            return (work(desk), desk), desk.letters

        result, desk = await _posted(self.database, self.post, self.chat_id, unit_of_work)
        self.rosters.learn(self.chat_id, desk.notebook.roster)
        self.is_answered = True
        done = f"{work.__module__}.{work.__qualname__}"
        log.debug("stored what %s did, letters: %d", done, len(desk.letters))
        return result

    async def finish(self) -> None:
        """Nothing was to be done: mark the update done all the same."""
        raw = self.raw
        if raw is not None:
            await self.database.run(lambda unit: intake.done(unit, raw))
        self.is_answered = True

    async def read(self, question: Callable[[Notebook], T]) -> T:
        """What the owner's notebook answers; nothing is changed."""
        return await self.database.read(lambda unit: question(Notebook(unit, self.chat_id)))

    async def roster(self) -> Roster:
        """The people the owner knows, ready to read a message against."""
        owner = self.known_owner
        found = self.rosters.fresh(owner)
        if found is None:
            kept = await self.read(lambda notebook: self.rosters.read(notebook, owner))
            self.rosters.keep(owner.id, kept)
            found = kept.roster
        self.people = found
        return found

    async def admit(self, *, invited: bool = False, code: str | None = None) -> bool:
        """Whether the person now keeps a notebook here; with a code, only if it is good."""
        user = self.update.effective_user
        assert user is not None

        def begin(unit: Unit) -> tuple[Owner | None, Dialogue | None]:
            found = owners.find(unit, user.id)
            if code is not None and not invites.redeem(unit, code, user.id, self.now):
                # Run again after a COMMIT whose answer was lost, it finds them let in.
                is_in = found is not None and found.invited
                return owners.find_with_dialogue(unit, user.id) if is_in else (None, None)
            if found is None:
                owners.add(
                    unit,
                    user.id,
                    name=_name_of(user),
                    language=_language_of(user),
                    digest_at=self.house.digest_at,
                    now=self.now,
                    digest_due=next_digest(self.now, self.house.digest_at, self.zone),
                    invited=invited,
                )
            elif invited:
                owners.change(unit, user.id, invited=True)
            return owners.find_with_dialogue(unit, user.id)

        self.owner, self.dialogue = await self.database.run(begin)
        return self.owner is not None

    def forget_roster(self) -> None:
        """Nothing of the owner's people stays in memory."""
        self.rosters.forget(self.chat_id)

    @classmethod
    def current(cls) -> Turn:
        """The turn of the update being processed now."""
        return _CURRENT.get()

    def __enter__(self) -> Self:
        self._before = _CURRENT.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        _CURRENT.reset(self._before)


def _name_of(user: User) -> str:
    """What somebody calls themselves; their account where nothing of it can be seen."""
    return clean(user.full_name or "") or user.username or str(user.id)


def _language_of(user: User) -> str:
    """The language of their Telegram, without its script and country where that is long."""
    tag = user.language_code or "en"
    return tag if len(tag) <= _LONGEST_TAG else tag.partition("-")[0][:_LONGEST_TAG]


_LONGEST_TAG = 8  # letters: what the schema has room for
_CURRENT: ContextVar[Turn] = ContextVar("turn")


class TurnContext(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """What python-telegram-bot hands to a handler: its own context, and the turn."""

    turn: Turn

    @classmethod
    def from_update(
        cls, update: object, application: Application[Any, Any, Any, Any, Any, Any]
    ) -> Self:
        """The context of an update that is being processed."""
        context = super().from_update(update, application)
        context.turn = Turn.current()
        return context
