"""Ledgers out: workbooks as offices know them, which the reader knows again cell by cell."""
