"""Files in messages: the fields that Telegram makes of each kind."""

from collections.abc import Mapping
from typing import Any

from playground.chats import Json
from playground.files import StoredFile, photo_sizes, picture_size

# What a sender may say about a file.
_NUMBERS = ("duration", "width", "height", "length")
_WORDS = ("performer", "title")


def attached(kind: str, stored: StoredFile, said: Mapping[str, Any]) -> Json:
    """The fields of a message that carries a file, given what its sender says about it."""
    if kind == "photo":
        return {"photo": photo_sizes(stored)}
    numbers = {key: _whole(said[key]) for key in _NUMBERS if said.get(key)}
    words = {key: str(said[key]) for key in _WORDS if said.get(key)}
    duration = {"duration": numbers.get("duration", 0)}
    frame = {"width": numbers.get("width", 320), "height": numbers.get("height", 240)}
    if kind == "voice":
        voice = {**duration, "mime_type": "audio/ogg", **stored.described()}
        return {"voice": voice}
    if kind == "audio":
        return {"audio": {**duration, **words, **stored.named()}}
    if kind in {"video", "live_photo"}:
        return {kind: {**duration, **frame, **stored.named()}}
    if kind == "animation":
        animation = {**duration, **frame, **stored.named()}
        # Old clients know an animation as a document, so Telegram sends both.
        return {"animation": animation, "document": stored.named()}
    if kind == "video_note":
        note = {"length": numbers.get("length", 240), **duration, **stored.described()}
        return {"video_note": note}
    if kind == "sticker":
        return {"sticker": sticker(stored, str(said.get("emoji") or ""))}
    return {"document": stored.named()}


def sticker(stored: StoredFile, emoji: str) -> Json:
    """A Sticker object."""
    width, height = picture_size(stored.content)
    about: Json = {
        "width": width,
        "height": height,
        "is_animated": False,
        "is_video": False,
        "type": "regular",
        **stored.described(),
    }
    return {**about, "emoji": emoji} if emoji else about


def _whole(value: Any) -> int:
    """A number from JSON or from a form; 0 for anything else."""
    try:
        return int(float(value))
    except (TypeError, ValueError):
        return 0
