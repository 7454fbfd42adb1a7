"""Keyboards under messages: what Telegram takes, and what it says of the rest."""

from typing import Any

from playground.refusals import Refusal, bad_request
from playground.text.formatted import checked_link, linked_user

MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
MOST_CALLBACK_BYTES = 64
LONGEST_COPY_TEXT = 256
_ACTIONS = (
    "url",
    "callback_data",
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "login_url",
    "web_app",
    "copy_text",
)
_NEEDS_TEXT = frozenset({"url", "callback_data"})

Markup = dict[str, Any]


def read_markup(value: object, *, private: bool = True) -> Markup | None:
    """The keyboard as it is kept, or None for none; raises a Refusal."""
    if value is None or value == "":
        return None
    if not isinstance(value, dict):
        raise bad_request("object expected as reply markup")
    if value.get("keyboard"):
        return {**value, "keyboard": _reply_rows(value["keyboard"], private)}
    if value.get("inline_keyboard"):
        return {"inline_keyboard": _inline_rows(value["inline_keyboard"])}
    if value.get("remove_keyboard") or value.get("force_reply"):
        return dict(value)
    return None


def is_inline(markup: Markup | None) -> bool:
    """Whether the keyboard belongs to the message, so that the bot sees it again."""
    return bool(markup and "inline_keyboard" in markup)


def _reply_rows(rows: object, private: bool) -> list[list[dict[str, Any]]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "keyboard" must be an Array of Arrays')
    kept = [[_reply_button(button, private) for button in row] for row in rows if row]
    _check_size(kept)
    return kept


def _reply_button(button: object, private: bool) -> dict[str, Any]:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict):
        raise _unparsable("keyboard button", "KeyboardButton must be a String or an Object")
    if not button.get("text"):
        raise bad_request("keyboard button text must be non-empty")
    if button.get("request_contact") and not private:
        raise bad_request("phone number can be requested in private chats only")
    if button.get("request_location") and not private:
        raise bad_request("location can be requested in private chats only")
    return dict(button)


def _inline_rows(rows: object) -> list[list[dict[str, Any]]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
        )
    kept = [[_inline_button(button) for button in row] for row in rows if row]
    _check_size(kept)
    return kept


def _check_size(rows: list[list[dict[str, Any]]]) -> None:
    if sum(map(len, rows)) > MOST_BUTTONS or any(len(row) > MOST_IN_A_ROW for row in rows):
        raise bad_request("reply markup is too long")


def _inline_button(button: object) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise _unparsable("inline keyboard button", "InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise _unparsable("inline keyboard button", 'Can\'t find field "text"')
    actions = [name for name in _ACTIONS if _has(button, name)]
    if not actions:
        reason = "Text buttons are unallowed in the inline keyboard"
        raise _unparsable("inline keyboard button", reason)
    if not button["text"]:
        raise bad_request("inline keyboard button text must be non-empty")
    if len(actions) > 1:
        # Telegram takes the first and drops the rest in silence; its manual forbids it.
        reason = "exactly one of the optional fields must be used"
        raise _unparsable("inline keyboard button", reason)
    _check_action(actions[0], button[actions[0]])
    return dict(button)


def _has(button: dict[str, Any], name: str) -> bool:
    return bool(button.get(name)) if name in _NEEDS_TEXT else button.get(name) is not None


def _check_action(name: str, value: Any) -> None:
    if name == "callback_data" and len(str(value).encode()) > MOST_CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if name == "copy_text":
        text = value.get("text") if isinstance(value, dict) else None
        if not isinstance(text, str) or not 0 < len(text) <= LONGEST_COPY_TEXT:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    if name == "url" and linked_user(value) is None:
        _check_address("URL", value)
    if name in {"web_app", "login_url"}:
        address = str(value.get("url", "")) if isinstance(value, dict) else ""
        kind = "Web App URL" if name == "web_app" else "login URL"
        _check_address(kind, address)
        if not address.lower().startswith("https://"):
            raise _bad_address(kind, address, "Only HTTPS links are allowed")


def _check_address(kind: str, address: str) -> None:
    if checked_link(address) is not None:
        return
    scheme, separator, _ = address.partition(":")
    if separator and scheme.isalnum() and scheme.lower() not in {"http", "https", "tg", "ton"}:
        raise _bad_address(kind, address, "Unsupported URL protocol")
    raise _bad_address(kind, address, "Wrong HTTP URL")


def _bad_address(kind: str, address: str, reason: str) -> Refusal:
    return bad_request(f"inline keyboard button {kind} '{address}' is invalid: {reason}")


def _unparsable(what: str, reason: str) -> Refusal:
    return bad_request(f"can't parse {what}: {reason}")
