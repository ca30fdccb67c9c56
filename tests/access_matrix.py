"""The access matrix: address, method and person, and what she gets. The people are those of access_world.py.

login  to the log-in page and back: 302, and by htmx 401 with HX-Redirect, so that no card holds a log-in page
door   as the admin answers who is logged in and not on the staff: 302 to its own log-in page, which then says 403
none   as the admin says “doesn’t exist”: 302 to its index
a/b    a for a plain request, b by htmx; where there is one answer, it is that of both

Where the table differs from what one might expect:
- Log in comes first: who is not logged in learns of no page which methods it has. Then 405 comes before 403 and 404,
  but for a page of one role: a page that is not for students is 403 to them by any method (`class_new`).
- A page of a class is 404 and not 403 for a student, hers too: one door leads to a class, and it knows teachers.
- The admin says “doesn’t exist” (`none`) of an object of another teacher as of one that never was.
  It answers 200 to a form that it refuses, and looks at POSTs to a page that only shows as at GETs.
- An import belongs to who made it: the superuser does not go on with it.
- Nobody deletes a person, not even the superuser: she is erased, by an action of the list.
- The second factors are there for everybody. Who has not just logged in gives her password first (302).
- The pages of allauth that are nobody’s own (a forgotten password, a mailed link) answer everybody alike.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.access_desk import DESK

DAYS = """
                                   visitor ada     ben     oli lia tea vi  otto sue
home              -           GET  200     200     200     200 200 200 200 200  200
break_plan        -           POST login   302     302     302 302 302 302 302  302
break_end         -           POST login   302     302     302 302 302 302 302  302
print_exam_eve    -           GET  login   200     200     200 200 200 200 200  200
print_motives     -           GET  login   200     200     200 200 200 200 200  200
print_cards       -           GET  login   200     200     200 200 200 200 200  200
deck_review       deck-slug   GET  login   200     200     404 404 404 404 404  404
deck_review       shelf-slug  GET  login   200     404     404 404 404 404 404  404
deck_exam         deck-slug   GET  login   200     200     404 404 404 404 404  404
deck_exam         deck-slug   POST login   302     302     404 404 404 404 404  404
deck_exam         shelf-slug  GET  login   200     404     404 404 404 404 404  404
deck_exam_remove  deck-slug   POST login   302     302     404 404 404 404 404  404
deck_pick         deck-slug   POST login   404     404     404 404 404 404 404  404
deck_pick         shelf-slug  POST login   302     302     302 302 302 302 302  302
deck_drop         deck-slug   POST login   404     404     404 404 404 404 404  404
deck_drop         shelf-slug  POST login   302     302     302 302 302 302 302  302
board_pick        -           POST login   302     302     302 302 302 302 302  302
cards             -           GET  login   200     200     200 200 200 200 200  200
card              card        GET  login   200     200     404 404 404 404 404  404
card              own         GET  login   200     404     404 404 404 404 404  404
card_hide         card        POST login   302     409     404 404 404 404 404  404
card_note         card        POST login   302     302     404 404 404 404 404  404
card_note         own         POST login   302     404     404 404 404 404 404  404
card_flag         card        POST login   302     302     404 404 404 404 404  404
card_flag         own         POST login   404     404     404 404 404 404 404  404
own_cards         -           GET  login   200     200     200 200 200 200 200  200
own_card_new      -           GET  login   200     200     200 200 200 200 200  200
own_card_new      -           POST login   302     302     302 302 302 302 302  302
own_cards_export  -           POST login   200     200     200 200 200 200 200  200
own_card          own         GET  login   200     404     404 404 404 404 404  404
own_card          own         POST login   302     404     404 404 404 404 404  404
own_card_delete   own         GET  login   200     404     404 404 404 404 404  404
own_card_delete   own         POST login   302     404     404 404 404 404 404  404
motives           -           GET  login   200     200     200 200 200 200 200  200
motive            motive-code GET  login   200     200     200 200 200 200 200  200
stats             -           GET  login   200     200     200 200 200 200 200  200
review            -           GET  login   200     200     200 200 200 200 200  200
review_answer     -           POST login   303/200 303/200 404 404 404 404 404  404
review_undo       -           POST login   303/200 404     404 404 404 404 404  404
practice          -           GET  login   200     200     200 200 200 200 200  200
review_mistake    -           POST login   302/200 404     404 404 404 404 404  404
review_more       -           POST login   302     302     302 302 302 302 302  302
review_everything -           POST login   302     302     302 302 302 302 302  302
offline           en          GET  200     200     200     200 200 200 200 200  200
offline_cards     -           GET  login   200     200     200 200 200 200 200  200
offline_answer    -           POST login   200     403     403 403 403 403 403  403
service_worker    en          GET  200     200     200     200 200 200 200 200  200
manifest          -           GET  200     200     200     200 200 200 200 200  200
"""

CLASSES = """
                                   visitor ada ben oli lia tea vi  otto sue
