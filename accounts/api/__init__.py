"""REST: how programs come in, and units and people to read."""
