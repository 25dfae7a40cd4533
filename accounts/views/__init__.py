"""Pages of the person's own account."""

from accounts.views.password import own_password
from accounts.views.sign_in import DemoHint, SignInView

__all__ = ["DemoHint", "SignInView", "own_password"]
