"""The search of acts: all logs as one, in reach, page by page; and what it writes down about itself."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection

from tests.factories import NOW
from tests.unit.inspections.conftest import LATER, Scene, refusal
from vaxpass.inspections import acts
from vaxpass.inspections.acts import PAGE, Search, search_acts
from vaxpass.offices.actions import note_act
from vaxpass.offices.models import Act
from vaxpass.records.access import list_versions

pytestmark = pytest.mark.django_db
WEEK = Search(NOW - timedelta(days=1), NOW + timedelta(days=6))


def found(actor, search=WEEK) -> list[tuple[str, str]]:
    return [(row.log, row.verb) for row in search_acts(actor, search, now=LATER).rows]


def sign_in(actor, at: datetime, **facts) -> None:
    note_act(officer_id=actor.officer_id, office_id=actor.office_id, now=at, verb="sign_in", **facts)


def test_all_logs_are_read_as_one_newest_first(scene: Scene) -> None:
    sign_in(scene.head, NOW + timedelta(hours=1))
    list_versions(scene.head, scene.versions[:2], purpose="records", now=NOW + timedelta(hours=2))
    mine = replace(WEEK, officer_id=scene.head.officer_id)
    assert found(scene.inspector, mine)[:3] == [("look", "records"), ("look", "records"), ("act", "sign_in")]
    entered = replace(WEEK, officer_id=scene.clerk.officer_id, log="record", verb="receive")
    page = search_acts(scene.inspector, entered, now=LATER)
    assert {row.subject for row in page.rows} >= {f"version/{one}" for one in scene.versions}
    assert [row.place for row in page.rows] == sorted((row.place for row in page.rows), reverse=True)


def test_the_systems_own_steps_are_no_officers_acts(scene: Scene) -> None:
    assert ("record", "confirm_identity") not in found(scene.inspector)


def test_pages_follow_each_other_without_gap_and_without_repeating(scene: Scene) -> None:
    for n in range(2 * PAGE + 7):  # several of one moment: the place of a row is more than its time
        sign_in(scene.head, NOW + timedelta(minutes=n // 10))
    search, seen = replace(WEEK, officer_id=scene.head.officer_id), []
    while True:
        page = search_acts(scene.inspector, search, now=LATER)
        seen += [row.place for row in page.rows]
        if not page.more:
            break
        search = replace(search, before=page.rows[-1].place)
    everything = Act.objects.filter(officer_id=scene.head.officer_id, at__lt=WEEK.until)
    assert [place.id for place in seen] == list(everything.order_by("-at", "-id").values_list("id", flat=True))


def test_rows_of_one_moment_in_several_logs_keep_their_order_across_pages(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acts, "PAGE", 2)
    at = NOW + timedelta(hours=3)
    sign_in(scene.head, at)
    list_versions(scene.head, scene.versions[:3], purpose="records", now=at)
    sign_in(scene.head, at)
    search, logs = replace(WEEK, officer_id=scene.head.officer_id, since=at), []
    for _ in range(3):
        page = search_acts(scene.inspector, search, now=LATER)
        logs += [row.log for row in page.rows]
        search = replace(search, before=page.rows[-1].place)
    assert logs == ["look", "look", "look", "act", "act"]


def test_a_province_reads_of_its_own_officers_alone(scene: Scene) -> None:
    sign_in(scene.hanoi, NOW + timedelta(hours=1))
    sign_in(scene.inspector, NOW + timedelta(hours=1))
    sign_in(scene.other_head, NOW + timedelta(hours=1))
    page = search_acts(scene.provincial, WEEK, now=LATER)
    assert scene.other_head.officer_id in {row.officer_id for row in page.rows}
    assert not {row.officer_id for row in page.rows} & {scene.hanoi.officer_id, scene.inspector.officer_id}
    for search, code in (
        (replace(WEEK, officer_id=scene.hanoi.officer_id), "OFFICER_UNKNOWN"),
        (replace(WEEK, officer_id=987654), "OFFICER_UNKNOWN"),
        (replace(WEEK, office_id=scene.elsewhere), "OFFICE_UNKNOWN"),
    ):
        assert refusal(search_acts, scene.provincial, search, now=LATER) == code
    assert refusal(search_acts, scene.head, WEEK, now=LATER) == "RIGHT_MISSING"


def test_many_officers_are_searched_in_spans_and_nothing_is_missed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    for hours in (1, 5, 30, 100):
        sign_in(scene.other_head, WEEK.until - timedelta(hours=hours))
    at_once = found(scene.provincial, replace(WEEK, log="act", verb="sign_in"))
    monkeypatch.setattr(acts, "_FEW", 0)
    assert found(scene.provincial, replace(WEEK, log="act", verb="sign_in")) == at_once
    assert len([one for one in at_once if one == ("act", "sign_in")]) == 4


def test_a_month_at_most_and_never_the_wrong_way_round(scene: Scene) -> None:
    wide = replace(WEEK, until=WEEK.since + timedelta(days=32))
    assert refusal(search_acts, scene.inspector, wide, now=LATER) == "ACTS_PERIOD_TOO_LONG"
    assert refusal(search_acts, scene.inspector, replace(WEEK, until=WEEK.since), now=LATER) == "ACTS_PERIOD_WRONG"


def test_the_search_is_itself_an_act(scene: Scene) -> None:
    search_acts(scene.inspector, replace(WEEK, officer_id=scene.clerk.officer_id), now=LATER)
    act = Act.objects.get(verb="search_acts")
    assert (act.officer_id, act.subject) == (scene.inspector.officer_id, f"officer/{scene.clerk.officer_id}")


@pytest.mark.parametrize("table", ["records_history", "records_look", "offices_act"])
def test_a_search_reads_the_partitions_of_its_period_alone(scene: Scene, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT vaxpass_make_partitions(%s::regclass, '2031-01-01', 4)", [table])
        cursor.execute(
            f"EXPLAIN SELECT 1 FROM {table} WHERE officer_id = 1 "
            "AND at >= '2031-02-03T00:00:00Z' AND at < '2031-02-20T00:00:00Z'"
        )
        plan = " ".join(row[0] for row in cursor.fetchall())
    assert f"{table}_2031_02" in plan
    assert f"{table}_2031_01" not in plan
    assert f"{table}_2031_04" not in plan
