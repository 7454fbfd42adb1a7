"""Every verb of `rapport` that takes what somebody typed, found by looking: new ones come along."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from importlib import import_module
from random import Random
from types import ModuleType
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo

import rapport
from rapport.capture.guided import Said
from rapport.capture.reading import Context, Reading
from rapport.capture.roster import Known, Roster
from rapport.capture.understand import read
from tests.rapport.capture.builders import BERLIN, WEDNESDAY, context

Verb = Callable[[str, Random], object]

# Parameters that hold a word of the code's own: no text of a person's reaches them.
_CODES = frozenset(
    ("block", "field", "key", "kind", "language", "letter", "occasion", "period", "template",
     "tone", "unit", "zone", "digest_at", "channel", "locale")
)  # fmt: skip
# Its name is that of a template's file.
_OF_TEMPLATES = frozenset(("rapport.drafts.letters.letter", "rapport.templating.label"))

_READING = read("Met Ana Beltran, promised to send the deck", context())
_CROWD = Roster.of(
    [
        Known(1, "Ana Beltran", ("Anabel",), "Finch", "CTO"),
        Known(2, "Аnna \u202ekcab", ("李旭",)),
        Known(3, "🌸", (";",), "=", "()"),
    ]
)
_CONTEXTS = (
    context(),
    replace(context(), roster=_CROWD, shown=(1, 2), locale="de"),
    replace(context(), roster=_CROWD, shown=(3,)),
    replace(context(), roster=Roster(), card=1, locale="en-US"),
)

_GIVEN: dict[object, Callable[[Random], object]] = {
    Context: lambda random: random.choice(_CONTEXTS),
    Said: lambda random: Said(WEDNESDAY, BERLIN, random.choice(("en", "en-US", "de", ""))),
    Roster: lambda random: random.choice(_CONTEXTS).roster,
    Reading: lambda _: _READING,
    datetime: lambda _: WEDNESDAY,
    date: lambda _: WEDNESDAY.date(),
    ZoneInfo: lambda _: BERLIN,
    int: lambda random: random.randint(1, 9),
    int | None: lambda random: random.choice((None, 1, 2**52)),
}
_TYPED = (str, str | None)


def verbs() -> dict[str, Verb]:
    """What to call with a text, by name; whatever else a verb wants is given it."""
    found = {}
    for module in _modules():
        for name, verb in vars(module).items():
            if _is_public(verb, name, module) and (whole := f"{module.__name__}.{name}"):
                hints = get_type_hints(verb)
                hints.pop("return", None)
                if whole not in _OF_TEMPLATES and _takes_a_text(hints):
                    found[whole] = _with(verb, hints)
    return found


def _modules() -> Iterator[ModuleType]:
    for module in pkgutil.walk_packages(rapport.__path__, "rapport."):
        yield import_module(module.name)


def _is_public(verb: object, name: str, module: ModuleType) -> bool:
    return (
        inspect.isfunction(inspect.unwrap(verb))  # type: ignore[arg-type]  # anything may be asked
        and getattr(verb, "__module__", "") == module.__name__
        and not name.startswith("_")
    )


def _takes_a_text(hints: dict[str, object]) -> bool:
    typed = {name for name, hint in hints.items() if hint in _TYPED}
    known = all(hint in _TYPED or hint in _GIVEN for hint in hints.values())
    return known and bool(typed) and not typed & _CODES


def _with(verb: Callable[..., object], hints: dict[str, object]) -> Verb:
    def called(text: str, random: Random) -> object:
        arguments: dict[str, Any] = {
            name: text if hint in _TYPED else _GIVEN[hint](random) for name, hint in hints.items()
        }
        return verb(**arguments)

    return called
