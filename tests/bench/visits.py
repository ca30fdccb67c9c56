"""What a visit to a page costs the server, for the benches of pages; sets Django up when it is imported."""

import os
from collections.abc import Callable
from statistics import median
from time import perf_counter, process_time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

TIMES = 15


def measure(client, address):
    """Wall and processor times of several visits, in milliseconds; queries and bytes of one."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200
    asked = list(queries.captured_queries)  # later visits empty it
    times = [_visit(client, address) for _ in range(TIMES)]
    wall, processor = zip(*times, strict=True)
    return wall, processor, asked, len(response.content)


def _visit(client, address):
    wall, processor = perf_counter(), process_time()
    client.get(address)
    return 1000 * (perf_counter() - wall), 1000 * (process_time() - processor)


def report(client, name, address, *, with_sql=False):
    wall, processor, queries, size = measure(client, address)
    # On a machine that does other things besides, the fastest says best what the page costs.
    times = f"{median(wall):6.1f} ms, fastest {min(wall):.1f}"
    times += f"; processor {median(processor):.1f} ms, least {min(processor):.1f}"
    print(f"{name}: {times}; {len(queries)} queries, {size:,} bytes")
    for query in queries if with_sql else ():
        print("   ", query["time"], query["sql"][:110])


def logged_in(user):
    client = Client()
    client.force_login(user)
    return client


def in_a_database_of_its_own(bench: Callable[[], None]) -> None:
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        bench()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
