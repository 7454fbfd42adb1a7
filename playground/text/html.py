"""Telegram's HTML: which tags it knows, how it reads them, and how it refuses."""

import re
from dataclasses import dataclass

from playground.text.formatted import Entity, Formatted, Unparsable, byte_offset, link_entity

_STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
_TAGS = frozenset(_STYLES) | {"a", "pre", "code", "blockquote", "tg-emoji"}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9a-fA-F]+)|#(?P<dec>[0-9]+)|(?P<name>[A-Za-z]+));?")
_SPACE = " \t\r\n\v\0"
_LONGEST_NUMBER = 10


@dataclass(frozen=True)
class _Open:
    tag: str
    argument: str
    offset: int
    written: int


def parse_html(source: str) -> Formatted:
    """The text without its tags, and the entities they meant; raises Unparsable."""
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._written: list[str] = []
        self._units = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def read(self) -> Formatted:
        while self._at < len(self._source):
            character = self._source[self._at]
            if character == "<":
                self._tag()
            elif character == "&":
                self._write(self._reference())
            else:
                self._at += 1
                self._write(character)
        if self._open:
            tag = self._open[-1].tag
            raise Unparsable(f'Can\'t find end tag corresponding to start tag "{tag}"')
        for entity in self._entities:
            # Only a block has a language.
            if entity["type"] == "code":
                entity.pop("language", None)
        return Formatted("".join(self._written), tuple(self._entities))

    def _write(self, character: str) -> None:
        self._written.append(character)
        self._units += 1 + (character > "\uffff")

    def _reference(self) -> str:
        """The character that a reference stands for; an unknown one is just an ampersand."""
        match = _REFERENCE.match(self._source, self._at)
        character = _character(match) if match else None
        self._at = match.end() if match and character is not None else self._at + 1
        return "&" if character is None else character

    def _tag(self) -> None:
        begin = self._at
        self._at += 1
        if self._peek() == "/":
            self._at += 1
            self._end_tag(begin)
        else:
            self._start_tag(begin)

    def _start_tag(self, begin: int) -> None:
        tag = self._until(_SPACE + ">").lower()
        if not self._peek():
            raise self._broken("Unclosed start tag", begin)
        if tag not in _TAGS:
            raise self._broken(f'Unsupported start tag "{tag}"', begin)
        argument = ""
        while True:
            self._skip_space()
            if self._peek() == ">":
                break
            argument = self._attribute(tag, begin) or argument
        self._at += 1
        if tag == "span" and argument != "spoiler":
            raise self._broken('Tag "span" must have class "tg-spoiler"', begin)
        self._open.append(_Open(tag, argument, self._units, len(self._written)))

    def _attribute(self, tag: str, begin: int) -> str | None:
        """What one attribute says about the entity, if it is one that Telegram reads."""
        name = self._until(_SPACE + "=>")
        if not name:
            fault = "Unclosed start tag" if not self._peek() else _nameless(tag)
            raise self._broken(fault, begin)
        self._skip_space()
        if self._peek() != "=":
            if (tag, name) == ("blockquote", "expandable"):
                return "expandable"
            fault = f'Expected equal sign in declaration of an attribute of the tag "{tag}"'
            raise self._broken(fault, begin)
        self._at += 1
        self._skip_space()
        value = self._value()
        if not self._peek():
            raise self._broken("Unclosed start tag", begin)
        return _argument(tag, name, value)

    def _value(self) -> str:
        quote = self._peek()
        if quote not in {'"', "'"} or not quote:
            begin = self._at
            while (character := self._peek()) and (character.isalnum() or character in ".-"):
                self._at += 1
            if self._peek() not in {*_SPACE, ">"}:
                raise self._broken("Unexpected end of name token", begin)
            return self._source[begin : self._at].lower()
        self._at += 1
        value = []
        while (character := self._peek()) and character != quote:
            if character == "&":
                value.append(self._reference())
            else:
                value.append(character)
                self._at += 1
        self._at += 1
        return "".join(value)

    def _end_tag(self, begin: int) -> None:
        if not self._open:
            raise self._broken("Unexpected end tag", begin)
        name = self._until(_SPACE + ">").lower()
        self._skip_space()
        if self._peek() != ">":
            raise self._broken("Unclosed end tag", begin)
        self._at += 1
        opened = self._open.pop()
        if name and name != opened.tag:
            where = byte_offset(self._source, begin)
            raise Unparsable(
                f"Unmatched end tag at byte offset {where},"
                f' expected "</{opened.tag}>", found "</{name}>"'
            )
        if self._units > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        place = {"offset": opened.offset, "length": self._units - opened.offset}
        if style := _STYLES.get(opened.tag):
            self._entities.append({"type": style, **place})
        elif opened.tag == "a":
            url = opened.argument or "".join(self._written[opened.written :])
            if entity := link_entity(place["offset"], place["length"], url):
                self._entities.append(entity)
        elif opened.tag == "blockquote":
            kind = "expandable_blockquote" if opened.argument else "blockquote"
            self._entities.append({"type": kind, **place})
        elif opened.tag == "tg-emoji":
            if not opened.argument.isdigit() or not int(opened.argument):
                raise Unparsable("Invalid custom emoji identifier specified")
            emoji = {"type": "custom_emoji", **place, "custom_emoji_id": opened.argument}
            self._entities.append(emoji)
        else:
            self._close_code(opened, place)

    def _close_code(self, opened: _Open, place: dict[str, int]) -> None:
        """<pre><code class="language-…"> is one block with a language, whichever is outside."""
        inner = self._entities[-1] if self._entities else {}
        other = "code" if opened.tag == "pre" else "pre"
        covers_it = inner.items() >= {"type": other, **place}.items()
        language = opened.argument or (inner.get("language", "") if covers_it else "")
        if covers_it and language:
            inner.update(type="pre", language=language)
            return
        entity = {"type": opened.tag, **place}
        self._entities.append(entity | {"language": language} if language else entity)

    def _peek(self) -> str:
        return self._source[self._at : self._at + 1]

    def _until(self, stops: str) -> str:
        begin = self._at
        while (character := self._peek()) and character not in stops:
            self._at += 1
        return self._source[begin : self._at]

    def _skip_space(self) -> None:
        while (character := self._peek()) and character in _SPACE:
            self._at += 1

    def _broken(self, fault: str, index: int) -> Unparsable:
        return Unparsable(f"{fault} at byte offset {byte_offset(self._source, index)}")


def _nameless(tag: str) -> str:
    return f'Empty attribute name in the tag "{tag}"'


def _argument(tag: str, name: str, value: str) -> str | None:
    if (tag, name) in {("a", "href"), ("tg-emoji", "emoji-id")}:
        return value
    if (tag, name) == ("code", "class") and value.startswith("language-"):
        return value.removeprefix("language-")
    if (tag, name) == ("span", "class") and value.startswith("tg-"):
        return value.removeprefix("tg-")
    return None


def _character(match: re.Match[str]) -> str | None:
    if name := match["name"]:
        return _NAMED.get(name)
    code = int(match["hex"], 16) if match["hex"] else int(match["dec"])
    written = match.group().removesuffix(";")
    if not 0 < code < 0x10FFFF or len(written) >= _LONGEST_NUMBER or 0xD800 <= code <= 0xDFFF:
        return None
    return chr(code)
