"""What is removed of sessions and sign-ins, and what stays."""

import datetime as dt

from django.contrib.sessions.models import Session

from accounts import clock
from accounts.models import AuditEntry, SignIn, User
from accounts.services.audit_verification import verify_chain
from accounts.services.pruning import KEPT, prune_sign_ins
from tests.cast import Cast

AT = dt.datetime(2023, 12, 1, 3, 25, tzinfo=clock.BEIJING)
SECOND = dt.timedelta(seconds=1)


def signed_in(user: User, last: dt.datetime) -> int:
    row = SignIn.objects.create(
        user=user, since=last - SECOND, last_seen_at=last, proved_at=last - SECOND
    )
    return int(row.pk)


def session(key: str, expires: dt.datetime) -> None:
    Session.objects.create(session_key=key, session_data="", expire_date=expires)


def test_what_is_past_goes_with_one_entry_and_the_rest_stays(cast: Cast) -> None:
    session("expired", AT - SECOND)
    session("live", AT)
    gone = signed_in(cast.head, AT - KEPT - SECOND)
    edge = signed_in(cast.head, AT - KEPT)
    newest = signed_in(cast.head, AT - SECOND)
    # Nobody's newest goes, however old: the next sign-in tells them of it.
    only = signed_in(cast.liaison, AT - 3 * KEPT)
    before = AuditEntry.objects.count()
    assert prune_sign_ins(at=AT) == 2
    assert list(Session.objects.values_list("session_key", flat=True)) == ["live"]
    assert set(SignIn.objects.values_list("pk", flat=True)) == {edge, newest, only}
    assert gone not in SignIn.objects.values_list("pk", flat=True)
    assert AuditEntry.objects.count() == before + 1
    entry = AuditEntry.objects.get(action="sign_in.pruned")
    assert entry.data == {"sessions": 1, "sign_ins": 1}
    assert verify_chain().fault is None


def test_a_second_time_removes_nothing_and_says_nothing(cast: Cast) -> None:
    session("expired", AT - SECOND)
    prune_sign_ins(at=AT)
    before = AuditEntry.objects.count()
    assert prune_sign_ins(at=AT) == 0
    assert AuditEntry.objects.count() == before


def test_sign_ins_are_kept_for_six_months_at_their_longest() -> None:
    assert dt.timedelta(days=184) <= KEPT
