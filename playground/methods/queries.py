"""Answers to what people ask by tapping, typing @bot, or paying."""

import secrets

from playground.call import Call
from playground.chats import Json
from playground.methods.sending import invoice
from playground.refusals import bad_request

_LONGEST_NOTICE = 200
_MOST_RESULTS = 50
_LONGEST_RESULT_ID = 64


def answer_callback_query(call: Call) -> bool:
    """Ends the waiting of a tapped button, with a notice or without."""
    query_id = call.text("callback_query_id")
    call.bot.check_query(query_id)
    if len(call.text("text")) > _LONGEST_NOTICE:
        raise bad_request("MESSAGE_TOO_LONG")
    chat_id = call.bot.asker(query_id)
    if chat_id is not None:
        call.bot.screens[chat_id].show(
            "callback_answer",
            query_id=query_id,
            text=call.text("text"),
            show_alert=call.flag("show_alert"),
            url=call.text("url"),
        )
    return True


def answer_inline_query(call: Call) -> bool:
    """Results for @bot queries."""
    call.bot.check_query(call.text("inline_query_id"))
    results = call.structure("results", "inline query results")
    if not isinstance(results, list):
        raise bad_request("expected an Array of inline query results")
    if len(results) > _MOST_RESULTS:
        raise bad_request("too many inline query results specified")
    ids = [str(result.get("id", "")) for result in results]
    if len(set(ids)) < len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    if any(not 0 < len(one.encode()) <= _LONGEST_RESULT_ID for one in ids):
        raise bad_request("RESULT_ID_INVALID")
    return True


def answer_payment_query(call: Call) -> bool:
    """Whether a payment may go on."""
    name = "shipping_query_id" if "shipping" in call.method.lower() else "pre_checkout_query_id"
    call.bot.check_query(call.text(name))
    return True


def answer_web_app_query(call: Call) -> Json:
    """A message in the name of whoever used a web app."""
    call.bot.check_query(call.text("web_app_query_id"))
    return {"inline_message_id": secrets.token_urlsafe(16)}


def save_prepared_inline_message(call: Call) -> Json:
    """A message that a person may send later."""
    return {
        "id": secrets.token_urlsafe(12),
        "expiration_date": call.world.clock.date() + 24 * 3600,
    }


def create_invoice_link(call: Call) -> str:
    """An address to pay at."""
    invoice(call)
    return f"https://t.me/${secrets.token_urlsafe(12)}"


METHODS = {
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
    "answerShippingQuery": answer_payment_query,
    "answerPreCheckoutQuery": answer_payment_query,
    "answerWebAppQuery": answer_web_app_query,
    "savePreparedInlineMessage": save_prepared_inline_message,
    "createInvoiceLink": create_invoice_link,
}
