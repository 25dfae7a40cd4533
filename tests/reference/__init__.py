"""Judge scenarios a second time, straight from the text of the rules.

Written without sight of the production engine, so that a disagreement between the two points at
a mistake in one of them. Plain on purpose: histories are replayed day by day, numbers are
fractions, nothing is optimised. Each function quotes the sentence it stands for.
"""
