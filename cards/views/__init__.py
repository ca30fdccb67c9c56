"""Pages: who is it, is the input valid, call one function, render."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class StudentRequest(HttpRequest):
    """What a view is handed behind the log-in: the middleware has seen to it that there is a user."""

    user: User
    htmx: HtmxDetails
