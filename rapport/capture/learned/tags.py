"""What stretches of words stand for."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

OUTSIDE = "O"


class Tag(StrEnum):
    """What a stretch of words stands for."""

    PERSON = "P"
    MENTION = "M"
    ROLE = "R"
    COMPANY = "C"
    PLACE = "L"
    DATE = "D"
    """When it took place."""
    FOLLOW_UP = "F"
    DUE = "U"
    MY_PROMISE = "V"
    THEIR_PROMISE = "T"


class Span(NamedTuple):
    """Words that stand for something together: the first, and the one after the last."""

    start: int
    end: int
    tag: Tag


def spans_of(labels: Sequence[str]) -> list[Span]:
    """The stretches that the labels of a message's words mark."""
    found: list[Span] = []
    begun: int | None = None
    tag = ""
    for at, label in enumerate([*labels, OUTSIDE]):
        if begun is not None and not label.startswith("I-"):
            found.append(Span(begun, at, Tag(tag)))
            begun = None
        if label.startswith("B-") or (label.startswith("I-") and begun is None):
            begun, tag = at, label[2:]
    return found
