"""The time zones to choose from, by part of the world, without the old names kept for old computers."""

from functools import cache
from zoneinfo import available_timezones

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

AREAS = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific"),
}
ELSEWHERE = _("Elsewhere")

Group = tuple[str | Promise, list[tuple[str, str]]]


def grouped_zones(*, kept: str) -> list[Group]:
    """Choices for a select; the zone `kept` is among them even under an old name."""
    groups: list[Group] = [(AREAS[area], list(zones)) for area, zones in _zones_by_area().items()]
    listed = {name for _area, zones in groups for name, _place in zones}
    elsewhere = sorted({"UTC", kept} - listed)
    return [*groups, (ELSEWHERE, [(name, name) for name in elsewhere])]


@cache
def _zones_by_area() -> dict[str, list[tuple[str, str]]]:
    """Read once: the standard library opens some 600 files to answer."""
    zones: dict[str, list[tuple[str, str]]] = {area: [] for area in AREAS}
    for name in sorted(available_timezones()):
        area, _slash, place = name.partition("/")
        if area in zones and place:
            zones[area].append((name, place.replace("_", " ")))
    return zones
