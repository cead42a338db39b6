"""Alarms of the system's health in words for everybody."""

import pytest

from vaxpass.oversight.health_rules import KINDS
from vaxpass.support.components import OF_ALARM, slow_parts
from vaxpass.support.rules import Component


@pytest.mark.parametrize(
    ("kind", "subject", "parts"),
    [
        ("HEALTH_POPULATION_PAUSED", "", {Component.IDENTITY}),
        ("HEALTH_QUEUE_LATE", "ministry", {Component.ISSUING}),
        ("HEALTH_QUEUE_LATE", "sessions", set()),
        ("HEALTH_KEY_UNREACHABLE", "publisher_key", {Component.VERIFYING}),
        ("HEALTH_DISK_LOW", "", set()),
    ],
)
def test_what_an_alarm_means(kind: str, subject: str, parts: set[Component]) -> None:
    assert slow_parts([(kind, subject)]) == parts


def test_every_kind_named_here_is_an_alarm() -> None:
    assert set(OF_ALARM) <= set(KINDS)


def test_several_alarms_together() -> None:
    both = [("HEALTH_LIST_LATE", "rules"), ("HEALTH_MESSAGES_LATE", "sms")]
    assert slow_parts(both) == {Component.VERIFYING, Component.MESSAGES}
