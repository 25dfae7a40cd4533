"""Take a workbook's file apart in a bounded child process.

Nothing here knows Django: the child (`child.py`) starts quickly, and whatever a hostile file does
to it (an abort of the parser, endless loops, memory) ends the child only. `tasks.ledger.workbook`
starts it, reads its answer and says in a sentence what was refused.
"""
