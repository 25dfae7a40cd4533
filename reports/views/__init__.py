"""Pages of judgements and what they lead to."""
