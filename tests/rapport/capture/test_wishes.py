"""Wishes for a message: thanks, congratulations and birthdays are asked for by what they do."""

import pytest

from rapport.capture.reading import Intent
from rapport.capture.understand import read
from rapport.occasions import OCCASIONS
from tests.rapport.capture.builders import context, reading

ANA, RAJ, OMAR = "Ana Beltran", "Raj Malhotra", "Omar Haddad"
BIDS = [
    ("congratulate Ana on her new job", ANA, "congratulation", "her new job"),
    ("Please congratulate Ana", ANA, "congratulation", None),
    ("congratulate Petra Weiss on the launch", "Petra Weiss", "congratulation", "the launch"),
    ("say congrats to Ana on the award", ANA, "congratulation", "the award"),
    ("thank Raj for the intro", RAJ, "thank-you", "the intro"),
    ("thank raj for dinner last night", RAJ, "thank-you", "dinner last night"),
    ("say thanks to Raj for the intro", RAJ, "thank-you", "the intro"),
    ("wish Omar happy birthday", OMAR, "birthday", None),
    ("wish Omar a happy birthday today", OMAR, "birthday", None),
    ("say happy birthday to Omar", OMAR, "birthday", None),
    ("draft a birthday message to Omar", OMAR, "birthday", None),
    ("write Omar a happy birthday note", OMAR, "birthday", None),
]


@pytest.mark.parametrize(("text", "to", "occasion", "about"), BIDS)
def test_who_is_to_be_thanked_or_congratulated_is_written_to(
    text: str, to: str, occasion: str, about: str | None
) -> None:
    (entry,) = reading(text).entries
    assert entry.intent is Intent.DRAFT
    assert entry.draft is not None
    assert (entry.draft.to, entry.draft.occasion, entry.draft.about) == (to, occasion, about)
    assert occasion in OCCASIONS


def test_a_pronoun_means_the_contact_last_shown() -> None:
    (entry,) = read("congratulate her on the new job", context(shown=(1,))).entries
    assert entry.draft is not None
    assert (entry.draft.to, entry.draft.about) == (ANA, "the new job")


LATER = [
    ("congratulate Ana tomorrow", "congratulate Ana"),
    ("wish Omar happy birthday on 3 April", "wish Omar happy birthday"),
    ("thank Raj on Friday", "thank Raj"),
    ("need to thank Raj for the intro", "thank Raj for the intro"),
    ("congratulate Ana and Raj on the launch", "congratulate Ana and Raj on the launch"),
    ("wish Omar luck", "wish Omar luck"),
]


@pytest.mark.parametrize(("text", "task"), LATER)
def test_what_is_to_be_done_another_day_is_a_task(text: str, task: str) -> None:
    (entry,) = reading(text).entries
    assert (entry.intent, entry.task) == (Intent.REMINDER, task)


@pytest.mark.parametrize(
    "text", ["Thank God it's Friday", "thank you Ana", "say hello", "wish I knew Ana"]
)
def test_a_turn_of_phrase_asks_for_nothing(text: str) -> None:
    assert not reading(text).entries
