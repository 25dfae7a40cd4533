"""Reminders: planned as rows by ranges of days, delivered from the rows."""
