"""WRITES a new password for whoever has opened the link that was mailed to her."""

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts import sessions
from accounts.models import User


@transaction.atomic
def give_password(user: User, password: str) -> bool:
    """And end her log-ins on every device; False if another request with the same link was first."""
    as_the_link_knows_her = User.objects.filter(pk=user.pk, password=user.password)
    if not as_the_link_knows_her.update(password=make_password(password)):
        return False
    sessions.end_all(user)
    user.refresh_from_db(fields=["password"])
    return True
