"""What becomes of a row that leads to a person: each model says it, and the copy and the erasure go by it.

A model of ours has it as a class attribute, by the path from its row to the person:

    privacy = {"user": Policy.EXPORT}

A test walks all models and fails for a path that nobody has declared.
"""

from collections.abc import Iterator
from enum import Enum

from django.apps import apps
from django.db.models import Model


class Policy(Enum):
    EXPORT = "in her copy; goes with her"
    ERASE = "not in her copy; goes with her"
    RECORD = "in her copy; stays, and knows her by a number alone"
    ANONYMISE = "not in her copy; stays, and knows her no more"


# Models that we did not write, or that are made for us. Sessions name nobody in a column: see accounts.erasure.
NOT_OURS = {
    "accounts.User_groups": {"user": Policy.EXPORT},
    "accounts.User_user_permissions": {"user": Policy.EXPORT},
    "accounts.HistoricalSchoolClass": {"history_user": Policy.ANONYMISE},
    # Of a student’s own deck and cards no history is kept; if there ever was any, it goes with her.
    "cards.HistoricalDeck": {"history_user": Policy.ANONYMISE, "owner": Policy.ERASE},
    "cards.HistoricalCard": {"history_user": Policy.ANONYMISE, "deck__owner": Policy.ERASE},
    "account.EmailAddress": {"user": Policy.EXPORT},
    "account.EmailConfirmation": {"email_address__user": Policy.ERASE},
    "socialaccount.SocialAccount": {"user": Policy.EXPORT},
    "socialaccount.SocialToken": {"account__user": Policy.ERASE},  # none are kept
    "mfa.Authenticator": {"user": Policy.EXPORT},  # without its secrets: see accounts.export
    "admin.LogEntry": {"user": Policy.ERASE},
}

Declared = tuple[type[Model], str]


def policies_of(model: type[Model]) -> dict[str, Policy]:
    return NOT_OURS.get(model._meta.label) or vars(model).get("privacy", {})


def declared(*policies: Policy) -> Iterator[Declared]:
    """Every model with one of these policies, and the path from its row to the person."""
    for model in apps.get_models(include_auto_created=True):
        for path, policy in policies_of(model).items():
            if policy in policies:
                yield model, path
