"""Every act has its endpoint, and page and endpoint alike say who may and what is missing."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.scopes import standing_of
from tasks.choices import TaskState
from tasks.models import Measure, Task
from tasks.permissions import RULES, Act
from tests.cast import Cast
from tests.making import SetClock
from tests.tasks.api.conftest import ClientOf
from tests.tasks.test_permissions import DAY, in_state

# Of each act the endpoint's name, for acts on a task its page's, and what is sent.
ENDPOINTS: dict[Act, tuple[str, str, dict[str, Any]]] = {
    Act.EDIT: ("task-change", "edit", {"title": "新名称"}),
    Act.LINK_MEASURE: ("measure-link", "link_measure", {"serves": []}),
    Act.DISCARD: ("task-discard", "discard", {"reason": "重复"}),
    Act.SUBMIT_APPROVAL: ("approval-list", "submit_approval", {}),
    Act.DECIDE_APPROVAL: ("approval-approve", "", {}),
    Act.ASSIGN: ("task-assign", "assign", {}),
    Act.ACCEPT: ("responsibility-accept", "", {}),
    Act.REFUSE: ("refusal-list", "", {}),
    Act.DECIDE_REFUSAL: ("refusal-accept", "", {}),
    Act.SPLIT: ("task-split", "split", {"parts": []}),
    Act.AMEND: ("task-amend", "amend", {"field": "title", "new": "新", "reason": "不准"}),
    Act.RECORD_PERSONAL: (
        "task-personal-duties",
        "record_personal",
        {"kind": "deploy", "text": "部署"},
    ),
    Act.REPORT: ("progress-report-list", "report", {"percent": 40}),
    Act.VERIFY: ("progress-report-verify", "", {}),
    Act.COMPLETE_MEASURE: ("measure-complete", "", {}),
    Act.REQUEST_EXTENSION: (
        "extension-list",
        "extension",
        {"to": "2023-08-01", "reason": "设备未到"},
    ),
    Act.DECIDE_EXTENSION: ("extension-grant", "", {}),
    Act.SET_EXTENSION_BUDGET: (
        "task-extension-budget",
        "budget",
        {"times": 3, "days": 90, "reason": "特批"},
    ),
    Act.SUBMIT_CLOSURE: ("closure-list", "closure", {"text": "完成"}),
    Act.CHECK_CLOSURE: ("closure-verify", "", {}),
    Act.COUNTERSIGN: ("countersignature-sign", "", {}),
    Act.CHECK_SITE: ("site-check-list", "", {}),
    Act.LOOK_BACK: ("look-back-record", "", {}),
    Act.REOPEN: ("task-reopen", "reopen", {"to": "2023-08-01", "reason": "反弹"}),
    Act.SUSPEND: ("task-suspend", "suspend", {"reason": "停工"}),
    Act.RESUME: ("task-resume", "resume", {"to": "2023-08-01"}),
    Act.TERMINATE: ("task-terminate", "terminate", {"reason": "取消"}),
    Act.HAND_OVER: ("task-hand-over", "hand_over", {"to": "TY-clerk"}),
    Act.ISSUE_SLIP: (
        "slip-list",
        "slip",
        {"unit": "DQK", "cause": "overdue", "requirement": "限期"},
    ),
    Act.ANSWER_SLIP: ("slip-answer", "", {}),
}
# Nobody urges by hand: no service does it, no page and no endpoint offer it.
WITHOUT = frozenset({Act.URGE})
ON_TASKS = [act for act, (_name, page, _body) in ENDPOINTS.items() if page]
PEOPLE = ("head", "liaison", "supervisor", "leader", "hr")


def test_every_act_has_an_endpoint_and_every_endpoint_exists() -> None:
    assert set(ENDPOINTS) | WITHOUT == set(Act)
    for name, page, _body in ENDPOINTS.values():
        assert reverse(name, args=[] if name.endswith("-list") else [1]).startswith("/api/v1/")
        assert not page or reverse(f"tasks:{page}", args=[1])


def rows(cast: Cast, act: Act) -> Iterator[tuple[Task, User, bool]]:
    """Yield everybody wrong in a right state, and somebody right in every wrong state they see.

    The last value says whether the state is wrong.
    """
    rule = RULES[act]
    allowed = sorted(rule.states)[0]
    for state in [allowed, *(one for one in TaskState if one not in rule.states)]:
        task = in_state(cast, state)
        task.measures.get_or_create(seq=1, defaults={"text": "措施", "owner": cast.air})
        seeing = [
            person
            for person in map(cast.named, PEOPLE)
            if Task.objects.visible_to(person, on=DAY).filter(pk=task.pk).exists()
        ]
        right = [one for one in seeing if rule.who(standing_of(one, on=DAY), task)]
        if state == allowed:
            yield from ((task, person, False) for person in seeing if person not in right)
        elif right:
            yield task, right[0], True


def address(act: Act, task: Task, *, page: bool) -> str:
    """Return the act's page or endpoint about a task."""
    name, own_page, _body = ENDPOINTS[act]
    if page:
        name = f"tasks:{own_page}"
    about = Measure.objects.get(task=task).pk if "measure" in name else task.pk
    return reverse(name, args=[] if name.endswith("-list") else [about])


@pytest.mark.parametrize("act", ON_TASKS)
def test_a_refused_act_says_so_on_its_page_and_in_the_api(
    cast: Cast,
    client_of: ClientOf,
    set_clock: SetClock,
    act: Act,
) -> None:
    set_clock(DAY)
    rule, count = RULES[act], {"person": 0, "state": 0}
    for task, person, by_state in rows(cast, act):
        api = client_of(person)
        body = {**ENDPOINTS[act][2], "task": task.pk}
        answer = api.post(address(act, task, page=False), body, format="json")
        browser = Client()
        browser.force_login(person)
        shown = browser.get(address(act, task, page=True))
        if by_state:
            assert (answer.status_code, answer.json()["code"]) == (422, "wrong_state"), body
            (said,) = [str(one) for one in get_messages(shown.wsgi_request)]
            for sentence in (answer.json()["detail"], said):
                assert f"目前是“{TaskState(task.state).label}”" in sentence, sentence
                assert all(f"“{one.label}”" in sentence for one in rule.states), sentence
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed"), body
            assert shown.status_code == 403
            for sentence in (answer.json()["detail"], shown.content.decode()):
                assert str(rule.sentence) % {"act": rule.name} in sentence, sentence
                assert f"{person.name}没有这项权限" in sentence, sentence
        count["state" if by_state else "person"] += 1
    assert count["person"] >= 1, count
    assert count["state"] >= 1, count
