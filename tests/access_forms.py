"""A good form for each address that takes one: as the page would send it, so that only access can refuse it."""

from datetime import timedelta
from html.parser import HTMLParser
from uuid import uuid4

from cards import desk
from tests.access_world import PASSWORD

NEW = "eleven blue kettles"
PARAMETERS = {  # of addresses; what else is read from one is read from nothing that a person can write
    *("next", "page", "p", "q", "o", "e", "all", "_popup", "_to_field", "_changelist_filters", "_facets", "_preserved"),
    *("card", "pick", "ticks", "without_hint", "weigh", "set", "of", "deck", "range", "show", "to", "row", "students"),
    *("words", "motive", "actor", "state", "due", "flagged", "leech", "suspended", "since", "every", "misconception"),
    *("whose", "class", "status__exact", "settled_at__isempty", "card__deck__id__exact", "after", "before", "sort"),
}
CHOICES = {"time_zone": "UTC", "day_start": "04:00", "new_per_day": "7", "minutes_per_day": "20", "grade_buttons": "4"}
LOOKS = {"theme": "system", "text_size": "normal", "motion": "system", "language": ""}


def form_for(name, world, page=""):
    """What is posted to the address of this name: of a page of the admin that changes something, its own form."""
    if name in (forms := forms_of(world)):
        return forms[name]
    if name.startswith("mfa_"):  # nobody here has a second factor yet
        return {}
    if not name.startswith("admin:"):
        raise KeyError(f"Write a good form for {name} into access_forms.py.")
    return fields_of(page) | {"change": "typo"} if name.endswith("_change") else {"post": "yes"}


def forms_of(world):
    parts = (_student_forms, _class_forms, _account_forms, _admin_forms)
    return {name: form for part in parts for name, form in part(world).items()}


class Fields(HTMLParser):
    """What a browser sends of a page when nothing is filled in."""

    def __init__(self):
        super().__init__()
        self.sent, self.name, self.text = {}, "", ""

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag in ("select", "textarea"):
            self.name, self.text = attrs.get("name", ""), ""
        elif tag == "option" and "selected" in attrs:
            self.sent.setdefault(self.name, []).append(attrs["value"])
        elif tag == "input" and self.is_sent(attrs):
            empty = "on" if "checked" in attrs else ""
            self.sent.setdefault(attrs["name"], []).append(attrs.get("value", empty))

    def is_sent(self, attrs):
        kind = attrs.get("type", "text")
        if kind in ("submit", "button", "file", "image") or not attrs.get("name"):
            return False
        return kind not in ("checkbox", "radio") or "checked" in attrs

    def handle_data(self, data):
        self.text += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.sent[self.name] = [self.text.removeprefix("\n")]


def fields_of(page):
    fields = Fields()
    fields.feed(page)
    return {name: values for name, values in fields.sent.items() if name != "csrfmiddlewaretoken"}


def _student_forms(world):
    answered = {"card": world.card.pk, "attempt": world.log.attempt}
    answer = {"card": world.fresh.pk, "version": 0, "quality": 4, "attempt": uuid4()}
    today = world.now.date()
    break_days = {"break_from": today + timedelta(days=1), "break_until": today + timedelta(days=9)}
    card = {"kind": "basic", "front": "Why?", "back": "So.", "attempt": uuid4()}
    return {
        "break_plan": break_days,
        "break_end": {},
        "deck_exam": {"exam_on": today + timedelta(days=30)},
        "deck_exam_remove": {},
        "deck_pick": {},
        "deck_drop": {},
        "board_pick": {"board": "AQA"},
        "card_hide": {"action": "suspend", "version": 2},
        "card_note": {"text": "Mine."},
        "card_flag": {"reason": "Odd."},
        "own_card_new": card,
        "own_card": card,
        "own_card_delete": {},
        "own_cards_export": {},
        "review_answer": answer,
        "review_undo": answered,
        "review_mistake": answered,
        "review_more": {},
        "review_everything": {},
        "offline_answer": answer | {"user": world.ada.pk, "answered_at": world.now.isoformat()},
    }


def _class_forms(world):
    some = {"students": [world.membership.pk]}
    dates = {"starts_on": world.now.date()}
    return {
        "class_new": {"name": "A new one"},
        "class_decks": dates | {"deck": world.shelf.pk},
        "class_deck": dates,
        "class_deck_remove": {},
        "class_days": {"holidays-TOTAL_FORMS": "0", "holidays-INITIAL_FORMS": "0", "free_weekends": "on"},
        "class_move_up": {"name": "The next one"},
        "class_flag_settle": {},
        "class_csv": {},
        "class_code": {"code": "new"},
        "class_archive": {"archive": "yes"},
        "class_log_ins": some,
        "students_add": {"names": "New One"},
        "students_make": {
            "form-TOTAL_FORMS": "1",
            "form-INITIAL_FORMS": "1",
            "form-0-make": "on",
            "form-0-name": "New One",
        },
        "students_move": some | {"to": world.other_class.pk},
        "students_remove": some,
        "students_excuse": some | {"until": world.now.date() + timedelta(days=3)},
    }


def _account_forms(world):
    twice = {"password1": NEW, "password2": NEW}
    code = {"username": world.ben.username, "code": world.code}
    return {
        "settings": CHOICES | LOOKS,
        "log_out_everywhere": {},
        "privacy_export": {},
        "reminder_stop": {},
        "digest_stop": {},
        "join": {"code": world.other_class.join_code},
        "code_login": code | twice,
        "account_login": {"login": world.ada.username, "password": PASSWORD},
        "account_logout": {},
        "account_signup": {"username": "newcomer"} | twice,
        "account_reauthenticate": {"password": PASSWORD},
        "account_email": {"email": "new@example.org", "action_add": ""},
        "account_change_password": {"oldpassword": PASSWORD} | twice,
        "account_set_password": twice,
        "account_reset_password": {"email": "ada@example.org"},
        "account_confirm_login_code": {"code": "x"},
        "account_confirm_email": {},
        "account_reset_password_from_key": twice,
        "account_email_verification_sent": {},
        "google_login": {},
        "google_login_by_token": {},
        "microsoft_login": {},
        "socialaccount_signup": {},
        "socialaccount_connections": {},
        "account_inactive": {},
        "account_reset_password_done": {},
        "account_reset_password_from_key_done": {},
    }


def _admin_forms(world):
    cards = [world.card.pk, world.fresh.pk]
    return {
        "admin:logout": {},
        "admin:password_change": {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW},
        "admin:auth_user_password_change": {"usable_password": "true", "password1": NEW, "password2": NEW},
        "admin:accounts_user_invite_teacher": {"username": "newteacher", "first_name": "Ms", "last_name": "New"},
        "admin:cards_deck_order": {
            "opened": desk.fingerprint(desk.in_order(world.deck).values_list("pk", flat=True)),
            "place": "1",
            "to": "2",
        },
        "admin:cards_deck_copy": {"title": "A copy"},
        "admin:cards_deck_import_cards": {"text": "front,back\nA?,B"},
        "admin:cards_deck_import_reading": {
            "separator": "comma",
            "header": "on",
            "column-0": "front",
            "column-1": "back",
        },
        "admin:cards_deck_changelist": {"action": "archive", "_selected_action": [world.deck.pk], "apply": "yes"},
        "admin:cards_card_changelist": {"action": "archive", "_selected_action": cards, "apply": "yes"},
    }
