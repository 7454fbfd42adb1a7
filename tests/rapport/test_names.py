"""Names of many kinds, each taken apart or left whole."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.names import (
    address,
    clean,
    first_name,
    fold,
    in_capitals,
    is_family_first,
)
from storage.types import LONGEST_NAME

NAMES = [
    ("Ana Beltran", "Ana", "Ana Beltran", "two words"),
    ("Cher", "Cher", "Cher", "a mononym"),
    ("Dr. Henrike Vogt", "Henrike", "Dr. Vogt", "a title is no given name"),
    ("Prof. Dr. Ludwig van der Berg", "Ludwig", "Prof. Dr. van der Berg", "titles and particles"),
    ("Dr. Vogt", "Dr. Vogt", "Dr. Vogt", "no given name is known"),
    ("van Gogh", "van Gogh", "van Gogh", "a family name alone"),
    ("Ben Okafor", "Ben", "Ben Okafor", "a particle elsewhere, here a first name"),
    ("Al Green", "Al", "Al Green", "likewise"),
    ("al-Khatib", "al-Khatib", "al-Khatib", "a family name alone"),
    ("Jean-Baptiste Poquelin", "Jean-Baptiste", "Jean-Baptiste Poquelin", "a hyphen is one name"),
    ("Siobhán O'Leary-Quinn", "Siobhán", "Siobhán O'Leary-Quinn", "an apostrophe is no end"),
    ("J. Smith", "J. Smith", "J. Smith", "an initial is not called across a room"),
    ("J.K. Rowling", "J.K.", "J.K. Rowling", "two initials are"),
    ("J. Edgar Hoover", "J. Edgar", "J. Edgar Hoover", "an initial before a given name"),
    ("Ramesh K.", "Ramesh", "Ramesh K.", "an initial for the family"),
    ("Haddad, Omar", "Omar", "Omar Haddad", "written for a list"),
    ("Omar Haddad, PhD", "Omar", "Omar Haddad", "a degree after a comma"),
    ("Martin Luther King Jr.", "Martin", "Martin Luther King", "a suffix"),
    ("Abdul Rahman al-Otaibi", "Abdul Rahman", "Abdul Rahman al-Otaibi", "half a name is none"),
    ("Nguyễn Thị Mai", "Mai", "Nguyễn Thị Mai", "Vietnamese: family first, given last"),
    ("Kwon Ji-ho", "Ji-ho", "Kwon Ji-ho", "Korean in Latin letters"),
    ("김지호", "지호", "김지호", "Hangul"),
    ("王小明", "小明", "王小明", "Hanzi of three letters"),
    ("李旭", "李旭", "李旭", "Hanzi of two are said whole"),
    ("欧阳娜娜", "娜娜", "欧阳娜娜", "a family name of two letters"),
    ("Xu Li 李旭", "Xu", "Xu Li", "one name in two scripts"),
    ("Иван Петрович Сидоров", "Иван", "Иван Петрович", "a patronymic addresses"),
    ("Сидоров Иван Петрович", "Иван", "Иван Петрович", "the same as in a document"),
    ("さくら", "さくら", "さくら", "kana"),
]


@pytest.mark.parametrize(("full", "given", "formal", "why"), NAMES)
def test_people_are_called_by_the_right_part_of_their_name(
    full: str, given: str, formal: str, why: str
) -> None:
    assert first_name(full) == given, why
    assert address(full) == formal, why


@pytest.mark.parametrize(
    ("full", "leads"),
    [
        ("王小明", True),
        ("김지호", True),
        ("Nguyễn Thị Mai", True),
        ("Ana Beltran", False),
        ("Cher", False),
        ("さくら", False),
    ],
)
def test_some_names_lead_with_the_family(full: str, leads: bool) -> None:
    assert is_family_first(full) is leads


@pytest.mark.parametrize(
    ("typed", "kept", "why"),
    [
        ("  Ana \t Beltran\n", "Ana Beltran", "spaces"),
        ("\u202eAna\u202c Beltran", "Ana Beltran", "no text runs backwards"),
        ("Ana\u200bBeltran\ufeff", "AnaBeltran", "zero width"),
        ("می\u200cخواهم", "می\u200cخواهم", "a joiner that Persian needs"),
        ("ANA beltrán", "ANA beltrán", "otherwise as typed"),
        ("\u200d", "", "joiners alone are nothing"),
        ("An\u200dna", "Anna", "a joiner that no Latin name needs"),
        ("An\ufe0fna", "Anna", "nor does it need a form of a letter"),
        ("\U0001f469\u200d\U0001f467", "\U0001f469\u200d\U0001f467", "a family stays together"),
        ("辻\U000e0100", "辻\U000e0100", "a form of a letter that a Japanese name has"),
        ("می\u200c\u200c\u200cخواهم", "می\u200cخواهم", "once is enough"),
        ("\u3164\u115f\u2800", "", "letters that are blank"),
        ("<b>{{ name }}</b>", "<b>{{ name }}</b>", "escaping is not done here"),
    ],
)
def test_a_typed_name_is_kept_but_for_what_cannot_be_seen(typed: str, kept: str, why: str) -> None:
    assert clean(typed) == kept, why


UNSEEN = [*map(chr, (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), 0xE0100, 0xE01EF))]
UNSEEN += ["\u034f", "\u2800", "\u3164", "\U0001d159", "\U00016fe4", "\U00013441"]


@pytest.mark.parametrize("letter", UNSEEN, ids=ascii)
def test_a_name_that_nobody_sees_is_none(letter: str) -> None:
    assert clean(letter) == clean(letter * 3) == clean(f" {letter}\u200d{letter} ") == ""
    assert clean("\ufe0f\U000e0100" + letter) == ""
    assert clean(f"{letter}Anna 2{letter} O'{letter}Lea{letter}ry{letter}") == "Anna 2 O'Leary"


@pytest.mark.parametrize(
    "name",
    [
        "❤\ufe0f Anna", "Anna ☀\ufe0e", "🏳\ufe0f\u200d🌈", "🤷🏽\u200d♀\ufe0f",
        "Studio 2\ufe0f\u20e3", "邉\U000e0101田", "葛\ufe00城", "ᠠ\u180bᠨ",
    ],
    ids=ascii,
)  # fmt: skip
def test_what_selects_a_form_stays_behind_what_has_forms(name: str) -> None:
    assert clean(name) == name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("García", "GARCIA"),
        ("O’Leary", "oleary"),
        ("Jean-Baptiste", "jean baptiste"),
        ("Søren", "soren"),
        ("Łukasz", "lukasz"),
        ("Nguyễn", "nguyen"),
        ("Straße", "STRASSE"),
        ("Ramesh K.", "ramesh k"),
        ("김지호", "김지호"),
    ],
)
def test_spellings_of_one_name_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.text())
def test_any_text_is_a_name_that_can_be_handled(text: str) -> None:
    name = clean(text)
    assert len(name) <= LONGEST_NAME
    assert name == clean(name)
    assert not any(unicodedata.category(letter) == "Cc" for letter in name)
    assert isinstance(is_family_first(text), bool)
    assert set(first_name(text).replace(",", " ").split()) <= set(name.replace(",", " ").split())
    assert len(address(text)) <= LONGEST_NAME + 1


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


WRITTEN = [
    ("priya raman", "Priya Raman", "thumbs leave capitals out"),
    ("JOHN SMITH", "John Smith", "or on"),
    ("emma van der berg", "Emma van der Berg", "particles stay small"),
    ("anne-marie o'brien", "Anne-Marie O'Brien", "each part has one"),
    ("JJ", "JJ", "initials"),
    ("bell Hooks", "bell Hooks", "meant as typed"),
    ("{{me}}", "{{me}}", "no name at all"),
    ("李小龙", "李小龙", "a script without case"),
]


@pytest.mark.parametrize(("typed", "written", "why"), WRITTEN)
def test_a_name_is_written_with_its_capitals(typed: str, written: str, why: str) -> None:
    assert in_capitals(typed) == written, why
