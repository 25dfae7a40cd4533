"""Writes on units, people and the audit log."""
