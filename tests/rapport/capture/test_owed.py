"""What is owed: by whom, each thing by its own day, and nobody's word is lost."""

from datetime import date

import pytest

from rapport.capture.reading import Intent, Promise, Ref
from rapport.capture.understand import read
from tests.rapport.capture.builders import context, reading

ANA = "Ana Beltran"
Owed = tuple[str, str, str | None]


def owed(promises: tuple[Promise, ...]) -> list[Owed]:
    """Who owes what by which day; "me" is the owner."""
    return [
        (
            "me" if promise.by_me else promise.who,
            promise.what,
            promise.due.day.isoformat() if promise.due else None,
        )
        for promise in promises
    ]


def promised(text: str) -> list[Owed]:
    """What the whole text promises."""
    return [each for entry in reading(text).entries for each in owed(entry.promises)]


FIA = "Met Fia Gold at Slush. "
BOTH = "Met Fia Gold and Hans Ito at Slush. "
BY_NAME = [
    (FIA + "Fia promised to send slides by Monday", "Fia Gold", "send slides", "2026-03-23"),
    (FIA.lower() + "fia promised to send slides", "fia gold", "send slides", None),
    ("Met Fia Gold at Slush and Fia promised slides", "Fia Gold", "slides", None),
    (BOTH + "Fia promised to send slides", "Fia Gold", "send slides", None),
    (BOTH + "Hans will intro me to his CFO", "Hans Ito", "intro me to his CFO", None),
    ("Met Dr. Fia Gold. Dr. Gold will share her paper", "Fia Gold", "share her paper", None),
    ("Coffee with Tom Okafor. Tom promised the slides", "Tom Okafor", "the slides", None),
    ("Met Ana Silva at Slush. Ana owes me the slides", "Ana Silva", "the slides", None),
    ("Zoom w/ Ana re: pilot, she'll loop in legal", ANA, "loop in legal", None),
    ("Ana still owes me a lunch", ANA, "a lunch", None),
    ("Ana told me she'd send the deck", ANA, "send the deck", None),
]


@pytest.mark.parametrize(("text", "who", "what", "due"), BY_NAME)
def test_a_first_name_means_whom_the_message_named(
    text: str, who: str, what: str, due: str | None
) -> None:
    assert promised(text) == [(who, what, due)]
    people = [one.name for entry in reading(text).entries for one in entry.people]
    assert people.count(who) == 1


def test_somebody_called_by_the_first_name_stays_one_person() -> None:
    met, called = reading("Met Fia Gold and Hans Ito. Called Fia today").entries
    assert [one.name for one in met.people] == ["Fia Gold", "Hans Ito"]
    assert [one.name for one in called.people] == ["Fia Gold"]


def test_a_first_name_of_two_is_nobody_in_particular() -> None:
    (met, *rest) = reading("Met Fia Gold and Fia Brown. Fia is into chess").entries
    assert [one.name for one in met.people] == ["Fia Gold", "Fia Brown"]
    assert not met.facts
    assert not rest


OTHERS = [
    ("Lunch with Ana on 1 January, Raj promised to call by Monday", "Raj Malhotra", Ref.KNOWN),
    ("Lunch with Ana on 1 January, Bert promised to call by Monday", "Bert", Ref.NEW),
    ("Lunch with Ana on 1 January and Bert Holm promised to call by Monday", "Bert Holm", Ref.NEW),
]


@pytest.mark.parametrize(("text", "who", "ref"), OTHERS)
def test_somebody_else_speaks_up_in_the_same_breath(text: str, who: str, ref: Ref) -> None:
    lunch, promise = reading(text).entries
    assert [one.name for one in lunch.people] == [ANA]
    assert lunch.date is not None
    assert lunch.date.day == date(2026, 1, 1)
    assert [(one.name, one.ref) for one in promise.people] == [(who, ref)]
    assert owed(promise.promises) == [(who, "call", "2026-03-23")]


@pytest.mark.parametrize(
    "text",
    [
        "Ana and Omar promised to call by Monday",
        "Coffee with Ana and Omar. Both promised to call by Monday",
        "Coffee with Ana and Omar. They'll call by Monday",
        "Coffee with Ana and Omar. Ana and Omar will call by Monday",
    ],
)
def test_what_two_promise_both_owe(text: str) -> None:
    assert promised(text) == [(ANA, "call", "2026-03-23"), ("Omar Haddad", "call", "2026-03-23")]


@pytest.mark.parametrize(
    "text", ["Bert owes me the slides", "Bert promised me the slides", "Bert will send me the deck"]
)
def test_who_owes_the_owner_something_is_somebody(text: str) -> None:
    (entry,) = reading(text).entries
    assert entry.intent is Intent.PROMISE
    assert [(one.name, one.ref) for one in entry.people] == [("Bert", Ref.NEW)]


