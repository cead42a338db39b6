"""What the tally writes of directives: the unit and the sender see the same, nothing is zero before it is counted."""

from datetime import date, datetime, timedelta
from random import Random

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from tests.factories import NOW, make_officer
from tests.factories.figures import count_figures
from tests.factories.nation import add_doses, make_nation
from tests.unit.campaigns.conftest import SIGN_ALL, Country
from tests.unit.campaigns.test_progress import DUE, step, tally_needs
from tests.unit.campaigns.test_progress import count as count  # noqa: PLC0414 -- a fixture
from vaxpass.campaigns import actions, following, queries
from vaxpass.campaigns.models import Step
from vaxpass.campaigns.rules import Target
from vaxpass.offices.models import Office, Officer
from vaxpass.offices.units import Level, Scheme
from vaxpass.oversight.campaign_progress import PENDING, UnitProgress, by_province, needs_of, units, unmet
from vaxpass.oversight.figures import Measure, Unit, totals
from vaxpass.oversight.models import UnitNeed

AFTER = DUE + timedelta(days=1)


def listed(country: Country, directive_id: int, today: date = AFTER, **wanted: str) -> dict[str, UnitProgress]:
    found = units(country.actor("operator"), queries.get_facts(directive_id), today, **wanted)
    return {row.code: row for row in found[:]}


def test_a_unit_sees_of_its_targets_what_the_sender_sees(country: Country, count) -> None:
    targets = [step(target) for target in Target if target is not Target.SHARE_SIGNED]
    narrow = [step(Target.ALL_SIGNED, of="sector"), step(Target.TOLD, of="ministry")]
    directive = country.publish(*targets, step(Target.SHARE_SIGNED, percent=95), *narrow)
    chance = Random(5)
    for code in ("40A01", "40A02", "40A03", "01A01"):
        names = ("to_sign", "attested", "certified", "mismatched", "incomplete", "reports_open", "given")
        count(code, **{name: chance.randrange(9) for name in names})
    following.say_done(country.actor("head.ministry"), Step.objects.filter(facility_class="ministry").get().pk, now=NOW)
    facts = queries.get_facts(directive)
    rows = listed(country, directive)
    assert len(rows) == 7
    for code, row in rows.items():
        own = needs_of(country.offices[code], [facts])
        assert own == row.needs, code
        assert row.missing == sum(need.missing or 0 for need in own.values())
        assert row.met == all(need.is_met for need in own.values()), code
        assert row.behind == any(need.missing for need in own.values()), code
    for one in facts.steps:
        missing = {row.office_id for row in rows.values() if one.id in row.needs and row.needs[one.id].missing}
        assert set(unmet(facts, one, AFTER)) == missing, one.target
    summary = by_province(country.actor("operator"), facts, AFTER)
    for what in ("met", "behind", "open", "unread"):
        assert sum(getattr(row, what) for row in summary) == len(listed(country, directive, what=what)), what


def test_the_same_figures_as_everywhere_else(db) -> None:
    """What a province is to sign is the figure of its page, whatever the tally found in the records."""
    made = make_nation(Random(3))
    add_doses(made, Random(3), people=20)
    country = Country({}, {"operator": make_officer("operator", made.ministry, "ministry_operator")})
    directive = country.publish(SIGN_ALL)
    count_figures(NOW)
    facts = queries.get_facts(directive)
    found = {row.office_id: row for row in units(country.actor("operator"), facts, AFTER)[:]}
    assert any(row.missing for row in found.values())
    for province in Office.objects.filter(kind="province", pk__in=found):
        counted = totals(country.actor("operator"), Unit(Level.PROVINCE, province.province_code, Scheme.NEW))
        assert found[province.pk].missing == counted.count(Measure.TO_SIGN)


def test_before_the_next_tally_nothing_is_zero_and_nobody_is_done(country: Country, count, client) -> None:
    count("40A01", to_sign=3)
    directive = country.publish(SIGN_ALL)
    facts = queries.get_facts(directive)
    rows = by_province(country.actor("operator"), facts, AFTER)
    assert all(row.is_pending for row in rows)
    assert [(row.met, row.behind, row.open) for row in rows] == [(0, 0, 0)] * len(rows)
    assert needs_of(country.offices["40A01"], [facts]) == {facts.steps[0].id: PENDING}
    assert unmet(facts, facts.steps[0], AFTER) == []
    for officer, name in (("operator", "directive_progress"), ("head", "directive")):
        client.force_login(Officer.objects.get(username=officer))
        assert "Đang tính số liệu" in client.get(reverse(f"oversight:{name}", args=[directive])).content.decode()
    tally_needs()
    assert not any(row.uncounted for row in by_province(country.actor("operator"), facts, AFTER))
    assert "Đang tính số liệu" not in client.get(reverse("oversight:directive", args=[directive])).content.decode()


