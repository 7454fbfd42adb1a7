"""Telegram's two Markdowns: the legacy one, and MarkdownV2, where everything is reserved."""

from dataclasses import dataclass

from playground.text.formatted import Entity, Formatted, Unparsable, byte_offset, link_entity, units

_RESERVED = "_*[]()~`>#+-=|{}.!"
_LEGACY = {"_": "italic", "*": "bold", "`": "code", "[": "text_link"}
# Telegram's own names of the kinds, for its complaints.
_COMPLAINTS = {
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "spoiler": "Spoiler",
    "code": "Code",
    "pre": "Pre",
    "text_link": "TextUrl",
    "custom_emoji": "CustomEmoji",
    "blockquote": "BlockQuote",
}


def parse_markdown(source: str) -> Formatted:
    """The legacy dialect: no nesting, four marks, a backslash before each of them."""
    written: list[str] = []
    entities: list[Entity] = []
    at = 0
    while at < len(source):
        character = source[at]
        if character == "\\" and source[at + 1 : at + 2] in {*_LEGACY}:
            written.append(source[at + 1])
            at += 2
        elif character in _LEGACY:
            at = _legacy_entity(source, at, written, entities)
        else:
            written.append(character)
            at += 1
    return Formatted("".join(written), tuple(entities))


def _legacy_entity(source: str, begin: int, written: list[str], entities: list[Entity]) -> int:
    """Reads one entity and returns where the text goes on."""
    mark = source[begin]
    block = source.startswith("```", begin)
    closing = "```" if block else {"[": "]"}.get(mark, mark)
    start = begin + (3 if block else 1)
    language = ""
    if block:
        start, language = _language(source, start)
    end = source.find(closing, start)
    if end < 0:
        where = byte_offset(source, begin)
        raise Unparsable(f"Can't find end of the entity starting at byte offset {where}")
    offset, inside = units("".join(written)), source[start:end]
    written += inside
    after = end + len(closing)
    url = inside
    if mark == "[" and source.startswith("(", after):
        closed = source.find(")", after)
        closed = len(source) if closed < 0 else closed
        url, after = source[after + 1 : closed], closed + 1
    if inside:
        kind = "pre" if block else _LEGACY[mark]
        entity = _entity(kind, offset, units(inside), language or url)
        entities += [entity] if entity else []
    return after


def _language(source: str, start: int) -> tuple[int, str]:
    """Skips the language of a block and the line break behind it."""
    end = start
    while end < len(source) and not source[end].isspace() and source[end] != "`":
        end += 1
    language = source[start:end] if end < len(source) and source[end] != "`" else ""
    at = end if language else start
    return at + source.startswith("\n", at), language


def _entity(kind: str, offset: int, length: int, argument: str) -> Entity | None:
    if kind == "text_link":
        return link_entity(offset, length, argument)
    entity: Entity = {"type": kind, "offset": offset, "length": length}
    if kind == "pre" and argument:
        entity["language"] = argument
    if kind == "custom_emoji":
        entity["custom_emoji_id"] = argument
    return entity


@dataclass(frozen=True)
class _Open:
    kind: str
    mark: str
    offset: int
    begin: int
    written: int
    argument: str = ""


def parse_markdown_v2(source: str) -> Formatted:
    """The strict dialect: entities nest, and a stray reserved character is an error."""
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
            self._step()
        if self._open and self._open[-1].kind == "blockquote":
            self._close()
        if self._open:
            raise self._endless()
        return Formatted("".join(self._written), tuple(self._entities))

    def _step(self) -> None:
        character = self._source[self._at]
        escaped = self._source[self._at + 1 : self._at + 2]
        if character == "\\" and escaped and "\0" < escaped <= "~":
            self._at += 2
            self._write(escaped)
        elif character == "\n" and not self._in_code():
            self._line_break()
        elif character not in ("`" if self._in_code() else _RESERVED):
            self._at += 1
            self._write(character)
        elif self._open and self._source.startswith(self._open[-1].mark, self._at) and self._ends():
            self._close()
        else:
            self._begin(character)

    def _ends(self) -> bool:
        """A single underscore does not end italics where a double one stands."""
        mark = self._open[-1].mark
        return bool(mark) and not (mark == "_" and self._source.startswith("__", self._at))

    def _in_code(self) -> bool:
        return bool(self._open) and self._open[-1].kind in {"code", "pre"}

    def _line_break(self) -> None:
        quoted = any(opened.kind == "blockquote" for opened in self._open)
        self._at += 1
        goes_on = self._source.startswith(">", self._at)
        if quoted and not goes_on:
            if self._open[-1].kind != "blockquote":
                raise self._endless()
            self._close()
            self._write("\n")
            return
        self._write("\n")
        if goes_on:
            self._at += 1
            if not quoted:
                self._push("blockquote", "", self._at - 1)

    def _begin(self, character: str) -> None:
        begin = self._at
        if self._source.startswith("```", begin):
            self._at, language = _language(self._source, begin + 3)
            self._push("pre", "```", begin, language)
        elif character == ">" and begin == 0:
            self._at += 1
            self._push("blockquote", "", begin)
        elif found := self._mark():
            kind, opening, closing = found
            self._at += len(opening)
            self._push(kind, closing, begin)
        else:
            raise Unparsable(
                f"Character '{character}' is reserved and must be escaped with the preceding '\\'"
            )

    def _mark(self) -> tuple[str, str, str] | None:
        for kind, opening, closing in (
            ("underline", "__", "__"),
            ("italic", "_", "_"),
            ("bold", "*", "*"),
            ("strikethrough", "~", "~"),
            ("spoiler", "||", "||"),
            ("code", "`", "`"),
            ("custom_emoji", "![", "]"),
            ("text_link", "[", "]"),
        ):
            if self._source.startswith(opening, self._at):
                return kind, opening, closing
        return None

    def _push(self, kind: str, mark: str, begin: int, argument: str = "") -> None:
        self._open.append(_Open(kind, mark, self._units, begin, len(self._written), argument))

    def _close(self) -> None:
        opened = self._open.pop()
        self._at += len(opened.mark)
        argument = opened.argument
        if opened.kind == "text_link":
            inside = "".join(self._written[opened.written :])
            argument = self._address("a URL") if self._source.startswith("(", self._at) else inside
        if opened.kind == "custom_emoji":
            if not self._source.startswith("(", self._at):
                raise Unparsable("Custom emoji entity must contain a tg://emoji URL")
            argument = self._address("a custom emoji URL").rpartition("id=")[2]
        if self._units > opened.offset:
            length = self._units - opened.offset
            entity = _entity(opened.kind, opened.offset, length, argument)
            self._entities += [entity] if entity else []

    def _address(self, what: str) -> str:
        self._at += 1
        begin = self._at
        address: list[str] = []
        while self._at < len(self._source) and self._source[self._at] != ")":
            if self._source[self._at] == "\\":
                self._at += 1
            address += self._source[self._at : self._at + 1]
            self._at += 1
        if self._at >= len(self._source):
            where = byte_offset(self._source, begin)
            raise Unparsable(f"Can't find end of {what} at byte offset {where}")
        self._at += 1
        return "".join(address)

    def _endless(self) -> Unparsable:
        opened = self._open[-1]
        where = byte_offset(self._source, opened.begin)
        kind = "PreCode" if opened.argument else _COMPLAINTS[opened.kind]
        return Unparsable(f"Can't find end of {kind} entity at byte offset {where}")

    def _write(self, character: str) -> None:
        self._written.append(character)
        self._units += 1 + (character > "\uffff")
