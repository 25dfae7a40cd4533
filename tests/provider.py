"""A real OpenID Connect provider of the tests' own: code flow with PKCE, on loopback.

It signs whoever is `signed_in` in without a page, checks what a provider must check, and can be
told to misbehave.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from accounts.rules.directory import OidcConfig

CLIENT_ID, CLIENT_SECRET = "four-lists", "a-client-secret"


class Provider:
    """The running provider; what it says is changed by its attributes."""

    def __init__(self) -> None:
        self.signed_in = ""
        self.groups: list[str] = []
        self.disabled: set[str] = set()
        self.issues_refresh_tokens = True
        # What is added to, or replaces, the claims of the next tokens.
        self.claims: dict[str, Any] = {}
        self.renewals = 0
        self.key = _new_key()
        self.published = [self.key]
        self._codes: dict[str, dict[str, str]] = {}
        self._tokens: dict[str, str] = {}
        self._server: ThreadingHTTPServer | None = None
        self.start()

    @property
    def issuer(self) -> str:
        """The provider's address."""
        return f"http://127.0.0.1:{self.port}"

    def config(self, **changes: Any) -> OidcConfig:
        """Return a configuration of this provider."""
        values = {
            "issuer": self.issuer,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "scope": "openid profile",
            "person_claim": "preferred_username",
            "person_field": "username",
            "groups_claim": "groups",
        }
        return OidcConfig(**(values | changes))

    def start(self) -> None:
        """Listen, on the same port as before where there was one."""
        self._server = ThreadingHTTPServer(("127.0.0.1", getattr(self, "port", 0)), _handler(self))
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def rotate_key(self) -> None:
        """Sign with a new key from now on; the old one is published no more."""
        self.key = _new_key()
        self.published = [self.key]

    def describe(self) -> dict[str, Any]:
        """Return the discovery document."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "none", "HS256"],
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Return where the browser goes with a code for whoever is signed in."""
        assert asked["response_type"] == "code" and asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256" and len(asked["state"]) >= 20
        code = secrets.token_urlsafe()
        self._codes[code] = asked | {"user": self.signed_in}
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def exchange(self, sent: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Answer the token endpoint: a code once and with its verifier, or a refresh token once."""
        if sent["grant_type"] == "refresh_token":
            user = self._tokens.pop(sent["refresh_token"], None)
            if user is None or user in self.disabled:
                return 400, {"error": "invalid_grant"}
            self.renewals += 1
            return 200, self._issue(user)
        asked = self._codes.pop(sent["code"], None)
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != sent["redirect_uri"]
            or asked["user"] in self.disabled
        ):
            return 400, {"error": "invalid_grant"}
        answer = self._issue(asked["user"])
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": f"id-of-{asked['user']}",
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "nonce": asked["nonce"],
            "preferred_username": asked["user"],
            "groups": self.groups,
        } | self.claims
        header = {"alg": "RS256", "kid": self.key.kid}
        answer["id_token"] = jwt.encode(header, claims, self.key)
        return 200, answer

    def user_of(self, token: str) -> str | None:
        """Return whose access token it is, while the account is open."""
        user = self._tokens.get(token)
        return None if user in self.disabled else user

    def _issue(self, user: str) -> dict[str, Any]:
        answer: dict[str, Any] = {"token_type": "Bearer", "expires_in": 300}
        names = ("access_token", "refresh_token")[: 1 + self.issues_refresh_tokens]
        for name in names:
            answer[name] = secrets.token_urlsafe()
            self._tokens[answer[name]] = user
        return answer


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/authorize":
                asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
                self.send_response(302)
                self.send_header("Location", provider.authorize(asked))
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif parts.path == "/.well-known/openid-configuration":
                self._answer(200, provider.describe())
            elif parts.path == "/keys":
                keys = [key.as_dict(private=False) for key in provider.published]
                self._answer(200, {"keys": keys})
            elif parts.path == "/userinfo":
                token = self.headers.get("Authorization", "").removeprefix("Bearer ")
                user = provider.user_of(token)
                self._answer(200 if user else 401, {"sub": user})
            else:
                self._answer(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            sent = {name: values[0] for name, values in parse_qs(body).items()}
            basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
            if self.headers.get("Authorization") != f"Basic {basic}":
                self._answer(401, {"error": "invalid_client"})
                return
            self._answer(*provider.exchange(sent))

        def log_message(self, *_parts: object) -> None:
            pass

        def _answer(self, status: int, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


def _new_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"use": "sig", "kid": secrets.token_hex(8)}, private=True)
