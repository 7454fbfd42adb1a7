"""What an error means where no server is needed to tell; the rest is shown in test_transport."""

import pytest
from telegram.error import (
    BadRequest,
    EndPointNotFound,
    Forbidden,
    NetworkError,
    PassportDecryptionError,
    TelegramError,
    TimedOut,
)

from bot.failures import Outcome, UnsentError, outcome


def unsent(error: TelegramError) -> TelegramError:
    error.__cause__ = UnsentError()
    return error


def timed_out_after(error: Exception) -> TelegramError:
    failure = TimedOut()
    failure.__cause__ = error
    return failure


@pytest.mark.parametrize(
    ("remark", "error", "meaning"),
    [
        ("the network, at an unknown point", NetworkError("gone"), Outcome.UNKNOWN),
        ("the network, before anything left", unsent(NetworkError("gone")), Outcome.NOT_SENT),
        ("a timeout before anything left", unsent(TimedOut()), Outcome.NOT_SENT),
        ("a timeout with another cause", timed_out_after(OSError()), Outcome.UNKNOWN),
        ("a bad request is no passing NetworkError", BadRequest("no chat"), Outcome.REFUSED),
        ("words alone do not make a limit", BadRequest("Too Many Requests"), Outcome.REFUSED),
        ("a method Telegram does not know", EndPointNotFound("no method"), Outcome.REFUSED),
        ("a kicked bot", Forbidden("bot was kicked"), Outcome.BLOCKED),
        ("anything else", PassportDecryptionError("no"), Outcome.UNKNOWN),
    ],
)
def test_an_error_says_what_became_of_the_message(
    remark: str, error: TelegramError, meaning: Outcome
) -> None:
    assert outcome(error) is meaning, remark
