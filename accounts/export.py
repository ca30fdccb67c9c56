"""READS all about one person, as the models declare it, and packs it: one JSON file, and a CSV for each table."""

import csv
import json
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO, StringIO, TextIOWrapper
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from allauth.mfa.models import Authenticator
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Field, Model, Q, QuerySet
from django.utils.text import slugify
from django.utils.translation import override

from accounts.audit import AuditEvent
from accounts.models import User
from accounts.privacy import Policy, declared

LEFT_OUT = {"password", "loaded_hash"}  # secrets, and what only programs read
SECRETS = Authenticator._meta.get_field("data")  # of a second factor; the name of a passkey is in it too
FORMULA = tuple("=+-@\t\r\0")  # a spreadsheet reckons with a cell that begins so
BYTE_ORDER_MARK = "\ufeff"  # by which a spreadsheet knows the letters
Row = dict[str, Any]


def zip_of(user: User, *, now: datetime) -> IO[bytes]:
    """Her copy, to be read from its start."""
    packed, text = BytesIO(), StringIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        _write_all(user, archive, text, now)
        archive.writestr("everything.json", text.getvalue())
    packed.seek(0)
    return packed


def _write_all(user: User, archive: ZipFile, text: IO[str], now: datetime) -> None:
    text.write(f'{{"made_at": {_json(now)}')
    for name, rows, fields in tables_of(user):
        text.write(f",\n{_json(name)}: [")
        with TextIOWrapper(archive.open(f"{name}.csv", "w"), encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            file.write(BYTE_ORDER_MARK)
            table.writerow([_column(field) for field in fields])
            for number, row in enumerate(_read(rows, fields)):
                table.writerow([cell(value) for value in row.values()])
                text.write(f"{',' if number else ''}\n  {_json(row)}")
        text.write("]")
    text.write("}\n")


def tables_of(user: User) -> Iterator[tuple[str, QuerySet[Any], list[Field]]]:
    """Each table with its name, in English whatever she reads, so that files of two schools are alike."""
    for model, path in declared(Policy.EXPORT, Policy.RECORD):
        with override("en-gb"):
            name = slugify(str(model._meta.verbose_name_plural))
        fields = _fields_of(model)
        related = [field.name for field in fields if field.is_relation]
        yield name, _hers(model, path, user).select_related(*related).order_by("pk"), fields


def _hers(model: type[Model], path: str, user: User) -> QuerySet[Any]:
    """Of the audit log what others did to her, too."""
    hers = Q(**{path: user.pk})
    if model is AuditEvent:
        hers |= Q(of_kind="user", of_number=user.pk)
    return model._base_manager.filter(hers)


def _fields_of(model: type[Model]) -> list[Field]:
    """All but secrets, and but who it is: that is always herself."""
    fields = (field for field in model._meta.concrete_fields if field.name not in LEFT_OUT)
    return [field for field in fields if field.related_model is not User]


def _read(rows: QuerySet[Any], fields: list[Field]) -> Iterator[Row]:
    for row in rows.iterator():
        yield {_column(field): _readable(row, field) for field in fields}


def _column(field: Field) -> str:
    return "name" if field == SECRETS else field.name


def _readable(row: Model, field: Field) -> Any:
    """What a number points to is said in words; of a second factor the name alone."""
    if field == SECRETS:
        return str(row)
    if field.is_relation:
        related = getattr(row, field.name)
        return None if related is None else str(related)
    return field.value_from_object(row)


def cell(value: Any) -> str:
    """As text that no spreadsheet reckons with."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    return "" if value is None else _json(value).strip('"')


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
