"""The business pages on sample contexts, in a browser: what they must hold whoever fills them."""
