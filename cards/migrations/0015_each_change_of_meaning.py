from django.db import migrations, models


def to_steps(apps, schema_editor):
    cards = apps.get_model("cards", "Card").objects
    cards.filter(revised_at=None).update(revised_from=[])
    for card in cards.exclude(revised_at=None).only("revised_at", "revised_from"):
        steps = [{"at": card.revised_at.isoformat(), "from": card.revised_from}]
        cards.filter(pk=card.pk).update(revised_from=steps)


def to_last_step(apps, schema_editor):
    cards = apps.get_model("cards", "Card").objects
    cards.filter(revised_at=None).update(revised_from={})
    for card in cards.exclude(revised_at=None).only("revised_from"):
        cards.filter(pk=card.pk).update(revised_from=card.revised_from[-1]["from"])


class Migration(migrations.Migration):
    dependencies = [("cards", "0014_constraints_in_plain_words")]

    operations = [
        migrations.AlterField(
            model_name="card",
            name="revised_from",
            field=models.JSONField(blank=True, default=list, editable=False),
        ),
        migrations.RunPython(to_steps, to_last_step),
    ]
