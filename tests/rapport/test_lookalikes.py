"""Names that look like one another, and honest names that do not."""

from __future__ import annotations

import pytest

from rapport.capture.roster import Known, Roster
from rapport.lookalikes import looks, mixes_alphabets
from tests.timing import seconds

PEOPLE = (
    "Anna Weber",
    "Alice",
    "Eva Stern",
    "Сара Ким",
    "Müller",
    "Алёна",
    "Анна",
    "Øystein",
    "李旭",
    "Tom",
)
ROSTER = Roster.of(Known(number, name) for number, name in enumerate(PEOPLE, start=1))


@pytest.mark.parametrize(
    ("name", "like", "why"),
    [
        ("Аnna Weber", "Anna Weber", "a Cyrillic capital"),
        ("Annа Wеbеr", "Anna Weber", "Cyrillic small letters"),
        ("аnna weber", "Anna Weber", "in small letters"),
        ("An\u200dnа Weber", "Anna Weber", "with what nobody sees"),
        ("AIice", "Alice", "an I for an l"),
        ("Τοm", "Tom", "Greek"),
    ],
)
def test_a_name_that_looks_like_a_known_one_is_noticed(name: str, like: str, why: str) -> None:
    assert [known.name for known in ROSTER.looking_like(name)] == [like], why
    assert not ROSTER.named(name), "it is nobody's name all the same"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Anna Weber", "the same name"),
        ("ANNA WEBER", "the same name, loudly"),
        ("Mueller", "another spelling"),
        ("Muller", "without its dots"),
        ("Алена", "е for ё"),
        ("Anna", "Анна in Latin letters, which looks different"),
        ("Oystein", "a plainer letter"),
        ("𝐓𝐨𝐦", "the same letters in a fancy hand"),
        ("Ana Weber", "another name"),
        ("Eva Stem", "as honest a name"),
        ("", "none"),
    ],
)
def test_an_honest_name_is_not(name: str, why: str) -> None:
    assert not ROSTER.looking_like(name), why


@pytest.mark.parametrize(
    ("name", "mixes"),
    [
        ("Аnna Weber", True),
        ("Anna Wеber", True),
        ("Анна Weber", False),
        ("Xu Li 李旭", False),
        ("さくら花子", False),
        ("김지호 Kim", False),
        ("Анна-Weber", False),
        ("O'Leary", False),
    ],
)
def test_a_word_of_two_alphabets_is_noticed(name: str, mixes: bool) -> None:
    assert mixes_alphabets(name) is mixes


def test_who_was_renamed_or_is_gone_is_not_looked_like() -> None:
    renamed = ROSTER.with_changes([Known(1, "Bea")], gone=[2])
    assert not renamed.looking_like("Аnna Weber")
    assert not renamed.looking_like("AIice")


def test_thousands_of_names_are_compared_at_once() -> None:
    people = [Known(number, f"Ana{number} Sur{number}") for number in range(5000)]
    looks("the table is read once")
    # The first question prepares a crowd, and so each crowd is asked it once.
    crowds = iter([Roster.of(people) for _ in range(3)])
    assert seconds(lambda: next(crowds).looking_like("Аna1 Sur1"), tries=3) < 0.3
    crowd = Roster.of(people)
    assert [known.id for known in crowd.looking_like("Аna2 Sur2")] == [2]
    assert seconds(lambda: crowd.looking_like("Аna2 Sur2")) < 0.01
