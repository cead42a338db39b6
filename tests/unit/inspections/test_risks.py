"""Rules of risks: one odd case accuses nobody, numbers explain; and the statements that count."""

import random
from datetime import datetime, timedelta

import pytest

from tests.factories import received
from tests.unit.inspections.conftest import Scene, officer
from vaxpass.inspections import complaints, queries
from vaxpass.inspections.complaints import NewComplaint
from vaxpass.inspections.models import RiskTally
from vaxpass.inspections.risk_tally import count_risks
from vaxpass.inspections.rules import POPULATION_OF_RISK, ComplaintKind
from vaxpass.offices.workdays import VIETNAM
from vaxpass.oversight.risks import (
    LEAST_COMPLAINTS,
    LEAST_DECISIONS,
    SHARE_RULES,
    Amount,
    RiskKind,
    Share,
    amounts_that_stand_out,
    complaints_that_stand_out,
    shares_that_stand_out,
)
from vaxpass.records import actions as records
from vaxpass.records.access import access_version
from vaxpass.records.facts import Origin
from vaxpass.records.receiving import receive
from vaxpass.records.states import Verb

OTHERS = [Share(10 + n, 100 + n, "facility", 2, 200) for n in range(8)]


def shares(count: int, base: int, others=OTHERS, kind=RiskKind.NIGHT_WORK):
    return shares_that_stand_out(kind, [Share(1, 1, "facility", count, base), *others])


def test_a_share_far_above_the_others_stands_out_with_its_numbers() -> None:
    (risk,) = shares(60, 200)
    assert (risk.officer_id, risk.count, risk.base) == (1, 60, 200)
    assert (risk.value, risk.usual) == (0.3, 0.01)
    assert risk.weight == pytest.approx(30)


@pytest.mark.parametrize(
    ("count", "base", "others"),
    [
        (1, 1, OTHERS),  # one odd case
        (29, 29, OTHERS),  # below the least count, however odd
        (40, 1000, OTHERS),  # four times the usual is not five
        (60, 200, OTHERS[:4]),  # too few to compare with
        (60, 200, [Share(one.office_id, one.officer_id, "province", 2, 200) for one in OTHERS]),  # another kind
    ],
)
def test_little_or_nothing_to_compare_with_says_nothing(count: int, base: int, others: list[Share]) -> None:
    assert not shares(count, base, others)


@pytest.mark.parametrize("kind", list(SHARE_RULES))
def test_nobody_stands_out_below_the_least_counts(kind: RiskKind) -> None:
    dice = random.Random(2228)
    for _ in range(200):
        pairs = [sorted((dice.randint(0, 400), dice.randint(0, 400))) for _ in range(dice.randint(0, 30))]
        for risk in shares_that_stand_out(kind, [Share(n, n, "facility", *pair) for n, pair in enumerate(pairs)]):
            assert risk.count >= SHARE_RULES[kind].least_count
            assert risk.base >= SHARE_RULES[kind].least_base
            assert risk.value > risk.usual


def test_when_all_do_alike_nobody_stands_out() -> None:
    alike = [Share(n, n, "facility", 150, 200) for n in range(20)]
    assert not any(shares_that_stand_out(kind, alike) for kind in SHARE_RULES)


def amounts(value: float, base: int, kind: RiskKind, usual: float = 60.0):
    others = [Amount(n, n, "facility", usual + n, 200) for n in range(10, 20)]
    return amounts_that_stand_out(kind, [Amount(1, 1, "facility", value, base), *others])


def test_who_decides_much_faster_or_far_more_stands_out() -> None:
    (faster,) = amounts(4.0, 200, RiskKind.MUCH_FASTER)
    assert (faster.officer_id, faster.value, round(faster.usual)) == (1, 4.0, 74)
    (more,) = amounts(1000.0, 1000, RiskKind.FAR_MORE)
    assert more.officer_id == 1
    assert not amounts(30.0, 200, RiskKind.MUCH_FASTER), "twice as fast is a good officer"
    assert not amounts(4.0, LEAST_DECISIONS - 1, RiskKind.MUCH_FASTER)
    assert not amounts(1000.0, 200, RiskKind.MUCH_FASTER), "slow is no risk of this kind"


