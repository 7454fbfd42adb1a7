"""The letters as written: blocks for each part of a message, and what each block needs.

A letter is templates/messages/<language>/<occasion>.j2, a list of sections:

    [open.topic-at-event]
    It was good to talk about {{ topic }} at {{ event }}.

    [ask.call: formal]
    Would you have half an hour for a call?

A section's part of the message comes first, then its name. It is used only when every fact that
it mentions is known; words after the colon limit it further: to tones, to other facts that must
be known (`promotion`), or to facts that must not be (`no-promise`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, Template, meta, nodes

from rapport import templating
from rapport.drafts.record import ADDRESS, TIMES, VOCABULARY

TONES = frozenset({"warm", "casual", "formal"})
SLOTS = frozenset(
    {"subject", "greeting", "open", "reason", "body", "ask", "out", "close", "farewell"}
)

_BAR = "no-"


@dataclass(frozen=True)
class Block:
    """One way to say one part of a message."""

    id: str
    slot: str
    tones: frozenset[str]
    needs: frozenset[str]
    """The facts that must be known."""
    bars: frozenset[str]
    """The facts that must not be known."""
    says: frozenset[str]
    """The facts it mentions; none of them is said twice in a message."""
    _template: Template
    _name: str

    @property
    def weight(self) -> int:
        """How specific it is."""
        return len(self.needs - ADDRESS)

    def render(self, known: dict[str, object]) -> str:
        """Its words on one line."""
        return " ".join(templating.render_block(self._template, self._name, known).split())


@dataclass(frozen=True)
class Letter:
    """All the blocks of an occasion in the language that was found."""

    language: str
    blocks: tuple[Block, ...]

    def blocks_for(self, slot: str) -> list[Block]:
        """The ways to say one part."""
        return [block for block in self.blocks if block.slot == slot]


def letter(name: str, language: str) -> Letter:
    """The letter in this language, or in English when it is not written in it."""
    written = language in templating.languages("messages") and name in _written(language)
    return _letter(name, language if written else templating.ENGLISH)


@cache
def _written(language: str) -> frozenset[str]:
    files = templating.letters(language).list_templates()
    return frozenset(file.removesuffix(".j2") for file in files)


@cache
def _letter(name: str, language: str) -> Letter:
    return Letter(language, _blocks(templating.letters(language), f"{name}.j2", language))


def _blocks(environment: Environment, file: str, language: str) -> tuple[Block, ...]:
    mentioned = _mentioned(environment, file)
    template = environment.get_template(file)
    return tuple(
        _block(head, mentioned[head.block], template)
        for head in templating.section_heads(file, language)
    )


def _block(head: templating.Section, mentioned: frozenset[str], template: Template) -> Block:
    tones = head.limits & TONES
    bars = {word.removeprefix(_BAR) for word in head.limits if word.startswith(_BAR)}
    needs = mentioned | {word for word in head.limits - tones if not word.startswith(_BAR)}
    unknown = (needs | bars) - VOCABULARY | {head.slot} - SLOTS
    if unknown:
        raise ValueError(f"{template.filename} [{head.slot}.{head.name}]: what is {unknown}?")
    return Block(
        id=f"{head.slot}.{head.name}",
        slot=head.slot,
        tones=tones or TONES,
        needs=needs,
        bars=frozenset(bars),
        says=mentioned - ADDRESS - TIMES,
        _template=template,
        _name=head.block,
    )


def _mentioned(environment: Environment, file: str) -> dict[str, frozenset[str]]:
    """For each block of a file, the names it mentions that are not shared words."""
    assert environment.loader is not None
    source, _, _ = environment.loader.get_source(environment, file)
    found = {}
    for block in environment.parse(source).find_all(nodes.Block):
        alone = nodes.Template(block.body)
        alone.set_environment(environment)
        names = meta.find_undeclared_variables(alone)
        found[block.name] = frozenset(names - environment.globals.keys())
    return found
