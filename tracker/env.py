"""Configuration from environment variables, read once and checked at start."""

import secrets
from dataclasses import dataclass
from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()

DEMO = "demo"
PRODUCTION = "production"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything the environment may set; see `.env.example` for the meaning of each."""

    mode: str
    data_dir: Path
    secret_key: str
    allowed_hosts: tuple[str, ...]


def load_config() -> Config:
    """Read the environment.

    In demo mode a missing secret key is made once and kept in the data directory, so sessions
    survive a restart; production must name its own (`tracker.checks` refuses it otherwise).
    """
    mode = env.str("MODE", default=DEMO)
    data_dir = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    secret_key = env.str("SECRET_KEY", default="")
    if not secret_key and mode == DEMO:
        secret_key = _demo_key(data_dir / "demo-secret-key")
    return Config(
        mode=mode,
        data_dir=data_dir,
        secret_key=secret_key,
        allowed_hosts=tuple(env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])),
    )


def _demo_key(path: Path) -> str:
    if not path.exists():
        path.write_text(secrets.token_urlsafe(48))
        path.chmod(0o600)
    return path.read_text()
