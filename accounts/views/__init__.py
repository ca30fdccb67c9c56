"""Pages about oneself, about a class and its students, and the ways in."""

from django.http import HttpRequest

from accounts.models import User


class UserRequest(HttpRequest):
    """What a view is handed behind the log-in."""

    user: User
