"""Who changed which field, of what the school shares."""

from typing import Any

from simple_history.models import HistoricalRecords


class SchoolHistory(HistoricalRecords):
    """Keeps nothing of a student's own deck and cards: what she deletes must be gone."""

    def create_historical_record(self, instance: Any, history_type: str, using: str | None = None) -> None:
        if instance.is_of_school:
            super().create_historical_record(instance, history_type, using=using)
