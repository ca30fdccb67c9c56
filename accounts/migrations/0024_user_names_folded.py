"""Of names that differ only in capitals one stays as it is and the others get a number: neither could log in."""

import sys
import unicodedata
from itertools import count

from django.db import migrations


def folded(name):
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()


def fold(apps, schema_editor):
    rows = apps.get_model("accounts", "User").objects.order_by("pk")
    names = dict(rows.values_list("pk", "username"))
    taken = {name for name in names.values() if folded(name) == name}
    for number, name in names.items():
        if folded(name) == name:
            continue
        base = folded(name)[:140]
        new = numbered(base, taken) if base in taken else base
        taken.add(new)
        rows.filter(pk=number).update(username=new)
        if new != base:
            sys.stdout.write(f"\n    user name {name} is {new} now: somebody else has {base}")


def numbered(base, taken):
    return next(new for new in (f"{base}-{place}" for place in count(2)) if new not in taken)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0023_more_was_lost_with_a_reset")]
    operations = [migrations.RunPython(fold, migrations.RunPython.noop)]
