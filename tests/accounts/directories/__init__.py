"""Sign-in by the office's directory, against real servers."""
