"""Commands answer in text or JSON, and their exit status says what became of the input."""

import io
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.errors import DomainError
from accounts.management.base import Answer, JsonCommand
from tests.tracker.processes import environment, manage


class Greeting(JsonCommand):
    """Greets a unit, refuses the nameless."""

    def add_arguments(self, parser: Any) -> None:
        """Take the unit's name."""
        parser.add_argument("name")

    def answer(self, **options: Any) -> Answer:
        """Refuse a blank name, and say everything about one called 空."""
        name = options["name"]
        if not name:
            raise DomainError("no_name", "名称为空，请填写。", fields={"name": "必填"})
        return Answer(payload={"name": name}, lines=[f"你好，{name}"], refused=name == "空")


def said(*args: str) -> tuple[str, str, int]:
    """Run the command; return what it printed, what it complained of, and its exit status."""
    out, err, status = io.StringIO(), io.StringIO(), 0
    try:
        call_command(Greeting(), *args, stdout=out, stderr=err, skip_checks=True)
    except SystemExit as end:
        status = int(end.code or 0)
    return out.getvalue(), err.getvalue(), status


def test_text_is_the_default_and_prints_the_lines() -> None:
    assert said("大气环境科") == ("你好，大气环境科\n", "", 0)


def test_json_is_one_line_and_the_only_thing_on_stdout() -> None:
    out, err, status = said("大气环境科", "--format", "json")
    assert (json.loads(out), err, status) == ({"name": "大气环境科"}, "", 0)
    assert out.count("\n") == 1
    assert "大气环境科" in out


def test_a_refusal_exits_1_with_its_sentence_on_stderr() -> None:
    out, err, status = said("")
    assert (out, status) == ("", 1)
    assert "名称为空，请填写。" in err
    assert "name：必填" in err


def test_a_refusal_in_json_carries_code_and_sentence() -> None:
    out, err, status = said("", "--format", "json")
    assert (err, status) == ("", 1)
    assert json.loads(out) == {
        "errors": [{"code": "no_name", "message": "名称为空，请填写。", "fields": {"name": "必填"}}]
    }


def test_an_answer_may_be_full_and_still_a_refusal() -> None:
    out, _, status = said("空", "--format", "json")
    assert (json.loads(out), status) == ({"name": "空"}, 1)


@pytest.mark.parametrize("args", [(), ("a", "--format", "xml"), ("a", "b")])
def test_wrong_usage_is_no_refusal(args: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        said(*args)


def test_a_database_without_tables_is_said_in_a_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        manage("evaluate", "--format", "json"),
        cwd=settings.BASE_DIR,
        env=environment(DATA_DIR=str(tmp_path)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert json.loads(done.stdout)["errors"][0]["code"] == "database_not_prepared"
    assert "Traceback" not in done.stderr
