"""The project's settings for tests: a database file of its own (threads can't share one in memory), fast hashing."""

import os

os.environ.setdefault("DEBUG", "on")
# Nobody is ever asked there: tests answer in their place.
os.environ["GOOGLE_CLIENT_ID"] = os.environ["GOOGLE_CLIENT_SECRET"] = "of-google"
os.environ["MICROSOFT_CLIENT_ID"] = os.environ["MICROSOFT_CLIENT_SECRET"] = "of-microsoft"

from pactcards.catalogues import compile_catalogues
from pactcards.settings import *  # noqa: F403
from pactcards.settings import DATA_DIR, DATABASES

compile_catalogues()  # pytest may be started without make

DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    # A test database need not survive a power cut.
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA synchronous=OFF"
DATABASES["default"]["CONN_MAX_AGE"] = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
ACCOUNT_RATE_LIMITS = False
ERASURES_FILE = DATA_DIR / "test-erasures.log"
ANSWERS_A_MINUTE = 0  # the clock of many tests stands still
