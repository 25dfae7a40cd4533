"""What the browser is asked to keep: names and flags, in demo and production mode."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import SignIn
from tests.cast import Cast
from tests.tracker.test_env import PRODUCTION
from tracker.env import BASE_DIR

# A page that sets all three, asked by TLS through the trusted proxy, without a database.
ASK = """
import json, django
from django.conf import settings
settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.STORAGES = {"staticfiles": {"BACKEND": plain}}
django.setup()
from django.test import Client
host, flags = settings.ALLOWED_HOSTS[0], ("secure", "httponly", "samesite", "path", "domain")
client = Client(enforce_csrf_checks=True, headers={"Host": host})
client.get("/login/", REMOTE_ADDR="10.0.0.5", headers={"X-Forwarded-Proto": "https"})
cookies = {name: {flag: morsel[flag] for flag in flags} for name, morsel in client.cookies.items()}
names = [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME]
settings_of = {
    "names": names,
    "session": [settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY,
                settings.SESSION_COOKIE_SAMESITE, settings.SESSION_COOKIE_PATH,
                settings.SESSION_COOKIE_DOMAIN],
    "language": [settings.LANGUAGE_COOKIE_SECURE, settings.LANGUAGE_COOKIE_HTTPONLY,
                 settings.LANGUAGE_COOKIE_SAMESITE],
}
print(json.dumps({"cookies": cookies, **settings_of}))
"""


def test_production_cookies_are_of_this_host_alone_and_of_tls_alone() -> None:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = {
        **kept,
        **PRODUCTION,
        "TRUSTED_PROXIES": "10.0.0.0/28",
        "DATA_DIR": str(settings.DATA_DIR),
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["names"] == ["__Host-session", "__Host-csrf"]
    assert told["session"] == [True, True, "Lax", "/", None]
    assert told["language"] == [True, True, "Lax"]
    assert told["cookies"]["__Host-csrf"] == {
        "secure": True,
        "httponly": True,
        "samesite": "Lax",
        "path": "/",
        "domain": "",
    }


def test_the_demo_s_cookies_are_closed_to_scripts_and_other_sites(cast: Cast) -> None:
    client = Client()
    cast.head.set_password("Right-Password-2023")
    cast.head.save()
    client.get("/login/")
    client.post("/login/", {"username": "head", "password": "Right-Password-2023"})
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Lax"
    # It goes with the browser, and no message is kept in one.
    assert client.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == ""
    assert set(client.cookies) == {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}


@pytest.mark.parametrize(
    "address", ["/login/", "/logout/", "/reauth/", "/account/code/begin/", "/i18n/setlang/"]
)
def test_no_form_is_taken_without_its_token(cast: Cast, address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.head)
    assert client.post(address, {}).status_code == 403


def test_a_forged_forwarding_header_reaches_neither_record_nor_count(cast: Cast) -> None:
    cast.head.set_password("Right-Password-2023")
    cast.head.save()
    Client().post(
        "/login/",
        {"username": "head", "password": "Right-Password-2023"},
        REMOTE_ADDR="198.51.100.7",
        headers={"X-Forwarded-For": "10.1.1.1"},
    )
    assert SignIn.objects.get().address == "198.51.100.7"
