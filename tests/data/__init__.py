"""Real inputs the tests read: phrases, ledgers and what a perfect import makes of them."""

from pathlib import Path

DATA = Path(__file__).resolve().parent