teach             -           GET  login   403 403 403 403 200 200 200  200
class_new         -           GET  login   403 403 403 403 200 200 200  200
class_new         -           POST login   403 403 403 403 302 302 302  302
class_decks       class       GET  login   404 404 404 404 200 200 404  200
class_decks       class       POST login   404 404 404 404 302 403 404  302
class_deck        class,given GET  login   404 404 404 404 200 200 404  200
class_deck        class,given POST login   404 404 404 404 302 403 404  302
class_deck_remove class,given GET  login   404 404 404 404 200 403 404  200
class_deck_remove class,given POST login   404 404 404 404 302 403 404  302
class_days        class       GET  login   404 404 404 404 200 200 404  200
class_days        class       POST login   404 404 404 404 302 403 404  302
class_move_up     class       GET  login   403 403 403 403 200 403 404  200
class_move_up     class       POST login   403 403 403 403 302 403 404  302
school_class      class       GET  login   404 404 404 404 200 200 404  200
class_csv         class,csv   POST login   404 404 404 404 200 200 404  200
class_student     class,ada   GET  login   404 404 404 404 200 200 404  200
class_student     class,oli   GET  login   404 404 404 404 404 404 404  404
class_card        class,card  GET  login   404 404 404 404 200 200 404  200
class_flag_settle class,flag  POST login   404 404 404 404 302 403 404  302
do_now            class       GET  login   404 404 404 404 200 200 404  200
do_now_sheet      class       GET  login   404 404 404 404 200 200 404  200
class_students    class       GET  login   404 404 404 404 200 200 404  200
students_add      class       both login   404 404 404 404 200 403 404  200
students_make     class       GET  login   404 404 404 404 302 403 404  302
students_make     class       POST login   404 404 404 404 200 403 404  200
students_move     class       GET  login   404 404 404 404 200 403 404  200
students_move     class       POST login   404 404 404 404 302 403 404  302
students_remove   class       GET  login   404 404 404 404 200 403 404  200
students_remove   class       POST login   404 404 404 404 302 403 404  302
students_excuse   class       GET  login   404 404 404 404 200 403 404  200
students_excuse   class       POST login   404 404 404 404 302 403 404  302
class_log_ins     class       both login   404 404 404 404 200 403 404  200
class_code        class       POST login   404 404 404 404 302 403 404  302
class_archive     class       GET  login   404 404 404 404 200 403 404  200
class_archive     class       POST login   404 404 404 404 302 403 404  302
"""

OPEN = """
                             visitor ada ben oli lia tea vi  otto sue
health_live   -         GET  200     200 200 200 200 200 200 200  200
health_ready  -         GET  200     200 200 200 200 200 200 200  200
metrics       -         GET  404     404 404 404 404 404 404 404  404
"""

ACCOUNTS = """
                                                       visitor ada ben oli lia tea vi  otto sue
