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


def routes(commands: Callable[[], Sequence[str]]) -> list[Route]:
    """/help, which lists `commands`."""

    async def help_(_: Update, context: TurnContext) -> None:
        listed = [(name, described(name)) for name in commands()]
        await context.turn.run(lambda desk: desk.say(say("help", "help", commands=listed)))

    return [command("help", help_)]
