"""Stars and brackets in texts from before there were marks are signs, and stay so."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q

from cards.formatting import as_it_stands

TEXTS = ("front", "back", "why", "source", "contested", "common_mistake", "hint", "rewarded", "answer")
SIGNS = ("*", "[", "\\", "- ")


def escape_signs(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Card = apps.get_model("cards", "Card")
    has_signs = Q(kind__in=["choice", "explain"])
    for name in TEXTS:
        for sign in SIGNS:
            has_signs |= Q(**{f"{name}__contains": sign})
    for card in Card.objects.using(schema_editor.connection.alias).filter(has_signs).iterator():
        before = {name: getattr(card, name) for name in (*TEXTS, "options", "points")}
        after = {name: _escaped(Card._meta.get_field(name), value) for name, value in before.items()}
        if changed := {name: value for name, value in after.items() if value != before[name]}:
            Card.objects.using(schema_editor.connection.alias).filter(pk=card.pk).update(**changed)


def _escaped(field, value):
    if field.name == "options":
        return [as_it_stands(option) for option in value]
    if field.name == "points":
        return [point | {"text": as_it_stands(point["text"])} for point in value]
    text = as_it_stands(value)
    return text if len(text) <= field.max_length else value  # there is no room for backslashes


class Migration(migrations.Migration):
    dependencies = [("cards", "0012_exam_dates_of_students")]

    operations = [migrations.RunPython(escape_signs, migrations.RunPython.noop)]
