"""New cards of decks without an exam: as many as her minutes leave room for beside her exams."""

from dataclasses import dataclass, field, replace

from cards.planning.words import INITIAL_EASE, Plan
from cards.planning.work import LOOKS, Work

SPARE = 5  # one in five of her cards a day stays free for those that she forgets: the plan takes all to be Good


@dataclass(slots=True)
class Others:
    """They come after all exams: day by day, while each day that SM-2 asks one on has room for it."""

    daily: int  # her own number
    unmet: int
    done: int  # met today already
    closed: int  # cards of exams that will come until then and need their room
    today: int = 0  # that there is room for, with those
    new: list[int] = field(default_factory=list)  # of each study day that is planned, without those
    is_held: bool = False

    def add_to(self, work: Work) -> None:
        rooms = work.load()[2]
        spare = max(work.limits(work.minutes_a_day), default=0) // SPARE
        spare += -(-self.closed * LOOKS // max(1, len(rooms)))
        rooms = [max(0, room - spare) for room in rooms]
        self.done *= work.calendar.starts_today
        self.today = self.daily
        for at, offset in enumerate(work.calendar.offsets):
            looks, _ = work.calendar.path(0, 0, INITIAL_EASE, offset, len(rooms))
            count = self._begin(at, min(rooms[look] for look in looks))
            for look in looks:
                rooms[look] -= count
            for look in looks[1:]:
                work.reviews[look] += count
            if not self.unmet:
                break
        work.others = self.new

    def _begin(self, at: int, room: int) -> int:
        wanted = max(0, self.daily - (0 if at else self.done))
        count = min(wanted, room, self.unmet)
        if not at:
            self.today = self.done + min(wanted, room)
        self.is_held |= count < min(wanted, self.unmet)
        self.unmet -= count
        self.new.append(count)
        return count

    def told(self, plan: Plan) -> Plan:
        a_day = (sum(self.new) + self.done) // len(self.new) if self.new and self.is_held else None
        return replace(plan, other_new=self.today, others_a_day=a_day)
