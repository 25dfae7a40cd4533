"""Every act says who may do it, to whom it was refused, and what is missing."""

import datetime as dt
import re

import pytest

from accounts.errors import DomainError, NotAllowedError
from accounts.models import User
from accounts.scopes import standing_of
from tasks.choices import TaskState
from tasks.models import Task
from tasks.permissions import RULES, Act, authorise, may
from tests.cast import Cast
from tests.making import draft_task, fresh, issued_task

DAY = dt.date(2023, 3, 10)
# Everybody an act may be for, as the sentences name them.
WHO = re.compile(r"^只有.*(督办人员|局领导|主要负责人|联络员|责任人|分管领导|代核人).*可以")
NOBODY = ("hr", "discipline", "sysadmin", "secadmin", "auditor", "clerk")


def in_state(cast: Cast, state: TaskState) -> Task:
    """Return a task whose column says the state: all a predicate looks at."""
    code = f"T-{state}"
    task = draft_task(cast, code=code) if state == TaskState.DRAFT else issued_task(cast, code=code)
    Task.objects.filter(pk=task.pk).update(state=state, leader=cast.leader)
    return fresh(task)


def who_may(cast: Cast, act: Act, task: Task) -> User:
    """Return somebody of the cast for whom only the state stands in the way."""
    people = (cast.supervisor, cast.leader, cast.head)
    return next(one for one in people if RULES[act].who(standing_of(one, on=DAY), task))


def test_every_act_has_a_rule() -> None:
    assert set(RULES) == set(Act)


@pytest.mark.parametrize("act", Act)
def test_a_refused_act_says_who_may_do_it_and_names_who_may_not(cast: Cast, act: Act) -> None:
    rule = RULES[act]
    task = in_state(cast, sorted(rule.states)[0])
    for name in NOBODY:
        person = cast.named(name)
        with pytest.raises(NotAllowedError) as refusal:
            authorise(act, task, on=DAY, by=person)
        sentence = str(refusal.value.message)
        assert refusal.value.code == "not_allowed"
        assert WHO.search(sentence), sentence
        assert str(rule.name) in sentence, sentence
        assert f"{person.name}没有这项权限" in sentence, sentence
        assert "%" not in sentence, sentence
        assert not may(standing_of(person, on=DAY), act, task)


@pytest.mark.parametrize("act", Act)
def test_an_act_in_the_wrong_state_says_the_state_and_which_it_takes(cast: Cast, act: Act) -> None:
    rule = RULES[act]
    wrong = [state for state in TaskState if state not in rule.states]
    for state in wrong:
        task = in_state(cast, state)
        person = who_may(cast, act, task)
        with pytest.raises(DomainError) as refusal:
            authorise(act, task, on=DAY, by=person)
        sentence = str(refusal.value.message)
        assert refusal.value.code == "wrong_state"
        assert task.code in sentence, sentence
        assert f"目前是“{state.label}”" in sentence, sentence
        for allowed in rule.states:
            assert f"“{allowed.label}”" in sentence, sentence
