"""Markup becomes entities, or is refused, in Telegram's own words and offsets."""

from typing import Any

import pytest

from playground.refusals import Refusal
from playground.text.reading import read_caption, read_text, typed


def shown(text: str, mode: str) -> tuple[str, list[tuple[Any, ...]]]:
    """The text, and each entity as kind, covered part, and what it carries."""
    formatted = read_text(text, mode, None)
    raw = formatted.text.encode("utf-16-le")
    entities = []
    for one in formatted.entities:
        start, end = one["offset"], one["offset"] + one["length"]
        part = raw[start * 2 : end * 2].decode("utf-16-le")
        carried = [one[key] for key in ("url", "language", "custom_emoji_id") if key in one]
        entities.append((one["type"], part, *carried))
    return formatted.text, entities


HTML = [
    ("<b>Ana</b> & Bo", "Ana & Bo", [("bold", "Ana")], "a bare ampersand is text"),
    ("&lt;b&gt; &quot;x&quot; &#x27;&#39;", "<b> \"x\" ''", [], "references"),
    ("&apos;&nbsp;", "&apos;&nbsp;", [], "references that Telegram does not know stay"),
    ("😀 <i>é</i>", "😀 é", [("italic", "é")], "offsets count UTF-16 units"),
    ("<B>x</B>", "x", [("bold", "x")], "tags in capitals"),
    ("<b>x</>", "x", [("bold", "x")], "an end tag without a name closes the last"),
    ("<b></b>x", "x", [], "an empty entity goes"),
    (
        "<b>a <i>b</i></b>",
        "a b",
        [("bold", "a b"), ("italic", "b")],
        "nesting, the outer first",
    ),
    (
        "<b>a <code>b</code> c</b>",
        "a b c",
        [("bold", "a "), ("code", "b"), ("bold", " c")],
        "nothing is formatted inside code",
    ),
    (
        '<pre><code class="language-python">1</code></pre>',
        "1",
        [("pre", "1", "python")],
        "language",
    ),
    ('<code class="language-python">1</code>', "1", [("code", "1")], "no language for inline code"),
    ("<pre>1</pre>", "1", [("pre", "1")], "block"),
    (
        '<a href="https://example.com?a=1&amp;b=2">x</a>',
        "x",
        [("text_link", "x", "https://example.com?a=1&b=2")],
        "link",
    ),
    ("<a href='example.com'>x</a>", "x", [("text_link", "x", "http://example.com/")], "bare host"),
    ('<a href="javascript:1">x</a>', "x", [], "a link elsewhere is dropped"),
    ('<a href="tg://user?id=5">x</a>', "x", [("text_mention", "x")], "mention"),
    ("<tg-spoiler>a</tg-spoiler><span class='tg-spoiler'>b</span>", "ab", None, "spoilers"),
    ("<blockquote>q</blockquote>", "q", [("blockquote", "q")], "quote"),
    (
        "<blockquote expandable>q</blockquote>",
        "q",
        [("expandable_blockquote", "q")],
        "folded quote",
    ),
    ('<tg-emoji emoji-id="5368">👍</tg-emoji>', "👍", [("custom_emoji", "👍", "5368")], "emoji"),
    ("  <b> x </b>  ", "x", [("bold", "x")], "space around the text goes"),
]


@pytest.mark.parametrize(("source", "text", "entities", "_remark"), HTML, ids=lambda one: None)
def test_html_becomes_entities(
    source: str, text: str, entities: list[tuple[Any, ...]] | None, _remark: str
) -> None:
    found_text, found = shown(source, "HTML")
    assert found_text == text
    if entities is not None:
        assert found == entities


BROKEN_HTML = [
    ("a <foo>x</foo>", 'Unsupported start tag "foo" at byte offset 2'),
    ("é <foo>", 'Unsupported start tag "foo" at byte offset 3'),
    ("1 < 2 > 1", 'Unsupported start tag "" at byte offset 2'),
    ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
    ("x</b>", "Unexpected end tag at byte offset 1"),
    ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
    ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
    ("x <b", "Unclosed start tag at byte offset 2"),
    ("<b>x</b", "Unclosed end tag at byte offset 4"),
    ('<a href="x', "Unclosed start tag at byte offset 0"),
    ("<a href=x:y>z</a>", "Unexpected end of name token at byte offset 8"),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ("<tg-emoji>x</tg-emoji>", "Invalid custom emoji identifier specified"),
]


