"""What starts Rapport and keeps it running."""

import os

# python-telegram-bot then gives times as timedelta, as its next version will; else it warns at
# each of Telegram's pauses. It reads this from the environment alone.
os.environ.setdefault("PTB_TIMEDELTA", "1")
