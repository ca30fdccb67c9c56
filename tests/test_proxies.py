"""What a proxy says of a visitor is believed of as many proxies as the school has named, and of nobody else."""

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.cache import cache
from django.urls import reverse
from gunicorn.config import Config
from gunicorn.http.parser import RequestParser
from gunicorn.http.wsgi import create

ROOT = Path(__file__).parent.parent
ANNA, BETH = "203.0.113.7", "198.51.100.9"


@pytest.fixture
def tries(db, client, settings):
    """A function: the answers to three log-ins, of another name each, that say they were handed on so."""
    settings.ACCOUNT_RATE_LIMITS = {"login": "", "login_failed": "2/m/ip"}

    def sent(proxies, *forwarded):
        cache.clear()
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
        forms = [{"login": f"student{number}", "password": "wrong"} for number in range(len(forwarded))]
        return [
            client.post(reverse("account_login"), form, headers={"X-Forwarded-For": hops}).status_code
            for form, hops in zip(forms, forwarded, strict=True)
        ]

    return sent


@pytest.mark.parametrize(
    ("proxies", "behind"), [(0, ""), (1, f", {ANNA}"), (2, f", {ANNA}, 10.0.0.1"), (2, f", {ANNA}, 10.0.0.2")]
)
def test_forged_addresses_get_nobody_more_tries(tries, proxies, behind):
    assert tries(proxies, *(f"10.9.9.{number}{behind}" for number in range(3))) == [200, 200, 429]


@pytest.mark.parametrize(("proxies", "behind"), [(1, ""), (2, ", 10.0.0.1")])
def test_tries_of_one_visitor_are_not_those_of_another(tries, proxies, behind):
    assert tries(proxies, *(f"{ANNA}{behind}",) * 2, f"{BETH}{behind}", f"{ANNA}{behind}") == [200, 200, 200, 429]


SETTINGS = """
import json, django
django.setup()
from django.conf import settings
from django.test import Client
asked = [{"X-Forwarded-Proto": "https"}, {"X-Forwarded-Proto": "http"}, {}]
found = [Client(SERVER_NAME="localhost").get("/manifest.webmanifest", headers=headers).status_code for headers in asked]
print(json.dumps([settings.ALLAUTH_TRUSTED_PROXY_COUNT, found]))
"""


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, [0, [301, 301, 301]]),
        ({"TRUSTED_PROXY_COUNT": "2", "TRUST_FORWARDED_PROTO": "on"}, [2, [200, 301, 301]]),
    ],
)
def test_proxy_is_believed_where_the_settings_say_so(given, found):
    """A visitor without https is sent there: 301."""
    usual = {"DEBUG": "off", "SECRET_KEY": "k" * 60, "SYNCHRONOUS": "FULL"}
    environment = os.environ | usual | {"DJANGO_SETTINGS_MODULE": "tests.school_settings"} | given
    command = [sys.executable, "-W", "ignore", "-c", SETTINGS]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE)
    assert json.loads(done.stdout) == found


@pytest.mark.parametrize("header", ["X-Forwarded-Proto: https", "X-Forwarded-Ssl: on", "SCRIPT_NAME: /teach"])
def test_gunicorn_believes_nothing_by_itself(header):
    """Even from this machine, where the proxy is: it hands on what a visitor has sent."""
    cfg, ours = Config(), runpy.run_path(str(ROOT / "pactcards" / "deploy" / "gunicorn.py"))
    for name in cfg.settings.keys() & ours.keys():
        cfg.set(name, ours[name])
    sent = f"GET /teach/ HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n".encode()
    request = next(RequestParser(cfg, iter([sent]), ("127.0.0.1", 1)))
    _response, environ = create(request, None, ("127.0.0.1", 1), ("127.0.0.1", 8000), cfg)
    assert (environ["wsgi.url_scheme"], environ["SCRIPT_NAME"]) == ("http", "")
