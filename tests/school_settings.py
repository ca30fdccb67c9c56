"""Production's settings for a server of a test: Argon2, limits and a disk that is waited for; only files are plain."""

import os

from pactcards.settings import *  # noqa: F403
from pactcards.settings import DATABASES, STORAGES

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["OPTIONS"]["init_command"] += f"; PRAGMA synchronous={os.environ['SYNCHRONOUS']}"
    if most_pages := os.environ.get("MOST_PAGES"):  # the disk is full when the file has so many
        DATABASES["default"]["OPTIONS"]["init_command"] += f"; PRAGMA max_page_count={most_pages}"
