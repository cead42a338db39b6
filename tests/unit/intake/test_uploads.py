import threading
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection

from tests.factories import NOW, make_office, make_officer
from tests.unit.intake.sheets import csv_file, row, xlsx_file
from vaxpass.intake import actions, queries
from vaxpass.intake.columns import Cell, Column
from vaxpass.intake.models import RowFinding, Upload, UploadPart
from vaxpass.offices.queries import get_actor_by_id
from vaxpass.offices.scope import Actor, Refused
from vaxpass.records import actions as records
from vaxpass.records import receiving
from vaxpass.records.models import DoseVersion, Person, VersionState
from vaxpass.records.queries import get_versions, history_of
from vaxpass.records.states import State, Verb

pytestmark = pytest.mark.django_db
Step = Callable[..., UUID]


def found(upload_id: UUID) -> list[tuple[int, str, str, int | None]]:
    rows = RowFinding.objects.filter(upload_id=upload_id).order_by("row", "place")
    return list(rows.values_list("row", "column", "code", "twin_row"))


def test_accepted_rows_become_records_and_refused_ones_do_not(stored: Step, clerk: Actor) -> None:
    upload_id = stored(csv_file([row(1), row(2, lot=""), row(3, day="31/02/2021", name="")]))
    upload = Upload.objects.get(pk=upload_id)
    assert (upload.status, upload.rows, upload.accepted, upload.refused) == ("CONFIRMED", 3, 1, 2)
    assert found(upload_id) == [
        (3, "lot", "LOT_MISSING", None), (4, "name", "NAME_BLANK", None), (4, "day", "DAY_IMPOSSIBLE", None),
    ]  # fmt: skip
    (version,) = get_versions(list(DoseVersion.objects.values_list("pk", flat=True)))
    assert (version.state, version.dose.lot, version.entered_by) == (State.RECEIVED, "FK0112", clerk.officer_id)
    assert list(DoseVersion.objects.values_list("upload_id", "upload_row")) == [(upload_id, 2)]


def test_nothing_is_stored_before_the_clerk_confirms(checked: Step) -> None:
    checked(csv_file([row(1)]))
    assert not DoseVersion.objects.exists()
    assert not Person.objects.exists()


