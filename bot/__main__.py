"""The command line: `python -m bot run` and its neighbours."""

from __future__ import annotations

import sys

from bot.cli import main

if __name__ == "__main__":
    sys.exit(main())
