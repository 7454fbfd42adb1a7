"""Guided conversations whose state is in the database.

python-telegram-bot's ConversationHandler decides which step an update belongs to; where the owner
stands is read from the turn, which was loaded from the database, and was written by the step
itself, in its own unit of work (`desk.ask`, `desk.close_dialogue`). So a half-finished
conversation survives a restart and may go on in another process. The stock handler keeps states
in a dictionary in memory; here that dictionary is a view of the turn.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from typing import Any

from telegram.ext import BaseHandler, ConversationHandler
from telegram.warnings import PTBUserWarning

from handlers.context import Turn, TurnContext

Steps = Mapping[object, list[BaseHandler[Any, TurnContext, Any]]]


class Conversation(ConversationHandler[TurnContext]):
    """A ConversationHandler that stands where the database says."""

    def __init__(
        self,
        name: str,
        entry_points: Sequence[BaseHandler[Any, TurnContext, Any]],
        states: Steps,
        fallbacks: Sequence[BaseHandler[Any, TurnContext, Any]] = (),
    ) -> None:
        with warnings.catch_warnings():
            # It warns that taps are not tracked per message: one dialogue a chat is what we want.
            warnings.simplefilter("ignore", PTBUserWarning)
            super().__init__(
                entry_points=list(entry_points),
                states=dict(states),
                fallbacks=list(fallbacks),
                name=name,
                allow_reentry=True,
            )
        self._conversations: MutableMapping[Any, object] = _Standing(name)


class _Standing(MutableMapping[Any, object]):
    """Where the owner of the current turn stands in one conversation."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getitem__(self, key: object) -> object:
        turn = Turn.current()
        dialogue = turn.dialogue
        if dialogue is None or dialogue.name != self._name or dialogue.expires_at < turn.now:
            raise KeyError(key)
        return dialogue.step

    def __setitem__(self, key: object, state: object) -> None:
        """Nothing to do: the step wrote it in its unit of work."""

    def __delitem__(self, key: object) -> None:
        """Nothing to do: the step wrote it in its unit of work."""

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0
