"""How gunicorn serves PactCards: several processes, each taking its turn at starting anew."""

import json
import logging
import os
import sys
import traceback
from datetime import UTC, datetime
from multiprocessing import cpu_count
from pathlib import Path
from tempfile import mkdtemp

from gunicorn.glogging import Logger

# What Django and environs say of settings names them, but no value of theirs that is a secret.
SAYS_WHAT_TO_SET = {"django.core.exceptions.ImproperlyConfigured", "environs.exceptions.EnvError"}


class JsonFormatter(logging.Formatter):
    """The lines of pactcards/logs.py. That one is not imported: processes that take new code begin as copies of the
    first, which would hand them what it had read of the old.
    """

    def format(self, record):
        line = {"level": record.levelname, "logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            line["exc_info"] = self.formatException(record.exc_info)
        return json.dumps(line | {"time": datetime.fromtimestamp(record.created, UTC).isoformat()})

    def formatException(self, ei):  # noqa: N802
        """Without words, and without the error it came of: that of a wrong EMAIL_URL quotes its password."""
        kind, error, place = ei
        names = [f"{base.__module__}.{base.__qualname__}" for base in kind.__mro__]
        said = f": {error}" if SAYS_WHAT_TO_SET.intersection(names) else ""
        return f"{''.join(traceback.format_tb(place))}{names[0]}{said}"


class PlainLogger(Logger):
    """Of a request that fails before it reaches Django gunicorn would write whose it was and what it asked for."""

    def setup(self, cfg):
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonFormatter())

    def warning(self, msg, *args, **kwargs):
        super().warning("Invalid request" if msg.startswith("Invalid request") else msg, *args, **kwargs)

    def exception(self, msg, *args, **kwargs):
        if msg.startswith("Error handling request"):
            self.error("Error handling request: %s", type(sys.exc_info()[1]).__name__)
        else:
            super().exception(msg, *args, **kwargs)


def forget_stale(pidfile):
    """After a power cut its number may be another process's, and gunicorn would think that it runs already."""
    proc = Path("/proc")
    if not (proc / "self" / "cmdline").exists():
        return
    try:
        is_ours = b"pactcards/deploy/gunicorn.py" in (proc / pidfile.read_text().strip() / "cmdline").read_bytes()
    except OSError:
        is_ours = False
    if not is_ours:
        pidfile.unlink(missing_ok=True)


bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_WORKERS") or min(2 * cpu_count(), 8))
# Behind a proxy, which holds what comes slowly, a process has one request at a time: with four threads half as many
# answers came out, since they wait for one another in the middle of a transaction. Browsers themselves keep connections
# open on which nothing comes, and one of those must not keep a whole process.
_has_proxy = int(os.environ.get("TRUSTED_PROXY_COUNT") or 0) > 0
threads = int(os.environ.get("WEB_THREADS") or (1 if _has_proxy else 4))
timeout = 60  # seconds without a sign of life, with one thread also for one request; then the process is started anew
graceful_timeout = 30  # what has begun is finished when it is told to stop
# Starting anew takes a core for two seconds, in which who answers waits: seldom enough to be nobody's lesson.
max_requests, max_requests_jitter = 20_000, 2_000
limit_request_line = 4094
# What is believed of a visitor Django says (TRUST_FORWARDED_PROTO, TRUSTED_PROXY_COUNT); gunicorn would believe whoever
# comes from this machine, as a proxy does that hands on what the visitor has sent.
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
keepalive = 5
pidfile = os.environ.get("PIDFILE", ".data/gunicorn.pid")
forget_stale(Path(pidfile))
_MEMORY = "/dev/shm"  # noqa: S108 # gunicorn makes a file of its own there; the sign of life need not wait for the disk
worker_tmp_dir = _MEMORY if Path(_MEMORY).is_dir() else None
control_socket_disable = True
logger_class = PlainLogger
if os.environ.get("METRICS_TOKEN") and "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    # Each process counts in files of its own, which the page /metrics adds up.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = mkdtemp(prefix="pactcards-metrics-")


def child_exit(server, worker):
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)
