"""The methods of the Bot API: a module a subject, each with its table at the end."""

from collections.abc import Callable, Mapping

from playground.call import Call
from playground.methods import chats, copying, editing, granted, profile, queries, sending, updates

_TABLES: tuple[Mapping[str, Callable[[Call], object]], ...] = (
    updates.METHODS,
    sending.METHODS,
    copying.METHODS,
    editing.METHODS,
    queries.METHODS,
    chats.METHODS,
    profile.METHODS,
    granted.METHODS,
)

# Telegram does not mind the case of a method's name.
METHODS = {name.lower(): method for table in _TABLES for name, method in table.items()}
