"""Django settings; every value that differs between offices comes from `tracker.env`."""

from datetime import timedelta

from tracker.env import BASE_DIR, load_config
from tracker.log_settings import logging_config

CONFIG = load_config()

MODE = CONFIG.mode
DEBUG = False
SECRET_KEY = CONFIG.secret_key
ALLOWED_HOSTS = list(CONFIG.allowed_hosts)
SITE_URL = CONFIG.site_url
# The demonstration can be shown as on another day; production refuses it.
DEMO_TODAY = CONFIG.demo_today
REMINDER_HOURS = CONFIG.reminder_hours
# Who may read /metrics outside the demonstration; empty: nobody.
METRICS_TOKEN = CONFIG.metrics_token
# Everything the running system writes: embedded database, evidence, mail, broker, beat's schedule.
DATA_DIR = CONFIG.data_dir
DATA_DIR.mkdir(parents=True, exist_ok=True)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    # Whitenoise's own server in place of runserver's, so development and production agree.
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "accounts.apps.AccountsConfig",
    "tasks.apps.TasksConfig",
    "reports.apps.ReportsConfig",
    "tracker.apps.TrackerConfig",
]

MIDDLEWARE = [
    # First: what follows may trust the addresses and the scheme.
    "tracker.middleware.trust_configured_proxies",
    # Names the request in its answer and in every line logged below it.
    "tracker.middleware.name_request",
    # Before anything that answers by itself: static files, redirects and refusals get them too.
    "tracker.middleware.protect_answer",
    # Times everything below it, refusals of the next ones included.
    "tracker.metrics.count_requests",
    "tracker.middleware.limit_body",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tracker.language.speak_the_chosen_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    # Idle, whole, ended elsewhere: such a session is none, before anything else looks at it.
    "accounts.signed_in.forget_whom_one_acts_for",
    "accounts.signed_in.hold_session_limits",
    # Before anything is served: the three officers work from the addresses named for them.
    "accounts.officer_desks.keep_officers_at_their_desks",
    # After signing in with a password that is due, nothing but a new one is served.
    "accounts.forced_change.require_new_password",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "tracker" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tracker.frame.frame",
            ],
        },
    },
]

DATABASES = {"default": CONFIG.database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
# Recognises whose session it is; passwords are looked at by accounts.services.signing_in alone.
AUTHENTICATION_BACKENDS = ["accounts.backends.SessionBackend"]
PASSWORD_HASHERS = [
    "accounts.hashers.OfficeArgon2",
    # Reads what was stored before; replaced at the next sign-in.
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
PASSWORD_PROFILE = CONFIG.password_profile
AUDIT_DIGEST = CONFIG.audit_digest
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
# No other site has a use for them.
WHITENOISE_ALLOW_ALL_ORIGINS = False
# A product of the code, not data: made by `make setup`, or once in the image.
STATIC_ROOT = BASE_DIR / "build" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Names carry the content's hash, so a browser may keep a file for ever.
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = DATA_DIR / "evidence"

EMAIL_CONFIG = CONFIG.email
vars().update(EMAIL_CONFIG)
# A mail server that does not answer must not hold a worker for ever.
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = CONFIG.mail_from

# --- Security -------------------------------------------------------------------------------------

# What a page may load and where it may send: this site only, and no inline script or style.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# Devices and sensors no page of ours uses.
PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(), display-capture=(), fullscreen=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
)
TRUSTED_PROXIES = CONFIG.trusted_proxies
OFFICER_ADDRESSES = CONFIG.officer_addresses
SCANNER, SCANNER_DOWN = CONFIG.scanner, CONFIG.scanner_down
# Ten files of 20 MB and their form (tasks.services.evidence); anything else is far below.
LARGEST_UPLOAD = 204 * 2**20
# The longest text of a form is 4000 characters; a body of JSON or a plain form may have this much.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
FILE_UPLOAD_PERMISSIONS = 0o640
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
# "Lax" lets a link in a mail open the page it names; forms from other sites carry no session.
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE = True, "Lax"
# Names and numbers of records in a message stay here, and no third cookie is needed.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# Ended by the sign-in's own record (accounts.rules.sessions); the cookie goes with the browser.
SESSION_IDLE, SESSION_WHOLE = timedelta(minutes=30), timedelta(hours=12)
SESSION_COOKIE_AGE = int(SESSION_WHOLE.total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSIONS_AT_ONCE = CONFIG.sessions_at_once
# How long ago the password may have been shown for a dangerous act (accounts.views.fresh).
FRESH_SIGN_IN = timedelta(minutes=CONFIG.fresh_minutes)
SECOND_FACTOR_ROLES = CONFIG.second_factor_roles
# The office's directory of people: who signs in by it, which groups give which roles here.
LDAP, OIDC, DIRECTORY_ROLES = (
    CONFIG.directory.ldap,
    CONFIG.directory.oidc,
    CONFIG.directory.roles,
)
# How long its last answer counts, and how long people stay in while it gives none.
DIRECTORY_CACHE, DIRECTORY_GRACE = CONFIG.directory.cache, CONFIG.directory.grace
CSRF_TRUSTED_ORIGINS = [CONFIG.site_url]
CSRF_FAILURE_VIEW = "tracker.error_pages.csrf_failure"

if not CONFIG.demo:
    SECURE_SSL_REDIRECT = True
    # Probes come from the machine itself or the load balancer, without TLS.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
    # Believed only from TRUSTED_PROXIES: the first middleware removes it from anyone else.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    # The prefix makes browsers refuse these cookies from a sister host, or without TLS.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    # Preloading enters a host in the browser makers' public list: nothing for an office's own host.
    SILENCED_SYSTEM_CHECKS = ["security.W021"]

# --- Background work: tracker/celery_config.py ----------------------------------------------------

BROKER_URL = CONFIG.broker_url
BROKER_DIR = DATA_DIR / "broker"
WORKER_PROCESSES = CONFIG.worker_processes

# --- REST -----------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # First, so that a request without a sign-in is answered 401 and not 403.
        "accounts.api.tokens.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": [
        "accounts.api.bodies.JsonBody",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": [
        "django_filters.rest_framework.DjangoFilterBackend",
        "accounts.api.ordering.Ordering",
    ],
    "DEFAULT_PAGINATION_CLASS": "accounts.api.paging.Pages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"anon": "60/min", "user": "1200/min"},
    "EXCEPTION_HANDLER": "tracker.api_errors.handle",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "四清单 API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "DESCRIPTION": "任务、责任、措施、结果四张清单及其办理过程。",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "TaskState": "tasks.choices.TaskState",
        "TaskKind": "tasks.choices.TaskKind",
        "TaskLevel": "tasks.choices.TaskLevel",
        "TaskType": "tasks.choices.TaskType",
        "ColumnKind": "tasks.choices.ColumnKind",
        "UnitKind": "accounts.choices.UnitKind",
        "Light": "tasks.choices.Light",
        "FindingKind": "reports.choices.FindingKind",
        "SubjectKind": "reports.choices.SubjectKind",
        "ProposalState": "reports.choices.ProposalState",
        "InterviewState": "reports.choices.InterviewState",
        "ExclusionState": "reports.choices.ExclusionState",
    },
}

# --- Logging: one line an event on standard output, no personal data (tracker.logs) ---------------

LOGGING = logging_config(
    level=CONFIG.log_level,
    log_format=CONFIG.log_format,
    each_request=not CONFIG.demo,
    server=CONFIG.log_server,
)
