"""A JSON text is read part by part, the same as in one go, with little memory and no stall."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.transfer import reading
from rapport.transfer.checking import BadDocument
from rapport.transfer.document import read_document
from rapport.transfer.reading import NotJson, Parts

MEGABYTES = 500
STALL = 0.3  # seconds

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inside: st.lists(inside) | st.dictionaries(st.text(), inside),
)


def whole(parts: Parts) -> Any:
    """What the parts make together."""
    if parts.begins("{"):
        return {name: whole(parts) for name in parts.members()}
    if parts.begins("["):
        return [whole(parts) for _ in parts.items()]
    return parts.value()


def in_pieces(content: bytes, size: int) -> Parts:
    return Parts(content[at : at + size] for at in range(0, len(content), size))


@given(plain, st.integers(1, 9), st.booleans(), st.sampled_from((None, 2)))
def test_what_is_read_in_parts_is_what_is_read_at_once(
    value: Any, size: int, as_typed: bool, indent: int | None
) -> None:
    content = json.dumps(value, ensure_ascii=not as_typed, indent=indent).encode()
    parts = in_pieces(content, size)
    assert whole(parts) == value
    parts.end()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[1,", b"[1,]", b"[1 2]", b'{"a"}', b'{"a":1,}', b"{1:2}", b"[1]]", b"[NaN]",
        b'["\xff"]', b'["a', b"[" + b"9" * 5_000 + b"]",
    ],
)  # fmt: skip
def test_what_is_no_json_is_told(content: bytes) -> None:
    parts = in_pieces(content, 7)
    with pytest.raises(NotJson):  # noqa: PT012 - the end is a part of it
        whole(parts)
        parts.end()


@pytest.mark.parametrize(
    "content", [b'"' + b"a" * 100 + b'"', b"[" + b"1," * 100 + b"1]", b'{"' + b"a" * 100 + b'":1}']
)
def test_a_part_is_not_read_beyond_its_longest(
    monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    monkeypatch.setattr(reading, "LARGEST_PART", 200)
    assert in_pieces(content, 10).value() == json.loads(content)
    monkeypatch.setattr(reading, "LARGEST_PART", 90)
    with pytest.raises(NotJson):
        in_pieces(content, 10).value()


def test_the_mark_of_utf_8_is_passed_over() -> None:
    assert in_pieces(b"\xef\xbb\xbf[1]", 2).value() == [1]


# --- what a document costs ------------------------------------------------------------------------

OWNER = {
    "name": "Alex", "language": "en", "zone": "UTC", "digest_at": "08:30", "preferences": {},
    "created_at": "2026-01-01T00:00:00+00:00",
}  # fmt: skip
CONTACT = {"name": "A", "status": "active", "created_at": "2026-01-01T00:00:00+00:00"}
DRAFT = {
    "id": 2, "contact_id": 1, "occasion": "outreach", "tone": "warm", "channel": "email",
    "language": "en", "number": 1, "text": "x", "about": {}, "state": "sent",
    "created_at": "2026-01-01T00:00:00+00:00",
}  # fmt: skip


def a_document(**records: Any) -> bytes:
    content = {"format": "rapport", "version": 1, "owner": OWNER, "records": records}
    return gzip.compress(json.dumps(content, ensure_ascii=False).encode(), 1)


def contacts(count: int, note: str) -> list[dict[str, Any]]:
    return [{**CONTACT, "id": 1 + each, "note": note} for each in range(count)]


BOMBS = {
    "a part that no export has": lambda: gzip.compress(
        b'{"format":"rapport","version":1,"x":[' + b'"aaaa",' * 11_900_000 + b"1]}", 1
    ),
    "json in a row": lambda: a_document(drafts=[{**DRAFT, "sentences": ["a"] * 700_000}] * 20),
    "letters of four bytes": lambda: a_document(
        contacts=contacts(4_900, "\U0001f338" + "a" * 19_990)
    ),
    "as many people as there may be rows": lambda: a_document(
        contacts=contacts(300_000, "a" * 150)
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("bomb", BOMBS)
def test_what_unpacks_to_a_hundred_times_its_size_takes_bounded_memory(
    bomb: str, tmp_path: Path
) -> None:
    """In a process of its own, whose peak the kernel knows."""
    file = tmp_path / "rapport.json.gz"
    file.write_bytes(BOMBS[bomb]())
    told = subprocess.run([sys.executable, "-c", _READ, file], capture_output=True, text=True)
    peak = int(told.stdout.split()[-1]) // 1024
    assert peak < MEGABYTES, told.stdout + told.stderr


_READ = """
import sys
from pathlib import Path
from rapport.transfer.document import read_document
try:
    read_document(Path(sys.argv[1]).read_bytes())
except Exception as error:
    print(type(error).__name__)
status = Path("/proc/self/status").read_text()
print(next(line for line in status.splitlines() if "VmHWM" in line).split()[1])
"""


@pytest.mark.slow
@pytest.mark.parametrize("bomb", BOMBS)
def test_nobody_else_is_held_up_while_a_document_is_read(bomb: str) -> None:
    content = BOMBS[bomb]()
    pauses: list[float] = []
    is_read = threading.Event()

    def breathe() -> None:
        last = time.perf_counter()
        while not is_read.is_set():
            time.sleep(0.01)
            now = time.perf_counter()
            pauses.append(now - last)
            last = now

    other = threading.Thread(target=breathe)
    other.start()
    try:
        read_document(content)
    except BadDocument:
        pass
    finally:
        is_read.set()
        other.join()
    # A machine with other work makes single pauses longer; a stall shows in all of the best half.
    assert max(pauses) < STALL or sorted(pauses)[-len(pauses) // 100 - 1] < STALL
