"""What each unit misses, from the figures; who is reminded, once for each milestone, by the desk and by e-mail."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from tests.factories import NOW
from tests.unit.campaigns.conftest import SIGN_ALL, Country
from vaxpass.campaigns import following, queries
from vaxpass.campaigns.models import Reminder, Step
from vaxpass.campaigns.rules import Need, StepDraft, Target
from vaxpass.jobs import campaigns as jobs
from vaxpass.notices.models import Notice
from vaxpass.offices.models import Office
from vaxpass.oversight.campaign_progress import by_province, needs_of, units, unmet
from vaxpass.oversight.campaign_tally import count_needs
from vaxpass.oversight.measures import Measure
from vaxpass.oversight.models import OfficeFigures

DUE = date(2022, 5, 5)
LATER = datetime(2022, 5, 6, 2, 0, tzinfo=UTC)


def step(target: Target, *, due: date | None = DUE, percent: int | None = None, of: str = "") -> StepDraft:
    return StepDraft(target.value, None, target, percent, None, None, due, of)


@pytest.fixture
def count(country: Country) -> Callable[..., None]:
    """Write the figures of an office; what is not named is 0. The states of doses add up by `certified`."""

    def write(code: str, **numbers: int) -> None:
        office = Office.objects.get(code=code)
        zeros = {measure.value: 0 for measure in Measure}
        states = sum(numbers.get(one, 0) for one in ("mismatched", "incomplete", "to_sign", "attested", "certified"))
        OfficeFigures.objects.update_or_create(
            office_id=office.pk,
            defaults=zeros | {
                "code": code, "name_vi": office.name_vi, "name_en": office.name_en, "kind": office.kind,
                "facility_class": office.facility_class, "new_province": office.province_code,
                "old_province": office.province_code, "new_commune": office.commune_code, "doses": states,
            } | numbers,
        )  # fmt: skip

    def write_and_count(code: str, **numbers: int) -> None:
        write(code, **numbers)
        tally_needs()

    for office in Office.objects.all():
        write(office.code)
    return write_and_count


def tally_needs() -> None:
    """Count what units miss, as the end of a tally does."""
    with connection.cursor() as cursor:
        count_needs(cursor)


def missing(country: Country, directive_id: int, code: str) -> dict[str, Need]:
    titles = dict(Step.objects.filter(directive_id=directive_id).values_list("pk", "title"))
    found = needs_of(country.offices[code], [queries.get_facts(directive_id)])
    return {titles[step_id]: need for step_id, need in found.items()}


def test_each_target_is_counted_from_the_own_figures(country: Country, count) -> None:
    targets = [step(target) for target in Target if target is not Target.SHARE_SIGNED]
    directive = country.publish(*targets, step(Target.SHARE_SIGNED, percent=95))
    count(
        "40A01", to_sign=10, attested=20, certified=70, mismatched=3, incomplete=4, reports_open=6, reports_overdue=2,
        given=120,
    )  # fmt: skip
    assert missing(country, directive, "40A01") == {
        "told": Need(1, 1),
        "all_signed": Need(10, 100),
        "share_signed": Need(5, 100),
        "identities_mended": Need(7, 107),
        "reports_answered": Need(6, 6),
        "no_report_overdue": Need(2, 6),
        "all_entered": Need(13, 120),
    }


def test_a_share_is_rounded_up_and_what_nobody_gave_cannot_be_counted(country: Country, count) -> None:
    directive = country.publish(step(Target.SHARE_SIGNED, percent=95), step(Target.ALL_ENTERED))
    count("40A01", to_sign=1, certified=9)
    assert missing(country, directive, "40A01") == {"share_signed": Need(1, 10), "all_entered": Need(None, 0)}


def test_a_unit_that_was_never_counted_is_neither_done_nor_behind(country: Country) -> None:
    directive = country.publish(SIGN_ALL)
    tally_needs()
    assert missing(country, directive, "40A01") == {SIGN_ALL.title: Need(None, 0)}
    facts = queries.get_facts(directive)
    assert unmet(facts, facts.steps[0], DUE + timedelta(days=9)) == []
    (row,) = by_province(country.actor("hanoi"), facts, DUE + timedelta(days=9))
    assert (row.units, row.met, row.behind, row.uncounted) == (2, 0, 0, 0)


def test_a_province_is_measured_by_its_offices_and_of_a_class_by_its_own_facilities(country: Country, count) -> None:
    directive = country.publish(
        step(Target.ALL_SIGNED),
        step(Target.NO_REPORT_OVERDUE, of="provincial"),
        step(Target.IDENTITIES_MENDED, of="sector"),
    )
    count("40A01", to_sign=4, reports_overdue=1)
    count("40A02", to_sign=5, reports_overdue=20)
    count("01A01", to_sign=100)
    count("T40", reports_overdue=2)
    assert missing(country, directive, "T40") == {"all_signed": Need(9, 9), "no_report_overdue": Need(3, 0)}
    assert set(missing(country, directive, "40A02")) == {"all_signed"}


def test_who_is_behind_by_province_and_unit_within_the_reach(country: Country, count) -> None:
    directive = country.publish(SIGN_ALL, kinds=["facility"])
    count("40A01", to_sign=3, certified=5)
    following.acknowledge(country.actor("head"), directive, now=NOW)
    following.set_contact(country.actor("head"), country.offices["40A01"], "a@example.vn", now=NOW)
    facts, after = queries.get_facts(directive), DUE + timedelta(days=1)
    rows = {row.province_code: row for row in by_province(country.actor("operator"), facts, after)}
    assert (rows["40"].units, rows["40"].acknowledged, rows["40"].behind, rows["40"].met) == (3, 1, 1, 2)
    assert (rows["40"].without_mailbox, rows["01"].behind, rows["01"].unread) == (2, 0, 1)
    assert [row.province_code for row in by_province(country.actor("hanoi"), facts, after)] == ["01"]
    behind = units(country.actor("operator"), facts, after, what="behind")[:]
    assert [(row.code, row.missing, row.has_mailbox) for row in behind] == [("40A01", 3, True)]
    assert {row.code for row in units(country.actor("province"), facts, after, what="unread")[:]} == {"40A02", "40A03"}
    assert units(country.actor("province"), facts, after, province="01")[:] == []
    assert units(country.actor("operator"), facts, DUE, what="behind")[:] == []  # the last day still counts


def test_reminders_go_once_for_each_milestone_to_who_is_not_done(country: Country, count) -> None:
    directive = country.publish(SIGN_ALL, kinds=["facility"])
    count("40A01", to_sign=3)
    following.set_contact(country.actor("head"), country.offices["40A01"], "a@example.vn", now=NOW)
    for name in ("head", "head.ministry", "head.hanoi"):
        following.acknowledge(country.actor(name), directive, now=NOW)
    steps = Reminder.objects.filter(directive_id=directive, step__isnull=False)
    jobs.remind(datetime(2022, 4, 27, 2, tzinfo=UTC))
    assert not steps.exists()
    for _ in range(2):
        jobs.remind(datetime(2022, 4, 28, 2, tzinfo=UTC))
    assert list(steps.values_list("office__code", "milestone")) == [("40A01", -7)]
    assert Notice.objects.get(template="DIRECTIVE_REMINDER").facility_id == country.offices["40A01"]
    jobs.remind(LATER)
    assert list(steps.order_by("at").values_list("milestone", flat=True)) == [-7, 1]
    count("40A01", certified=3)
    jobs.remind(LATER + timedelta(days=1))
    assert steps.count() == 2


def test_who_never_acknowledges_is_reminded_until_the_directive_is_withdrawn(country: Country) -> None:
    directive = country.publish(kinds=["commune"])
    for days in (2, 3, 4, 7, 15, 400):
        jobs.remind(NOW + timedelta(days=days))
    assert list(Reminder.objects.order_by("at").values_list("milestone", flat=True)) == [3, 7, 14, 399]
    jobs.withdraw(country.actor("operator"), directive, "Hết hiệu lực", now=NOW)
    jobs.remind(NOW + timedelta(days=500))
    assert Reminder.objects.count() == 4


def test_a_merged_unit_that_closed_is_neither_counted_nor_reminded(country: Country, count) -> None:
    directive = country.publish(SIGN_ALL, kinds=["facility"])
    count("40A01", to_sign=3)
    Office.objects.filter(code="40A01").update(closed_on=date(2022, 5, 1))
    facts = queries.get_facts(directive)
    assert "40A01" not in {row.code for row in units(country.actor("operator"), facts, DUE)[:]}
    assert unmet(facts, facts.steps[0], DUE) == []


def test_mailboxes_are_written_to_when_a_directive_comes_and_goes(country: Country) -> None:
    following.set_contact(country.actor("head"), country.offices["40A01"], "a@example.vn", now=NOW)
    draft = country.draft(SIGN_ALL)
    assert jobs.publish(country.actor("operator"), draft, now=NOW) == 7
    jobs.withdraw(country.actor("operator"), draft, "Nhầm", now=NOW)
    assert set(Notice.objects.values_list("template", flat=True)) == {"DIRECTIVE_PUBLISHED", "DIRECTIVE_WITHDRAWN"}
