"""Ways to reach a person, a module each, and the three ways in which they fail."""


class PermanentError(Exception):
    """The receiver will never take this message; trying again is of no use."""


class TransientError(Exception):
    """This message may pass later, perhaps it even passed; it is tried again as the same one."""


class ChannelDownError(TransientError):
    """Nothing passes now; the rest is left for the next run."""