@pytest.mark.parametrize(
    "text", ["legal will review it", "Amazon will send the parcel", "my boss promised me a raise"]
)
def test_a_firm_or_an_office_is_nobody(text: str) -> None:
    assert not reading(text).entries


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Lunch with Ana. bert promised to call", "bert promised to call"),
        ("Lunch with Ana. Legal will review the draft", "Legal will review the draft"),
        ("Ana promised her mother to stop smoking", "promised her mother to stop smoking"),
        ("Ana will join the choir", "will join the choir"),
        ("Coffee with Ana. She'll be in Paris in May", "She'll be in Paris in May"),
    ],
)
def test_words_that_are_no_promise_to_anybody_are_a_note(text: str, kept: str) -> None:
    (entry,) = reading(text).entries
    assert [(fact.who, fact.text) for fact in entry.facts] == [(ANA, kept)]
    assert not entry.promises


SEVERAL: list[tuple[str, list[Owed]]] = [
    (
        FIA + "Promised her the deck by Friday and an intro to Raj next week",
        [("me", "the deck", "2026-03-20"), ("me", "an intro to Raj", "2026-03-29")],
    ),
    (
        FIA + "promised to send the deck and intro her to Raj",
        [("me", "send the deck", None), ("me", "intro her to Raj", None)],
    ),
    (
        FIA + "I'll send the deck by Friday and call her next week",
        [("me", "send the deck", "2026-03-20"), ("me", "call her", "2026-03-29")],
    ),
    (
        "promised Ana to send the deck by Friday and to introduce her to Raj next week",
        [("me", "send the deck", "2026-03-20"), ("me", "introduce her to Raj", "2026-03-29")],
    ),
    (
        "promised Ana to call and send the deck by Friday",
        [("me", "call", "2026-03-20"), ("me", "send the deck", "2026-03-20")],
    ),
    (
        "I promised Ana the deck and the numbers by Friday",
        [("me", "the deck", "2026-03-20"), ("me", "the numbers", "2026-03-20")],
    ),
    (
        "promised Ana the deck, the numbers and an intro to Raj by Friday",
        [
            ("me", "the deck", "2026-03-20"),
            ("me", "the numbers", "2026-03-20"),
            ("me", "an intro to Raj", "2026-03-20"),
        ],
    ),
    (
        "Coffee with Ana: she'll send notes, I'll send slides by Friday",
        [(ANA, "send notes", None), ("me", "send slides", "2026-03-20")],
    ),
    (
        "Ana promised the slides by Monday and an intro to Raj",
        [(ANA, "the slides", "2026-03-23"), (ANA, "an intro to Raj", None)],
    ),
    (
        "Ana owes me the contract and a lunch",
        [(ANA, "the contract", None), (ANA, "a lunch", None)],
    ),
]


@pytest.mark.parametrize(("text", "things"), SEVERAL)
def test_each_thing_owed_has_its_own_day(text: str, things: list[Owed]) -> None:
    assert promised(text) == things


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("owe Ana a beer, Omar a book", ["a beer", "a book"]),
        ("I'll send Ana the deck and Omar the contract", ["send Ana the deck", "the contract"]),
    ],
)
def test_each_is_owed_their_own(text: str, things: list[str]) -> None:
    promises = [promise for entry in reading(text).entries for promise in entry.promises]
    assert [promise.who for promise in promises] == [ANA, "Omar Haddad"]
    assert [promise.what for promise in promises] == things


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Promised Ana to send the terms and conditions", "send the terms and conditions"),
        ("Promised Ana an intro to the CEO and the CFO", "an intro to the CEO and the CFO"),
        (
            "Promised Ana to mediate between the board and a client",
            "mediate between the board and a client",
        ),
    ],
)
def test_what_belongs_together_is_one_promise(text: str, what: str) -> None:
    assert promised(text) == [("me", what, None)]


def test_the_day_of_a_promise_may_come_first() -> None:
    assert promised("Tomorrow I'll send Ana the deck") == [
        ("me", "send Ana the deck", "2026-03-19")
    ]


def test_who_will_send_it_to_her_is_the_owner() -> None:
    assert promised("Coffee with Ana, will send her the deck") == [
        ("me", "send her the deck", None)
    ]
    assert promised("Coffee with Ana, will send me the deck") == [(ANA, "send me the deck", None)]


def test_a_promise_to_nobody_who_is_meant_is_not_made_to_another() -> None:
    assert not reading("Promised her the deck and an intro to Kai").entries
    (entry,) = read("Promised her the deck and an intro to Kai", context(shown=(1,))).entries
    assert [one.name for one in entry.people] == [ANA]


def test_what_the_owner_will_try_again_is_a_task() -> None:
    (entry,) = reading("Emailed Ana, will try again tomorrow").entries
    assert (entry.task, entry.follow_up is not None) == ("try again", True)
