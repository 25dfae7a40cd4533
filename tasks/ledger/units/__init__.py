"""Read unit cells: which unit leads, which cooperate, and which words stand for many.

    text → atoms (atoms.py) → mentions with roles (roles.py) → written-once parts restored
    (elision.py) → UnitsRead (reader.py)

Registered names are recognised before anything is split, so 政务和数据局 stays whole.
"""

from tasks.ledger.units.reader import LEADING, UnitsRead, read_units

__all__ = ["LEADING", "UnitsRead", "read_units"]
