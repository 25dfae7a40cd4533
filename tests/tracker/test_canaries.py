"""Values nobody may read in a log, driven through the running system: none is printed.

Web, worker and beat run as real processes; what they print is read, all of it.
"""

import http.cookiejar
import json
import re
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.tasks.reminders.mail_server import MailServer, mail_server
from tests.tracker.processes import Started, environment, manage, started, wait_for
from tracker.demo.people import PASSWORD
from tracker.env import BASE_DIR

__all__ = ["mail_server"]

SETTINGS = "tests.tracker.canary.settings"
SOON = 240
CANARIES = {
    "password": "Kanarie-Pass-7Q2x",
    "name": "金丝雀甲乙",
    "login": "kanarie-login-9z",
    "phone": "13912345678",
    "mail": "kanarie-8k3@kanarie.example",
    "text": "汇报正文金丝雀5W1",
    "token": "sqd_kanarie-token-4R7",
    "secret": "kanarie-secret-2P8",
    "file": "金丝雀附件.html",
    "search": "kanarie-search-6T4",
    "host": "kanarie-host.example",
}


class Visitor:
    """A browser without pages: keeps its cookies and sends its form's token."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.failures: list[str] = []

    def send(
        self, path: str, form: dict[str, str] | None = None, **headers: str
    ) -> tuple[int, str]:
        """Ask; a failure's text is kept as well."""
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        address = self.base + urllib.parse.quote(path, safe="/?=&")
        request = urllib.request.Request(address, data=data, headers=headers)
        try:
            with self.opener.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            with error:
                text = error.read().decode(errors="replace")
            self.failures.append(text)
            return error.code, text

    def submit(self, path: str, form: dict[str, str]) -> tuple[int, str]:
        """Open a page and send its form."""
        _status, page = self.send(path)
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert found, page
        return self.send(path, {"csrfmiddlewaretoken": found[1], **form})

    def cookies(self) -> dict[str, str]:
        return {cookie.name: str(cookie.value) for cookie in self.jar}


@pytest.fixture
def run(tmp_path: Path, mail_server: MailServer) -> Iterator[Started]:
    """The system at work on an installation without tasks, its mails refused with their address."""
    refusal = f"550 <{CANARIES['mail']}> of {CANARIES['name'].encode().hex()} is not here"
    mail_server.refusals[CANARIES["mail"]] = refusal
    variables = {
        "DATA_DIR": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "LOG_FORMAT": "json",
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_server.controller.port}",
        "ALLOWED_HOSTS": "127.0.0.1",
    }
    for command in (["migrate", "--verbosity", "0"], ["seed_demo", "--tasks", "0"]):
        subprocess.run(
            manage(*command),
            cwd=BASE_DIR,
            env=environment(**variables),
            check=True,
            stdout=subprocess.DEVNULL,
        )
    with started(manage("serve"), tmp_path, **variables) as serving:
        wait_for(lambda: "按 Ctrl-C 停止" in serving.output(), seconds=SOON, why=serving.output)
        yield serving


def drive(run: Started) -> dict[str, str]:
    """Send every canary by every way; return those that are only known now, and the failures."""
    someone, officer = Visitor(run.port), Visitor(run.port)
    value = CANARIES
    _status, page = someone.submit(
        "/login/", {"username": value["login"], "password": value["password"]}
    )
    assert "登录名或密码不正确" in page
    officer.submit("/login/", {"username": "sysadmin", "password": PASSWORD})
    session = officer.cookies()
    assert "sessionid" in session
    _status, page = officer.send("/accounts/people/new/")
    unit = re.search(r'<option value="(\d+)"', page)
    assert unit, page
    status, page = officer.submit(
        "/accounts/people/new/",
        {
            "username": value["login"],
            "staff_number": "K-0001",
            "name": value["name"],
            "unit": unit[1],
            "email": value["mail"],
            "phone": value["phone"],
        },
    )
    assert (status, value["name"] in page) == (200, True), page
    text = {"text": value["text"], "password": value["password"], "phone": value["phone"]}
    for path in (
        f"/canary/raises/{value['secret']}/?q={value['search']}",
        "/canary/breaks/",
        "/api/canary/raises/",
    ):
        assert officer.send(path, text, Authorization=f"Token {value['token']}")[0] == 500
    assert officer.send("/canary/wakes/", text)[0] == 200
    someone.send("/api/v1/tasks/", Authorization=f"Bearer {value['token']}")
    someone.send(f"/api/v1/progress-reports/?search={value['search']}", text)
    someone.send(f"/password/set/{value['secret']}/")
    someone.send("/login/", Host=value["host"])
    someone.send("/login/", text)
    officer.send(f"/accounts/people/?q={value['search']}")
    for failure in (*someone.failures, *officer.failures):
        assert not [name for name in value if value[name] in failure], failure
    return session


def lines_of(run: Started) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run.output().splitlines() if line.startswith("{")]


@pytest.mark.timeout(600)
def test_no_canary_stands_in_a_line_of_web_worker_or_beat(run: Started) -> None:
    session = drive(run)

    def heard(logger: str, words: str) -> list[dict[str, Any]]:
        return [
            line
            for line in lines_of(run)
            if line["logger"] == logger and words in line["message"] + line.get("exception", "")
        ]

    wait_for(
        lambda: (
            heard("celery.app.trace", "job tests.tracker.canary.jobs.fail")
            and heard("accounts.services.tickets", "was not mailed: SMTPRecipientsRefused")
        ),
        seconds=SOON,
        why=run.output,
    )
    printed = run.output()
    told = CANARIES | session | {"hex": CANARIES["name"].encode().hex()}
    assert [name for name, value in told.items() if value in printed] == []
    # What happened is told all the same, with the request or the job it happened to.
    (raised,) = heard("django.request", "answered 500: POST /canary/raises/<str:secret>/")
    assert "ValueError at tests/tracker/canary/urls.py" in raised["exception"]
    assert len(raised["request"]) == 12
    (failed,) = heard("celery.app.trace", "job tests.tracker.canary.jobs.fail")
    assert "caused by ValueError at tests/tracker/canary/jobs.py" in failed["exception"]
    assert failed["request"]
    assert heard("django.request", "OperationalError")
    assert heard("django.security.DisallowedHost", "refused: DisallowedHost")
    assert heard("tracker.requests", "POST /login/ ")
    # Whatever is no JSON is the supervising command speaking to people.
    spoken = [line for line in printed.splitlines() if not line.startswith("{")]
    assert [line for line in spoken if re.match(r"\s+(File|at) |Traceback|\[", line)] == []
