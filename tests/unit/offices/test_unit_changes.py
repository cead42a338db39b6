"""Units renamed, merged, split, offices moved: at once, or on a later day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories import NOW, make_office, make_officer
from vaxpass.jobs.units import change_units, change_what_is_due
from vaxpass.offices import changing, units
from vaxpass.offices.actions import delegate_signing
from vaxpass.offices.models import Act, AdministrativeUnit, Office, Officer, Placement, SigningDelegation, UnitChange
from vaxpass.offices.queries import facilities_in_scope, get_actor_by_id, offices_in_reach
from vaxpass.offices.scope import Actor, Refused
from vaxpass.offices.unit_changes import (
    Merge,
    Move,
    Part,
    Reclass,
    Rename,
    Reorganise,
    Split,
    kind_of,
    read_wish,
    write_wish,
)
from vaxpass.offices.units import REORGANISED_ON, Level, Scheme

pytestmark = pytest.mark.django_db

LATER = datetime(2026, 2, 2, 3, tzinfo=UTC)
BASIS = "Nghị quyết 202/2025/QH15"


@pytest.fixture
def admin() -> Actor:
    return actor("admin", make_office("BYT", "ministry"), "system_administrator")


def actor(username: str, office_id: int, *roles: str) -> Actor:
    return get_actor_by_id(make_officer(username, office_id, *roles))


def district(code: str, province: str, *communes: str) -> None:
    rows = [AdministrativeUnit(level="district", code=code, name_vi=f"Huyện {code}", parent_code=province)]
    rows += [AdministrativeUnit(level="commune", code=one, name_vi=f"Xã {one}", parent_code=code) for one in communes]
    for row in rows:
        row.name_en, row.valid_from = row.name_vi, date(2008, 8, 1)
        row.save()


def change(admin: Actor, wish: object, on: date, now: datetime = LATER) -> int:
    return change_units(admin, wish, on=on, basis=BASIS, now=now)  # type: ignore[arg-type]  # every kind of wish


def placements(code: str) -> list[tuple[str, str, str, str]]:
    rows = Placement.objects.filter(office__code=code).order_by("since")
    return [(str(one.since), one.province_code, one.district_code, one.commune_code) for one in rows]


def test_the_whole_of_1_7_2025_in_one_act(admin: Actor) -> None:
    make_office("02001", province_code="02", district_code="024", commune_code="00688")
    make_office("08001", province_code="08", district_code="070")
    make_office("40001", province_code="40")
    change(admin, Reorganise(), REORGANISED_ON)
    assert placements("02001") == [("2021-01-01", "02", "024", "00688"), ("2025-07-01", "08", "", "00688")]
    assert placements("08001") == [("2021-01-01", "08", "070", ""), ("2025-07-01", "08", "", "")]
    assert placements("40001") == [("2021-01-01", "40", "", "")]
    assert set(Office.objects.filter(code__in=["02001", "08001"]).values_list("province_code", flat=True)) == {"08"}


def test_it_can_be_done_again_and_changes_nothing_more(admin: Actor) -> None:
    make_office("02001", province_code="02")
    change(admin, Reorganise(), REORGANISED_ON)
    change(admin, Reorganise(), REORGANISED_ON)
    assert len(placements("02001")) == 2


def test_who_works_for_the_successor_reaches_the_predecessors_offices(admin: Actor) -> None:
    older, younger = make_office("02001", province_code="02"), make_office("08001", province_code="08")
    department = actor("t08", make_office("T08", "province", province_code="08"), "provincial_officer")
    former = actor("t02", make_office("T02", "province", province_code="02"), "provincial_officer")
    assert {one.pk for one in facilities_in_scope(department)} == {younger}
    change(admin, Reorganise(), REORGANISED_ON)
    for one in (department, former):
        now_acting = get_actor_by_id(one.officer_id)
        assert {office.pk for office in facilities_in_scope(now_acting)} == {older, younger}
        assert now_acting.office_id == department.office_id


def test_a_department_without_an_heir_goes_on(admin: Actor) -> None:
    """Lào Cai is 15 now, where Yên Bái was: with only the department of 10, that one stays."""
    department = actor("t10", make_office("T10", "province", province_code="10"), "provincial_officer")
    change(admin, Reorganise(), REORGANISED_ON)
    after = get_actor_by_id(department.officer_id)
    assert (after.office_id, after.province_code) == (department.office_id, "15")
    assert Office.objects.get(code="T10").closed_on is None


def test_signing_that_was_delegated_goes_to_the_department_that_goes_on(admin: Actor) -> None:
    facility, department = make_office("02001", province_code="02"), make_office("T02", "province", province_code="02")
    heir = make_office("T08", "province", province_code="08")
    officer = actor("t02", department, "provincial_officer", "provincial_signer")
    delegate_signing(officer, facility_id=facility, signer_office_id=department, now=NOW)
    change(admin, Reorganise(), REORGANISED_ON)
    held = SigningDelegation.objects.get(facility_id=facility, until__isnull=True)
    assert held.signer_office_id == heir
    assert get_actor_by_id(officer.officer_id).signs_for == {facility}
    assert Officer.objects.get(pk=officer.officer_id).office_id == heir


def test_district_officers_reach_nobody_more_once_districts_end(admin: Actor) -> None:
    make_office("02001", province_code="02", district_code="024")
    centre = make_office("H02", "district", province_code="02", district_code="024")
    officer = actor("h02", centre, "district_officer")
    assert len(offices_in_reach(officer) or ()) == 2
    change(admin, Reorganise(), REORGANISED_ON)
    assert offices_in_reach(get_actor_by_id(officer.officer_id)) == {centre}


def test_districts_end(admin: Actor) -> None:
    district("024", "02", "00688")
    change(admin, Reorganise(), REORGANISED_ON)
    assert [one.code for one in units.units_of(Level.DISTRICT, Scheme.OLD, "02")] == ["024"]
    assert units.units_of(Level.DISTRICT, Scheme.NEW) == []
    assert [one.code for one in units.units_of(Level.COMMUNE, Scheme.OLD, "02")] == ["00688"]


def test_a_rename_keeps_the_old_name_for_the_old_days(admin: Actor) -> None:
    change(admin, Rename(Level.PROVINCE, "40", "Thành phố Nghệ An", "Nghe An City"), date(2026, 1, 1))
    assert units.unit_name(Level.PROVINCE, "40", Scheme.NEW).name_vi == "Thành phố Nghệ An"
    assert units.unit_name(Level.PROVINCE, "40", Scheme.OLD).name_vi == "Tỉnh Nghệ An"
    assert units.successor("40") == "40"


def test_a_merger_takes_districts_and_communes_along(admin: Actor) -> None:
    district("412", "40", "16800")
    make_office("40001", province_code="40", district_code="412")
    wish = Merge(Level.PROVINCE, ("40", "42"), "40", "Tỉnh Nghệ Tĩnh", "Nghe Tinh Province")
    change(admin, wish, date(2024, 1, 1))
    assert units.predecessors("40") == ["40", "42"]
    assert units.successor("42") == "40"
    assert placements("40001") == [("2021-01-01", "40", "412", "")]


def test_a_merger_into_a_new_code(admin: Actor) -> None:
    district("412", "40", "16800", "16801")
    office = make_office("40001", province_code="40", district_code="412", commune_code="16800")
    wish = Merge(Level.COMMUNE, ("16800", "16801"), "16900", "Xã Mới", "Moi Commune")
    change(admin, wish, date(2024, 1, 1))
    assert Office.objects.get(pk=office).commune_code == "16900"
    assert [one.code for one in units.units_of(Level.COMMUNE, Scheme.OLD, "412")] == ["16900"]
    assert placements("40001")[-1] == ("2024-01-01", "40", "412", "16900")


def test_a_split_assigns_every_office(admin: Actor) -> None:
    first, second = make_office("40001", province_code="40"), make_office("40002", province_code="40")
    parts = (Part("40", "Tỉnh Nghệ An", "Nghe An Province"), Part("41", "Tỉnh Vinh", "Vinh Province"))
    change(admin, Split(Level.PROVINCE, "40", parts, (("40002", "41"),)), date(2026, 1, 1))
    codes = dict(Office.objects.filter(pk__in=[first, second]).values_list("pk", "province_code"))
    assert codes == {first: "40", second: "41"}
    assert units.successors("40") == ["40", "41"]
    assert units.successor("40") == ""


def test_where_nobody_goes_on_each_office_must_be_assigned(admin: Actor) -> None:
    make_office("40001", province_code="40")
    parts = (Part("41", "Tỉnh Một", "Mot Province"), Part("43", "Tỉnh Hai", "Hai Province"))
    with pytest.raises(Refused, match="UNIT_OFFICES_UNASSIGNED") as refused:
        change(admin, Split(Level.PROVINCE, "40", parts, ()), date(2026, 1, 1))
    assert refused.value.facts == {"offices": 1, "first": "40001"}


def test_an_office_of_another_unit_is_not_assigned(admin: Actor) -> None:
    make_office("40001", province_code="42")
    parts = (Part("40", "Tỉnh Một", "Mot Province"), Part("43", "Tỉnh Hai", "Hai Province"))
    with pytest.raises(Refused, match="UNIT_OFFICE_ELSEWHERE") as refused:
        change(admin, Split(Level.PROVINCE, "40", parts, (("40001", "43"),)), date(2026, 1, 1))
    assert refused.value.facts == {"office": "40001", "unit": "40"}


def test_an_office_moves(admin: Actor) -> None:
    make_office("40001", province_code="40")
    change(admin, Move("40001", "42"), date(2026, 1, 1))
    assert placements("40001") == [("2021-01-01", "40", "", ""), ("2026-01-01", "42", "", "")]


def test_a_facility_changes_its_class(admin: Actor) -> None:
    office = make_office("40001", province_code="40")
    change(admin, Reclass("40001", "sector"), date(2026, 1, 1))
    classes = Placement.objects.filter(office_id=office).order_by("since").values_list("facility_class", flat=True)
    assert list(classes) == ["provincial", "sector"]
    assert Office.objects.get(pk=office).facility_class == "sector"


def test_a_later_day_waits_for_its_day(admin: Actor) -> None:
    make_office("40001", province_code="40")
    on = LATER.date() + timedelta(days=2)
    change_id = change(admin, Move("40001", "42"), on)
    change_what_is_due(LATER + timedelta(days=1))
    assert Office.objects.get(code="40001").province_code == "40"
    # 17:03 UTC of the day before is 00:03 of the day in Hanoi
    change_what_is_due(datetime(on.year, on.month, on.day - 1, 17, 3, tzinfo=UTC))
    assert Office.objects.get(code="40001").province_code == "42"
    assert UnitChange.objects.get(pk=change_id).done_at is not None
    assert placements("40001")[-1][0] == str(on)


def test_a_change_that_became_impossible_says_why_and_holds_nobody_up(admin: Actor) -> None:
    make_office("40001", province_code="40")
    make_office("40002", province_code="40")
    on = LATER.date() + timedelta(days=1)
    broken, sound = change(admin, Move("40001", "42"), on), change(admin, Move("40002", "42"), on)
    Office.objects.filter(code="40001").update(closed_on=LATER.date())
    change_what_is_due(LATER + timedelta(days=2))
    assert UnitChange.objects.get(pk=broken).trouble == "OFFICE_CODE_UNKNOWN"
    assert UnitChange.objects.get(pk=sound).done_at is not None


def test_a_change_takes_effect_once(admin: Actor) -> None:
    make_office("40001", province_code="40")
    change_id = change(admin, Move("40001", "42"), date(2026, 1, 1))
    assert changing.take_effect(change_id, now=LATER) is None


def test_a_change_to_come_can_be_dropped_and_one_done_cannot(admin: Actor) -> None:
    make_office("40001", province_code="40")
    to_come = change(admin, Move("40001", "42"), LATER.date() + timedelta(days=9))
    changing.drop(admin, to_come, now=LATER)
    change_what_is_due(LATER + timedelta(days=20))
    assert Office.objects.get(code="40001").province_code == "40"
    done = change(admin, Move("40001", "42"), date(2026, 1, 1))
    for change_id in (to_come, done):
        with pytest.raises(Refused, match="UNIT_CHANGE_DONE"):
            changing.drop(admin, change_id, now=LATER)


def test_what_was_done_is_written_down(admin: Actor) -> None:
    make_office("40001", province_code="40")
    change_id = change(admin, Move("40001", "42"), date(2026, 1, 1))
    acts = Act.objects.filter(subject=f"unit_change/{change_id}").order_by("id")
    assert [act.verb for act in acts] == ["decide_unit_change", "unit_change_took_effect"]
    assert {act.officer_id for act in acts} == {admin.officer_id}


@pytest.mark.parametrize(
    ("wish", "on", "code"),
    [
        (Rename(Level.PROVINCE, "02", "Tỉnh Hà Giang", "Ha Giang"), date(2026, 1, 1), "UNIT_UNKNOWN"),
        (Rename(Level.PROVINCE, "08", "Tỉnh Tuyên Giang", "TG"), date(2025, 7, 1), "UNIT_CHANGE_TOO_EARLY"),
        (Rename(Level.PROVINCE, "40", " ", "x"), date(2026, 1, 1), "UNIT_NAME_MISSING"),
        (Merge(Level.PROVINCE, ("40", "42"), "02", "x", "x"), date(2026, 1, 1), "UNIT_CODE_USED"),
        (Merge(Level.PROVINCE, ("40", "42"), "4O", "x", "x"), date(2026, 1, 1), "UNIT_CODE_ILL_FORMED"),
        (Merge(Level.PROVINCE, ("40",), "40", "x", "x"), date(2026, 1, 1), "UNIT_MERGE_TOO_FEW"),
        (Merge(Level.DISTRICT, ("412", "413"), "412", "x", "x"), date(2026, 1, 1), "UNIT_DISTRICT_ENDED"),
        (Split(Level.PROVINCE, "40", (Part("40", "x", "x"),), ()), date(2026, 1, 1), "UNIT_SPLIT_TOO_FEW"),
        (
            Split(Level.PROVINCE, "40", (Part("40", "x", "x"), Part("41", "x", "x")), (("40001", "42"),)),
            date(2026, 1, 1),
            "UNIT_PART_UNKNOWN",
        ),
        (Move("40009", "42"), date(2026, 1, 1), "OFFICE_CODE_UNKNOWN"),
        (Move("40001", "03"), date(2026, 1, 1), "UNIT_UNKNOWN"),
        (Move("40001", "40"), date(2026, 1, 1), "UNIT_NOTHING_CHANGES"),
        (Move("40001", "42"), date(2020, 1, 1), "OFFICE_MOVED_LATER"),
        (Reclass("T40", "sector"), date(2026, 1, 1), "OFFICE_NO_FACILITY"),
        (Reclass("40001", "provincial"), date(2026, 1, 1), "UNIT_NOTHING_CHANGES"),
        (Reorganise(), date(2025, 7, 2), "UNIT_REORGANISED_ONCE"),
    ],
)
def test_one_thing_wrong_one_refusal(admin: Actor, wish: object, on: date, code: str) -> None:
    make_office("40001", province_code="40")
    make_office("T40", "province", province_code="40")
    with pytest.raises(Refused) as refused:
        change(admin, wish, on)
    assert refused.value.code == code
    assert not UnitChange.objects.exists()


def test_a_move_before_a_later_move_is_refused(admin: Actor) -> None:
    make_office("40001", province_code="40")
    change(admin, Move("40001", "42"), date(2026, 1, 1))
    with pytest.raises(Refused, match="OFFICE_MOVED_LATER"):
        change(admin, Move("40001", "38"), date(2025, 12, 1))


def test_without_a_basis_nothing_is_decided(admin: Actor) -> None:
    with pytest.raises(Refused, match="UNIT_BASIS_MISSING"):
        change_units(admin, Reorganise(), on=REORGANISED_ON, basis=" ", now=LATER)


def test_only_who_may_change_units_does() -> None:
    officer = actor("t40", make_office("T40", "province"), "provincial_officer")
    with pytest.raises(Refused, match="RIGHT_MISSING"):
        change(officer, Reorganise(), REORGANISED_ON)
    with pytest.raises(Refused, match="RIGHT_MISSING"):
        changing.drop(officer, 1, now=LATER)


@pytest.mark.parametrize(
    "wish",
    [
        Rename(Level.COMMUNE, "00001", "Xã A", "A"),
        Merge(Level.DISTRICT, ("001", "002"), "003", "Huyện", "District"),
        Split(Level.PROVINCE, "40", (Part("40", "a", "b"), Part("41", "c", "d")), (("40001", "41"),)),
        Move("40001", "40", "412", "16800"),
        Reclass("40001", "sector"),
        Reorganise(),
    ],
)
def test_a_wish_is_read_as_it_was_written(wish: object) -> None:
    kind = kind_of(wish)  # type: ignore[arg-type]  # every kind of wish
    assert read_wish(kind, write_wish(wish)) == wish  # type: ignore[arg-type]  # the same
