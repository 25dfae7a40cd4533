"""Ledgers taken in by the web: upload, preview with corrections, confirmation, undoing."""
