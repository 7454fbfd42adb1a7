"""Fix: one part of a card is put right.

[Fix]           → What should I put right? [Name] [Work] [When] [Where]
[When]          → When was it?
Sunday          → the card again; Undo still takes all of it back
"""

from __future__ import annotations

from telegram import Update

from handlers import cards
from handlers.buttons import button, says
from handlers.context import Desk, TurnContext
from handlers.dialogues import Conversation
from handlers.replies import rows_of
from handlers.routing import Route, answered, numbers, tap, tapped, words_of
from rapport.capture.fixing import FIELDS, as_correction
from rapport.templating import say
from storage.captures import KEPT

FIX = "fix"
ANSWER = "answer"


async def fix(_: Update, context: TurnContext) -> None:
    """[Fix]: which part is wrong?"""
    (capture_id,) = numbers(context)

    def ask(desk: Desk) -> None:
        capture = desk.notebook.captures.find(capture_id)
        if capture is None or capture.state != KEPT:
            cards.gone(desk)
            return
        fields = [button(f"fix_{field}", "fix-it", capture_id, field) for field in FIELDS]
        desk.say(say("capture", "fix_what"), rows_of(fields, 4))

    await context.turn.run(ask)


async def fix_field(_: Update, context: TurnContext) -> object:
    """One part was tapped: ask what it should be."""
    assert context.match is not None
    capture_id, wrong = int(context.match.group(1)), context.match.group(2)

    def ask(desk: Desk) -> object:
        desk.edit(say("capture", f"fix_{wrong}"), [[button("cancel", "cancel")]])
        return desk.ask(FIX, ANSWER, {"capture": capture_id, "field": wrong})

    return await context.turn.run(ask)


async def fix_answer(update: Update, context: TurnContext) -> object:
    """What it should be: the card is put right, and Undo still takes all of it back."""
    turn = context.turn
    await turn.roster()  # whose name a new one may look like
    assert turn.dialogue is not None
    answers = turn.dialogue.answers
    correction = as_correction(
        str(answers["field"]), words_of(update), turn.said_at, turn.zone, turn.known_owner.language
    )

    def put_right(desk: Desk) -> object:
        if correction is None:
            desk.say(say("capture", "fix_unclear", field=answers["field"]))
            return desk.ask(FIX, ANSWER, answers)
        cards.correct(desk, desk.notebook.captures.find(int(answers["capture"])), correction)
        return desk.close_dialogue()

    return await turn.run(put_right)


def conversation() -> Conversation:
    """Fix: one question and its answer."""
    return Conversation(
        FIX,
        [tapped(says("fix-it", "int", "|".join(FIELDS)), fix_field)],
        {ANSWER: [answered(fix_answer)]},
    )


def routes() -> list[Route]:
    """[Fix], and its question."""
    return [Route(conversation()), tap(says("fix", "int"), fix)]
