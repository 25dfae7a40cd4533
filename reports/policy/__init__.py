"""The rule language: load, check and ship policy files."""
