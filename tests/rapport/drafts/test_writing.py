"""From a brief to a message."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rapport.drafts.writing import hashes, missing, write
from storage.types import FactKind
from tests.rapport.drafts.builders import FACTS, brief, day, fact, written


def test_a_follow_up_says_where_what_and_what_was_promised() -> None:
    draft = written(brief("follow-up", "event", "topic", "promise", met_on=day(-1)))
    for part in (
        "Hi Priya,",
        "PyData Berlin yesterday",
        "vector databases",
        "send you our benchmark",
        "by Friday",
        "\n\nMara",
    ):
        assert part in draft.text


def test_the_same_brief_gives_the_same_draft() -> None:
    asked = brief("thank-you", "favour", "effect")
    assert write(asked) == write(asked)


def test_the_next_version_says_the_same_facts_in_other_words() -> None:
    asked = brief("thank-you", "favour", "effect")
    first, second = written(asked), written(asked, draft_no=1)
    assert not first.sentences & second.sentences
    for draft in (first, second):
        assert "the intro to Ana" in draft.text
        assert "we found our first client" in draft.text


def test_no_sentence_is_said_to_the_same_person_again() -> None:
    asked = brief("check-in", "plan")
    used = frozenset[str]()
    for _ in range(3):
        draft = written(asked, used)
        assert not draft.sentences & used
        used |= draft.sentences


def test_when_all_was_said_before_there_is_no_draft() -> None:
    asked = brief("check-in")
    used = frozenset[str]()
    while draft := write(asked, used):
        assert draft.sentences
        used |= draft.sentences
    assert write(asked, used, draft_no=1) is None


@pytest.mark.parametrize(
    "change",
    [
        {"private": True},
        {"kind": FactKind.CLAUSE, "text": "she is moving to Lisbon"},
        {"kind": FactKind.URL, "text": "https://example.com"},
        {"text": "what she wants"},
        {"text": "We talked. It was long. And then we talked about other things as well."},
        {"text": "many things, of which this is the longest list that anybody has ever made"},
        {"text": "an (open bracket"},
        {"text": "  "},
        {"label": "something else"},
    ],
)
def test_a_private_or_unfit_fact_never_enters(change: dict[str, object]) -> None:
    changed = replace(FACTS["topic"], **change)  # type: ignore[arg-type]  # one field a case
    without = written(brief("follow-up", met_on=day(-1)))
    assert written(brief("follow-up", facts=(changed,), met_on=day(-1))) == without


def test_the_newer_of_two_facts_is_said() -> None:
    old, new = fact("topic", "old things", on=day(-9)), fact("topic", "new things", on=day(-1))
    for facts in ((old, new), (new, old)):
        text = written(brief("follow-up", facts=facts)).text
        assert "new things" in text
        assert "old things" not in text


def test_a_promise_says_its_day_only_when_that_is_near() -> None:
    late = replace(FACTS["promise"], on=day(-3))
    text = written(brief("follow-up", facts=(late,))).text
    assert "send you our benchmark" in text
    assert "by " not in text


def test_where_there_is_a_promise_nothing_is_asked() -> None:
    assert "?" not in written(brief("follow-up", "promise")).text
    assert "?" in written(brief("follow-up", "topic")).text


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "today"), (1, "yesterday"), (3, "on Sunday"), (9, "last week"), (60, "in January")],
)
def test_the_day_of_a_meeting_is_said_as_people_say_it(days: int, said: str) -> None:
    assert f" {said}." in written(brief("follow-up", "event", met_on=day(-days))).text


@pytest.mark.parametrize(
    ("tone", "to", "greeting"),
    [
        ("warm", "Dr. Priya Raman", "Hi Priya,"),
        ("casual", "Dr. Priya Raman", "Hi Priya,"),
        ("formal", "Dr. Priya Raman", "Dear Dr. Raman,"),
        ("formal", "Priya Raman", "Dear Priya Raman,"),
        ("warm", "Suhartono", "Hi Suhartono,"),
        ("warm", "", "Hello,"),
    ],
)
def test_the_greeting_fits_the_tone_and_the_name(tone: str, to: str, greeting: str) -> None:
    assert written(brief("check-in", to=to, tone=tone)).text.split("\n")[0] == greeting


def test_an_email_has_a_subject_and_a_farewell() -> None:
    draft = written(brief("thank-you", "favour", channel="email", tone="formal"))
    assert draft.subject
    assert draft.text.endswith("Kind regards,\nMara")


def test_a_chat_message_has_no_subject_and_friends_do_not_sign() -> None:
    assert written(brief("check-in")).subject is None
    assert not written(brief("check-in", tone="casual")).text.endswith("Mara")


def test_a_late_birthday_wish_says_that_it_is_late() -> None:
    assert "late" in written(brief("birthday", "birthday")).text.lower()
    assert "late" not in written(brief("birthday")).text.lower()


@pytest.mark.parametrize(
    ("occasion", "labels", "asked_for"),
    [
        ("follow-up", (), "topic"),
        ("follow-up", ("event",), "topic"),
        ("follow-up", ("topic",), None),
        ("follow-up", ("promise",), None),
        ("thank-you", (), "favour"),
        ("thank-you", ("favour",), None),
        ("congratulation", (), "news"),
        ("congratulation", ("new_job",), None),
        ("outreach", (), "topic"),
        ("outreach", ("wish",), None),
        ("check-in", (), None),
        ("birthday", (), None),
    ],
)
def test_one_question_is_asked_when_too_little_is_known(
    occasion: str, labels: tuple[str, ...], asked_for: str | None
) -> None:
    assert missing(brief(occasion, *labels)) == asked_for


def test_a_private_fact_does_not_count_as_known() -> None:
    secret = replace(FACTS["topic"], private=True)
    assert missing(brief("follow-up", facts=(secret,))) == "topic"


def test_a_sentence_is_known_again_however_it_is_punctuated() -> None:
    assert hashes("It was GOOD!  And so on, surely.") == hashes("And so on surely! It was good.")


def test_two_words_are_no_sentence_to_remember() -> None:
    assert not hashes("Happy birthday! Warmly,")
