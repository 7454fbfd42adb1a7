"""A post that delivers nothing: it shows what was handed to it, and whether every lane was left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from storage.outbox import Letter
from tests.builders import NOW

TOKEN = "letterbox"


@dataclass
class Letterbox:
    """What was handed over, one list a unit of work; `held` lanes are still open."""

    handed: list[list[Letter]] = field(default_factory=list)
    held: int = 0

    def open_lane(self, chat_id: int) -> _Lane:
        self.held += 1
        return _Lane(self)

    def transient(self, method: str, body: Mapping[str, Any]) -> None:
        raise AssertionError(f"nothing in these tests is transient: {method} {body}")

    def insist(self, method: str, body: Mapping[str, Any]) -> None:
        raise AssertionError(f"nobody in these tests is gone: {method} {body}")


@dataclass
class _Lane:
    letterbox: Letterbox
    token: str | None = TOKEN
    lease_until: datetime = NOW + timedelta(days=365)

    def hand_over(self, letters: Sequence[Letter] | None) -> None:
        self.letterbox.held -= 1
        if letters:
            self.letterbox.handed.append(list(letters))
