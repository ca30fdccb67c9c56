"""The hour on the student's clock, stored with each answer as its study day is, for the figures by hour."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import migrations, models

BATCH = 1000


def fill(apps, schema_editor):
    """In batches, so that a large log neither fills memory nor takes one statement a row."""
    ReviewLog = apps.get_model('cards', 'ReviewLog')
    last = 0
    while batch := list(ReviewLog.objects.filter(pk__gt=last).select_related('user').order_by('pk')[:BATCH]):
        for log in batch:
            log.hour = log.answered_at.astimezone(ZoneInfo(log.user.time_zone)).hour
        ReviewLog.objects.bulk_update(batch, ['hour'])
        last = batch[-1].pk


class Migration(migrations.Migration):

    dependencies = [
        ('cards', '0004_own_cards_go_with_their_student'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField('reviewlog', 'hour', models.PositiveSmallIntegerField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField('reviewlog', 'hour', models.PositiveSmallIntegerField()),
        migrations.AddConstraint(
            'reviewlog',
            models.CheckConstraint(condition=models.Q(('hour__lte', 23)), name='review_log_hour_0_to_23'),
        ),
        migrations.RemoveIndex('reviewlog', 'review_log_day'),
        migrations.AddIndex(
            'reviewlog', models.Index(fields=['user', 'day', 'hour'], name='review_log_day_hour')
        ),
    ]