settings                             -            GET  login   200 200 200 200 200 200 200  200
settings                             -            POST login   302 302 302 302 302 302 302  302
log_out_everywhere                   -            POST login   302 302 302 302 302 302 302  302
{privacy,privacy_school}             -            GET  200     200 200 200 200 200 200 200  200
privacy_export                       -            POST login   200 200 200 200 200 200 200  200
reminder_stop                        token        both 200     200 200 200 200 200 200 200  200
digest_stop                          digest-token both 200     200 200 200 200 200 200 200  200
account_login                        -            GET  200     302 302 302 302 302 302 302  302
account_login                        -            POST 302     302 302 302 302 302 302 302  302
join                                 -            GET  login   200 200 200 200 403 403 403  403
join                                 -            POST login   302 302 302 302 403 403 403  403
code_login                           -            GET  200     200 200 200 200 200 200 200  200
code_login                           -            POST 302     302 302 302 302 302 302 302  302
mfa_index                            -            GET  login   200 200 200 200 200 200 200  200
mfa_activate_totp                    -            both login   302 200 302 302 302 302 302  302
totp_picture                         -            GET  login   404 404 404 404 404 404 404  404
mfa_deactivate_totp                  -            both login   404 404 404 404 404 404 404  404
mfa_list_webauthn                    -            GET  login   200 200 200 200 200 200 200  200
mfa_add_webauthn                     -            both login   302 200 302 302 302 302 302  302
mfa_edit_webauthn                    no           both login   302 404 302 302 302 302 302  302
mfa_remove_webauthn                  no           both login   302 404 302 302 302 302 302  302
mfa_generate_recovery_codes          -            both login   302 200 302 302 302 302 302  302
mfa_view_recovery_codes              -            GET  login   302 302 302 302 302 302 302  302
mfa_download_recovery_codes          -            GET  login   302 302 302 302 302 302 302  302
mfa_authenticate                     -            both 302     302 302 302 302 302 302 302  302
mfa_login_webauthn                   -            both 302     302 302 302 302 302 302 302  302
mfa_reauthenticate                   -            both login   302 403 302 302 302 302 302  302
mfa_reauthenticate_webauthn          -            both login   302 403 302 302 302 302 302  302
account_logout                       -            GET  302     200 200 200 200 200 200 200  200
account_logout                       -            POST 302     302 302 302 302 302 302 302  302
account_inactive                     -            GET  200     200 200 200 200 200 200 200  200
account_signup                       -            GET  200     302 302 302 302 302 302 302  302
account_signup                       -            POST 302     302 302 302 302 302 302 302  302
account_reauthenticate               -            GET  login   200 403 200 200 200 200 200  200
account_reauthenticate               -            POST login   302 403 200 200 200 200 200  200
account_email                        -            GET  login   200 200 200 200 200 200 200  200
account_email                        -            POST login   302 302 302 302 302 302 302  302
account_email_verification_sent      -            GET  200     200 200 200 200 200 200 200  200
account_change_password              -            GET  login   200 302 200 200 200 200 200  200
account_change_password              -            POST login   302 302 200 200 200 200 200  200
account_set_password                 -            GET  login   302 200 302 302 302 302 302  302
account_set_password                 -            POST login   302 302 302 302 302 302 302  302
account_reset_password               -            GET  200     200 200 200 200 200 200 200  200
account_reset_password               -            POST 302     302 302 302 302 302 302 302  302
account_confirm_login_code           -            both 302     302 302 302 302 302 302 302  302
account_confirm_email                key          GET  200     200 200 200 200 200 200 200  200
account_confirm_email                key          POST 404     404 404 404 404 404 404 404  404
account_reset_password_from_key_done -            GET  200     200 200 200 200 200 200 200  200
account_reset_password_from_key      uid,key      both 200     200 200 200 200 200 200 200  200
account_reset_password_done          -            GET  200     200 200 200 200 200 200 200  200
{google_login,microsoft_login}       -            GET  200     200 200 200 200 200 200 200  200
{google_login,microsoft_login}       -            POST 302     302 302 302 302 302 302 302  302
{google_callback,microsoft_callback} -            GET  401     401 401 401 401 401 401 401  401
google_login_by_token                -            both 404     404 404 404 404 404 404 404  404
socialaccount_signup                 -            both 302     302 302 302 302 302 302 302  302
socialaccount_connections            -            both login   200 200 200 200 200 200 200  200
socialaccount_login_cancelled        -            GET  200     200 200 200 200 200 200 200  200
socialaccount_login_error            -            GET  login   401 401 401 401 401 401 401  401
"""


@dataclass(frozen=True, eq=False)
class Row:
    name: str
    slots: tuple[str, ...]
    method: str
    answers: dict[str, str]

    def __str__(self) -> str:
        return " ".join((self.method, self.name, *self.slots))


def rows_of(table: str, space: str = "") -> Iterator[Row]:
    actors, *lines = (line.split() for line in table.splitlines() if line)
    for name, slots, methods, *words in lines:
        answers = dict(zip(actors, words, strict=True))
        for each in names_in(name):
            for method in ("GET", "POST") if methods == "both" else (methods,):
                yield Row(space + each, tuple(slots.split(",")) if slots != "-" else (), method, answers)


def names_in(name: str) -> list[str]:
    """a_{b,c}_d is two names."""
    before, _brace, rest = name.partition("{")
    between, _brace, after = rest.partition("}")
    return [before + middle + after for middle in between.split(",")]


def is_denied(word: str) -> bool:
    """Whether an answer of the table is a refusal, after which nothing may have changed."""
    return word in ("login", "door", "door/login", "none") or word[0] == "4"


PAGES = [row for table in (DAYS, CLASSES, OPEN, ACCOUNTS) for row in rows_of(table)]
ADMIN = list(rows_of(DESK, "admin:"))
