"""The command line: `python -m bot run` and its neighbours."""

from __future__ import annotations

import gc
import os
import sys

# What is imported stays; looking through it again and again costs an eighth of a start.
gc.disable()

from bot.cli import main  # noqa: E402 - after the line above

# Whatever Rapport makes is for its user alone: databases, copies, archives, locks.
os.umask(0o077)

if __name__ == "__main__":
    sys.exit(main())
