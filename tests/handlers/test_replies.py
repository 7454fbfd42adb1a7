"""Long replies in pieces: they say the same, fit, and stand as markup each."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handlers.buttons import Button, button, data, named, says, shorten
from handlers.replies import LIMIT, length, message_body, pieces, plain, rows_of
from playground.text.formatted import Formatted
from playground.text.html import parse_html

WORDS = st.text(
    st.sampled_from("abc. !?\n,—é漢😀&<>\"'"), min_size=0, max_size=60
) | st.sampled_from(["One sentence. Another one. ", "\n\n", "wordwithoutend" * 9, "😀" * 40, " "])
TAGS = (
    "b",
    "i",
    "u",
    "s",
    "code",
    "pre",
    "blockquote",
    'a href="https://example.org/?a=1&amp;b=2"',
)


def marked_up() -> st.SearchStrategy[str]:
    """What templates make: escaped words in well-formed markup."""
    words = WORDS.map(html.escape)

    def around(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        tagged = st.tuples(st.sampled_from(TAGS), inner).map(
            lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0].split()[0]}>"
        )
        return st.lists(tagged | words, max_size=4).map("".join)

    return st.recursive(words, around, max_leaves=12)


def styled(text: Formatted) -> Iterator[tuple[str, frozenset[str]]]:
    """Each visible character with the markup it stands in."""
    at = 0
    for character in text.text:
        inside = frozenset(
            entity["type"]
            for entity in text.entities
            if entity["offset"] <= at < entity["offset"] + entity["length"]
        )
        if not character.isspace():
            yield character, inside
        at += length(character)


@settings(max_examples=300, deadline=None)
@given(marked_up(), st.integers(20, 200))
@example("<b> </b><code></code>", 20)
@example(" " * 30, 20)
def test_pieces_say_the_same_each_whole_in_itself(text: str, limit: int) -> None:
    whole = list(styled(parse_html(text)))
    parsed = [parse_html(piece) for piece in pieces(text, limit)]
    assert [one for piece in parsed for one in styled(piece)] == whole
    assert all(length(piece.text) <= limit for piece in parsed)
    if whole:
        assert all(piece.text.strip() for piece in parsed)


@pytest.mark.parametrize(
    ("remark", "text", "count"),
    [
        ("what fits stays whole", "a" * LIMIT, 1),
        ("one too many", "a" * (LIMIT + 1), 2),
        ("an emoji counts two", "😀" * (LIMIT // 2), 1),
        ("one emoji too many", "😀" * (LIMIT // 2 + 1), 2),
        ("markup does not count", f"<b>{'a' * LIMIT}</b>", 1),
        ("a reference counts one", "&amp;" * LIMIT, 1),
        ("a reference too many", "&amp;" * (LIMIT + 1), 2),
    ],
)
def test_how_many_pieces(remark: str, text: str, count: int) -> None:
    found = pieces(text)
    assert len(found) == count, remark
    assert all(length(parse_html(piece).text) <= LIMIT for piece in found)


@pytest.mark.parametrize(
    ("remark", "text", "expected"),
    [
        ("at a paragraph", "One two.\n\nThree four five", ["One two.", "Three four five"]),
        ("at a sentence", "One two. Three four five", ["One two.", "Three four five"]),
        ("at a line", "One two\nThree four five", ["One two", "Three four five"]),
        ("at a word", "One two three four five", ["One two three four", "five"]),
        ("nowhere better", "a" * 25, ["a" * 20, "a" * 5]),
        (
            "inside markup",
            "<b>One two. Three <i>four five</i></b>",
            ["<b>One two.</b>", "<b>Three <i>four five</i></b>"],
        ),
        ("before a reference", "a" * 20 + "&lt;b", ["a" * 20, "&lt;b"]),
    ],
)
def test_where_a_text_is_cut(remark: str, text: str, expected: list[str]) -> None:
    assert pieces(text, 20) == expected, remark


def test_markup_that_does_not_fit_together_does_not_break_the_splitter() -> None:
    assert plain(" ".join(pieces("</b>" + "word " * 20, 20))).split() == ["word"] * 20


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<b>Tom &amp; Anna</b>", "Tom & Anna"),
        ('<a href="https://x.org/?a&amp;b">here</a>', "here"),
        ("1 &lt; 2", "1 < 2"),
        ("it&#39;s", "it's"),
    ],
)
def test_a_reply_without_its_markup(markup: str, words: str) -> None:
    assert plain(markup) == words


def test_a_message_has_no_preview_and_no_empty_keyboard() -> None:
    body = message_body(7, "hello", [[]])
    assert body["link_preview_options"] == {"is_disabled": True}
    assert "reply_markup" not in body


def test_buttons_stand_in_rows() -> None:
    one, two, three = (Button(name, name) for name in "abc")
    assert rows_of([one, two, three], 2) == [[one, two], [three]]
    keyboard = message_body(7, "pick", [[one], [two]])["reply_markup"]["inline_keyboard"]
    assert keyboard == [
        [{"text": "a", "callback_data": "a"}],
        [{"text": "b", "callback_data": "b"}],
    ]


# --- buttons ------------------------------------------------------------------------------------


def test_a_button_does_what_it_carries() -> None:
    assert button("undo", "undo", 12).as_telegram() == {
        "text": "Undo",
        "callback_data": "undo:12",
    }
    assert Button("Open", url="https://t.me/x").as_telegram() == {
        "text": "Open",
        "url": "https://t.me/x",
    }
    assert Button("Copy", copy="Hi").as_telegram() == {"text": "Copy", "copy_text": {"text": "Hi"}}


def test_data_beyond_telegrams_limit_is_a_mistake() -> None:
    assert len(data("v", "a" * 62)) == 64
    with pytest.raises(ValueError, match="64 bytes"):
        data("v", "é" * 32)


@pytest.mark.parametrize(
    ("said", "groups"),
    [
        ("who:12:34", ("12", "34")),
        ("who:12", None),
        ("who:12:34:56", None),
        ("who:12:34\n", None),
        ("who:١٢:34", None),
        ("who:12:-4", None),
        ("who:12:" + "9" * 19, None),
        ("xwho:12:34", None),
        ("fix", None),
    ],
)
def test_only_what_a_button_says_is_taken(said: str, groups: tuple[str, ...] | None) -> None:
    found = says("who", "int", "int").match(said)
    assert (found and found.groups()) == groups


@given(st.text(), st.integers(2, 30))
def test_a_shortened_name_fits_its_button(name: str, limit: int) -> None:
    short = shorten(name, limit)
    assert len(short) <= limit
    assert name.startswith(re.sub("…$", "", short)) or short == name


def test_a_persons_name_on_a_button_is_shortened() -> None:
    assert named("Wolfeschlegelsteinhausenbergerdorff", "c", 1).label == "Wolfeschlegelsteinhause…"
