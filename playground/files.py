"""Files that were sent: their bytes by id, and what Telegram says about each of them."""

import secrets
import struct
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from playground.refusals import bad_request

LARGEST_DOWNLOAD = 20_000_000
LARGEST_UPLOAD = 50_000_000
LARGEST_PHOTO = 10_485_760
# The world forgets its oldest files beyond this many bytes.
_MOST_BYTES = 400_000_000
_FOLDERS = {"photo": "photos", "voice": "voice", "audio": "music", "video": "videos"}
_SUFFIXES = {"photo": ".jpg", "voice": ".oga", "audio": ".mp3", "video": ".mp4", "sticker": ".webp"}
_PNG = b"\x89PNG\r\n\x1a\n"
_SQUARE = (512, 512)


@dataclass(frozen=True)
class Upload:
    """A file as it came in a request."""

    content: bytes
    name: str
    mime_type: str


@dataclass(frozen=True)
class StoredFile:
    """A file that Telegram keeps."""

    file_id: str
    unique_id: str
    path: str
    content: bytes
    name: str
    mime_type: str

    def described(self) -> dict[str, Any]:
        """The fields that every kind of attachment has."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.content),
        }

    def named(self) -> dict[str, Any]:
        """The fields of a file that has a name and a type."""
        return {"file_name": self.name, "mime_type": self.mime_type, **self.described()}


class Files:
    """All files of the world, the oldest dropped when they grow too many."""

    def __init__(self) -> None:
        self._by_id: OrderedDict[str, StoredFile] = OrderedDict()
        self._by_path: dict[str, StoredFile] = {}
        self._bytes = 0
        self._stored = 0

    def keep(self, upload: Upload, kind: str) -> StoredFile:
        """Stores an upload and gives it an id."""
        suffix = _SUFFIXES.get(kind) or PurePath(upload.name).suffix
        path = f"{_FOLDERS.get(kind, f'{kind}s')}/file_{self._stored}{suffix}"
        stored = StoredFile(
            file_id=f"BQACAgIAAxk{secrets.token_urlsafe(24)}",
            unique_id=f"AgAD{secrets.token_urlsafe(8)}",
            path=path,
            content=upload.content,
            name=upload.name or PurePath(path).name,
            mime_type=upload.mime_type,
        )
        self._stored += 1
        self._bytes += len(stored.content)
        self._by_id[stored.file_id] = stored
        self._by_path[path] = stored
        self._forget_oldest()
        return stored

    def find(self, file_id: str) -> StoredFile | None:
        """The file with this id, or None."""
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        """The file that getFile answered this path for, or None."""
        return self._by_path.get(path)

    def _forget_oldest(self) -> None:
        while self._bytes > _MOST_BYTES and len(self._by_id) > 1:
            _, oldest = self._by_id.popitem(last=False)
            self._by_path.pop(oldest.path)
            self._bytes -= len(oldest.content)


def picture_size(content: bytes) -> tuple[int, int]:
    """Width and height of a PNG, JPEG or GIF; a square for bytes that are none of these.

    Telegram refuses such bytes as a photo. A test that only wants to send something is served.
    """
    if content.startswith(_PNG) and len(content) >= 24 and content[12:16] == b"IHDR":
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content.startswith(b"GIF8") and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return width, height
    if content.startswith(b"\xff\xd8"):
        return _jpeg_size(content) or _SQUARE
    return _SQUARE


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None


def photo_sizes(stored: StoredFile) -> list[dict[str, Any]]:
    """A photo in the sizes Telegram offers: here the original alone."""
    if len(stored.content) > LARGEST_PHOTO:
        size = len(stored.content)
        raise bad_request(
            f"file of size {size} bytes is too big for a photo;"
            f" the maximum size is {LARGEST_PHOTO} bytes"
        )
    width, height = picture_size(stored.content)
    return [{**stored.described(), "width": width, "height": height}]
