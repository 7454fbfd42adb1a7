"""How a bot presents itself: name, texts, command menus, menu button."""

import json
import re
from collections.abc import Callable

from playground.call import Call
from playground.chats import Json
from playground.refusals import bad_request

_LONGEST = {"name": 64, "description": 512, "short_description": 120}
_COMMAND = re.compile(r"[a-z0-9_]+")
_LONGEST_COMMAND, _LONGEST_EXPLANATION = 32, 256
_MOST_COMMANDS = 100
_SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}
_DEFAULT_BUTTON: Json = {"type": "commands"}
_RIGHTS = (
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)


def _setter(field: str) -> Callable[[Call], bool]:
    def set_text(call: Call) -> bool:
        text = call.text(field)
        if len(text) > _LONGEST[field]:
            raise bad_request(f"bot {field.replace('_', ' ')} is too long")
        key = (field, _language(call))
        if text:
            call.bot.texts[key] = text
        elif key != ("name", ""):
            call.bot.texts.pop(key, None)
        return True

    return set_text


def _getter(field: str) -> Callable[[Call], Json]:
    def get_text(call: Call) -> Json:
        texts = call.bot.texts
        return {field: texts.get((field, _language(call)), texts.get((field, ""), ""))}

    return get_text


def _language(call: Call) -> str:
    code = call.text("language_code")
    if code and not re.fullmatch("[a-z]{2}", code):
        raise bad_request("LANG_CODE_INVALID")
    return code


def _scope(call: Call) -> str:
    """The scope as a key: its type and the ids that belong to it."""
    scope = call.structure("scope", "BotCommandScope")
    if scope is None:
        return "default"
    kind = scope.get("type") if isinstance(scope, dict) else None
    if kind not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    if "chat_id" in _SCOPES[kind]:
        call.chat_of(str(scope.get("chat_id", "")))
    return " ".join([kind, *(str(scope.get(name)) for name in _SCOPES[kind])])


def set_my_commands(call: Call) -> bool:
    """The command menu of a scope and language."""
    key = (_scope(call), _language(call))
    commands = call.structure("commands", "commands")
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > _MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    call.bot.commands[key] = [_checked(command) for command in commands]
    _show_menu(call)
    return True


def _checked(command: object) -> Json:
    if not isinstance(command, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name = str(command.get("command", "")).removeprefix("/")
    explanation = str(command.get("description", ""))
    if not name:
        raise bad_request("command must be non-empty")
    if len(name) > _LONGEST_COMMAND:
        raise bad_request(f"command length must not exceed {_LONGEST_COMMAND}")
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not explanation:
        raise bad_request("command description must be non-empty")
    if len(explanation) > _LONGEST_EXPLANATION:
        raise bad_request(f"command description length must not exceed {_LONGEST_EXPLANATION}")
    return {"command": name, "description": explanation}


def get_my_commands(call: Call) -> list[Json]:
    """Exactly what was set for a scope and language."""
    return call.bot.commands.get((_scope(call), _language(call)), [])


def delete_my_commands(call: Call) -> bool:
    """No menu for a scope and language; the next wider one counts."""
    call.bot.commands.pop((_scope(call), _language(call)), None)
    _show_menu(call)
    return True


def _show_menu(call: Call) -> None:
    for uid, screen in call.bot.screens.items():
        person = call.world.people.person(uid)
        language = person.language_code if person else ""
        screen.show("commands", commands=call.bot.shown_commands(language))


def set_chat_menu_button(call: Call) -> bool:
    """The button beside the text field, for one chat or for all."""
    button = call.structure("menu_button", "menu button") or {"type": "default"}
    if not isinstance(button, dict):
        raise bad_request("menuButton must be an Object")
    if button.get("type") not in {"default", "commands", "web_app"}:
        raise bad_request("menuButton has unsupported type")
    call.bot.menu_buttons[_button_owner(call)] = button
    return True


def get_chat_menu_button(call: Call) -> Json:
    """The button that a chat shows."""
    buttons = call.bot.menu_buttons
    for owner in (_button_owner(call), 0):
        button = buttons.get(owner)
        if button and button["type"] != "default":
            return button
    return _DEFAULT_BUTTON


def _button_owner(call: Call) -> int:
    """The private chat that is meant, 0 for all of them."""
    return call.chat().id if call.has("chat_id") else 0


def set_rights(call: Call) -> bool:
    """The rights the bot asks for when it is made an administrator."""
    given = call.structure("rights", "ChatAdministratorRights") or {}
    call.bot.rights[call.flag("for_channels")] = json.loads(json.dumps(given))
    return True


def get_rights(call: Call) -> Json:
    """The rights the bot asks for."""
    given = call.bot.rights.get(call.flag("for_channels"), {})
    return {**dict.fromkeys(_RIGHTS, False), **given}


METHODS: dict[str, Callable[[Call], object]] = {
    "setMyName": _setter("name"),
    "getMyName": _getter("name"),
    "setMyDescription": _setter("description"),
    "getMyDescription": _getter("description"),
    "setMyShortDescription": _setter("short_description"),
    "getMyShortDescription": _getter("short_description"),
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
    "setMyDefaultAdministratorRights": set_rights,
    "getMyDefaultAdministratorRights": get_rights,
}
