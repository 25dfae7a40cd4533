"""A plain model and the services agree over random lives of a task.

`SEQUENCES` says how many lives are drawn; `make soak` draws thousands.
"""

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.cast import Cast
from tests.making import SetClock
from tests.tasks.stateful.machine import TaskMachine

SEQUENCES = int(os.environ.get("SEQUENCES", "60"))


@pytest.mark.timeout(3600)
def test_services_do_what_the_plain_task_does(
    cast: Cast, set_clock: SetClock, record_property: Callable[[str, object], None]
) -> None:
    machine = type("Machine", (TaskMachine,), {"cast": cast, "put_clock": staticmethod(set_clock)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    record_property("task lives", SEQUENCES)
