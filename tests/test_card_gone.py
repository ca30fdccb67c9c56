"""A card that is deleted in the moment between the queue and the question."""

import pytest
from django.db import connection
from django.urls import reverse

from cards.models import Card

pytestmark = pytest.mark.django_db


def deleting(card):
    """Deletes it just before its own row is asked for."""
    gone = []

    def before(execute, sql, parameters, many, context):
        if not gone and "cards_motive" in sql:
            gone.append(card)
            Card.objects.filter(pk=card.pk).delete()
        return execute(sql, parameters, many, context)

    return connection.execute_wrapper(before)


def test_next_card_is_asked_where_the_first_has_just_gone(student_client, deck):
    first, second = deck.cards.order_by("position")[:2]
    with deleting(first):
        response = student_client.get(reverse("review"))
    assert response.context["card"] == second
    assert not Card.objects.filter(pk=first.pk).exists()
