"""Pages of the four lists."""
