"""How a bot gets its updates, and how it comes and goes."""

import re
from urllib.parse import urlsplit

from playground.call import Call
from playground.chats import Json
from playground.delivery import LONGEST_POLL, MOST_AT_ONCE
from playground.refusals import bad_request, conflict
from playground.webhook import Courier, Webhook

_SECRET = re.compile(r"[A-Za-z0-9_-]*")
_LONGEST_SECRET = 256
_MOST_CONNECTIONS = 100


async def get_updates(call: Call) -> list[Json]:
    """Waits for updates; two cannot wait at once, nobody while a webhook is set."""
    if call.bot.webhook:
        raise conflict(
            "can't use getUpdates method while webhook is active;"
            " use deleteWebhook to delete the webhook first"
        )
    _remember_allowed(call)
    limit = min(max(call.integer("limit", MOST_AT_ONCE), 1), MOST_AT_ONCE)
    timeout = min(max(call.number("timeout"), 0), LONGEST_POLL)
    return await call.bot.updates.poll(call.integer("offset"), limit, timeout)


def _remember_allowed(call: Call) -> None:
    """Without the parameter the last choice stays; an empty list is the default choice."""
    allowed = call.structure("allowed_updates", "allowed updates")
    if isinstance(allowed, list):
        call.bot.updates.allowed = [str(kind) for kind in allowed] or None


async def set_webhook(call: Call) -> bool:
    """Brings the updates to an address from now on; an empty one ends it."""
    url = call.text("url")
    if not url:
        return await delete_webhook(call)
    webhook = _read_webhook(call, url)
    _remember_allowed(call)
    if call.flag("drop_pending_updates"):
        call.bot.updates.clear()
    call.bot.updates.end_poll(conflict("terminated by setWebhook request"))
    await _dismiss_courier(call)
    call.bot.courier = Courier(webhook, call.bot.updates, call.world.clock, call.reply)
    call.bot.courier.start()
    return True


def _read_webhook(call: Call, url: str) -> Webhook:
    parts = urlsplit(url)
    # Telegram wants https. On one's own machine, as with a self-hosted server, http will do.
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise bad_request("invalid webhook URL specified")
    secret = call.text("secret_token")
    if len(secret) > _LONGEST_SECRET:
        raise bad_request("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    return Webhook(
        url,
        secret,
        max_connections=min(max(call.integer("max_connections", 40), 1), _MOST_CONNECTIONS),
        ip_address=call.text("ip_address") or "127.0.0.1",
        has_certificate="certificate" in call.uploads,
        retry_base=call.world.webhook_retry,
    )


async def delete_webhook(call: Call) -> bool:
    """Back to getUpdates."""
    if call.flag("drop_pending_updates"):
        call.bot.updates.clear()
    await _dismiss_courier(call)
    return True


async def _dismiss_courier(call: Call) -> None:
    if call.bot.courier:
        courier, call.bot.courier = call.bot.courier, None
        await courier.stop()


def get_webhook_info(call: Call) -> Json:
    """Where updates go, and how that has gone."""
    updates, webhook = call.bot.updates, call.bot.webhook
    info: Json = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": bool(webhook and webhook.has_certificate),
        "pending_update_count": len(updates.waiting()),
    }
    if webhook:
        info["max_connections"] = webhook.max_connections
        info["ip_address"] = webhook.ip_address
        if webhook.last_error_date:
            info["last_error_date"] = webhook.last_error_date
            info["last_error_message"] = webhook.last_error_message
    if updates.allowed is not None:
        info["allowed_updates"] = updates.allowed
    return info


async def log_out(call: Call) -> bool:
    """Leaves the server and forgets what waits; the next call logs in again."""
    await _dismiss_courier(call)
    call.bot.updates.clear()
    return True


def get_me(call: Call) -> Json:
    """Who the bot is."""
    return call.bot.me()


METHODS = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "logOut": log_out,
    "close": lambda _: True,
}
