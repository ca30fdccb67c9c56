"""Measures an answer and the review page: time against a bare view in one process, statements, bytes. `make bench`."""

import os
from argparse import ArgumentParser, Namespace
from unittest import mock

import django


def main() -> None:
    arguments = _arguments()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    django.setup()
    from django.test.utils import setup_databases, teardown_databases

    from tests.bench import report
    from tests.bench.student import Clock, Student

    databases = setup_databases(verbosity=0, interactive=False)
    clock = Clock()
    try:
        with mock.patch("django.utils.timezone.now", clock):
            student = Student(clock)
            student.warm_up()
            show = report.profile if arguments.profile else report.measure
            show(student, arguments.answers)
    finally:
        teardown_databases(databases, verbosity=0)


def _arguments() -> Namespace:
    parser = ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--answers", type=int, default=1000, help="how many are measured (default 1000)")
    parser.add_argument("--profile", action="store_true", help="say instead in which functions the time goes")
    return parser.parse_args()


main()
