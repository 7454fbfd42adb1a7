"""The transcripts' own language: what is written is what is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground import Heard
from tests.transcripts.script import Directed, Expected, Said, Tapped, read_script


def test_every_kind_of_line_is_read(tmp_path: Path) -> None:
    path = tmp_path / "dialogue.txt"
    path.write_text(
        "# a remark\n\n> one\n| two\n[Draft follow-up]\n< *Anna*\n| [Fix] [Undo]\n! new\n"
        "~ Changed\n(restart)\n(document a.pdf: words: more)\n"
    )
    assert read_script(path) == [
        Said("one\ntwo"),
        Tapped("Draft follow-up"),
        Expected(6, is_edit=False, lines=["*Anna*"], absent=["new"], rows=[["Fix", "Undo"]]),
        Expected(9, is_edit=True, lines=["Changed"]),
        Directed("restart", ""),
        Directed("document a.pdf", "words: more"),
    ]


@pytest.mark.parametrize("line", ["no step", "> one\n! two", "[Tap]\n| more", "(Loud)"])
def test_a_line_that_is_no_step_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "dialogue.txt"
    path.write_text(line)
    with pytest.raises(ValueError, match=r"no step|continues nothing"):
        read_script(path)


@pytest.mark.parametrize(
    ("expected", "fits"),
    [
        (Expected(1, False, ["Anna · CTO [x]", "Coffee*"]), True),
        (Expected(1, False, ["Coffee*"]), True),
        (Expected(1, False, ["/off.e t/"]), True),
        (Expected(1, False, ["Coffee today"], rows=[["Fix"]]), True),
        (Expected(1, False, ["Coffee today"], absent=["Tea*"]), True),
        (Expected(1, True, ["Coffee*"]), False),
        (Expected(1, False, ["Coffee"]), False),
        (Expected(1, False, ["Coffee*", "Anna*"]), False),  # not in this order
        (Expected(1, False, ["Coffee*"], rows=[["Undo"]]), False),
        (Expected(1, False, ["Coffee*"], absent=["*CTO*"]), False),
    ],
)
def test_an_answer_is_as_expected_or_not(expected: Expected, *, fits: bool) -> None:
    heard = Heard(
        {
            "text": "Anna · CTO [x]\nMet\nCoffee today",
            "reply_markup": {"inline_keyboard": [[{"text": "Fix"}]]},
        }
    )
    assert (expected.difference(heard) is None) is fits
