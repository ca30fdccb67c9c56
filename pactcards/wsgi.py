"""The door for an application server: `gunicorn pactcards.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pactcards.settings")

application = get_wsgi_application()