@pytest.mark.parametrize(("source", "reason"), BROKEN_HTML)
def test_broken_html_is_refused_as_telegram_refuses_it(source: str, reason: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_text(source, "HTML", None)
    assert refusal.value.description == f"Bad Request: can't parse entities: {reason}"


MARKDOWN_V2 = [
    ("*b* _i_ __u__ ~s~ ||p|| `c`", "b i u s p c", None),
    ("*b _i __u__ i_ b*", "b i u i b", [("bold", "b i u i b"), ("italic", "i u i")]),
    ("[x](https://a.de/\\))", "x", [("text_link", "x", "https://a.de/)")]),
    ("```py\nx=1\n```", "x=1", [("pre", "x=1", "py")]),
    ("1\\. 2\\!", "1. 2!", []),
    (">a\n>b\nc", "a\nb\nc", [("blockquote", "a\nb")]),
    ("![👍](tg://emoji?id=5)", "👍", [("custom_emoji", "👍", "5")]),
]


@pytest.mark.parametrize(("source", "text", "entities"), MARKDOWN_V2)
def test_markdown_v2_becomes_entities(
    source: str, text: str, entities: list[tuple[Any, ...]] | None
) -> None:
    found_text, found = shown(source, "MarkdownV2")
    assert found_text == text
    if entities is not None:
        assert all(entity in found for entity in entities)


BROKEN_MARKDOWN = [
    ("MarkdownV2", "a.b", "Character '.' is reserved and must be escaped with the preceding '\\'"),
    ("MarkdownV2", "*b", "Can't find end of Bold entity at byte offset 0"),
    ("MarkdownV2", "é _b", "Can't find end of Italic entity at byte offset 3"),
    ("MarkdownV2", "[x](http://a", "Can't find end of a URL at byte offset 4"),
    ("Markdown", "a *b", "Can't find end of the entity starting at byte offset 2"),
    ("Markdown", "snake_case", "Can't find end of the entity starting at byte offset 5"),
]


@pytest.mark.parametrize(("mode", "source", "reason"), BROKEN_MARKDOWN)
def test_broken_markdown_is_refused(mode: str, source: str, reason: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_text(source, mode, None)
    assert refusal.value.description == f"Bad Request: can't parse entities: {reason}"


def test_the_legacy_markdown_still_works() -> None:
    assert shown("*b* _i_ `c` [x](a.de) \\*", "Markdown") == (
        "b i c x *",
        [("bold", "b"), ("italic", "i"), ("code", "c"), ("text_link", "x", "http://a.de/")],
    )
    assert shown("```py\n1\n```", "Markdown") == ("1", [("pre", "1", "py")])


DETECTED = [
    ("/start now", [("bot_command", 0, 6)]),
    ("/go@my_bot", [("bot_command", 0, 10)]),
    ("a/b", []),
    ("@ana #tag $EUR", [("mention", 0, 4), ("hashtag", 5, 4), ("cashtag", 10, 4)]),
    ("#123", []),
    ("see https://a.de/x?y=1.", [("url", 4, 18)]),
    ("mail ana@example.com or example.com", [("email", 5, 15), ("url", 24, 11)]),
    ("call +49 30 1234567", [("phone_number", 5, 14)]),
    ("😀 /x", [("bot_command", 3, 2)]),
]


@pytest.mark.parametrize(("text", "entities"), DETECTED)
def test_what_is_typed_is_searched_for_commands_and_addresses(
    text: str, entities: list[tuple[str, int, int]]
) -> None:
    found = [(one["type"], one["offset"], one["length"]) for one in typed(text).entities]
    assert found == entities


LENGTHS = [
    ("x" * 4096, "", "fits"),
    ("😀" * 4096, "", "characters are counted, not units"),
    ("<b>" + "x" * 4096 + "</b>", "HTML", "markup does not count"),
    (" " + "x" * 4096 + "\n", "", "space around does not count"),
]


@pytest.mark.parametrize(("text", "mode", "_remark"), LENGTHS, ids=lambda one: None)
def test_4096_characters_are_enough(text: str, mode: str, _remark: str) -> None:
    assert len(read_text(text, mode, None).text) == 4096


REFUSED = [
    ("x" * 4097, "", "message is too long"),
    ("", "", "message text is empty"),
    (" \n ", "", "text must be non-empty"),
    ("<b></b>", "HTML", "text must be non-empty"),
    ("x", "Word", "unsupported parse_mode"),
    ("x" * 40_000, "", "text is too long"),
]


@pytest.mark.parametrize(("text", "mode", "reason"), REFUSED)
def test_too_much_and_too_little_text_is_refused(text: str, mode: str, reason: str) -> None:
    with pytest.raises(Refusal, match=f"Bad Request: {reason}"):
        read_text(text, mode, None)


def test_a_caption_may_be_empty_and_has_1024_characters() -> None:
    assert read_caption("", "", None).text == ""
    assert len(read_caption("x" * 1024, "", None).text) == 1024
    with pytest.raises(Refusal, match="message caption is too long"):
        read_caption("x" * 1025, "", None)


def test_given_entities_are_kept_without_those_that_only_telegram_finds() -> None:
    given = [
        {"type": "bold", "offset": 0, "length": 2},
        {"type": "bot_command", "offset": 0, "length": 2},
        {"type": "italic", "offset": 1, "length": 99},
    ]
    entities = read_text("abc", "", given).entities
    assert [(one["type"], one["offset"], one["length"]) for one in entities] == [
        ("bold", 0, 2),
        ("italic", 1, 2),
    ]
