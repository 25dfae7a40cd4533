"""Let in a person whom the office's OpenID Connect provider vouches for."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.choices import SignInSource
from accounts.directories.answers import Identity
from accounts.models import AttemptCount, User
from accounts.services import attempts, audit
from accounts.services.directory_grants import follow_groups
from accounts.services.directory_people import keeps_local_password
from accounts.services.directory_state import remember_identity
from accounts.services.signing_in import SignInRefusedError


@transaction.atomic
def sign_in_with_provider(
    identity: Identity, *, person_field: str, address: str, at: dt.datetime
) -> User:
    """Return the person the provider named; their roles follow its groups.

    Use `try_provider`, which keeps the entry of a refusal too. Nobody is registered by signing in:
    an account is the system administrator's to make.
    """
    people = User.objects.select_for_update().filter(is_active=True)
    user: User | None = people.filter(**{person_field: identity.name}).first()
    if user is None:
        raise SignInRefusedError(
            "not_registered",
            _("您已通过单位统一身份登录，但本系统没有“%(name)s”的启用账号，请联系系统管理员登记。")
            % {"name": identity.name[:64]},
        )
    if keeps_local_password(user):
        raise SignInRefusedError(
            "local_only",
            _("该账号（三员等）须用本系统的登录名和密码登录，不能使用单位统一身份登录。"),
        )
    audit.record(
        "sign_in.provider",
        user,
        by=user,
        summary=_("%(name)s 通过单位统一身份登录") % {"name": user.name},
        data={"address": address, "source": SignInSource.OIDC.value},
    )
    remember_identity(user, identity, source=SignInSource.OIDC, at=at)
    follow_groups(user, identity.groups, at=at)
    return user


def try_provider(identity: Identity, *, person_field: str, address: str, at: dt.datetime) -> User:
    """Sign in whom the provider named, or raise and leave an entry that says why not."""
    try:
        return sign_in_with_provider(identity, person_field=person_field, address=address, at=at)
    except SignInRefusedError as refusal:
        record_refusal(identity.name, refusal.code, address=address)
        raise


@transaction.atomic
def record_refusal(name: str, reason: str, *, address: str) -> None:
    """Record that the provider let nobody in; the name is kept as a digest only."""
    audit.record(
        "sign_in.provider_refused",
        AttemptCount(key=attempts.key_of_name(name)),
        by=None,
        summary=_("单位统一身份登录未通过"),
        data={"address": address, "reason": reason},
    )
