"""Judgements and what they lead to, by REST."""
