"""/help: what can be said, and the commands, as the routes know them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from telegram import Update

from handlers.context import TurnContext
from handlers.routing import Route, command
from rapport.templating import label, say


def described(name: str) -> str:
    """What a command does, in the words of the templates."""
    return label(f"command_{name}")


def _told(names: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, described(name)) for name in names]


def routes(
    commands: Callable[[], Sequence[str]], operators: Callable[[], Sequence[str]]
) -> list[Route]:
    """/help, which lists `commands`, and for those who run this Rapport theirs too."""

    async def help_(_: Update, context: TurnContext) -> None:
        turn = context.turn
        is_operator = turn.chat_id in turn.house.operators
        more = operators() if is_operator else ()
        said = say("help", "help", commands=_told(commands()), operators=_told(more))
        await turn.run(lambda desk: desk.say(said))

    return [command("help", help_)]