def test_one_complaint_is_read_but_is_no_risk() -> None:
    found = complaints_that_stand_out({1: LEAST_COMPLAINTS - 1, 2: LEAST_COMPLAINTS})
    assert [(risk.office_id, risk.count) for risk in found] == [(2, LEAST_COMPLAINTS)]


def test_every_risk_leads_to_a_sample() -> None:
    assert set(POPULATION_OF_RISK) == set(RiskKind)


# The counts ---------------------------------------------------------------------------------------------------------

TODAY = datetime(2022, 4, 25, 3, 0, tzinfo=VIETNAM)
AT_NIGHT = datetime(2022, 4, 10, 23, 30, tzinfo=VIETNAM)
BY_DAY = datetime(2022, 4, 10, 9, 0, tzinfo=VIETNAM)


def work(scene: Scene, actor, at: datetime, serials: range) -> list[int]:
    """Enter doses one by one, so that each is a press of its own."""
    ids: list[int] = []
    for serial in serials:
        moment = at + timedelta(seconds=serial % 1000)
        origin = Origin(actor.office_id, actor.officer_id, actor.office_id, moment)
        ids += receive([received(serial)], origin).version_ids.values()
    records.move(ids, Verb.CONFIRM_IDENTITY, now=at)
    return ids


@pytest.mark.django_db
def test_night_work_and_browsing_are_counted_as_they_were_done(scene: Scene) -> None:
    peers = [officer(f"peer{n}", scene.other, "facility_clerk") for n in range(6)]
    for n, peer in enumerate(peers):
        work(scene, peer, BY_DAY, range(10_000 + 100 * n, 10_000 + 100 * n + 12))
        seen = work(scene, peer, BY_DAY, range(20_000 + 100 * n, 20_000 + 100 * n + 60))
        for version_id in seen:  # looks at whom they work for
            access_version(peer, version_id, purpose="record", now=BY_DAY)
    owl = officer("owl", scene.facility, "facility_clerk")
    work(scene, owl, AT_NIGHT, range(30_000, 30_050))
    snoop = officer("snoop", scene.facility, "facility_clerk")
    for version_id in work(scene, scene.clerk, BY_DAY, range(40_000, 40_070)):
        access_version(snoop, version_id, purpose="record", now=BY_DAY)
    assert count_risks(now=TODAY) == 2
    found = {RiskKind(row.kind): row for row in queries.risks_in_scope(scene.inspector)}
    assert (found[RiskKind.NIGHT_WORK].officer_id, found[RiskKind.NIGHT_WORK].count) == (owl.officer_id, 50)
    assert (found[RiskKind.BROWSING].officer_id, found[RiskKind.BROWSING].count) == (snoop.officer_id, 70)


@pytest.mark.django_db
def test_a_province_sees_the_risks_of_the_units_below_it_alone(scene: Scene) -> None:
    for office in (scene.facility, scene.province, scene.elsewhere):
        for n in range(LEAST_COMPLAINTS):
            new = NewComplaint(ComplaintKind.OBSTRUCTS, "Đuổi người dân về.", office_id=office)
            complaints.file(new, visitor=f"{office}-{n}".encode(), now=BY_DAY)
    assert count_risks(now=TODAY) == 3
    assert {row.office_id for row in queries.risks_in_scope(scene.provincial)} == {scene.facility}
    assert queries.risks_in_scope(scene.inspector).count() == 3
    assert not queries.risks_in_scope(scene.head).exists()
    count_risks(now=TODAY + timedelta(days=1))
    assert RiskTally.objects.count() == 2
    assert queries.risks_in_scope(scene.inspector).count() == 3, "the newest count alone"
