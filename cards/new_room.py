"""Reads how many new cards there is room for on a study day: for each exam, and then for all other decks."""

from datetime import date

from accounts.models import User
from cards.planned import ExamAhead, exams_ahead, other_new
from cards.studied import TouchedCard, UnmetCard


class NewRoom:
    """A plan’s number replaces hers for decks with an exam, and of hers for the others it leaves what has room.

    What she asks for beyond them may be of any deck. A card of exam practice has its place even where nothing has.
    """

    def __init__(self, user: User, today: date) -> None:
        exams = [exam for exam in exams_ahead(user, today) if exam.of]
        self.exam_of = {deck: exam for exam in exams for deck in exam.decks}
        self.room = {exam.exam_on: exam.new_on(today) for exam in exams}
        self.own = other_new(user, today)
        self.practice = int(self.own < 1 <= user.new_per_day)
        self.more = user.new_on(today) - user.new_per_day

    @property
    def is_planned(self) -> bool:
        return bool(self.exam_of)

    @property
    def left(self) -> int:
        return self.own + self.practice + self.more + sum(self.room.values())

    def use(self, card: TouchedCard) -> None:
        """She has met it today."""
        self._take(card)

    def take(self, card: UnmetCard) -> bool:
        """Whether there is room for this one, which then is taken."""
        exam = self._exam(card)
        has_time = exam is None or exam.only is None or card.card_id in exam.only
        return self._take(card) if has_time else self._take_more()

    def _exam(self, card: TouchedCard | UnmetCard) -> ExamAhead | None:
        """Exam practice is never planned: it is asked one a day."""
        return None if card.board else self.exam_of.get(card.deck_id)

    def _take(self, card: TouchedCard | UnmetCard) -> bool:
        exam = self._exam(card)
        if exam and self.room[exam.exam_on] > 0:
            self.room[exam.exam_on] -= 1
        elif exam is None and self.own > 0:
            self.own -= 1
        elif card.board and self.practice:
            self.practice = 0
        else:
            return self._take_more()
        return True

    def _take_more(self) -> bool:
        if self.more <= 0:
            return False
        self.more -= 1
        return True
