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


def of_a_page(error: TelegramError) -> TelegramError:
    error.__cause__ = TelegramError("Invalid server response")
    return error


@pytest.mark.parametrize(
    ("remark", "error", "meaning"),
    [
        ("the network, at an unknown point", NetworkError("gone"), Outcome.UNKNOWN),
        ("the network, before anything left", unsent(NetworkError("gone")), Outcome.NOT_SENT),
        ("a timeout before anything left", unsent(TimedOut()), Outcome.NOT_SENT),
        ("a timeout with another cause", timed_out_after(OSError()), Outcome.UNKNOWN),
        ("a bad request is no passing NetworkError", BadRequest("no chat"), Outcome.REFUSED),
        ("nobody there", BadRequest("Chat not found"), Outcome.BLOCKED),
        ("nobody there, as a constant", BadRequest("PEER_ID_INVALID"), Outcome.BLOCKED),
        ("a firewall's 403", of_a_page(Forbidden("Forbidden (403)")), Outcome.UNKNOWN),
        ("a proxy's 400", of_a_page(BadRequest("Bad Request (400)")), Outcome.UNKNOWN),
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
