"""What a failed call to Telegram means for the message it carried.

python-telegram-bot's tree says what went wrong; here it is read as what may have happened:
`TimedOut` and `BadRequest` are both `NetworkError`s, yet one message may have arrived and the
other never will.
"""

import re
from enum import Enum, auto

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)


class UnsentError(Exception):
    """The request did not leave: no free connection, none established, or no session.

    The transport puts it as `__cause__` under the `TimedOut` or `NetworkError` it raises.
    """


class Outcome(Enum):
    """What became of a call that failed."""

    NOT_SENT = auto()
    """Telegram did not act on it; the same call may be made again."""
    UNKNOWN = auto()
    """Telegram may have acted on it; making it again may do it twice."""
    LIMITED = auto()
    """Not acted on, and nothing will be until `RetryAfter.retry_after` has passed."""
    BLOCKED = auto()
    """Not acted on: this chat does not take messages from the bot."""
    REFUSED = auto()
    """Not acted on, and the same call will always be refused."""
    REVOKED = auto()
    """Not acted on: the token is not valid (any more)."""


# Telegram quotes what it cannot take: a tag, an address, a piece of the text.
_QUOTED = re.compile(r"""(?s)".*"|(?<!\w)'.*'(?!\w)""")

_BY_TYPE: tuple[tuple[type[TelegramError], Outcome], ...] = (
    (RetryAfter, Outcome.LIMITED),
    (Forbidden, Outcome.BLOCKED),
    (InvalidToken, Outcome.REVOKED),
    (BadRequest, Outcome.REFUSED),
    (ChatMigrated, Outcome.REFUSED),
    (EndPointNotFound, Outcome.REFUSED),
    (Conflict, Outcome.NOT_SENT),
)

# Statuses for which python-telegram-bot has no class: it keeps only the words of the answer.
_BY_WORDS: tuple[tuple[str, Outcome], ...] = (
    ("Too Many Requests", Outcome.NOT_SENT),
    ("Request Entity Too Large", Outcome.REFUSED),
)


# Refusals that are not about the message: nobody is there to take any.
_NOBODY = ("chat not found", "peer_id_invalid")


def outcome(error: TelegramError) -> Outcome:
    """What became of the call that raised this; UNKNOWN wherever it cannot be told."""
    # A page where JSON should be is a proxy's or a portal's: its status is not Telegram's word.
    if not isinstance(error.__cause__, TelegramError):
        if isinstance(error, BadRequest) and error.message.lower().startswith(_NOBODY):
            return Outcome.BLOCKED
        for kind, meaning in _BY_TYPE:
            if isinstance(error, kind):
                return meaning
    if isinstance(error.__cause__, UnsentError):
        return Outcome.NOT_SENT
    if isinstance(error, NetworkError):
        for words, meaning in _BY_WORDS:
            if error.message.startswith(words):
                return meaning
    return Outcome.UNKNOWN


def unquoted(refusal: str) -> str:
    """Telegram's words for a refusal, without what they quote, which people may have said."""
    return _QUOTED.sub("…", refusal)
