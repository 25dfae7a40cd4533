"""Read deadline phrases: a grammar over tokens, never a pile of patterns.

    text → tokens (tokens.py)
         → nodes (points.py, spans.py, lengths.py, cycles.py, scan.py)
         → days (days.py, dated.py) → one Deadline (meaning.py)

The words, seasons and holidays are data (`data/deadline_words.yaml`, `data/festivals.yaml`).
"""

from tasks.ledger.deadlines.model import Deadline, DeadlineNode
from tasks.ledger.deadlines.reader import read_deadline

__all__ = ["Deadline", "DeadlineNode", "read_deadline"]