def test_staged_rows_lie_sealed_and_no_finding_or_name_holds_personal_data(checked: Step) -> None:
    upload_id = checked(csv_file([row(1, name="Trương Định Mệnh"), row(2, name="Trương Định 7", number="99")]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM intake_uploadpart")
        parts = b"".join(bytes(one[3]) for one in cursor.fetchall())
        cursor.execute("SELECT f::text FROM intake_rowfinding f UNION ALL SELECT u::text FROM intake_upload u")
        texts = " ".join(one[0] for one in cursor.fetchall())
    for secret in ("Trương", "Định", "040190000001"):
        assert secret.encode() not in parts
        assert secret not in texts
    assert "Danh sách" not in texts
    assert queries.file_name(Upload.objects.get(pk=upload_id)) == "Danh sách.xlsx"


def test_content_is_wiped_after_storing_but_refused_rows_stay_for_a_week(stored: Step) -> None:
    upload_id = stored(csv_file([row(1), row(2, lot="")]))
    assert list(UploadPart.objects.filter(upload_id=upload_id).values_list("kind", flat=True)) == [3]
    assert actions.expire(NOW + timedelta(days=6)) == 0
    assert UploadPart.objects.filter(upload_id=upload_id).exists()
    actions.expire(NOW + timedelta(days=8))
    assert not UploadPart.objects.filter(upload_id=upload_id).exists()
    assert Upload.objects.get(pk=upload_id).status == "CONFIRMED"


def test_what_nobody_confirms_expires_and_what_is_thrown_away_is_wiped(checked: Step, clerk: Actor) -> None:
    forgotten, thrown = checked(csv_file([row(1)])), checked(csv_file([row(2)]))
    actions.discard(clerk, thrown, now=NOW)
    assert actions.expire(NOW + timedelta(days=8)) == 1
    assert not UploadPart.objects.exists()
    states = dict(Upload.objects.values_list("pk", "status"))
    assert states == {forgotten: "EXPIRED", thrown: "DISCARDED"}
    with pytest.raises(Refused, match="UPLOAD_NOT_CHECKED"):
        actions.confirm(clerk, thrown, states_foreigners=True, now=NOW)
    with pytest.raises(Refused, match="UPLOAD_ENDED"):
        actions.discard(clerk, thrown, now=NOW)


def test_the_same_file_twice_changes_nothing(stored: Step, checked: Step, clerk: Actor) -> None:
    content = csv_file([row(1), row(2)])
    stored(content)
    with pytest.raises(Refused, match="FILE_ALREADY_CONFIRMED"):
        actions.stage(clerk, content=content, file_name="again.csv", now=NOW)
    again = checked(csv_file([row(1), row(2)], delimiter=";"))  # other bytes, the same doses
    assert [code for _, _, code, _ in found(again)] == ["DOSE_ALREADY_RECORDED"] * 2
    assert DoseVersion.objects.count() == 2
    with pytest.raises(Refused, match="NOTHING_TO_STORE"):
        actions.confirm(clerk, again, states_foreigners=True, now=NOW)


def test_duplicates_within_a_file_name_their_twin(checked: Step) -> None:
    upload_id = checked(csv_file([row(1), row(2), row(1, name="HUONG NGUYEN THI"), row(1, vaccine="Moderna")]))
    assert found(upload_id) == [
        (4, "day", "DOSE_TWICE_IN_FILE", 2), (5, "day", "DOSE_OTHER_PRODUCT_SAME_DAY", 2),
    ]  # fmt: skip


def test_a_dose_recorded_at_another_facility_is_named(stored: Step, checked: Step, other_clerk: Actor) -> None:
    stored(csv_file([row(1)]))
    assert found(checked(csv_file([row(1, lot="X1")]), other_clerk))[0][2] == "DOSE_ALREADY_RECORDED"
    assert found(checked(csv_file([row(1, vaccine="Abdala")]), other_clerk))[0][2] == "DOSE_OTHER_PRODUCT_SAME_DAY"


def test_a_dose_that_came_in_since_the_check_is_refused_late_and_kept(
    checked: Step, stored: Step, clerk: Actor, other_clerk: Actor
) -> None:
    upload_id = checked(csv_file([row(1), row(2)]))
    stored(csv_file([row(2)]), other_clerk)
    actions.confirm(clerk, upload_id, states_foreigners=True, now=NOW)
    actions.store(upload_id, now=NOW)
    upload = Upload.objects.get(pk=upload_id)
    assert (upload.accepted, upload.refused) == (1, 1)
    assert found(upload_id) == [(3, "day", "DOSE_ALREADY_RECORDED", None)]
    assert [(one.row, one.cells[1]) for one in queries.refused_rows(upload)] == [(3, "Nguyễn Thị Hường")]


def test_foreigners_need_the_facilitys_statement(checked: Step, clerk: Actor) -> None:
    upload_id = checked(csv_file([row(1, nationality="KOR", number="M12345678", name="KIM MINJUN")]))
    with pytest.raises(Refused, match="STATEMENT_MISSING"):
        actions.confirm(clerk, upload_id, states_foreigners=False, now=NOW)
    actions.confirm(clerk, upload_id, states_foreigners=True, now=NOW)
    actions.store(upload_id, now=NOW)
    (version,) = get_versions(list(DoseVersion.objects.values_list("pk", flat=True)))
    assert version.facility_states_identity


def test_columns_can_be_corrected_and_what_is_missing_is_named(clerk: Actor) -> None:
    headers = ("a", "b", "Ngày sinh", "Giới tính", "CCCD", "Ngày tiêm", "Vắc xin", "Số lô")
    cells = ["x", "Nguyễn Thị Hường", "17/05/1990", "Nữ", "040190000001", "01/09/2021", "Pfizer", "FK1"]
    upload_id = actions.stage(clerk, content=csv_file([cells], headers=headers), file_name="f.csv", now=NOW)
    mapping = queries.mapping_of(Upload.objects.get(pk=upload_id))
    with pytest.raises(Refused, match="COLUMNS_MISSING") as caught:
        actions.map_columns(clerk, upload_id, mapping)
    assert caught.value.facts == {"columns": "Họ và tên"}
    with pytest.raises(Refused, match="COLUMN_TWICE"):
        actions.map_columns(clerk, upload_id, mapping | {Column.NAME: 2})
    actions.map_columns(clerk, upload_id, mapping | {Column.NAME: 0})
    actions.check(upload_id, now=NOW)
    assert Upload.objects.get(pk=upload_id).accepted == 1
    actions.map_columns(clerk, upload_id, mapping | {Column.NAME: 1})
    actions.check(upload_id, now=NOW)
    actions.check(upload_id, now=NOW)  # a second run finds nothing to do
    assert Upload.objects.get(pk=upload_id).accepted == 1
    assert queries.sample_doses(Upload.objects.get(pk=upload_id), 5)[0].identity.full_name == "Nguyễn Thị Hường"


def test_uploads_of_others_do_not_exist(checked: Step, other_clerk: Actor) -> None:
    upload_id = checked(csv_file([row(1)]))
    for act in (
        lambda: actions.discard(other_clerk, upload_id, now=NOW),
        lambda: actions.map_columns(other_clerk, upload_id, {}),
        lambda: actions.confirm(other_clerk, upload_id, states_foreigners=True, now=NOW),
        lambda: queries.upload_in_reach(other_clerk, upload_id),
        lambda: queries.upload_in_reach(other_clerk, uuid4()),
    ):
        with pytest.raises(Refused, match="UPLOAD_UNKNOWN"):
            act()


def test_a_signer_may_neither_stage_nor_confirm(checked: Step, facility: int) -> None:
    signer = get_actor_by_id(make_officer("signer", facility, "facility_signer"))
    with pytest.raises(Refused, match="RIGHT_MISSING"):
        actions.stage(signer, content=csv_file([row(1)]), file_name="f.csv", now=NOW)
    with pytest.raises(Refused, match="RIGHT_MISSING"):
        actions.confirm(signer, checked(csv_file([row(1)])), states_foreigners=True, now=NOW)


def mismatched(ids: list[int]) -> None:
    records.move_all(ids, Verb.REPORT_MISMATCH, now=NOW)


def versions() -> list[int]:
    return list(VersionState.objects.exclude(state=State.REPLACED).order_by("pk").values_list("pk", flat=True))


HEADERS = ("Mã hồ sơ", "Họ và tên", "Ngày sinh", "Giới tính", "CCCD", "Ngày tiêm", "Vắc xin", "Số lô")


def mended_row(version_id: object, serial: int, **changes: object) -> list[object]:
    cells = row(serial, **changes)
    return [f"V{version_id}" if version_id else "", *(cells[place] for place in (1, 2, 3, 5, 9, 10, 11))]


def test_mended_rows_replace_their_versions_and_each_conflict_is_named(
    stored: Step, checked: Step, clerk: Actor
) -> None:
    stored(csv_file([row(serial) for serial in range(1, 7)]))
    ids = versions()
    mismatched(ids[:5])
    content = csv_file(
        [
            mended_row(ids[0], 1, name="Nguyễn Thị Hương"),
            mended_row(ids[1], 6, name="Nguyễn Thị Hường"),  # now the sixth person's number: there already
            mended_row(ids[5], 60, lot="Z9"),  # not waiting to be mended
            mended_row(ids[2], 3, lot="Z1"),
            mended_row(ids[2], 3, lot="Z2"),
            mended_row(999_999_999, 8),
            mended_row("", 9),
        ],
        headers=HEADERS,
    )
    upload_id = checked(content)
    assert found(upload_id) == [
        (3, "day", "DOSE_ALREADY_RECORDED", None),
        (4, "record", "RECORD_NOT_MENDABLE", None),
        (6, "day", "DOSE_TWICE_IN_FILE", 5),
        (7, "record", "RECORD_NOT_FOUND", None),
    ]
    actions.confirm(clerk, upload_id, states_foreigners=True, now=NOW)
    actions.store(upload_id, now=NOW)
    upload = Upload.objects.get(pk=upload_id)
    assert (upload.accepted, upload.replacing) == (3, 2)
    states = dict(VersionState.objects.values_list("pk", "state"))
    assert [states[one] for one in ids] == [9, 2, 9, 2, 2, 1]
    new = get_versions([one for one in versions() if one > ids[5]])
    assert sorted((one.version_no, one.identity.full_name, one.dose.lot) for one in new) == [
        (1, "Nguyễn Thị Hường", "FK0112"), (2, "Nguyễn Thị Hương", "FK0112"), (2, "Nguyễn Thị Hường", "Z1"),
    ]  # fmt: skip
    assert [step.verb for step in history_of([ids[0]])] == ["receive", "report_mismatch", "replace"]


def test_a_replacement_that_meets_a_dose_at_the_last_moment_leaves_its_version(
    stored: Step, checked: Step, clerk: Actor, other_clerk: Actor
) -> None:
    stored(csv_file([row(1), row(2)]))
    ids = versions()
    mismatched(ids)
    upload_id = checked(csv_file([mended_row(ids[0], 8), mended_row(ids[1], 2, lot="Z1")], headers=HEADERS))
    stored(csv_file([row(8)]), other_clerk)
    actions.confirm(clerk, upload_id, states_foreigners=True, now=NOW)
    actions.store(upload_id, now=NOW)
    states = dict(VersionState.objects.values_list("pk", "state"))
    assert [states[one] for one in ids] == [State.MISMATCHED, State.REPLACED]
    assert found(upload_id) == [(2, "day", "DOSE_ALREADY_RECORDED", None)]


def test_a_commune_mends_within_its_reach_and_enters_nothing(stored: Step, checked: Step, clerk: Actor) -> None:
    near = make_office("40C01", commune_code="16936")
    near_clerk = get_actor_by_id(make_officer("near", near, "facility_clerk"))
    commune = make_office("40X01", "commune", commune_code="16936")
    officer = get_actor_by_id(make_officer("commune", commune, "commune_officer"))
    stored(csv_file([row(1)]))
    stored(csv_file([row(2)]), near_clerk)
    far_id, near_id = versions()
    mismatched([far_id, near_id])
    upload_id = checked(
        csv_file([mended_row(far_id, 1, lot="Q"), mended_row(near_id, 2, lot="Q"), mended_row("", 3)], headers=HEADERS),
        officer,
    )
    assert [(number, code) for number, _, code, _ in found(upload_id)] == [
        (2, "RECORD_NOT_FOUND"), (4, "NEW_DOSE_NOT_HERE"),
    ]  # fmt: skip
    actions.confirm(officer, upload_id, states_foreigners=True, now=NOW)
    actions.store(upload_id, now=NOW)
    (new,) = get_versions([one for one in versions() if one > near_id])
    assert (new.facility_id, new.dose.lot, new.entered_by) == (near, "Q", officer.officer_id)


def test_a_crash_while_storing_stores_nothing_and_can_be_repeated(
    checked: Step, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload_id = checked(csv_file([row(1), row(2)]))
    actions.confirm(clerk, upload_id, states_foreigners=True, now=NOW)
    with monkeypatch.context() as patch:
        patch.setattr(receiving, "_HISTORY", "SELECT 1/0")
        with pytest.raises(Exception, match="division by zero"):
            actions.store(upload_id, now=NOW)
    assert not Person.objects.exists()
    assert not DoseVersion.objects.exists()
    assert Upload.objects.get(pk=upload_id).status == "STORING"
    assert actions.store(upload_id, now=NOW) == 2
    assert actions.store(upload_id, now=NOW) == 0
    assert DoseVersion.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_killed_connection_stores_nothing(checked: Step, clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    upload_id = checked(csv_file([row(1), row(2)]))
    actions.confirm(clerk, upload_id, states_foreigners=True, now=NOW)
    with monkeypatch.context() as patch:
        patch.setattr(receiving, "_HISTORY", "SELECT pg_terminate_backend(pg_backend_pid())")
        with pytest.raises(Exception, match=r"terminat|closed"):
            actions.store(upload_id, now=NOW)
    connection.close()
    assert not DoseVersion.objects.exists()
    assert actions.store(upload_id, now=NOW) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same_upload", [True, False])
def test_two_clerks_confirming_at_once_store_once(checked: Step, clerk: Actor, *, same_upload: bool) -> None:
    content = csv_file([row(1), row(2)])
    first = checked(content)
    uploads = [first, first if same_upload else checked(content)]
    gate = threading.Barrier(2)
    outcomes: list[int | str] = []

    def confirm(upload_id: UUID) -> None:
        gate.wait()
        try:
            actions.confirm(clerk, upload_id, states_foreigners=True, now=NOW)
            outcomes.append(actions.store(upload_id, now=NOW))
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm, args=[upload_id]) for upload_id in uploads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert DoseVersion.objects.count() == 2
    assert outcomes.count(2) == 1
    assert {one for one in outcomes if one != 2} <= {0, "FILE_ALREADY_CONFIRMED", "UPLOAD_NOT_CHECKED"}


def test_single_entry_follows_the_same_rules(clerk: Actor) -> None:
    cells: dict[Column, Cell] = {
        Column.NAME: "Nguyễn Thị Hường", Column.BIRTH: "1990", Column.SEX: "2", Column.NUMBER: "040190000001",
        Column.DAY: "01/09/2021", Column.VACCINE: "EU/1/20/1528", Column.LOT: "FK1",
    }  # fmt: skip
    version_id = actions.enter(clerk, cells, states_identity=False, now=NOW)
    (version,) = get_versions([version_id])
    assert (version.dose.given_on, version.identity.birth_date) == (date(2021, 9, 1), "1990")
    wrong: list[tuple[dict[Column, Cell], str]] = [
        ({Column.LOT: ""}, "LOT_MISSING"),
        ({}, "DOSE_ALREADY_RECORDED"),
        ({Column.VACCINE: "Abdala"}, "DOSE_OTHER_PRODUCT_SAME_DAY"),
        ({Column.NATIONALITY: "Lào", Column.NUMBER: "P1234567"}, "STATEMENT_MISSING"),
    ]
    for changes, code in wrong:
        with pytest.raises(actions.RowRefused) as caught:
            actions.enter(clerk, cells | changes, states_identity=False, now=NOW)
        assert [one.code for one in caught.value.findings] == [code]


def test_a_workbook_walks_the_same_way(stored: Step) -> None:
    upload_id = stored(xlsx_file([row(1), row(2, number=40190000002)], above=2))
    assert found(upload_id) == [(5, "number", "NUMBER_ZERO_RESTORED", None)]
    assert DoseVersion.objects.count() == 2
