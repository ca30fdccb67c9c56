"""tests/audit: a fault of a package that we ship stops the build; where the list can't be reached, it says so."""

import json
import os
import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.conf import settings


class Faults(BaseHTTPRequestHandler):
    """Answers as https://api.osv.dev does: the package that the address names has a fault, and no other."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        fault = {"id": "PYSEC-0000-1", "affected": [{"package": asked["package"]}]}
        body = json.dumps({"vulns": [fault]} if self.path == f"/{asked['package']['name']}" else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Says nothing."""


@pytest.fixture
def faults():
    with ThreadingHTTPServer(("127.0.0.1", 0), Faults) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def audit(url):
    env = os.environ | {"PIP_AUDIT_OSV_URL": url, "NO_PROXY": "127.0.0.1"}
    done = subprocess.run([settings.BASE_DIR / "tests/audit"], env=env, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.partition("== known faults")[2]


@pytest.mark.parametrize(("package", "status", "said"), [("django", 1, "PYSEC-0000-1"), ("none", 0, "No known")])
def test_known_fault_stops_the_build(faults, package, status, said):
    found, words = audit(f"{faults}/{package}")
    assert (found, said in words) == (status, True)


def test_list_that_cannot_be_reached_is_said():
    found, words = audit("http://127.0.0.1:1/")
    assert (found, words.split(":")[0].strip()) == (0, "skipped")
