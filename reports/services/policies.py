"""Adopt policies (考核办法) and say which one is in force on a day."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import User
from accounts.services import audit
from accounts.services.saving import save_checked
from reports.models import PolicyAdoption
from reports.permissions import Act, require_role
from reports.policy.language import Policy
from reports.policy.load import load_shipped, shipped_names
from tasks.rules.policy import TaskPolicy

DEFAULT_POLICY = "taiyuan-2023"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyInForce:
    """An adoption and the policy it adopted, whose content is still what was adopted."""

    adoption: PolicyAdoption
    policy: Policy

    @property
    def go_live(self) -> dt.date:
        """The day before which nothing is held against anyone."""
        return self.adoption.go_live


@transaction.atomic
def adopt_policy(
    name: str, *, in_force_from: dt.date, go_live: dt.date, on: dt.date, by: User | None
) -> PolicyAdoption:
    """Adopt a policy that ships with the product for events from a day on.

    `by` is the security officer; None when the system is set up. Nothing dated before `go_live` is
    held against anyone. Raises `unknown_policy` and `before_effect` for a policy's own first day.
    """
    if by is not None:
        require_role(Act.ADOPT_POLICY, on=on, by=by)
    policy = _shipped(name)
    if policy.effective_from and in_force_from < policy.effective_from:
        raise DomainError(
            "before_effect",
            _("办法“%(name)s”自 %(from)s 起施行，不能自 %(day)s 起采用。")
            % {"name": name, "from": policy.effective_from, "day": in_force_from},
            fields={"in_force_from": _("不早于 %(day)s") % {"day": policy.effective_from}},
        )
    adoption = PolicyAdoption(
        name=name,
        digest=policy.digest,
        in_force_from=in_force_from,
        go_live=go_live,
        adopted_on=on,
        adopted_by=by,
    )
    save_checked(adoption)
    audit.record(
        "policy.adopt",
        adoption,
        by=by,
        summary=_("采用考核办法 %(name)s，自 %(from)s 起施行，系统自 %(live)s 起启用")
        % {"name": name, "from": in_force_from, "live": go_live},
        data={"digest": policy.digest},
    )
    return adoption


def policy_in_force(on: dt.date) -> PolicyInForce:
    """Return the policy in force on the day.

    Raises `no_policy` when none was adopted for the day, and `policy_changed` when the product
    now ships another content under the adopted name: judging by it needs a new adoption.
    """
    adoption = PolicyAdoption.objects.filter(in_force_from__lte=on).first()
    if adoption is None:
        raise DomainError(
            "no_policy", _("%(on)s 尚无施行的考核办法，请先采用一个办法。") % {"on": on}
        )
    policy = _shipped(adoption.name)
    if policy.digest != adoption.digest:
        raise DomainError(
            "policy_changed",
            _("办法“%(name)s”的内容与 %(on)s 采用时不一致，须重新采用后才能据以判定。")
            % {"name": adoption.name, "on": adoption.adopted_on},
        )
    return PolicyInForce(adoption=adoption, policy=policy)


def policy_for(on: dt.date) -> Policy:
    """Return the policy tasks are shown by on the day: the adopted one, else the default.

    Lights are shown, and an evaluation can be asked for, before the office adopted anything; only
    what leads to consequences asks `policy_in_force`.
    """
    adoption = PolicyAdoption.objects.filter(in_force_from__lte=on).first()
    return _shipped(adoption.name if adoption else DEFAULT_POLICY)


def task_thresholds(on: dt.date) -> TaskPolicy:
    """Return the thresholds tasks are shown by on the day."""
    return policy_for(on).task


def _shipped(name: str) -> Policy:
    if name not in shipped_names():
        raise DomainError(
            "unknown_policy",
            _("没有名为“%(name)s”的办法；现有：%(names)s。")
            % {"name": name, "names": "、".join(shipped_names())},
            fields={"name": _("没有这个办法")},
        )
    return load_shipped(name)
