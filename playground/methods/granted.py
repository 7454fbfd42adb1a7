"""Methods about things the playground does not have: taken, checked for their chat, forgotten."""

from collections.abc import Callable

from playground.call import Call
from playground.chats import Json
from playground.refusals import bad_request

_NO_BUSINESS = "business connection not found"
_TRUE = (
    "addStickerToSet",
    "approveChatJoinRequest",
    "banChatMember",
    "banChatSenderChat",
    "closeForumTopic",
    "closeGeneralForumTopic",
    "createNewStickerSet",
    "declineChatJoinRequest",
    "deleteAllMessageReactions",
    "deleteChatPhoto",
    "deleteChatStickerSet",
    "deleteForumTopic",
    "deleteMessageReaction",
    "deleteStickerFromSet",
    "deleteStickerSet",
    "editForumTopic",
    "editGeneralForumTopic",
    "hideGeneralForumTopic",
    "kickChatMember",
    "editUserStarSubscription",
    "giftPremiumSubscription",
    "promoteChatMember",
    "refundStarPayment",
    "removeChatVerification",
    "removeMyProfilePhoto",
    "removeUserVerification",
    "reopenForumTopic",
    "reopenGeneralForumTopic",
    "replaceStickerInSet",
    "restrictChatMember",
    "sendGift",
    "sendMessageDraft",
    "setChatAdministratorCustomTitle",
    "setChatDescription",
    "setChatMemberTag",
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
    "getUserPersonalChatMessages": [],
    "getGameHighScores": [],
    "getUserGifts": {"total_count": 0, "gifts": []},
    "getChatGifts": {"total_count": 0, "gifts": []},
}
# What Telegram says of things that nobody here has.
_ABSENT = {
    "answerGuestQuery": "query is too old and response timeout expired or query ID is invalid",
    "approveSuggestedPost": "message to approve not found",
    "convertGiftToStars": "STARGIFT_NOT_FOUND",
    "createForumTopic": "the chat is not a forum",
    "declineSuggestedPost": "message to decline not found",
    "deleteBusinessMessages": _NO_BUSINESS,
    "deleteStory": _NO_BUSINESS,
    "editMessageChecklist": _NO_BUSINESS,
    "editStory": _NO_BUSINESS,
    "getBusinessAccountGifts": _NO_BUSINESS,
    "getBusinessAccountStarBalance": _NO_BUSINESS,
    "getBusinessConnection": _NO_BUSINESS,
    "getManagedBotAccessSettings": "BOT_INVALID",
    "getManagedBotToken": "BOT_INVALID",
    "postStory": _NO_BUSINESS,
    "readBusinessMessage": _NO_BUSINESS,
    "removeBusinessAccountProfilePhoto": _NO_BUSINESS,
    "replaceManagedBotToken": "BOT_INVALID",
    "repostStory": _NO_BUSINESS,
    "savePreparedKeyboardButton": "BUTTON_INVALID",
    "setBusinessAccountBio": _NO_BUSINESS,
    "setBusinessAccountGiftSettings": _NO_BUSINESS,
    "setBusinessAccountName": _NO_BUSINESS,
    "setBusinessAccountProfilePhoto": _NO_BUSINESS,
    "setBusinessAccountUsername": _NO_BUSINESS,
    "setGameScore": "message to set game score not found",
    "setManagedBotAccessSettings": "BOT_INVALID",
    "transferBusinessAccountStars": _NO_BUSINESS,
    "transferGift": _NO_BUSINESS,
    "upgradeGift": _NO_BUSINESS,
}


def _grant(call: Call) -> bool:
    if call.has("chat_id"):
        call.chat()
    return True


def _refuse(reason: str) -> Callable[[Call], object]:
    def refuse(_: Call) -> object:
        raise bad_request(reason)

    return refuse


def _nothing(answer: Json | list[Json]) -> Callable[[Call], object]:
    return lambda _: answer


METHODS: dict[str, Callable[[Call], object]] = {
    **dict.fromkeys(_TRUE, _grant),
    **{name: _nothing(answer) for name, answer in _EMPTY.items()},
    **{name: _refuse(reason) for name, reason in _ABSENT.items()},
}
