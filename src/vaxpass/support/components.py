"""What the alarms of the system's health mean for people: which parts of the platform are slow. No inner names."""

from collections.abc import Iterable, Mapping
from typing import Final

from vaxpass.oversight import alarms
from vaxpass.support.rules import Component

_WHOLE: Final = frozenset({Component.ENTRY, Component.IDENTITY, Component.ISSUING, Component.MESSAGES})
OF_ALARM: Final[Mapping[str, frozenset[Component]]] = {
    "HEALTH_WORKERS_SILENT": _WHOLE,
    "HEALTH_POPULATION_PAUSED": frozenset({Component.IDENTITY}),
    "HEALTH_POPULATION_SILENT": frozenset({Component.IDENTITY}),
    "HEALTH_LIST_LATE": frozenset({Component.VERIFYING}),
    "HEALTH_MESSAGES_PAUSED": frozenset({Component.MESSAGES}),
    "HEALTH_MESSAGES_LATE": frozenset({Component.MESSAGES}),
}
OF_QUEUE: Final[Mapping[str, Component]] = {
    "intake": Component.ENTRY,
    "identity": Component.IDENTITY,
    "ministry": Component.ISSUING,
    "passports": Component.ISSUING,
    "publication": Component.VERIFYING,
    "reports": Component.REPORTS,
    "notices": Component.MESSAGES,
}
OF_KEY: Final[Mapping[str, Component]] = {
    "ministry_key": Component.ISSUING,
    "publisher_key": Component.VERIFYING,
    "log_key": Component.VERIFYING,
}


def slow_parts(standing: Iterable[tuple[str, str]]) -> frozenset[Component]:
    """Give the parts that standing alarms, as (kind, subject), slow down; what nobody outside notices gives none."""
    found: set[Component] = set()
    for kind, subject in standing:
        found |= OF_ALARM.get(kind, frozenset())
        names = {"HEALTH_QUEUE_LATE": OF_QUEUE, "HEALTH_KEY_UNREACHABLE": OF_KEY}.get(kind, {})
        if subject in names:
            found.add(names[subject])
    return frozenset(found)


def slow_now() -> frozenset[Component]:
    """Give the parts that are slow now."""
    return slow_parts((one.kind, one.subject) for one in alarms.standing())
