"""`Authorization: Bearer …`: a program acting as a person."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from accounts import clock
from accounts.models import ApiToken, User
from accounts.officer_desks import refuse_token_from
from accounts.services.directory_state import refuses_token_of
from accounts.services.tokens import find_token

KEYWORD = "Bearer"


class BearerAuthentication(BaseAuthentication):
    """Recognises the token of the Authorization header; one without write scope only reads."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return the person and the token, None when another scheme is meant."""
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != KEYWORD.lower().encode():
            return None
        token = None
        if len(parts) == 2:
            token = find_token(parts[1].decode("latin-1"), at=clock.now())
        if token is None or refuses_token_of(token.user, at=clock.now()):
            raise AuthenticationFailed(_("令牌无效、已过期或已吊销。"))
        refuse_token_from(request, token.user)
        if request.method not in SAFE_METHODS and not token.writes:
            raise PermissionDenied(_("这个令牌只能读取，不能提交。"))
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, which makes a missing sign-in a 401."""
        return KEYWORD


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the scheme in the OpenAPI document."""

    target_class = BearerAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """Return the scheme's OpenAPI object."""
        return {"type": "http", "scheme": "bearer"}
