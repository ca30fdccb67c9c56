"""A student of the drill who answers card after card, and writes down each answer that was acknowledged."""

import os
import sys
import time
from pathlib import Path
from uuid import uuid4

import django


def main(database, number, log, stop_file):
    django.setup()
    from django.db import connection
    from django.utils import timezone

    connection.settings_dict["NAME"] = database
    from accounts.models import User
    from cards.models import CardState
    from cards.review import Answer, answer_card

    user = User.objects.get(pk=number)
    with open(log, "a", buffering=1) as acknowledged:
        while not Path(stop_file).exists():
            state = CardState.objects.filter(user=user).order_by("answered_at").first()
            message = Answer(state.card_id, state.version, 4, uuid4(), 5000, {})
            answer_card(user, message, now=timezone.now())
            acknowledged.write(f"{time.time()} {message.attempt}\n")
            os.sched_yield()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
