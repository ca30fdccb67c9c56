"""The settings of a school's server, with the bare view beside the pages."""

from tests.school_settings import *  # noqa: F403
from tests.school_settings import INSTALLED_APPS

ROOT_URLCONF = "tests.bench.urls"
INSTALLED_APPS = [*INSTALLED_APPS, "tests.bench"]
ANSWERS_A_MINUTE = 0  # no student is as quick as the bench
