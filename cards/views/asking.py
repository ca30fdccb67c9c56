"""What a card of each kind needs to be asked: its buttons, and the pick or ticks to show it with."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

from accounts.models import User
from cards import kinds
from cards.models import Card, CardState
from cards.views.wording import GradeButton, continue_button, grade_buttons


def ask_context(
    user: User, state: CardState, asked: Mapping[str, Any], *, today: date, practice: bool = False
) -> dict[str, Any]:
    """The context of a card's fragment; `asked` are the pick or ticks from the address, for this card only."""
    card = state.card
    asked = asked if asked.get("card") == card.pk else {}
    buttons = grade_buttons(user, state, today=today, practice=practice)
    after_wrong_pick = continue_button(state, today=today, practice=practice)
    context = {"card": card, "state": state, "attempt": uuid4(), "buttons": buttons, "note": state.note}
    if card.kind == Card.Kind.CHOICE:
        return context | _choice_context(card, asked.get("pick"), buttons, after_wrong_pick)
    if card.kind == Card.Kind.EXPLAIN:
        return context | _explain_context(card, asked, buttons)
    return context


def _choice_context(
    card: Card, pick: int | None, buttons: list[GradeButton], after_wrong_pick: GradeButton
) -> dict[str, Any]:
    passes = [button for button in buttons if button.quality >= kinds.PASS]
    if pick is None or pick >= len(card.options):
        return {"pick": None, "buttons": passes}
    if pick != card.right_pick:
        return {"pick": pick, "is_right": False, "buttons": [after_wrong_pick]}
    return {"pick": pick, "is_right": True, "buttons": passes}


def _explain_context(card: Card, asked: Mapping[str, Any], buttons: list[GradeButton]) -> dict[str, Any]:
    """Ticks that were sent to be weighed propose a quality; Again then carries the fail that they are worth."""
    if not asked.get("weigh"):
        return {}
    ticked = [place for place in asked.get("ticks") or [] if place < len(card.points)]
    without_hint = bool(asked.get("without_hint")) or not card.hint
    proposed = kinds.explain_quality(card.point_sorts, ticked, without_hint=without_hint)
    buttons = [_carrying(button, proposed) for button in buttons]
    chosen = next(button for button in buttons if button.quality == proposed)
    return {"ticked": ticked, "without_hint": without_hint, "proposed": chosen, "buttons": buttons}


def _carrying(button: GradeButton, proposed: int) -> GradeButton:
    is_again_of_four = button.key == "1" and button.quality == 2
    return replace(button, quality=proposed) if is_again_of_four and proposed < kinds.PASS else button
