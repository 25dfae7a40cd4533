"""REST resources of the four lists and the work on them."""
