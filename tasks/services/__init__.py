"""Writes on tasks: one module per concept."""
