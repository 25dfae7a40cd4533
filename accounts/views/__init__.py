"""Pages of the person's own account."""

from accounts.views.entering import SignOutView, second_step
from accounts.views.password import own_password
from accounts.views.sign_in import DemoHint, SignInView

__all__ = ["DemoHint", "SignInView", "SignOutView", "own_password", "second_step"]
