"""Pages about the person's own account."""

from accounts.views.sign_in import DemoHint, PasswordView, SignInView

__all__ = ["DemoHint", "PasswordView", "SignInView"]
