"""The labelled messages: each frame is whole, and names only whom the text or the roster has."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from benchmarks.frames import frame
from rapport.capture.reading import Intent, Kind, Reading
from rapport.names import fold

CORPORA = Path(__file__).parents[2] / "benchmarks" / "corpora"
HANDS = sorted(file.parent for file in CORPORA.rglob("messages.jsonl"))


def messages(hand: Path) -> list[dict[str, Any]]:
    """The messages of one hand."""
    return [json.loads(line) for line in (hand / "messages.jsonl").read_text("utf-8").splitlines()]


def is_date(said: str | None) -> bool:
    """Whether it is a day, a span of days, or several that are right."""
    days = "" if said is None else said.replace("|", "..")
    return all(date.fromisoformat(day) for day in days.split("..") if day not in ("", "null"))


@pytest.mark.parametrize("hand", HANDS, ids=lambda hand: hand.name)
def test_each_frame_is_whole_and_supported(hand: Path) -> None:
    roster = set(json.loads((hand / "roster.json").read_text("utf-8")))
    for message in messages(hand):
        gold = message["gold"]
        words = set(fold(re.sub(r"['’]s\b", " ", message["text"])).split())
        assert gold.keys() == frame(Reading.nothing).keys(), message["id"]
        assert set(gold["intent"].split("|")) <= set(Intent), message["id"]
        assert gold["kind"] is None or set(gold["kind"].split("|")) <= set(Kind), message["id"]
        assert is_date(gold["date"])
        assert is_date(gold["follow_up"])
        for person in gold["people"]:
            is_known = person["ref"] == "known"
            assert (person["name"] in roster) is is_known, message["id"]
            assert is_known or set(fold(person["name"]).split()) <= words, message["id"]


def test_no_message_is_told_twice() -> None:
    texts = [fold(message["text"]) for hand in HANDS for message in messages(hand)]
    assert len(set(texts)) == len(texts) > 4000
