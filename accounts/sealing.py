"""Keep a secret in the database so that a dump of it alone gives nothing away."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(secret: str) -> str:
    """Encrypt a secret with a key derived from SECRET_KEY."""
    return _box().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str | None:
    """Return a sealed secret; None where it was sealed under a SECRET_KEY nobody has any more."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _box() -> MultiFernet:
    """Return what encrypts with the present key, and decrypts with the former ones too."""
    return MultiFernet(
        [_fernet(str(key)) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    )


def _fernet(key: str) -> Fernet:
    # SECRET_KEY is long and random, so it needs no slow derivation; `info` keeps this use apart.
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"four-lists sealed secrets")
    return Fernet(base64.urlsafe_b64encode(derived.derive(key.encode())))
