"""Every regular expression in the product, and texts made to keep each of them busy.

The expressions are found in the source, wherever `re` is called, so new ones come along. The
texts come from an expression's own tree: whatever may be repeated is repeated, then spoilt.
"""

from __future__ import annotations

import ast
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from re import _constants as code  # type: ignore[attr-defined]  # how `re` names what it parsed
from re import _parser as parser  # type: ignore[attr-defined]  # the tree is nowhere else
from typing import Any

from tests.timing import seconds, spent

ROOT = Path(__file__).parents[2]
FLOORS = ("bot", "handlers", "rapport", "storage")

_CALLS = frozenset(
    ("compile", "match", "search", "fullmatch", "findall", "finditer", "split", "sub", "subn")
)
_MANY = 12  # a repetition that may go on so long is worth an attack
_PUMPS = (
    "a",
    "A",
    " ",
    "1",
    "(",
    ".",
    "-",
    "\n",
    '"',
    "a.",
    "a@",
    "a ",
    "1 ",
    "<",
    "&#1",
    "'a",
    "é",
)
_SPOILERS = ("", "\0", "!", "\n", "é")


@dataclass(frozen=True)
class Found:
    """A regular expression and where it stands."""

    where: str
    pattern: re.Pattern[Any]


def patterns() -> tuple[list[Found], list[str]]:
    """Those that are known before anybody says anything; and where the others are put together."""
    known, made = [], []
    for file in sorted(each for floor in FLOORS for each in (ROOT / floor).rglob("*.py")):
        if "migrations" in file.parts or file.name == "__main__.py":
            continue
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for call in _calls(ast.parse(file.read_text(encoding="utf-8"))):
            try:
                known.append(Found(f"{name}:{call.lineno}", _compiled(call, name)))
            except NameError:
                made.append(name)
    return known, made


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=verb)) if verb in _CALLS:
                yield node


def _compiled(call: ast.Call, module: str) -> re.Pattern[Any]:
    """The expression as the module's own names make it; NameError where that takes a function's."""
    names = vars(import_module(module))
    flags = [each.value for each in call.keywords if each.arg == "flags"]
    if isinstance(call.func, ast.Attribute) and call.func.attr == "compile":
        flags += call.args[1:2]
    pattern, *more = [_value(each, names) for each in (call.args[0], *flags)]
    return re.compile(pattern, *more)


def _value(node: ast.expr, names: dict[str, Any]) -> Any:
    return eval(compile(ast.Expression(node), "<pattern>", "eval"), names)


def attacks(pattern: re.Pattern[Any], length: int) -> Iterator[str]:
    """Texts of this length that are meant to be hard for the expression."""
    seen: set[str] = set()
    for before, pump in (*_weak_places(pattern), *(("", each) for each in _PUMPS)):
        for spoiler in _SPOILERS:
            body = (before + pump * length)[: length - len(spoiler)] + spoiler
            if pump and body not in seen:
                seen.add(body)
                yield body


def _weak_places(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str]]:
    """For each repetition: a text that leads to it, and one that it takes again and again."""
    source = (
        pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    )
    flags = pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags
    yield from _repetitions(list(parser.parse(source, flags)), "")


def _repetitions(items: list[Any], before: str) -> Iterator[tuple[str, str]]:
    for operation, argument in items:
        match operation:
            case code.MAX_REPEAT | code.MIN_REPEAT | code.POSSESSIVE_REPEAT:
                _, most, body = argument
                if most >= _MANY:
                    for variant in range(3):
                        yield before, _sample(list(body), variant)
                        yield "", before + _sample(list(body), variant)
                yield from _repetitions(list(body), before)
            case code.SUBPATTERN:
                yield from _repetitions(list(argument[3]), before)
            case code.BRANCH:
                for branch in argument[1]:
                    yield from _repetitions(list(branch), before)
            case code.ASSERT | code.ASSERT_NOT:
                yield from _repetitions(list(argument[1]), before)
        before += _sample([(operation, argument)], 0)
    yield "", before


def _sample(items: list[Any], variant: int) -> str:
    """A text that the items would take; another variant, other letters where there is a choice."""
    return "".join(_sample_of(operation, argument, variant) for operation, argument in items)


def _sample_of(operation: Any, argument: Any, variant: int) -> str:
    match operation:
        case code.LITERAL:
            return str(chr(argument))
        case code.NOT_LITERAL:
            return "b" if argument == ord("a") else "a"
        case code.ANY:
            return "a1 "[variant]
        case code.IN:
            return _letter_in(argument, variant)
        case code.MAX_REPEAT | code.MIN_REPEAT | code.POSSESSIVE_REPEAT:
            least, most, body = argument
            return _sample(list(body), variant) * int(max(least, min(1, most)))
        case code.SUBPATTERN:
            return _sample(list(argument[3]), variant)
        case code.BRANCH:
            branches = argument[1]
            return _sample(list(branches[variant % len(branches)]), variant)
        case _:
            return ""


def _letter_in(choices: list[Any], variant: int) -> str:
    """A letter of the set, found by trying."""
    whole = re.compile(_as_set(choices))
    fitting = [each for each in "a1 A_.-:+@\n'é李\u200c" + _firsts(choices) if whole.match(each)]
    return str(fitting[variant % len(fitting)]) if fitting else ""


_CATEGORIES = {
    code.CATEGORY_DIGIT: r"\d", code.CATEGORY_NOT_DIGIT: r"\D", code.CATEGORY_SPACE: r"\s",
    code.CATEGORY_NOT_SPACE: r"\S", code.CATEGORY_WORD: r"\w", code.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


def _as_set(choices: list[Any]) -> str:
    written = ""
    for operation, argument in choices:
        match operation:
            case code.NEGATE:
                written += "^"
            case code.LITERAL:
                written += re.escape(chr(argument))
            case code.RANGE:
                written += f"{re.escape(chr(argument[0]))}-{re.escape(chr(argument[1]))}"
            case code.CATEGORY:
                written += _CATEGORIES[argument]
    return f"[{written}]"


def _firsts(choices: list[Any]) -> str:
    letters = (
        argument if operation is code.LITERAL else argument[0]
        for operation, argument in choices
        if operation in (code.LITERAL, code.RANGE)
    )  # fmt: skip
    return "".join(map(chr, letters))


def go_through(pattern: re.Pattern[Any], text: str) -> None:
    """Find every match in the text."""
    subject: Any = text.encode(errors="replace") if isinstance(pattern.pattern, bytes) else text
    deque(pattern.finditer(subject), maxlen=0)


def slowest(pattern: re.Pattern[Any], length: int) -> tuple[float, str]:
    """The longest that a text of this length takes, in seconds, and that text."""
    text = max(attacks(pattern, length), key=lambda each: spent(partial(go_through, pattern, each)))
    return seconds(partial(go_through, pattern, text)), text
