"""What nobody sees goes out of a text; what somebody sees stays as typed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.unseen import without_unseen

DIRECTIONS = [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x061C, 0x200E, 0x200F]
# Signs of number and verse, which frame what follows, and so can be seen.
SEEN = {*range(0x0600, 0x0606), 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD}
SEEN |= {0x200C, 0x200D, *range(0x13430, 0x13440)}


@pytest.mark.parametrize("code", [*DIRECTIONS, 0x200B, 0x2060, 0xFEFF, 0xAD, 0xE0041, 0x07])
def test_what_nobody_sees_is_taken_out(code: int) -> None:
    assert without_unseen(f"Bri{chr(code)}ght{chr(code) * 2}lane") == "Brightlane"


def test_no_mark_of_format_is_left_but_for_those_that_are_seen() -> None:
    left = set(map(ord, without_unseen("".join(map(chr, range(0x110000))))))
    assert {c for c in left if unicodedata.category(chr(c)) == "Cf"} <= SEEN <= left


@pytest.mark.parametrize(
    "text",
    ["a\nb\tc\r\n", "می\u200cخواهم", "👩\u200d👧 ❤\ufe0f", "שלום, Anna", "李\U000e0101 ٣"],
)
def test_what_is_seen_stays(text: str) -> None:
    assert without_unseen(text) == text


@given(st.text())
def test_once_is_enough(text: str) -> None:
    assert without_unseen(without_unseen(text)) == without_unseen(text)
