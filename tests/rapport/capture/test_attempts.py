"""Contact that was tried and not made: a note about the person, never a touch."""

import pytest

from rapport.capture.reading import Intent, Kind
from tests.rapport.capture.builders import reading

ANA = "Ana Beltran"
MISSED = [
    "called Ana, no answer",
    "called Ana no answer",
    "Called Ana (no answer)",
    "rang Ana - went to voicemail",
    "called Ana but she didn't pick up",
    "Called Ana. No answer.",
    "phoned ana yesterday, line was busy",
    "zoom with Ana today, she never showed up",
    "lunch with Ana today but she cancelled",
    "coffee with Ana yesterday: no show",
    "tried Ana, voicemail",
    "tried calling Ana",
    "tried to call Ana yesterday, no answer",
    "I couldn't reach Ana",
    "can't reach Ana",
    "didn't manage to see Ana at the fair",
    "missed Ana at the booth",
    "missed a call from Ana",
    "missed call from Ana",
    "left Ana a voicemail",
    "left a message for Ana",
    "no answer from Ana",
    "still no reply from Ana",
    "haven't heard from Ana",
    "lost touch with Ana",
    "skipped lunch with Ana today",
    "was supposed to meet Ana but she didn't show up",
    "called Ana, busy",
    "called Ana, left a message with her assistant",
    "called Ana; she wasn't available",
    "called Ana twice, no luck",
    "cancelled lunch with Ana",
    "voicemail from Ana about the lease",
]


@pytest.mark.parametrize("text", MISSED)
def test_an_attempt_is_a_note_and_no_touch(text: str) -> None:
    (entry,) = reading(text).entries
    assert (entry.intent, entry.kind, entry.date) == (Intent.UPDATE, None, None)
    assert [one.name for one in entry.people] == [ANA]
    (fact,) = entry.facts
    words = text.removeprefix("I ").removeprefix("still ").rstrip(".)")
    assert (fact.who, fact.text) == (ANA, words)


@pytest.mark.parametrize("text", ["Ana didn't pick up", "Ana was a no show", "Ana no-show"])
def test_who_was_not_there_is_noted(text: str) -> None:
    (entry,) = reading(text).entries
    assert entry.kind is None
    assert [fact.text for fact in entry.facts] == [text.removeprefix("Ana ")]


REACHED = [
    ("called Ana, she didn't answer my question on pricing", Kind.CALL),
    ("Emailed Ana about the sponsorship, no reply yet", Kind.EMAIL),
    ("called Ana back after her voicemail from Monday", Kind.CALL),
    ("Coffee with Ana. No answer from Raj yet", Kind.COFFEE),
    ("Coffee with Ana. She didn't reply to the investors", Kind.COFFEE),
    ("called Ana, she was busy but we talked pricing", Kind.CALL),
    ("called Ana, no luck, emailed instead", Kind.EMAIL),
    ("met Ana, she cancelled her subscription", Kind.MET),
]


@pytest.mark.parametrize(("text", "kind"), REACHED)
def test_what_reached_somebody_stays_a_touch(text: str, kind: Kind) -> None:
    assert kind in [entry.kind for entry in reading(text).entries]


def test_an_unanswered_message_is_noted_beside_it() -> None:
    (entry,) = reading("Emailed Ana on Monday, no reply yet").entries
    assert entry.date is not None
    assert [fact.text for fact in entry.facts] == ["no reply yet"]


@pytest.mark.parametrize("verb", ["booked", "scheduled", "rescheduled", "arranged", "postponed"])
def test_what_is_arranged_has_not_happened(verb: str) -> None:
    (entry,) = reading(f"{verb} lunch with Ana for Friday").entries
    assert (entry.intent, entry.kind) == (Intent.REMINDER, None)
    assert entry.follow_up is not None
    assert entry.follow_up.day.isoformat() == "2026-03-20"


def test_trying_again_is_a_task() -> None:
    for text in (
        "called Ana, no answer, will try again tomorrow",
        "called Ana, no answer. Remind me to try again tomorrow",
        "called Ana, no answer, try again tomorrow",
    ):
        (entry,) = reading(text).entries
        assert (entry.kind, entry.task) == (None, "try again")
        assert [fact.text for fact in entry.facts] == ["called Ana, no answer"]


@pytest.mark.parametrize("text", ["missed my train", "tried the new place", "no luck today"])
def test_what_concerns_nobody_is_nothing(text: str) -> None:
    assert not reading(text).entries
