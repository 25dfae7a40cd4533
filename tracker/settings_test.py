"""Settings of the test-suite: the real ones, with unknown template variables refused."""

from tracker.settings import *  # noqa: F403
