"""Settings of the running project: one file, read from the environment, refusing odd values out loud.

A clean checkout runs without any variable: SQLite and generated keys live in ``var/``. ``docs/deploy.md`` lists every
variable with its meaning.
"""

import os
import secrets
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.logs import configuration, configure_structlog
from config.redaction import REGISTER

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()


def flag(name: str, default: bool) -> bool:
    """Read a switch; only on/off words are taken, so that a typing error never opens a door."""
    text = os.environ.get(name, "").strip().lower()
    if not text:
        return default
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is {text!r}; write on or off.")


def kept_secret(name: str, file_name: str, length: int, make: object = None) -> str:
    """The variable ``name`` (or the file named in ``name_FILE``), else a key made once and kept in ``var/``."""
    given = env.str(name, default="")
    if given:
        return str(given)
    path = VAR_DIR / file_name
    if not path.exists():
        text = make() if callable(make) else secrets.token_urlsafe(length)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(text)
    return path.read_text().strip()


def fernet_key() -> str:
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()


VAR_DIR = Path(env.str("GROUPFLOW_VAR", default=str(BASE_DIR / "var"))).resolve()
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = flag("GROUPFLOW_DEBUG", False)
SECRET_KEY = kept_secret("SECRET_KEY", "secret_key", 64)
# Keys for secrets at rest, newest first, comma separated; the first one encrypts, all of them decrypt.
CREDENTIAL_KEYS = [key for key in kept_secret("CREDENTIAL_KEYS", "credential_key", 0, fernet_key).split(",") if key]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# Where the cloud answers when a connection names the region "sandbox"; empty: no such region. The one place where
# plain http and a loopback address are allowed.
SANDBOX_URL = env.str("SANDBOX_URL", default="")

# The authorities whose certificates the cloud may show, as a PEM file; empty: the well-known ones.
CLOUD_CA_FILE = env.str("CLOUD_CA_FILE", default="")
if CLOUD_CA_FILE and not Path(CLOUD_CA_FILE).is_file():
    raise ImproperlyConfigured(f"CLOUD_CA_FILE is {CLOUD_CA_FILE!r}; there is no such file.")

# Seconds that a submission belongs to the process working on it; renewed before every call to the cloud, and longer
# than any of them may take (signin.longest_call). Then another process finds out what became of it.
SUBMIT_LEASE = env.float("SUBMIT_LEASE", default=210)

# On how many machines an operator may run a task because of an alarm; more take the role admin.
HANDLE_MOST_MACHINES = env.int("HANDLE_MOST_MACHINES", default=10)

# Who reads /metrics: "local" is this machine and the tokens of admins, "open" everybody, "off" nobody.
METRICS = env.str("GROUPFLOW_METRICS", default="local")
if METRICS not in {"local", "open", "off"}:
    raise ImproperlyConfigured(f"GROUPFLOW_METRICS is {METRICS!r}; write local, open or off.")
# On how many machines this runs; SQLite serves one.
PROCESS_HOSTS = env.int("GROUPFLOW_HOSTS", default=1)

INSTALLED_APPS = [
    "config.apps.OperationsConfig",
    "editor.apps.EditorConfig",
    "api_proxy.apps.ApiProxyConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_vite",
]

MIDDLEWARE = [
    "config.request_id.RequestId",
    "config.access.AccessLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.doors.LoginRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "editor.middleware.ForeignScripts",
    "editor.middleware.RefusedPages",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "editor.views.frame",
            ],
        },
    },
]

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'groupflow.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # All of these together, or concurrent saves fail: WAL alone lets a read turn into a refused write.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    # A file, not memory: tests of concurrent saves need the locks of the real thing.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
CSRF_FAILURE_VIEW = "editor.views.csrf_failure"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "rules"
LOGOUT_REDIRECT_URL = "login"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "editor" / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [path for path in (BASE_DIR / "static" / "dist", BASE_DIR / "static" / "img") if path.is_dir()]
# Serves what the finders find, so that a checkout runs without collecting files first.
WHITENOISE_USE_FINDERS = True
# The name of a built file changes with what is in it: browsers may keep it for good.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/assets/.+-[\w-]{8}\.(js|css)$"
DJANGO_VITE = {
    name: {"manifest_path": BASE_DIR / "static" / "dist" / ".vite" / file, "static_url_prefix": ""}
    for name, file in (("default", "manifest.json"), ("pages", "pages.json"))
}

HTTPS = flag("GROUPFLOW_HTTPS", False)
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if flag("GROUPFLOW_BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "connect-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": [NONE],
    }
}

# One byte more than a rule may hold is refused before it is read; the strict reader names the limit.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["editor.api.tokens.BearerToken", "editor.api.tokens.PageSession"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["editor.api.parsing.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "editor.api.parsing.JSONOnly",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "editor.api.problems.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Groupflow",
    "DESCRIPTION": "Alarm-grouping rules: check, store, export, submit.",
    "VERSION": "0.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    # Members that share a name or a set of choices: what each set is called.
    "ENUM_NAME_OVERRIDES": {
        "SubmissionState": "api_proxy.serializers.STATES",
        "AlarmActionState": "api_proxy.alarm_serializers.STATES",
        "AlarmDeedState": "api_proxy.alarm_serializers.DEED_STATES",
        "AlarmDeedKind": "api_proxy.alarm_serializers.DEEDS",
        "CredentialsKind": "api_proxy.credentials.Kind.values",
        "Settlement": "api_proxy.alarm_serializers.SETTLEMENTS",
        "TaskType": "api_proxy.handling_request.TASK_TYPES",
        "TaskSource": "api_proxy.handling_request.SOURCES",
    },
}

LOGGING = configuration(env.str("GROUPFLOW_LOG_LEVEL", default="INFO").upper())
configure_structlog()
DEFAULT_EXCEPTION_REPORTER = "config.reports.Reporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "config.reports.Filter"
REGISTER.add(SECRET_KEY, *CREDENTIAL_KEYS, str(DATABASES["default"].get("PASSWORD") or ""))
