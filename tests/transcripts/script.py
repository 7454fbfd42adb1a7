"""How a transcript is written down: what is said, what is tapped, what the bot must answer.

    # a remark
    > what the person says
    < a line that the bot's new message must hold: * is any text, /…/ a regular expression
    ~ the same, where the bot changes an earlier message instead
    | one more line, of whatever stands above
    ! a line that the message must not hold
    | [Draft] [Log]          a row of buttons, exactly; all rows must be given, or none
    [Draft]                  the person taps the newest button of this name
    (contact: Anna Kovač, +49 170 1234567)      a stage direction

Expected lines must be found in the message in their order; there may be others between them.
Directions: (contact: NAME, PHONE), (location: 52.5, 13.4), (sticker), (voice), (photo: CAPTION),
(document NAME: CAPTION), (edits: NEW TEXT) of the last thing said, (replies: TEXT) to the last
thing heard, (taps: DATA) of a button that is no longer there, (silence), (restart),
(clock: 2026-03-18 08:30) in Berlin, and (a newcomer) as the first of all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import translate
from pathlib import Path
from typing import TypeAlias

from playground import Heard

_ROW = re.compile(r"(?:\[[^\[\]]+\]\s*)+")
_DIRECTION = re.compile(r"\(([a-z]+(?: [^:()]+)?)(?:: (.*))?\)", re.DOTALL)


@dataclass
class Said:
    """Words of the person."""

    text: str


@dataclass
class Tapped:
    """A button the person taps."""

    label: str


@dataclass
class Directed:
    """Something else that happens."""

    deed: str
    words: str


@dataclass
class Expected:
    """What the bot must answer."""

    line: int
    is_edit: bool
    lines: list[str]
    absent: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)

    def difference(self, heard: Heard) -> str | None:
        """What is wrong with an answer, None if it is as expected."""
        if heard.is_edit != self.is_edit:
            return f"expected {'an edit' if self.is_edit else 'a new message'}"
        if self.rows and self.rows != heard.rows:
            return f"expected the buttons {self.rows}"
        left = heard.text.splitlines()
        for wanted in self.lines:
            fitting = [at for at, line in enumerate(left) if _fits(wanted, line)]
            if not fitting:
                return f"expected {wanted!r} here or later: {left}"
            left = left[fitting[0] + 1 :]
        for unwanted in self.absent:
            if any(_fits(unwanted, line) for line in heard.text.splitlines()):
                return f"expected no line {unwanted!r}"
        return None


Step: TypeAlias = Said | Tapped | Directed | Expected


def read_script(path: Path) -> list[Step]:
    """The steps of a transcript; ValueError names a line that is none."""
    steps: list[Step] = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        mark, _, rest = line.partition(" ")
        if not line.strip() or mark == "#":
            continue
        if mark in {"|", "!"}:
            _continue(steps[-1], mark, rest)
        else:
            steps.append(_begin(line, number))
    return steps


def _begin(line: str, number: int) -> Step:
    mark, _, rest = line.partition(" ")
    if mark == ">":
        return Said(rest)
    if mark in {"<", "~"}:
        return Expected(number, mark == "~", [rest])
    direction = _DIRECTION.fullmatch(line)
    if direction:
        return Directed(direction[1], direction[2] or "")
    if line.startswith("[") and line.endswith("]"):
        return Tapped(line[1:-1])
    raise ValueError(f"line {number} is no step: {line!r}")


def _continue(step: Step, mark: str, rest: str) -> None:
    if isinstance(step, Expected):
        if mark == "!":
            step.absent.append(rest)
        elif _ROW.fullmatch(rest):
            step.rows.append(re.findall(r"\[([^\[\]]+)\]", rest))
        else:
            step.lines.append(rest)
    elif isinstance(step, Said) and mark == "|":
        step.text += "\n" + rest
    else:
        raise ValueError(f"{mark} {rest!r} continues nothing")


def _fits(wanted: str, line: str) -> bool:
    if len(wanted) > 2 and wanted[0] == wanted[-1] == "/":
        return re.search(wanted[1:-1], line) is not None
    return re.fullmatch(_glob(wanted), line) is not None


def _glob(wanted: str) -> str:
    """A pattern in which only * and ? are special: buttons and links have brackets."""
    return translate(wanted.replace("[", "[[]"))
