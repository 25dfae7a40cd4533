"""Edges of the rules, sentence by sentence, computed by hand at n-1, n and n+1."""
