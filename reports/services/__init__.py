"""Writes on judgements: one module per concept."""
