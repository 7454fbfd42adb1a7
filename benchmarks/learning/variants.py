"""The same message as others would have typed it: other names, lower case, no marks, a slip.

What is learned from a message should not hang on the names in it, nor on how neatly it is typed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from functools import cache
from typing import Any

from rapport.capture.learned.vocabulary import vocabulary

_MARKS = re.compile(r"(?<=\w)[.,;:!?](?=\s|$)")
_PLAIN_WORD = re.compile(r"\b[a-z]{5,}\b")
_COMPANY_ENDS = """
Labs|GmbH|& Co|Group|Health|Capital|Studio|Robotics|Analytics|Ventures|Systems|Partners|AI|Energy|
Foods|Media|Bank|Foundation|Institute|Consulting|Works|Logistics|Pharma|Biotech|University|School|
Press|Records|Hospital|Design
"""
_ENDS = _COMPANY_ENDS.replace("\n", "").split("|")
_Gold = Mapping[str, Any]


def variants(text: str, gold: _Gold) -> Iterator[tuple[str, _Gold]]:
    """The message, itself in lower case, and once more with others in it; the same every time."""
    dice = random.Random(text)
    yield text, gold
    if text != text.lower():
        yield text.lower(), gold
    other, renamed = _renamed(text, gold, dice)
    other = dice.choice((_as_it_is, str.lower, _without_marks, _with_a_slip, _sloppy))(other)
    if other != text:
        yield other, renamed


def _as_it_is(text: str) -> str:
    return text


def _without_marks(text: str) -> str:
    return _MARKS.sub("", text)


def _sloppy(text: str) -> str:
    return _without_marks(text.lower())


def _with_a_slip(text: str) -> str:
    """One ordinary word with two of its letters in the wrong order, or one left out."""
    words = list(_PLAIN_WORD.finditer(text))
    dice = random.Random(text)
    if not words:
        return text
    word = dice.choice(words)
    at = dice.randrange(word.start() + 1, word.end() - 1)
    swapped = text[at + 1] + text[at] if dice.random() < 0.5 else text[at]
    return text[:at] + swapped + text[at + 2 :]


def _renamed(text: str, gold: _Gold, dice: random.Random) -> tuple[str, _Gold]:
    """New people and companies bear other names."""
    changed: dict[str, Any] = deepcopy(dict(gold))
    for person in changed["people"]:
        old = person["name"]
        if person["ref"] == "new" and text.count(old) == 1:
            new = _cased_as(old, _person(dice))
            if new in text:
                continue
            text = text.replace(old, new)
            person["name"] = new
            for promise in changed["promises"]:
                promise.update({key: new for key in ("by", "to") if promise[key] == old})
            for event in changed["life_event"]:
                event.update({"who": new} if event["who"] == old else {})
        company = person.get("company")
        if company and text.count(company) == 1 and dice.random() < 0.7:
            new = _cased_as(company, _company(dice))
            if new in text:
                continue
            text = text.replace(company, new)
            for each in changed["people"]:
                if each.get("company") == company:
                    each["company"] = new
    return text, changed


def _cased_as(old: str, new: str) -> str:
    return new.lower() if old == old.lower() else new


def _person(dice: random.Random) -> str:
    given = dice.choice(_named("given")) if dice.random() < 0.85 else dice.choice(_words())
    chance = dice.random()
    if chance < 0.12:
        return given
    family = dice.choice(_named("family")) if dice.random() < 0.8 else dice.choice(_words())
    if chance < 0.2:
        family = f"{family}-{dice.choice(_named('family'))}"
    elif chance < 0.24:
        family = f"{dice.choice(('van', 'de', 'von', 'al', 'bin', 'da', 'del'))} {family}"
    elif chance < 0.28:
        family = f"{family[0]}."
    return f"{given} {family}"


def _company(dice: random.Random) -> str:
    word, chance = dice.choice(_words()), dice.random()
    if chance < 0.35:
        return word
    if chance < 0.5:
        return dice.choice(_named("given" if chance < 0.45 else "family"))
    if chance < 0.58:
        return "".join(dice.choices("ABCDEFGHIKLMNOPRSTVZ", k=dice.choice((2, 3, 3, 4))))
    if chance < 0.68:
        return word + dice.choice(("ly", "ify", "io", "hub", "base", "flow", "wise"))
    if chance < 0.75:
        return word + dice.choice(_words())
    return f"{word} {dice.choice(_ENDS)}"


@cache
def _named(sort: str) -> Sequence[str]:
    names = getattr(vocabulary(), sort)
    return sorted(name.title() for name in names if name.isascii())


@cache
def _words() -> Sequence[str]:
    """Ordinary words that are neither very frequent nor very rare, as they stand in names."""
    found = [word for word in vocabulary().places if re.fullmatch("[a-z]{3,9}", word)]
    return [word.title() for word in found[500:]]
