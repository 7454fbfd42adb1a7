"""Methods about things the playground does not have: taken, checked for their chat, forgotten."""

from collections.abc import Callable

from playground.call import Call
from playground.chats import Json

_TRUE = (
    "addStickerToSet",
    "approveChatJoinRequest",
    "banChatMember",
    "banChatSenderChat",
    "closeForumTopic",
    "closeGeneralForumTopic",
    "createNewStickerSet",
    "declineChatJoinRequest",
    "deleteChatPhoto",
    "deleteChatStickerSet",
    "deleteForumTopic",
    "deleteStickerFromSet",
    "deleteStickerSet",
    "editForumTopic",
    "editGeneralForumTopic",
    "hideGeneralForumTopic",
    "kickChatMember",
    "promoteChatMember",
    "readBusinessMessage",
    "refundStarPayment",
    "removeChatVerification",
    "removeMyProfilePhoto",
    "removeUserVerification",
    "reopenForumTopic",
    "reopenGeneralForumTopic",
    "replaceStickerInSet",
    "restrictChatMember",
    "sendGift",
    "setChatAdministratorCustomTitle",
    "setChatDescription",
    "setChatPermissions",
    "setChatPhoto",
    "setChatStickerSet",
    "setChatTitle",
    "setCustomEmojiStickerSetThumbnail",
    "setMyProfilePhoto",
    "setPassportDataErrors",
    "setStickerEmojiList",
    "setStickerKeywords",
    "setStickerMaskPosition",
    "setStickerPositionInSet",
    "setStickerSetThumbnail",
    "setStickerSetTitle",
    "setUserEmojiStatus",
    "unbanChatMember",
    "unbanChatSenderChat",
    "unhideGeneralForumTopic",
    "unpinAllForumTopicMessages",
    "unpinAllGeneralForumTopicMessages",
    "verifyChat",
    "verifyUser",
)
_EMPTY: dict[str, Json | list[Json]] = {
    "getStarTransactions": {"transactions": []},
    "getMyStarBalance": {"amount": 0},
    "getAvailableGifts": {"gifts": []},
    "getUserChatBoosts": {"boosts": []},
    "getForumTopicIconStickers": [],
    "getCustomEmojiStickers": [],
}


def _grant(call: Call) -> bool:
    if call.has("chat_id"):
        call.chat()
    return True


def _nothing(answer: Json | list[Json]) -> Callable[[Call], object]:
    return lambda _: answer


METHODS: dict[str, Callable[[Call], object]] = {
    **dict.fromkeys(_TRUE, _grant),
    **{name: _nothing(answer) for name, answer in _EMPTY.items()},
}