def test_who_says_done_or_received_is_neither_behind_nor_unread_at_once(country: Country) -> None:
    directive = country.publish(step(Target.TOLD), kinds=["facility"])
    tally_needs()
    assert set(listed(country, directive, what="behind")) == {"40A01", "40A02", "40A03", "01A01"}
    following.acknowledge(country.actor("head"), directive, now=NOW)
    following.say_done(country.actor("head"), Step.objects.get().pk, now=NOW)
    for what in ("behind", "unread"):
        assert "40A01" not in listed(country, directive, what=what)
    assert set(listed(country, directive, what="met")) == {"40A01"}


def test_a_directive_that_ended_stays_as_it_was_counted_last(country: Country, count) -> None:
    directive = country.publish(SIGN_ALL)
    count("40A01", to_sign=3)
    actions.withdraw(country.actor("operator"), directive, "Nhầm", now=datetime.combine(AFTER, NOW.timetz()))
    count("40A01", certified=3)
    assert listed(country, directive)["40A01"].missing == 3
    assert set(listed(country, directive, AFTER + timedelta(days=90), what="behind")) == {"40A01", "T40"}


def test_a_step_that_was_withdrawn_leaves_with_the_next_tally(country: Country, count) -> None:
    directive = country.publish(SIGN_ALL, step(Target.REPORTS_ANSWERED))
    count("40A01", to_sign=3, reports_open=2)
    first, second = Step.objects.order_by("place")
    actions.withdraw_step(country.actor("operator"), directive, first.pk, now=NOW)
    assert listed(country, directive)["40A01"].missing == 2
    tally_needs()
    assert set(UnitNeed.objects.get(office_id=country.offices["40A01"]).needs) == {str(second.pk)}


def test_who_is_reached_no_longer_leaves_with_the_next_tally(country: Country, count) -> None:
    directive = country.publish(SIGN_ALL, kinds=["facility"])
    tally_needs()
    Office.objects.filter(code="40A01").update(closed_on=date(2022, 5, 1))
    tally_needs()
    assert not UnitNeed.objects.filter(directive_id=directive, office_id=country.offices["40A01"]).exists()
    assert needs_of(country.offices["40A01"], [queries.get_facts(directive)]) == {}


def test_a_tally_that_finds_nothing_new_writes_nothing(country: Country, count) -> None:
    country.publish(SIGN_ALL)
    count("40A01", to_sign=3)
    versions = "SELECT office_id, xmin::text FROM oversight_unitneed ORDER BY 1"
    with connection.cursor() as cursor:
        cursor.execute(versions)
        before = cursor.fetchall()
    with transaction.atomic():  # a subtransaction has a number of its own
        tally_needs()
    with connection.cursor() as cursor:
        cursor.execute(versions)
        assert cursor.fetchall() == before


def test_every_page_of_the_list_is_reached(country: Country, count, client) -> None:
    directive = country.publish(SIGN_ALL)
    for number, code in enumerate(("40A01", "40A02", "40A03"), 1):
        count(code, to_sign=number)
    found = units(country.actor("operator"), queries.get_facts(directive), AFTER)
    paged = [row.code for start in range(0, 8, 2) for row in found[start : start + 2]]
    assert paged == ["T40", "40A03", "40A02", "40A01", "01A01", "40X01", "T01"]
    assert [row.code for row in found.order_by("-code", "-code")[0:2]] == ["T40", "T01"]
    client.force_login(Officer.objects.get(username="operator"))
    page = client.get(reverse("oversight:directive_progress", args=[directive]) + "?what=behind&sort=name").content
    assert [code for code in ("40A01", "40A02", "40A03", "T40") if code not in page.decode()] == []


def test_the_platforms_own_role_counts_and_reads_them(country: Country, count) -> None:
    directive = country.publish(SIGN_ALL)
    call_command("grant_app_role", "vaxpass_app_tested")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE vaxpass_app_tested")
        count("40A01", to_sign=3)
        count("40A01", to_sign=4)
        assert listed(country, directive)["40A01"].missing == 4
        assert needs_of(country.offices["40A01"], [queries.get_facts(directive)])
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize(
    "wrong",
    [{"missing": -1}, {"is_met": True, "missing": 1}, {"is_met": True, "due": DUE}, {"office_id": 1}],
    ids=["negative", "met and missing", "met and due", "twice"],
)
def test_a_row_cannot_say_what_is_impossible(db, wrong) -> None:
    whole = {"directive_id": 1, "is_met": False, "missing": 0, "needs": {}}
    UnitNeed.objects.create(office_id=1, **whole)
    with pytest.raises(DatabaseError), transaction.atomic():
        UnitNeed.objects.create(**({"office_id": 2} | whole | wrong))
