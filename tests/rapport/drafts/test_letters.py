"""Every letter as the owner could get it: read by rules, over all that a record may hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations

import pytest

from rapport.drafts.brief import Brief, Draft
from rapport.drafts.letters import TONES, letter
from rapport.drafts.writing import write
from rapport.english import a_an
from rapport.occasions import OCCASIONS
from rapport.templating import letters, section_heads
from tests.rapport.drafts.builders import FACTS, brief, day, written

VERSIONS = 4
LEAST_WORDS = 8
MOST_WORDS = 75
LONGEST_SUBJECT = 60
CLICHES = re.compile(
    r"hope (?:this|my|all|you)\b.{0,20}\b(?:finds|well)\b|touch(?:ing)? base|circl\w+ back"
    r"|just (?:checking|following|wanted)|per my last|reach(?:ing)? out|pick your brain|synerg"
    r"|long time no see|convenience|hesitate|well[- ]deserved|exciting|next chapter|journey"
    r"|game[- ]chang|delve|kudos|hop on|i trust|thanks in advance|let me know if there",
    re.I,
)
MISTAKES = re.compile(
    r"\{\{|\}\}|\{%|\bNone\b|[Uu]ndefined|  |\.\.|,,|!!|\?\?| [,.;:!?]|[,;:][.!?]|\b(\w+) \1\b"
    r"|\n\n\n|[ \t]\n|\n[a-z,.;:]|\b(?:at|for|about|on|to)[.?!]"
)
ARTICLE = re.compile(r"\b([Aa]n?) ([\w-]+)")


def _labels(occasion: str) -> list[str]:
    """What the letter asks about the record, as facts of a brief."""
    blocks = letter(occasion, "en").blocks
    wanted = frozenset[str]().union(*(block.needs | block.bars for block in blocks))
    return sorted(wanted & FACTS.keys() | ({"birthday"} if "belated" in wanted else set()))


def _subsets(labels: list[str]) -> Iterator[tuple[str, ...]]:
    return chain.from_iterable(combinations(labels, size) for size in range(len(labels) + 1))


def _briefs(occasion: str) -> Iterator[Brief]:
    for labels in _subsets(_labels(occasion)):
        for tone in sorted(TONES):
            for met_on in (None, day(-1), day(-200)):
                yield brief(occasion, *labels, tone=tone, met_on=met_on)


def _drafts(occasion: str) -> Iterator[Draft]:
    for number, asked in enumerate(_briefs(occasion)):
        channel = ("telegram", "email")[number % 2]
        for draft_no in range(VERSIONS):
            yield written(replace(asked, channel=channel), draft_no=draft_no)


@pytest.mark.parametrize("occasion", OCCASIONS)
def test_whatever_is_known_the_message_reads_without_a_fault(occasion: str) -> None:
    for draft in _drafts(occasion):
        for text in (draft.text, draft.subject or "Hello"):
            assert not MISTAKES.search(text), text
            assert not CLICHES.search(text), text
            assert text.count("!") <= 1, text
            assert text.count("?") <= 1, text
            for article, word in ARTICLE.findall(text):
                assert a_an(word) == f"{article.lower()} {word}", text
        assert LEAST_WORDS <= len(draft.text.split()) <= MOST_WORDS, draft.text
        assert len(draft.subject or "") <= LONGEST_SUBJECT


@pytest.mark.parametrize("occasion", OCCASIONS)
def test_no_number_and_no_name_comes_from_anywhere_but_the_record(occasion: str) -> None:
    said = " ".join(fact.text for fact in FACTS.values())
    known = set(re.findall(r"\w+", f"{said} Priya Raman Mara I Monday Tuesday Friday August"))
    for draft in _drafts(occasion):
        inside = re.findall(r"(?<=[a-z,;] )(?:[A-Z]\w*|\d+)", draft.text)
        assert set(inside) <= known, draft.text


@pytest.mark.parametrize("occasion", OCCASIONS)
@pytest.mark.parametrize("tone", sorted(TONES))
def test_each_version_of_a_bare_message_is_another(occasion: str, tone: str) -> None:
    texts = {written(brief(occasion, tone=tone), draft_no=number).text for number in range(3)}
    assert len(texts) == 3


@pytest.mark.parametrize("occasion", OCCASIONS)
def test_every_part_can_be_said_in_several_ways(occasion: str) -> None:
    ways = Counter(block.slot for block in letter(occasion, "en").blocks)
    assert ways["open"] >= 4
    assert ways["body"] >= 3
    assert ways["out"] + ways["close"] >= 3


@pytest.mark.parametrize("occasion", OCCASIONS)
@pytest.mark.parametrize("tone", sorted(TONES))
def test_something_can_be_said_about_nothing(occasion: str, tone: str) -> None:
    for slot in ("subject", "open", "body"):
        free = [
            block
            for block in letter(occasion, "en").blocks_for(slot)
            if tone in block.tones and block.needs <= {"first", "me", "stranger"}
        ]
        assert free, slot


@pytest.mark.parametrize("occasion", OCCASIONS)
def test_no_block_is_written_in_vain(occasion: str) -> None:
    ids = {block.id for block in letter(occasion, "en").blocks}
    seen: set[str] = set()
    for asked in _briefs(occasion):
        for draft_no in range(12):
            if seen >= ids:
                return
            draft = write(replace(asked, channel="email"), draft_no=draft_no)
            seen |= set(draft.blocks if draft else ())
    assert not ids - seen


@pytest.mark.parametrize("occasion", [*OCCASIONS, "_envelope"])
def test_sections_have_names_of_their_own(occasion: str) -> None:
    names = [head.block for head in section_heads(f"{occasion}.j2", "en")]
    assert len(set(names)) == len(names)


def test_every_letter_has_an_occasion() -> None:
    files = {name.removesuffix(".j2") for name in letters("en").list_templates()}
    assert {name for name in files if not name.startswith("_")} == set(OCCASIONS)


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("event", "<b>Tom & Jerry</b> Meetup"),
        ("event", "{{ 7 * 7 }} {% raw %}"),
        ("event", "Null"),
        ("topic", "naïve “quotes” and ампersands"),
        ("topic", "مرحبا بالعالم"),
    ],
)
def test_what_the_owner_typed_stays_as_it_was_typed(label: str, text: str) -> None:
    typed = replace(FACTS[label], text=text)
    asked = brief("follow-up", facts=(typed,), met_on=day(-1))
    assert text in written(asked).text


def test_a_person_called_like_a_template_is_greeted_by_name() -> None:
    assert written(brief("check-in", to="{{me}}")).text.startswith("Hi {{me}},")


def test_an_unwritten_language_is_answered_in_english() -> None:
    draft = written(brief("check-in", language="de"))
    assert draft.language == "en"
    assert draft == written(brief("check-in"))
