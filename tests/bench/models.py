"""The throw-away tables of the bare view that an answer is measured against."""

from django.conf import settings
from django.db import models


class Tally(models.Model):
    # Without migrations these tables are made before those of the users, so the database can't check this one.
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, db_constraint=False)
    count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.count}"


class Stroke(models.Model):
    tally = models.ForeignKey(Tally, models.CASCADE)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.tally_id}: {self.made_at}"
