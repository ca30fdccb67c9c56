"""Production's settings but for the names of the host and of the database, which is made for one run and removed."""

import os
from tempfile import TemporaryDirectory

os.environ.setdefault("DEBUG", "on")  # for a secret key of this machine's own, and no HTTPS

from pactcards.settings import *  # noqa: F403
from pactcards.settings import DATA_DIR, DATABASES, INSTALLED_APPS

DEBUG = False
ALLOWED_HOSTS = ["testserver"]
ROOT_URLCONF = "tests.bench.urls"
INSTALLED_APPS = [*INSTALLED_APPS, "tests.bench"]
ANSWERS_A_MINUTE = int(os.environ.get("ANSWERS_A_MINUTE", "0"))  # no student is as quick as the bench
SESSION_COOKIE_AGE = 10 * 365 * 24 * 3600  # the clock of the bench runs through weeks in a minute
SCRATCH = TemporaryDirectory(prefix="bench-", dir=DATA_DIR)
STATIC_ROOT = SCRATCH.name
DATABASES["default"]["TEST"] = {
    "NAME": f"{SCRATCH.name}/bench.sqlite3" if "sqlite" in DATABASES["default"]["ENGINE"] else "pactcards_bench"
}
