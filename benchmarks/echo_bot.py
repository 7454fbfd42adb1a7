"""The bot to compare with: python-telegram-bot as it comes, which answers each text with itself.

`python -m benchmarks.echo_bot API TOKEN CONCURRENCY`; a concurrency of 1 is its default.
"""

import sys

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters


async def _echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    message = update.effective_message
    if message is not None and message.text:
        await message.reply_text(message.text)


def run(api: str, token: str, concurrency: int) -> None:
    """Poll and echo until told to stop."""
    builder = Application.builder().token(token).base_url(f"{api}/bot")
    if concurrency > 1:
        builder = builder.concurrent_updates(concurrency)
    application = builder.build()
    application.add_handler(MessageHandler(filters.TEXT, _echo))
    application.run_polling()


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2], int(sys.argv[3]))
