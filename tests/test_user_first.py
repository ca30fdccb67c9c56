"""What the plan to grow rests on: in the tables of a user, her number leads every unique constraint and index."""

import pytest
from django.apps import apps
from django.db import connection

from accounts.models import User

pytestmark = pytest.mark.django_db
# Unique without the user before it; the primary keys as well, as long as they are planned.
OTHER_UNIQUE = {
    "cards_deck (slug)": "a deck is the school's, and its address is asked for without its owner",
    "cards_deckteacher (deck_id, user_id)": "of a teacher; a deck has few",
    "account_emailaddress (email)": "one confirmed address opens one account: it is asked whose it is",
    "socialaccount_socialaccount (provider, uid)": "it is asked whose account there this is",
}
# For a question from the other end, and for the guard of the foreign key.
OTHER_INDEXES = {
    "cards_cardstate (card_id)": "a card that is deleted, or whose meaning changes",
    "cards_reviewlog (card_id)": "a card that is deleted; the class's figures for a card",
    "cards_note (card_id)": "a card that is deleted",
    "cards_flag (card_id)": "a card that is deleted; the flags on a teacher's desk",
    "cards_misbelief (card_id)": "a card that is deleted",
    "cards_examdate (deck_id)": "a deck that is deleted",
    "cards_pickeddeck (deck_id)": "a deck that is deleted; who studies it",
    "accounts_membership (school_class_id)": "the students of a class",
    "accounts_user_groups (group_id)": "Django's own",
    "accounts_user_user_permissions (permission_id)": "Django's own",
    "accounts_auditevent (at)": "of the school, by time",
    "accounts_auditevent (by_number)": "whoever did it, erased as well",
    "accounts_auditevent (of_kind, of_number)": "whom or what it is about",
    "account_emailaddress (email)": "whose address this is",
    "cards_deck (copied_from_id)": "of a deck, not of a user",
    "cards_deckteacher (deck_id)": "the teachers of a deck",
    "cards_importbatch (deck_id)": "of a teacher; the imports into a deck",
    "django_admin_log (content_type_id)": "Django's own",
}
FOR_LIKE = {"cards_deck (slug)"}  # PostgreSQL has a second index of a text that is unique


def of_users():
    """Every table with a user in it, and the columns that name one. Histories of decks and cards are the school's."""
    for model in apps.get_models(include_auto_created=True):
        users = {field.column for field in model._meta.concrete_fields if field.related_model is User}
        if users and model._meta.managed and not model.__name__.startswith("Historical"):
            yield model._meta.db_table, users


def led_by_another(*, is_unique):
    """As the database has them, but for primary keys."""
    found = set()
    with connection.cursor() as cursor:
        for table, users in of_users():
            for of_table in connection.introspection.get_constraints(cursor, table).values():
                columns = of_table["columns"]
                is_wanted = of_table["unique"] if is_unique else of_table["index"] and not of_table["unique"]
                if is_wanted and not of_table["primary_key"] and columns[0] not in users:
                    found.add(f"{table} ({', '.join(columns)})")
    return found


def test_user_leads_every_unique_constraint_but_these():
    assert led_by_another(is_unique=True) == set(OTHER_UNIQUE)


def test_user_leads_every_index_but_these():
    assert led_by_another(is_unique=False) - FOR_LIKE == set(OTHER_INDEXES)


def test_tables_of_a_students_day_are_among_them():
    tables = {table for table, _users in of_users()}
    assert tables > {"cards_cardstate", "cards_reviewlog", "cards_note", "cards_flag", "accounts_membership"}
