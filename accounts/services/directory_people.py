"""Which directory an office has, who signs in by it, and what it is known by."""

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.choices import OFFICER_ROLES, SignInSource
from accounts.clock import today
from accounts.directories.ldap import LdapDirectory
from accounts.directories.oidc import OidcProvider, provider_of
from accounts.errors import DomainError
from accounts.models import DirectoryAccount, User
from accounts.rules.directory import LdapConfig, OidcConfig


def ldap_config() -> LdapConfig | None:
    """Return the LDAP directory of this installation, None where it has none."""
    found: LdapConfig | None = settings.LDAP
    return found


def ldap_directory() -> LdapDirectory | None:
    """Return the directory to ask, None where there is none."""
    config = ldap_config()
    return LdapDirectory(config) if config else None


def oidc_config() -> OidcConfig | None:
    """Return the OpenID Connect provider of this installation, None where it has none."""
    found: OidcConfig | None = settings.OIDC
    return found


def oidc_provider() -> OidcProvider | None:
    """Return the provider to ask, None where there is none."""
    config = oidc_config()
    return provider_of(config) if config else None


def keeps_local_password(user: User) -> bool:
    """Whether a person signs in with this system's password, whatever the directory says.

    The three officers do, so that who keeps the directory cannot become one of them and they get
    in while it is down; so does whoever was let do so at the machine. An officer's role that the
    directory itself gave does not count.
    """
    if user.local_password_since is not None:
        return True
    by_hand = user.grants.on(today()).filter(role__in=OFFICER_ROLES, from_directory_at=None)
    return bool(by_hand.exists())


def password_source(user: User) -> SignInSource:
    """Return who vouches for the person at a sign-in: a directory, the provider, or this system.

    Whom the provider once vouched for has no password here any more: it would go on letting them
    in after the provider has disabled them.
    """
    if keeps_local_password(user):
        return SignInSource.LOCAL
    if ldap_config() is not None:
        return SignInSource.LDAP
    vouched = DirectoryAccount.objects.filter(user=user, source=SignInSource.OIDC)
    if oidc_config() is not None and vouched.exists():
        return SignInSource.OIDC
    return SignInSource.LOCAL


def refuse_directory_password(user: User) -> None:
    """Refuse to set a password here for who signs in by the directory or the provider."""
    if password_source(user) is not SignInSource.LOCAL:
        raise DomainError(
            "directory_password",
            _("您的密码由单位统一身份认证管理，请在那里修改；本系统不保存您的密码。"),
        )


def name_in_directory(user: User, field: str) -> str:
    """Return what the directory knows the person by: their login name or staff number."""
    return user.staff_number if field == "staff_number" else user.username
