"""Workbooks and archives handed out of the house: from plain rows to bytes, no database."""
