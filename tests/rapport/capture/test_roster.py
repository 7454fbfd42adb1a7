"""Finding people by what they are called, while the roster goes from revision to revision."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.capture.roster import Known, Roster
from storage.types import Status

SOME = Roster.of(
    (
        Known(1, "Ana Beltrán", company="Finch"),
        Known(2, "Tom Okafor", nicknames=("Tommy",), company="Stripe"),
        Known(3, "Tom Brandt"),
        Known(4, "Nguyễn Thị Mai", company="Grab"),
        Known(5, "Tom"),
        Known(6, "Lena Hoffmann", status=Status.ARCHIVED),
        Known(7, "Lena Berg"),
    )
)


@pytest.mark.parametrize(
    ("name", "ids", "why"),
    [
        ("Ana Beltrán", (1,), "the whole name"),
        ("ana beltran", (1,), "without case and accent"),
        ("ANA", (1,), "the first name"),
        ("tommy", (2,), "a nickname"),
        ("Tom", (5,), "a whole name wins over first names"),
        ("Tom Brandt", (3,), "the surname tells them apart"),
        ("Mai", (4,), "a given name that stands last"),
        ("Lena", (7,), "the archived one is not meant while another is there"),
        ("Lena Hoffmann", (6,), "unless named in full"),
        ("Beltrán", (), "a surname alone is no address"),
        ("nobody", (), "not known"),
        ("", (), "nothing"),
    ],
)
def test_people_are_found_by_name(name: str, ids: tuple[int, ...], why: str) -> None:
    assert SOME.named(name) == ids, why


def test_a_word_of_the_name_finds_everyone_who_has_it() -> None:
    assert SOME.with_word("okafor") == (2,)
    assert set(SOME.with_word("TOM")) == {2, 3, 5}


def test_a_change_makes_the_next_revision_and_leaves_the_last_alone() -> None:
    after = SOME.with_changes([Known(1, "Ana Silva"), Known(8, "Zoe Park")], gone=[2])
    assert after.named("Ana Silva") == after.named("ana") == (1,)
    assert after.named("Ana Beltrán") == after.named("Tommy") == ()
    assert after.get(2) is None
    assert len(after) == 7
    assert SOME.named("Tommy") == (2,)
    assert len(SOME) == 7


def test_nothing_changed_is_the_same_revision() -> None:
    assert SOME.with_changes([]) is SOME


@given(
    st.lists(
        st.tuples(st.integers(1, 12), st.sampled_from(["Ana Bel", "Tom Ok", "Ana Kim", ""])),
        max_size=40,
    )
)
def test_any_history_of_changes_ends_like_a_fresh_roster(history: list[tuple[int, str]]) -> None:
    roster = Roster()
    current: dict[int, Known] = {}
    for contact_id, name in history:
        if name:
            current[contact_id] = Known(contact_id, name)
            roster = roster.with_changes([current[contact_id]])
        else:
            current.pop(contact_id, None)
            roster = roster.with_changes([], gone=[contact_id])
    fresh = Roster.of(current.values())
    assert sorted(known.id for known in roster) == sorted(current)
    for name in ("Ana", "Tom", "Ana Kim"):
        assert roster.named(name) == fresh.named(name)
    assert sorted(roster.search("ana", 20)) == sorted(fresh.search("ana", 20))


@pytest.mark.parametrize(
    ("text", "first", "why"),
    [
        ("ana", 1, "a name that begins so"),
        ("okafor", 2, "a word inside"),
        ("grab", 4, "a company"),
        ("okafro", 2, "letters swapped"),
        ("Hofmann", 6, "a letter missing"),
        ("ana beltran", 1, "the whole name"),
        ("beltrn ana", 1, "out of order, with a typo"),
    ],
)
def test_a_search_forgives_typos(text: str, first: int, why: str) -> None:
    assert SOME.search(text)[0] == first, why


def test_a_search_puts_the_literal_before_the_similar() -> None:
    people = Roster.of((Known(1, "Anne Mary"), Known(2, "Zed Anna"), Known(3, "Anna Zed")))
    assert people.search("anna")[:2] == [3, 2]


def test_a_search_for_nothing_or_nobody_finds_nobody() -> None:
    assert SOME.search("") == []
    assert SOME.search("qqqqxxxx") == []
    assert SOME.search("tom", limit=2) == [5, 3]
