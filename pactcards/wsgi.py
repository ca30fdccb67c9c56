"""The door for an application server: `gunicorn pactcards.wsgi`."""

import logging
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pactcards.settings")

logging.captureWarnings(True)  # Python’s own, or they would be no lines of JSON
application = get_wsgi_application()
