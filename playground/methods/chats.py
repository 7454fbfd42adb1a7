"""What a bot can learn of chats, people and files."""

import secrets

from playground.call import Call
from playground.chats import Chat, Json
from playground.files import LARGEST_DOWNLOAD
from playground.refusals import bad_request

_PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
_GIFTS = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)


def get_chat(call: Call) -> Json:
    """Everything about a chat."""
    chat = call.chat()
    full: Json = {
        **chat.about,
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(_GIFTS, chat.is_private),
    }
    if username := chat.about.get("username"):
        full["active_usernames"] = [username]
    if not chat.is_private and chat.kind != "channel":
        full["permissions"] = dict.fromkeys(_PERMISSIONS, True)
    pinned = chat.messages.get(chat.pinned[-1]) if chat.pinned else None
    return full | ({"pinned_message": pinned.body} if pinned else {})


def get_chat_member(call: Call) -> Json:
    """How somebody belongs to a chat."""
    chat = call.chat()
    if not call.has("user_id"):
        raise bad_request("invalid user_id specified")
    return member(call, chat, call.integer("user_id"))


def member(call: Call, chat: Chat, user_id: int) -> Json:
    """The ChatMember object of a user."""
    if user_id == call.bot.id:
        return {"user": call.bot.as_user(), "status": "member"}
    person = call.world.people.person(user_id)
    if person is None:
        raise bad_request("invalid user_id specified")
    group = call.world.people.groups.get(chat.id)
    if group is None:
        if user_id != chat.id:
            raise bad_request("PARTICIPANT_ID_INVALID")
        return {"user": person.as_user(), "status": "member"}
    if user_id not in group.members:
        return {"user": person.as_user(), "status": "left"}
    if user_id == group.members[0]:
        return {"user": person.as_user(), "status": "creator", "is_anonymous": False}
    return {"user": person.as_user(), "status": "member"}


def get_chat_member_count(call: Call) -> int:
    """How many there are, the bot among them."""
    group = call.world.people.groups.get(call.chat().id)
    return len(group.members) + 1 if group else 2


def get_chat_administrators(call: Call) -> list[Json]:
    """The one who made the group."""
    chat = call.chat()
    group = call.world.people.groups.get(chat.id)
    if group is None:
        raise bad_request("there are no administrators in the private chat")
    return [member(call, chat, uid) for uid in group.members[:1]]


def leave_chat(call: Call) -> bool:
    """The bot goes."""
    chat = call.chat()
    if chat.is_private:
        raise bad_request("chat member status can't be changed in private chats")
    call.bot.chats.pop(chat.id, None)
    call.world.people.groups.pop(chat.id, None)
    return True


def invite_link(call: Call) -> Json:
    """A link into a group."""
    chat = call.chat()
    if chat.is_private:
        raise bad_request("can't create invite link for a private chat")
    return {
        "invite_link": call.text("invite_link") or f"https://t.me/+{secrets.token_urlsafe(12)}",
        "creator": call.bot.as_user(),
        "creates_join_request": call.flag("creates_join_request"),
        "is_primary": False,
        "is_revoked": call.method.lower().startswith("revoke"),
    }


def export_chat_invite_link(call: Call) -> str:
    """A link into a group, as plain text."""
    return str(invite_link(call)["invite_link"])


def get_user_profile_photos(call: Call) -> Json:
    """Nobody here has a photo."""
    _somebody(call)
    return {"total_count": 0, "photos": []}


def get_user_profile_audios(call: Call) -> Json:
    """Nobody here has music either."""
    _somebody(call)
    return {"total_count": 0, "audios": []}


def _somebody(call: Call) -> None:
    if call.world.people.person(call.integer("user_id")) is None:
        raise bad_request("user not found")


def get_file(call: Call) -> Json:
    """Where to download a file, up to 20 MB of it."""
    file_id = call.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    stored = call.world.files.find(file_id)
    if stored is None:
        raise bad_request("invalid file_id")
    if len(stored.content) > LARGEST_DOWNLOAD:
        raise bad_request("file is too big")
    return {**stored.described(), "file_path": stored.path}


def upload_sticker_file(call: Call) -> Json:
    """Keeps a file for a sticker set."""
    return call.file("sticker", "sticker").described()


def get_sticker_set(_: Call) -> Json:
    """There are no sticker sets here."""
    raise bad_request("STICKERSET_INVALID")


METHODS = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatMemberCount": get_chat_member_count,
    "getChatMembersCount": get_chat_member_count,
    "getChatAdministrators": get_chat_administrators,
    "leaveChat": leave_chat,
    "createChatInviteLink": invite_link,
    "createChatSubscriptionInviteLink": invite_link,
    "editChatInviteLink": invite_link,
    "editChatSubscriptionInviteLink": invite_link,
    "revokeChatInviteLink": invite_link,
    "exportChatInviteLink": export_chat_invite_link,
    "getUserProfilePhotos": get_user_profile_photos,
    "getUserProfileAudios": get_user_profile_audios,
    "getFile": get_file,
    "uploadStickerFile": upload_sticker_file,
    "getStickerSet": get_sticker_set,
}
