"""How templates are loaded and rendered: letters to people, and the bot's own replies.

Both are files of named blocks, so that the words of one letter or one dialogue stand together.
A missing fact is an error in both. Replies are HTML for Telegram and escape every fact; letters
are plain text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.ext import Extension

from rapport import english

ENGLISH = "en"

_TEMPLATES = Path(__file__).parent.parent / "templates"
_SECTION = re.compile(
    r"^\[(?P<slot>[a-z]+)\.(?P<name>[\w-]+)(?::(?P<limits>[^\]]*))?\][^\S\n]*$", re.M
)


@cache
def languages(kind: str) -> frozenset[str]:
    """The languages in which `messages` or `replies` are written."""
    return frozenset(path.name for path in (_TEMPLATES / kind).iterdir() if path.is_dir())


def say(template: str, block: str, /, *, language: str = ENGLISH, **facts: object) -> str:
    """One block of a dialogue's words as Telegram HTML, every fact in it escaped.

    A dialogue not written in the language is said in English.
    """
    words = _replies(_written(language)).get_template(f"{template}.html.j2")
    return render_block(words, block, facts).strip()


def label(key: str, language: str = ENGLISH) -> str:
    """The words on a button, plain text."""
    return _label(key, _written(language))


@cache
def _label(key: str, language: str) -> str:
    text: str = getattr(_replies(language).get_template("buttons.j2").module, key)
    return text


def _written(language: str) -> str:
    """The language if replies are written in it, else English."""
    return language if language in languages("replies") else ENGLISH


def render_block(template: Template, block: str, facts: Mapping[str, object]) -> str:
    """The text of one block alone; what stands around it in the file is not run."""
    try:
        return "".join(template.blocks[block](template.new_context(dict(facts))))
    except Exception:  # noqa: BLE001 - raised again, with the template's own line in the traceback
        template.environment.handle_exception()


@cache
def letters(language: str) -> Environment:
    """The environment of the letters in one language: plain text, sections, words to share."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES / "messages" / language),
        autoescape=False,  # noqa: S701 - letters are plain text; Telegram's escaping comes later
        undefined=StrictUndefined,
        extensions=[_Sections],
        auto_reload=False,
    )
    environment.filters.update(english.FILTERS)
    return _sharing(environment, "_words.j2")


@cache
def _replies(language: str) -> Environment:
    tongues = dict.fromkeys((language, ENGLISH))
    environment = Environment(
        loader=FileSystemLoader([_TEMPLATES / "replies" / tongue for tongue in tongues]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    return _sharing(environment, "_words.html.j2")


def _sharing(environment: Environment, name: str) -> Environment:
    """The environment with a file's macros known in every block.

    A block rendered alone does not run its file's imports, so what blocks share is global.
    """
    words: dict[str, Any] = vars(environment.get_template(name).module)
    environment.globals.update({key: word for key, word in words.items() if key[0] != "_"})
    return environment


@dataclass(frozen=True)
class Section:
    """The head of a letter's block: `[open.after-a-talk: formal]`."""

    slot: str
    name: str
    limits: frozenset[str]

    @property
    def block(self) -> str:
        """The Jinja block that the section becomes."""
        return f"{self.slot}__{self.name.replace('-', '_')}"


def section_heads(letter: str, language: str) -> tuple[Section, ...]:
    """The heads of a letter's blocks, in the order written."""
    environment = letters(language)
    assert environment.loader is not None
    source, _, _ = environment.loader.get_source(environment, letter)
    return tuple(_section(found) for found in _SECTION.finditer(source))


def _section(found: re.Match[str]) -> Section:
    limits = (found["limits"] or "").replace(",", " ").split()
    return Section(found["slot"], found["name"], frozenset(limits))


class _Sections(Extension):
    """Makes every section of a letter a Jinja block.

    The line that heads a section ends one block and starts the next; no line is added or lost,
    so that an error names the line the writer sees.
    """

    def preprocess(
        self,
        source: str,
        name: str | None,  # noqa: ARG002 - Jinja's signature
        filename: str | None = None,  # noqa: ARG002 - Jinja's signature
    ) -> str:
        """The source with Jinja blocks in place of heads."""
        heads = 0

        def tags(found: re.Match[str]) -> str:
            nonlocal heads
            heads += 1
            end = "{% endblock %}" if heads > 1 else ""
            return f"{end}{{% block {_section(found).block} %}}"

        rewritten = _SECTION.sub(tags, source)
        return rewritten + "{% endblock %}" if heads else rewritten
