"""Whether a frame holds everything that counts of the one a message should give.

The rules are those of the capture ruler's page on frames: names are compared without case, accents
and punctuation, places and what was promised by most of their words, and of `x|y` either is right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from rapport.names import fold

_SMALL_WORDS = """
a an the of to for at in on and my our his her their me him them she he it is s with re about from
that this some by
"""
EMPTY = frozenset(_SMALL_WORDS.split())
_ENDINGS = re.compile(r"(?:ing|ed|s)$")
_HANDLES = ("email", "phone", "telegram", "linkedin", "birthday")
_Frame = Mapping[str, Any]
_Same = Callable[[Any, Any], bool]


def is_exact(gold: _Frame, read: _Frame) -> bool:
    """Whether nothing that counts is missing, wrong or made up."""
    return all(holds(gold, read) for holds in _TESTS)


def _intent(gold: _Frame, read: _Frame) -> bool:
    return str(read["intent"]) in str(gold["intent"]).split("|")


def _people(gold: _Frame, read: _Frame) -> bool:
    return _match(
        [(fold(one["name"]), one["ref"]) for one in gold["people"]],
        [(fold(one["name"]), one["ref"]) for one in read.get("people", ())],
        lambda one, other: bool(one == other),
    )


def _mentions(gold: _Frame, read: _Frame) -> bool:
    return _match(
        [fold(name) for name in gold["mentions"]],
        [fold(name) for name in read.get("mentions", ())],
        lambda one, other: bool(one == other),
    )


def _descriptions(gold: _Frame, read: _Frame) -> bool:
    return all(_described(gold, read, key) for key in ("role", "company"))


def _described(gold: _Frame, read: _Frame, key: str) -> bool:
    def same(one: tuple[str, str], other: tuple[str, str]) -> bool:
        return one[0] == other[0] and _is_alike(one[1], other[1])

    optional = _said(gold, f"{key}_opt")
    said = [one for one in _said(read, key) if not any(same(opt, one) for opt in optional)]
    return _match(_said(gold, key), said, same)


def _said(frame: _Frame, key: str) -> list[tuple[str, str]]:
    people = frame.get("people", ())
    return [(fold(one["name"]), str(one[key])) for one in people if one.get(key)]


def _handles(gold: _Frame, read: _Frame) -> bool:
    return all(
        _match(
            _said(gold, key),
            [one for one in _said(read, key) if one not in _said(gold, f"{key}_opt")],
            lambda one, other: one[0] == other[0] and one[1].lower() == other[1].lower(),
        )
        for key in _HANDLES
    )


def _kind(gold: _Frame, read: _Frame) -> bool:
    return (read.get("kind") or "") in (gold["kind"] or "").split("|")


def _where(gold: _Frame, read: _Frame) -> bool:
    place = read.get("where")
    if not gold["where"] or not place:
        return not gold["where"] and not place
    return _is_about(gold["where"], place)


def _days(gold: _Frame, read: _Frame) -> bool:
    return all(_is_day(gold[key], read.get(key)) for key in ("date", "follow_up")) and (
        (gold["follow_up_time"] or None) == (read.get("follow_up_time") or None)
    )


def _promises(gold: _Frame, read: _Frame) -> bool:
    return _match(gold["promises"], read.get("promises", ()), _is_same_promise)


def _is_same_promise(gold: _Frame, read: _Frame) -> bool:
    return (
        fold(gold["by"]) == fold(read["by"])
        and _is_day(gold["due"], read.get("due"))
        and _is_about(gold["what"], read["what"], least=0.5)
    )


def _events(gold: _Frame, read: _Frame) -> bool:
    return _match(
        gold["life_event"],
        read.get("life_event", ()),
        lambda one, other: (
            fold(one["who"]) == fold(other["who"]) and other["type"] in one["type"].split("|")
        ),
    )


def _match(gold: Iterable[Any], read: Iterable[Any], same: _Same) -> bool:
    """Whether each has its counterpart, and nothing is left over."""
    left = list(gold)
    for one in read:
        found = next((other for other in left if same(other, one)), None)
        if found is None:
            return False
        left.remove(found)
    return not left


def _is_day(gold: str | None, day: str | None) -> bool:
    if day is None:
        return gold is None or "null" in gold.split("|")
    spans = [one.partition("..") for one in (gold or "").split("|")]
    return any(first <= day <= (last or first) for first, _, last in spans if first)


def _is_alike(one: str, other: str) -> bool:
    plain = fold(one), fold(other)
    return plain[0] == plain[1] or SequenceMatcher(None, *plain).ratio() >= 0.85


def _is_about(one: str, other: str, least: float = 0.6) -> bool:
    """Whether two descriptions have most of their words in common."""
    words, others = _stems(one), _stems(other)
    if not words or not others:
        return fold(one) == fold(other)
    shared = len(words & others)
    likeness = 2 * shared / (len(words) + len(others))
    is_part = shared == min(len(words), len(others)) and likeness >= 0.4
    ratio = SequenceMatcher(None, fold(one), fold(other)).ratio()
    return likeness >= least or ratio >= 0.75 or is_part


def _stems(text: str) -> set[str]:
    return {_ENDINGS.sub("", word) for word in fold(text).split() if word not in EMPTY}


_TESTS: Sequence[Callable[[_Frame, _Frame], bool]] = (
    _intent,
    _people,
    _mentions,
    _descriptions,
    _handles,
    _kind,
    _where,
    _days,
    _promises,
    _events,
)
