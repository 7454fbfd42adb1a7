"""Drafts: a message to send, made from what is on record.

draft a thank-you to Anna for the intro → the message, alone, so that one tap copies it:
                                          [Copy or Open] [Another] [Change…] [Sent it]
/draft                                  → to whom? on what occasion?
Another; Change…, then a tone           → the same message, in place
Sent it                                 → in touch today; and did it keep a promise?

    whom ──name──▸ (occasion) ──tap──▸ draft ──Sent it──▸ sent
    which ──tap──▸     │                 ▲
                       ▼ a fact lacks    │
                     fact ──answer, Skip─┘
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TypeAlias

from telegram import Update

from handlers.buttons import Button, button, data, named, says, shorten
from handlers.contacts import say_who
from handlers.context import Desk, Turn, TurnContext
from handlers.dialogues import Conversation
from handlers.replies import Keyboard, length, rows_of
from handlers.routing import (
    Route,
    Step,
    after_command,
    answered,
    command,
    numbers,
    tap,
    tapped,
    words_of,
)
from rapport.capture.asides import is_more_than_a_name, is_no_answer, is_note, small_talk
from rapport.capture.reading import DraftWish, Reading
from rapport.drafts.writing import missing
from rapport.journeys.sent import kept, perhaps_kept, sent
from rapport.journeys.writing import (
    TONES,
    WARM,
    Order,
    Told,
    another,
    brief,
    in_tone,
    link_to,
    may_be_written_to,
    occasion_about,
    occasions_for,
    offer,
    told_about,
    tone_of,
)
from rapport.names import clean
from rapport.occasions import OCCASIONS
from rapport.templating import label, say
from storage.contacts import Contact
from storage.drafts import SENT, StoredDraft
from storage.errors import NoSuchRecord

DRAFT = "draft"
WHOM, WHICH, FACT = "whom", "which", "fact"

COPIED = 256  # UTF-16 units that a copy button holds
FOUND = 6
PROMISES = 4
WIDE = 40  # letters of a promise on a button that has a row to itself
LONGEST_ANSWER = 200


Aside: TypeAlias = Callable[[Step, Callable[[str, Reading], bool]], Step]


@dataclass(frozen=True)
class Asked:
    """What the owner said of a message before it was clear to whom it goes."""

    occasion: str | None = None
    about: str | None = None
    tone: str = WARM


# --- to whom ------------------------------------------------------------------------------------


async def wish(turn: Turn, wanted: DraftWish) -> None:
    """A message the owner asked for in words."""
    occasion = wanted.occasion if wanted.occasion in OCCASIONS else None
    asked = Asked(occasion, wanted.about, tone_of(wanted.tone))
    await turn.run(lambda desk: _to(desk, wanted.to, wanted.contact_ids, asked))


async def draft(update: Update, context: TurnContext) -> object:
    """/draft, or /draft NAME."""
    name = clean(after_command(update))
    if name:
        return await _to_named(context.turn, name)
    return await context.turn.run(_ask_whom)


async def whom(update: Update, context: TurnContext) -> object:
    """A name was typed."""
    return await _to_named(context.turn, clean(words_of(update)))


async def _to_named(turn: Turn, name: str) -> object:
    roster = await turn.roster()
    ids = roster.named(name) or tuple(roster.search(name, FOUND))
    return await turn.run(lambda desk: _to(desk, name, ids, Asked()))


def _ask_whom(desk: Desk) -> object:
    """A name will do; those on the screen are a tap away."""
    recent = desk.notebook.contacts.many(desk.owner.shown[:FOUND])
    desk.say(say("drafts", "whom"), [*_names(recent), [button("cancel", "cancel")]])
    return desk.ask(DRAFT, WHOM, asdict(Asked()))


def _to(desk: Desk, name: str, contact_ids: Sequence[int], asked: Asked) -> object:
    people = desk.notebook.contacts.many(contact_ids)
    if len(people) == 1:
        return _begin(desk, people[0], asked)
    if not people:
        desk.say(say("drafts", "unknown", name=name))
        return desk.close_dialogue()
    desk.say(say("drafts", "which", name=name), [*_names(people), [button("cancel", "cancel")]])
    return desk.ask(DRAFT, WHICH, asdict(asked))


def _names(people: Sequence[Contact]) -> Keyboard:
    return rows_of(
        [named(say_who(each.name, each.company), "draft-to", each.id) for each in people], 1
    )


async def pick(_: Update, context: TurnContext) -> object:
    """One of the names was tapped; a button older than the question asks for the occasion."""
    (contact_id,) = numbers(context)
    dialogue = context.turn.dialogue
    is_asked = dialogue is not None and (dialogue.name, dialogue.step) in {
        (DRAFT, WHOM),
        (DRAFT, WHICH),
    }
    asked = Asked(**dialogue.answers) if dialogue is not None and is_asked else Asked()

    def choose(desk: Desk) -> object:
        contact = desk.notebook.contacts.find(contact_id)
        if contact is None:
            return _gone(desk)
        return _begin(desk, contact, asked, in_place=True)

    return await context.turn.run(choose)


def _gone(desk: Desk) -> object:
    desk.say(say("help", "old_button"))
    return desk.close_dialogue()


# --- on what occasion ---------------------------------------------------------------------------


def _begin(desk: Desk, contact: Contact, asked: Asked, *, in_place: bool = False) -> object:
    occasion = asked.occasion
    if occasion is None and asked.about:
        occasion = occasion_about(contact, desk.turn.today)
    if not may_be_written_to(contact):
        _put(desk, say("drafts", "refused", contact=contact), in_place=in_place)
    elif occasion is None:
        _ask_occasion(desk, contact, in_place=in_place)
    else:
        order = Order(contact.id, occasion, asked.tone, told_about(occasion, asked.about))
        return _write(desk, order, in_place=in_place)
    return desk.close_dialogue()


def _put(desk: Desk, html: str, keyboard: Keyboard = (), *, in_place: bool) -> None:
    if in_place:
        desk.edit(html, keyboard)
    else:
        desk.say(html, keyboard)


def _ask_occasion(desk: Desk, contact: Contact, *, in_place: bool) -> None:
    occasions = occasions_for(desk.notebook, contact, desk.turn.today)
    buttons = [
        button(f"occasion_{each.replace('-', '_')}", "draft-as", each, contact.id)
        for each in occasions
    ]
    html = say("drafts", "occasion", contact=contact)
    _put(desk, html, rows_of(buttons, 2), in_place=in_place)
    desk.shows(contact.id)


async def for_somebody(_: Update, context: TurnContext) -> object:
    """[Draft] on a card: the occasion is not said yet."""
    (contact_id,) = numbers(context)

    def ask(desk: Desk) -> object:
        contact = desk.notebook.contacts.find(contact_id)
        return _gone(desk) if contact is None else _begin(desk, contact, Asked())

    return await context.turn.run(ask)


def _on_occasion(*, in_place: bool) -> Step:
    """The step that writes on the tapped occasion; below the card, or in place of the question."""

    async def step(_: Update, context: TurnContext) -> object:
        assert context.match is not None
        occasion, contact_id = context.match.group(1), int(context.match.group(2))

        def begin(desk: Desk) -> object:
            contact = desk.notebook.contacts.find(contact_id)
            if contact is None or occasion not in OCCASIONS:
                return _gone(desk)
            return _begin(desk, contact, Asked(occasion), in_place=in_place)

        return await context.turn.run(begin)

    return step


# --- what about ---------------------------------------------------------------------------------


def _write(
    desk: Desk, order: Order, *, in_place: bool, asks: bool = True, unclear: bool = False
) -> object:
    """The draft; first one question where the fact it wants most is not on record."""
    wanted = missing(brief(desk.notebook, order, desk.turn.today)) if asks else None
    if wanted is not None:
        return _ask_fact(desk, order, wanted, in_place=in_place, unclear=unclear)
    found = offer(desk.notebook, order, desk.turn.today, desk.turn.now)
    if found is None:
        contact = desk.notebook.contacts.get(order.contact_id)
        _put(desk, say("drafts", "all_said", contact=contact), in_place=in_place)
    else:
        _show(desk, found, in_place=in_place)
    return desk.close_dialogue()


def _ask_fact(desk: Desk, order: Order, wanted: str, *, in_place: bool, unclear: bool) -> object:
    contact = desk.notebook.contacts.get(order.contact_id)
    html = say(
        "drafts", "fact", contact=contact, occasion=order.occasion, wanted=wanted, unclear=unclear
    )
    keyboard = [[button("skip", "draft-skip"), button("cancel", "cancel")]]
    _put(desk, html, keyboard, in_place=in_place)
    answers = {
        "contact": order.contact_id,
        "occasion": order.occasion,
        "tone": order.tone,
        "wanted": wanted,
    }
    return desk.ask(DRAFT, FACT, answers)


def _asked_order(turn: Turn, *told: Told) -> Order:
    """What the open question belongs to."""
    assert turn.dialogue is not None
    answers = turn.dialogue.answers
    return Order(int(answers["contact"]), str(answers["occasion"]), str(answers["tone"]), told)


async def fact(update: Update, context: TurnContext) -> object:
    """The answer is what the message is about; asked again where it fits no sentence."""
    turn = context.turn
    assert turn.dialogue is not None
    words = " ".join(words_of(update)[:LONGEST_ANSWER].split())
    if is_no_answer(words):
        return await _without_fact(turn, in_place=False)
    if small_talk(words):
        words = ""  # "thx" is nothing to write about
    told = told_about(str(turn.dialogue.answers["occasion"]), words)
    order = _asked_order(turn, *told)
    return await turn.run(
        _unless_gone(lambda desk: _write(desk, order, in_place=False, unclear=True))
    )


async def skip(_: Update, context: TurnContext) -> object:
    """Nothing to say: the message makes do with what there is."""
    return await _without_fact(context.turn, in_place=True)


async def _without_fact(turn: Turn, *, in_place: bool) -> object:
    order = _asked_order(turn)
    return await turn.run(
        _unless_gone(lambda desk: _write(desk, order, in_place=in_place, asks=False))
    )


def _unless_gone(work: Callable[[Desk], object]) -> Callable[[Desk], object]:
    """The work, or a plain word where the contact was forgotten meanwhile."""

    def safely(desk: Desk) -> object:
        try:
            return work(desk)
        except NoSuchRecord:
            return _gone(desk)

    return safely


# --- the draft ----------------------------------------------------------------------------------


def _show(
    desk: Desk,
    found: StoredDraft,
    *,
    in_place: bool = True,
    keyboard: Keyboard | None = None,
    is_last: bool = False,
) -> None:
    html = say("drafts", "draft", draft=found, is_last=is_last)
    buttons = [_row(desk, found, is_last=is_last)] if keyboard is None else keyboard
    about = {"contacts": [found.contact_id], "draft": found.id}
    if in_place:
        desk.edit(html, buttons, about=about)
    else:
        desk.say(html, buttons, about=about)
    desk.shows(found.contact_id)


def _row(desk: Desk, found: StoredDraft, *, is_last: bool) -> list[Button]:
    row = [
        button("change", "draft-change", found.id),
        button("sent_it", "draft-sent", found.id),
    ]
    if not is_last:
        row.insert(0, button("another", "draft-another", found.id))
    link = link_to(found, desk.notebook.handles.of(found.contact_id))
    if length(found.text) <= COPIED:
        row.insert(0, Button(label("copy"), copy=found.text))
    elif link is not None:
        row.insert(0, Button(label("open"), url=link))
    return row


def _on_draft(answer: Callable[[Desk, StoredDraft], None]) -> Step:
    """The step that does something with a draft that was not sent yet."""

    async def step(_: Update, context: TurnContext) -> None:
        draft_id = numbers(context)[0]

        def work(desk: Desk) -> None:
            found = desk.notebook.drafts.find(draft_id)
            if found is None:
                desk.say(say("help", "old_button"))
            elif found.state == SENT:
                _show_sent(desk, found)
            else:
                answer(desk, found)

        await context.turn.run(work)

    return step


def _another(desk: Desk, found: StoredDraft) -> None:
    new = another(desk.notebook, found, desk.turn.today)
    _show(desk, new or found, is_last=new is None)


def _change(desk: Desk, found: StoredDraft) -> None:
    tones = [button(f"tone_{tone}", "draft-tone", found.id, tone) for tone in TONES]
    _show(desk, found, keyboard=[[*tones, button("back", "draft-back", found.id)]])


def _back(desk: Desk, found: StoredDraft) -> None:
    _show(desk, found)


async def set_tone(update: Update, context: TurnContext) -> None:
    """[Warm], [Casual] or [Formal]."""
    assert context.match is not None
    tone = context.match.group(2)

    def say_it_so(desk: Desk, found: StoredDraft) -> None:
        _show(desk, in_tone(desk.notebook, found, tone, desk.turn.today))

    await _on_draft(say_it_so)(update, context)


# --- sent ---------------------------------------------------------------------------------------


def _sent(desk: Desk, found: StoredDraft) -> None:
    _show_sent(desk, sent(desk.notebook, found.id, desk.turn.today, desk.turn.now))


def _show_sent(desk: Desk, found: StoredDraft) -> None:
    """The draft with a line that confirms it, and the promises it may have kept."""
    promises = perhaps_kept(desk.notebook, found.contact_id)[:PROMISES]
    contact = desk.notebook.contacts.get(found.contact_id)
    html = say(
        "drafts", "sent", draft=found, contact=contact, promises=promises, today=desk.turn.today
    )
    buttons = [
        Button(shorten(f"✓ {each.what}", WIDE), data("draft-kept", found.id, each.id))
        for each in promises
    ]
    desk.edit(html, rows_of(buttons, 1), about={"contacts": [found.contact_id]})
    desk.shows(found.contact_id)


async def promise_kept(_: Update, context: TurnContext) -> None:
    """A promise was tapped: the message that was sent kept it."""
    draft_id, promise_id = numbers(context)

    def settle(desk: Desk) -> object:
        found = desk.notebook.drafts.get(draft_id)
        kept(desk.notebook, promise_id, desk.turn.today)
        _show_sent(desk, found)
        return None

    await context.turn.run(_unless_gone(settle))


def conversation(unless_note: Aside) -> Conversation:
    """To whom, and what about."""
    return Conversation(
        DRAFT,
        [],
        {
            WHOM: [answered(unless_note(whom, is_more_than_a_name))],
            FACT: [tapped(says("draft-skip"), skip), answered(unless_note(fact, is_note))],
        },
    )


def routes(unless_note: Aside) -> list[Route]:
    """/draft, its questions, and the buttons of cards and drafts.

    `unless_note` lets a note through that was sent in place of an answer.
    """
    return [
        command("draft", draft),
        Route(conversation(unless_note)),
        tap(says("draft-to", "int"), pick),
        tap(says("draft", "[a-z-]+", "int"), _on_occasion(in_place=False)),
        tap(says("draft-as", "[a-z-]+", "int"), _on_occasion(in_place=True)),
        tap(says("draft-for", "int"), for_somebody),
        tap(says("draft-another", "int"), _on_draft(_another)),
        tap(says("draft-change", "int"), _on_draft(_change)),
        tap(says("draft-back", "int"), _on_draft(_back)),
        tap(says("draft-tone", "int", "|".join(TONES)), set_tone),
        tap(says("draft-sent", "int"), _on_draft(_sent)),
        tap(says("draft-kept", "int", "int"), promise_kept),
    ]
