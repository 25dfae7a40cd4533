"""Ask an OpenID Connect provider: send the browser there, read what it brings back, ask again.

Authlib does the protocol: discovery, state, nonce, PKCE, signatures with the provider's keys (read
again when a token names a new one), and tokens whose clock is off by a minute or two.
"""

from functools import lru_cache
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import OAuth
from django.http import HttpRequest, HttpResponse
from joserfc.errors import JoseError
from requests import RequestException

from accounts.directories.answers import AccountState, DirectoryDownError, Identity
from accounts.rules.directory import OidcConfig, safe_address

# Seconds for one answer: a page waits for them at most once a cache time.
PATIENCE = 5
# Seconds by which the provider's clock and this machine's may differ.
LEEWAY = 60
# Signed with the provider's own key; a secret both sides share, or none, proves less.
SIGNATURES = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")


class NotIdentifiedError(Exception):
    """What the browser brought back names nobody: forged, out of date, refused or incomplete."""


class OidcProvider:
    """The provider of one configuration; its description is read once a process."""

    def __init__(self, config: OidcConfig) -> None:
        self._config = config
        self._client: Any = OAuth().register(
            "office",
            client_id=config.client_id,
            client_secret=config.client_secret,
            server_metadata_url=f"{config.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": config.scope,
                "code_challenge_method": "S256",
                "default_timeout": PATIENCE,
            },
        )

    def send_there(self, request: HttpRequest, *, back: str, anew: bool) -> HttpResponse:
        """Send the browser to the provider; `anew` has it ask for the password again."""
        self._describe()
        more = {"prompt": "login", "max_age": "0"} if anew else {}
        answer: HttpResponse = self._client.authorize_redirect(request, back, **more)
        return answer

    def read_answer(self, request: HttpRequest) -> tuple[Identity, int | None]:
        """Return who came back and, if said, when they last typed a password there (epoch)."""
        self._describe()
        try:
            token = self._client.authorize_access_token(request, leeway=LEEWAY)
        except RequestException as error:
            raise DirectoryDownError(type(error).__name__) from error
        except (AuthlibBaseError, JoseError, ValueError) as error:
            raise NotIdentifiedError(type(error).__name__) from error
        claims = dict(token.get("userinfo") or {})
        name = claims.get(self._config.person_claim)
        if not isinstance(name, str) or not name:
            raise NotIdentifiedError("no name")
        groups = claims.get(self._config.groups_claim, [])
        auth_time = claims.get("auth_time")
        identity = Identity(
            name=name,
            groups=tuple(str(group) for group in groups) if isinstance(groups, list) else (),
            refresh_token=str(token.get("refresh_token") or ""),
            access_token=str(token.get("access_token") or ""),
        )
        return identity, auth_time if isinstance(auth_time, int) else None

    def state_of(self, *, refresh_token: str, access_token: str) -> tuple[AccountState, str, str]:
        """Ask whether a person's tokens still hold; return it with the tokens to ask with next.

        A provider refuses to renew the tokens of a disabled person. One that gives none to renew is
        asked for the person's data, which ends with the access token at the latest.
        """
        metadata = self._describe()
        try:
            if refresh_token:
                return self._renew(metadata, refresh_token)
            answer = self._client.get(
                metadata["userinfo_endpoint"],
                token={"access_token": access_token, "token_type": "Bearer"},
            )
        except RequestException as error:
            raise DirectoryDownError(type(error).__name__) from error
        if answer.status_code in (400, 401, 403):
            return AccountState.CLOSED, "", ""
        if answer.status_code != 200:
            raise DirectoryDownError(str(answer.status_code))
        return AccountState.OPEN, "", access_token

    def _renew(self, metadata: dict[str, Any], refresh_token: str) -> tuple[AccountState, str, str]:
        try:
            token = self._client.fetch_access_token(
                grant_type="refresh_token", refresh_token=refresh_token
            )
        except AuthlibBaseError as error:
            if error.error in ("invalid_grant", "unauthorized_client", "access_denied"):
                return AccountState.CLOSED, "", ""
            raise DirectoryDownError(str(error.error)) from error
        except ValueError as error:
            raise DirectoryDownError("no JSON") from error
        newer = str(token.get("refresh_token") or refresh_token)
        return AccountState.OPEN, newer, str(token.get("access_token") or "")

    def _describe(self) -> dict[str, Any]:
        """Return the provider's description of itself, refused where it is not the one meant."""
        try:
            metadata: dict[str, Any] = self._client.load_server_metadata()
        except (RequestException, ValueError) as error:
            raise DirectoryDownError(type(error).__name__) from error
        safe = all(
            safe_address(metadata[name], encrypted="https")
            for name in _ENDPOINTS
            if name in metadata
        )
        if metadata.get("issuer") != self._config.issuer or not safe:
            raise DirectoryDownError("not the provider of OIDC_ISSUER")
        offered = metadata.get("id_token_signing_alg_values_supported", ["RS256"])
        metadata["id_token_signing_alg_values_supported"] = sorted(SIGNATURES & set(offered))
        return metadata


@lru_cache(maxsize=4)
def provider_of(config: OidcConfig) -> OidcProvider:
    """Return the provider of a configuration, described once a process."""
    return OidcProvider(config)
