"""All settings, read from the environment. A missing or misspelt value stops the start with its name."""

import secrets
from pathlib import Path
from zoneinfo import available_timezones

from csp.constants import SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env, validate

from pactcards import sign_in
from pactcards.database.options import postgresql_options, sqlite_options
from pactcards.logs import logging_by
from pactcards.policy import DIRECTIVES, UNUSED_FEATURES

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = BASE_DIR / ".data"

env = Env()


def _development_secret_key() -> str:
    """A key of this machine's own, kept in a file that only its owner can read."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


def _known_time_zone(name: str) -> str:
    if name not in available_timezones():
        raise ImproperlyConfigured(f'Environment variable "TIME_ZONE" invalid: no zone is called {name!r}')
    return name


# who serves whom
DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "") or (_development_secret_key() if DEBUG else "")
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY must be set, with at least 50 characters (or DEBUG=on for a trial)")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
# This machine itself may always ask how the server is.
ALLOWED_HOSTS = [*env.list("ALLOWED_HOSTS", []), "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
BEHIND_HTTPS = env.bool("BEHIND_HTTPS", not DEBUG)
SOCIALACCOUNT_PROVIDERS = sign_in.providers(env)
SIGN_IN_WITH = {provider: provider.capitalize() for provider in SOCIALACCOUNT_PROVIDERS}

INSTALLED_APPS = [
    "accounts",
    "cards",
    "pactcards.database",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",  # though nobody may sign in so: an erasure must find what was linked before
    *(f"allauth.socialaccount.providers.{provider}" for provider in SIGN_IN_WITH),
    "csp",
    "django_guid",
    "django_htmx",
    "simple_history",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django_guid.middleware.guid_middleware",
    "pactcards.logs.RequestLogMiddleware",
    "pactcards.middleware.OwnHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.locale.LocaleMiddleware",  # it needs no session, and what refuses below it speaks her language
    "pactcards.middleware.MaintenanceMiddleware",
    "pactcards.middleware.SmallBodyMiddleware",
    "pactcards.middleware.PlainInputMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "pactcards.middleware.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SessionLifeMiddleware",
    "pactcards.middleware.ChosenLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pactcards.middleware.LoginRequiredMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "pactcards.middleware.PrivatePagesMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "pactcards.urls"
WSGI_APPLICATION = "pactcards.wsgi.application"

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
                "accounts.context.ways_in",
            ],
        },
    },
]

# data
DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'pactcards.sqlite3'}")}
MIGRATE_DATABASE_URL = env.str("MIGRATE_DATABASE_URL", "")  # of the role that owns the tables: pactcards/deploy/
DATABASE_POOL = env.int("DATABASE_POOL", 0, validate=validate.Range(min=0))
DATABASE_PREPARED = env.bool("DATABASE_PREPARED", True)
DATABASES["default"]["CONN_MAX_AGE"] = 0 if DATABASE_POOL else 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    Path(DATABASES["default"]["NAME"]).parent.mkdir(exist_ok=True)
    DATABASES["default"]["OPTIONS"] = sqlite_options()
else:
    _given = DATABASES["default"].get("OPTIONS", {})
    _ours = postgresql_options(
        DATA_DIR, pool_size=DATABASE_POOL, is_prepared=DATABASE_PREPARED, is_command=env.bool("LONG_STATEMENTS", False)
    )
    DATABASES["default"]["OPTIONS"] = {"connect_timeout": 5, **_given, **_ours}
if env.str("DATABASE_REPLICA_URL", ""):  # the pages of figures are read there: pactcards/replica.py
    _copy = env.dj_db_url("DATABASE_REPLICA_URL")
    _copy["OPTIONS"] = {**DATABASES["default"]["OPTIONS"], **_copy.get("OPTIONS", {})}
    _kept = {name: DATABASES["default"][name] for name in ("CONN_MAX_AGE", "CONN_HEALTH_CHECKS")}
    DATABASES["replica"] = {**_copy, **_kept, "TEST": {"MIRROR": "default"}}
    DATABASE_ROUTERS = ["pactcards.replica.ReplicaRouter"]
    MIDDLEWARE.append("pactcards.replica.ReplicaMiddleware")
# Copies of the database, and beside them the list of erasures that a restored one needs.
BACKUP_DIR = Path(env.str("BACKUP_DIR", str(DATA_DIR / "backups"))).absolute()
ERASURES_FILE = BACKUP_DIR / "erasures.log"
BACKUP_KEY_FILE = env.str("BACKUP_KEY_FILE", "")
# Limits are counted here, so it must be one place for all processes that survives a restart: never their own memory.
CACHES = {"default": env.dj_cache_url("CACHE_URL", "db://shared_counts")}
CACHES["default"]["KEY_FUNCTION"] = "accounts.counts.hashed_key"  # they would name addresses
COUNTS_IN_DATABASE = "DatabaseCache" in CACHES["default"]["BACKEND"]
if COUNTS_IN_DATABASE:  # beyond so many it throws some away; with Django's 300 the log-ins of one school would do that
    CACHES["default"].setdefault("OPTIONS", {}).setdefault("MAX_ENTRIES", 20_000)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# people
AUTH_USER_MODEL = "accounts.User"
REPLAN = "cards.replan.replan"  # called by accounts when a student joins or leaves a class
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"username"}
SIGNUP = env.str("SIGNUP", "open" if DEBUG else "code", validate=validate.OneOf(["open", "code", "closed"]))
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # at the log-in; an address that is given later is confirmed before it is used
ACCOUNT_CHANGE_EMAIL = True  # one address, and a new one takes its place when it is confirmed
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody makes this server write to strangers
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
PASSWORD_RESET_TIMEOUT = 3600  # how long the link in a mail is good
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_FORMS = {
    "login": "accounts.login.LoginForm",
    "signup": "accounts.forms.joining.SignupForm",
    "change_password": "accounts.login.ChangePasswordForm",
    "set_password": "accounts.login.SetPasswordForm",
    "reauthenticate": "accounts.login.ReauthenticateForm",
    "add_email": "accounts.forms.email.AddEmailForm",
    "reset_password": "accounts.forms.email.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.email.ResetPasswordKeyForm",
}
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "accounts.provider.ProviderAdapter"
SOCIALACCOUNT_FORMS = {"signup": "accounts.forms.provider.SignupForm"}
SOCIALACCOUNT_AUTO_SIGNUP = False  # she chooses her user name, and gives the code of her class where that is asked
SOCIALACCOUNT_QUERY_EMAIL = False
REQUIRE_STAFF_MFA = env.bool("REQUIRE_STAFF_MFA", not DEBUG)
MFA_ADAPTER = "accounts.second_factor.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the school makes the accounts, and an address is no part of who one is
MFA_FORMS = {
    "add_webauthn": "accounts.forms.passkeys.AddForm",
    "authenticate_webauthn": "accounts.forms.passkeys.AuthenticateForm",
    "login_webauthn": "accounts.forms.passkeys.LoginForm",
    "reauthenticate_webauthn": "accounts.forms.passkeys.ReauthenticateForm",
}
MFA_RATE_LIMITS = {"webauthn_login": "600/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0, validate=validate.Range(min=0))
# A whole school comes from one address, so the tight limit is per user name and the one per address is high. All who
# come from there change that one count in turn: Redis is quick enough, in the database some would wait in vain.
_PER_ADDRESS = "" if COUNTS_IN_DATABASE else "600/m/ip,"
ACCOUNT_RATE_LIMITS = {
    "login": "",
    "login_failed": f"{_PER_ADDRESS}10/15m/key",
    "signup": "300/m/ip",
    "code_login": f"{_PER_ADDRESS}10/15m/key",
    "join": "10/10m/user",
    "join_visitor": "20/10m/key",
    "join_wrong": "2000/h/key",
    "privacy_export": "3/d/user",
    "reset_password": "100/h/ip,5/h/key",
    "reset_password_from_key": "100/m/ip",
}
SESSION_COOKIE_AGE = 12 * 3600  # accounts/sessions.py says when a log-in ends; this is the most without it
ACCOUNT_SESSION_COOKIE_AGE = 14 * 24 * 3600  # on her own device
# Nobody reads so many cards; counted from the student's own log. 0 is no limit.
ANSWERS_A_MINUTE = env.int("ANSWERS_A_MINUTE", 120, validate=validate.Range(min=0))
PASSWORD_HASHERS = [
    "accounts.hashers.SchoolArgon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "accounts.passwords.LengthValidator"},
    {"NAME": "accounts.passwords.ContextValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# e-mail: for reminders, digests and a forgotten password; without EMAIL_URL nothing is ever sent
_email = env.dj_email_url("EMAIL_URL", "console://" if DEBUG else "dummy://")
if "EMAIL_BACKEND" not in _email:
    raise ImproperlyConfigured('Environment variable "EMAIL_URL" invalid: begin it with submission:// or smtp://')
vars().update(_email)
EMAIL_TIMEOUT = _email["EMAIL_TIMEOUT"] or 10
EMAIL_IS_SET_UP = not _email["EMAIL_BACKEND"].endswith("dummy.EmailBackend")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "pactcards@localhost" if DEBUG else "")
SITE_URL = env.str("SITE_URL", "http://localhost:8000" if DEBUG else "").rstrip("/")
if EMAIL_IS_SET_UP and not DEFAULT_FROM_EMAIL:
    raise ImproperlyConfigured("DEFAULT_FROM_EMAIL must be set, because EMAIL_URL is")
if EMAIL_IS_SET_UP and not SITE_URL.startswith(("https://", "http://")):
    raise ImproperlyConfigured("SITE_URL must be set and begin with https://, because EMAIL_URL is set")

# words and time: the server keeps UTC, TIME_ZONE is the school's and what a new student starts with
USE_TZ = True
TIME_ZONE = "UTC"
SCHOOL_TIME_ZONE = _known_time_zone(env.str("TIME_ZONE", "Europe/London"))
LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]  # each in its own words; the rest is in pactcards/locale/
# For browsers that speak neither, and for mails to students who have chosen neither.
LANGUAGE_CODE = env.str("SCHOOL_LANGUAGE", "en-gb", validate=validate.OneOf(dict(LANGUAGES)))
LOCALE_PATHS = [BASE_DIR / "pactcards" / "locale"]
FORMAT_MODULE_PATH = "pactcards.formats"

# files
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
WHITENOISE_ALLOW_ALL_ORIGINS = False  # no other site has a use for them
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}

# safety
_FORMS = {"form-action": [SELF, *(sign_in.HOSTS[provider] for provider in SIGN_IN_WITH)]}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": DIRECTIVES | _FORMS | {"upgrade-insecure-requests": BEHIND_HTTPS}}
PERMISSIONS_POLICY: dict[str, list[str]] = {feature: [] for feature in UNUSED_FEATURES}
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "pactcards.errors.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"  # with no-referrer a plain form sends Origin: null and fails the CSRF check
SECURE_SSL_REDIRECT = BEHIND_HTTPS
SECURE_REDIRECT_EXEMPT = ["^health/"]  # asked for from the same machine, or by the proxy
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 3600 if BEHIND_HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = BEHIND_HTTPS
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", False)
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # asks for the preload list, which is hard to leave: the school's choice
if env.bool("TRUST_FORWARDED_PROTO", False):  # only behind a proxy that sets this header itself
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_HTTPS
SESSION_COOKIE_NAME = "__Host-sessionid" if BEHIND_HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if BEHIND_HTTPS else "csrftoken"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_100_000  # a text of 1 MB and some more, so that its own form says that it is too much
DATA_UPLOAD_MAX_NUMBER_FILES = 5

# for whoever looks after the server: pactcards/logs.py says what a line holds
LOG_REQUESTS = env.bool("LOG_REQUESTS", not DEBUG)
SLOW_QUERY_MS = env.int("SLOW_QUERY_MS", 500, validate=validate.Range(min=1))
LOGGING = logging_by(as_json=not DEBUG, debug=DEBUG)
DJANGO_GUID = {"GUID_HEADER_NAME": "X-Request-ID", "EXPOSE_HEADER": False}
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
if METRICS_TOKEN:  # after what refuses an odd length, which its middleware would stumble over
    MIDDLEWARE.insert(
        MIDDLEWARE.index("pactcards.middleware.SmallBodyMiddleware") + 1,
        "django_prometheus.middleware.PrometheusAfterMiddleware",
    )
PACTCARDS_VERSION = env.str("PACTCARDS_VERSION", "")
MAINTENANCE_FILE = DATA_DIR / "maintenance"  # while it is there, visitors are told to wait a moment
