"""The bot's own words: escaped, complete, and each in its place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError, nodes

from rapport import templating
from rapport.templating import label, languages, say
from storage.types import PartialDate

ROOT = Path(__file__).parent.parent.parent
TODAY = date(2026, 3, 18)  # a Wednesday


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of replies to write into, in English and in German."""
    shared = ROOT / "templates" / "replies" / "en" / "_words.html.j2"
    for language in ("en", "de"):
        (tmp_path / "replies" / language).mkdir(parents=True)
    (tmp_path / "replies" / "en" / "_words.html.j2").write_text(shared.read_text())
    monkeypatch.setattr(templating, "_TEMPLATES", tmp_path)
    languages.cache_clear()
    templating._replies.cache_clear()
    yield tmp_path / "replies"
    languages.cache_clear()
    templating._replies.cache_clear()


def _say(words: Path, source: str, **facts: Any) -> str:
    (words / "en" / "card.html.j2").write_text("{% block card %}\n" + source + "\n{% endblock %}")
    templating._replies.cache_clear()
    return say("card", "card", **facts)


def test_a_block_is_said_alone_and_without_space_around_it(words: Path) -> None:
    (words / "en" / "two.html.j2").write_text(
        "{% block one %}\n\n  First.\n{% endblock %}\n{% block two %}Second.{% endblock %}\n"
    )
    assert say("two", "one") == "First."
    assert say("two", "two") == "Second."


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<b>Tom</b> & Ann", "&lt;b&gt;Tom&lt;/b&gt; &amp; Ann"),
        ("{{ 7 * 7 }}{% raw %}", "{{ 7 * 7 }}{% raw %}"),
        ('"quoted"', "&#34;quoted&#34;"),
        ("عمر \u200f王伟", "عمر \u200f王伟"),
    ],
)
def test_what_a_user_typed_stays_text(words: Path, typed: str, shown: str) -> None:
    assert _say(words, "<b>{{ name }}</b>", name=typed) == f"<b>{shown}</b>"
    assert _say(words, "{{ list_and([name, name]) }}", name=typed) == f"{shown} and {shown}"


def test_a_missing_fact_is_an_error(words: Path) -> None:
    with pytest.raises(UndefinedError, match="name"):
        _say(words, "{{ name }}")


def test_a_tag_on_its_own_line_leaves_no_line(words: Path) -> None:
    source = "A\n  {% if yes %}\nB\n  {% endif %}\nC"
    assert _say(words, source, yes=True) == "A\nB\nC"


def test_a_dialogue_not_written_in_a_language_is_said_in_english(words: Path) -> None:
    (words / "en" / "hello.html.j2").write_text("{% block hi %}Hello{% endblock %}")
    assert say("hello", "hi", language="de") == "Hello"
    (words / "de" / "hello.html.j2").write_text("{% block hi %}Hallo{% endblock %}")
    templating._replies.cache_clear()
    assert say("hello", "hi", language="de") == "Hallo"
    assert say("hello", "hi", language="fr") == "Hello"


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "today"),
        (1, "tomorrow"),
        (-1, "yesterday"),
        (2, "Fri 20 March"),
        (-10, "Sun 8 March"),
        (300, "Tue 12 January 2027"),
    ],
)
def test_a_day_is_said_as_people_say_it(words: Path, days: int, said: str) -> None:
    on = TODAY + timedelta(days=days)
    assert _say(words, "{{ day(on, today) }}", on=on, today=TODAY) == said


@pytest.mark.parametrize(
    ("source", "facts", "said"),
    [
        ("{{ birthday(on) }}", {"on": PartialDate(2, 29)}, "29 February"),
        ("{{ birthday(on) }}", {"on": PartialDate(2, 29, 1992)}, "29 February 1992"),
        ("{{ span(days) }}", {"days": 1}, "a day"),
        ("{{ span(days) }}", {"days": 13}, "13 days"),
        ("{{ span(days) }}", {"days": 21}, "3 weeks"),
        ("{{ span(days) }}", {"days": 61}, "2 months"),
        ("{{ span(days) }}", {"days": 800}, "2 years"),
        ("{{ place(a, b) }}", {"a": "CTO", "b": "Qdrant"}, "CTO at Qdrant"),
        ("{{ place(a, b) }}", {"a": None, "b": "Qdrant"}, "Qdrant"),
        ("{{ place(a, b) }}", {"a": None, "b": None}, ""),
        ("{{ count(n, 'person', 'people') }}", {"n": 1}, "1 person"),
        ("{{ count(n, 'person', 'people') }}", {"n": 3}, "3 people"),
        ("{{ list_and(x) }}", {"x": ["Ana"]}, "Ana"),
        ("{{ list_and(x) }}", {"x": ["Ana", "Ben", "Caro"]}, "Ana, Ben and Caro"),
    ],
)
def test_shared_words(words: Path, source: str, facts: dict[str, Any], said: str) -> None:
    assert _say(words, source, **facts) == said


def test_buttons_have_words() -> None:
    assert label("undo") == "Undo"
    assert label("undo", "de") == "Undo"


def test_a_button_without_words_is_an_error() -> None:
    with pytest.raises(AttributeError, match="no_such_button"):
        label("no_such_button")


def test_both_kinds_of_words_are_written_in_english() -> None:
    assert "en" in languages("messages")
    assert "en" in languages("replies")


def test_a_fault_in_a_letter_names_the_line_the_writer_sees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = tmp_path / "messages" / "en"
    letter.mkdir(parents=True)
    (letter / "_words.j2").write_text("")
    (letter / "odd.j2").write_text("[open.one]\nFine.\n\n[open.two: formal]\n{{ 1 / 0 }}\n")
    monkeypatch.setattr(templating, "_TEMPLATES", tmp_path)
    templating.letters.cache_clear()
    try:
        template = templating.letters("en").get_template("odd.j2")
        with pytest.raises(ZeroDivisionError) as fault:
            templating.render_block(template, "open__two", {})
    finally:
        templating.letters.cache_clear()
    assert fault.traceback[-1].lineno + 1 == 5


def _replies() -> list[Path]:
    folder = ROOT / "templates" / "replies"
    return sorted(path for path in folder.glob("*/*.j2") if not path.name.startswith("_"))


@pytest.mark.parametrize("path", _replies(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_reply_parses_and_says_nothing_outside_its_blocks(path: Path) -> None:
    environment = templating._replies(path.parent.name)
    parsed = environment.parse(path.read_text(encoding="utf-8"))
    loose = [
        piece.data
        for node in parsed.body
        if isinstance(node, nodes.Output)
        for piece in node.nodes
        if isinstance(piece, nodes.TemplateData) and piece.data.strip()
    ]
    assert not loose
    assert environment.get_template(path.name)


def _calls(name: str, module: Path) -> Iterator[list[object]]:
    """The leading constant arguments of each call of a function or method in a module."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func
            found = called.id if isinstance(called, ast.Name) else getattr(called, "attr", None)
            if found == name:
                yield [each.value for each in node.args[:2] if isinstance(each, ast.Constant)]


def _modules() -> list[Path]:
    return sorted(path for floor in ("handlers", "bot") for path in (ROOT / floor).rglob("*.py"))


@pytest.mark.parametrize("module", _modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_reply_and_button_that_is_named_is_written(module: Path) -> None:
    environment = templating._replies("en")
    for said in _calls("say", module):
        if len(said) == 2:
            template, block = said
            assert block in environment.get_template(f"{template}.html.j2").blocks
    for key, *_ in filter(None, _calls("label", module)):
        assert label(str(key))
