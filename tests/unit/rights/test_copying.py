"""The copy holds what is declared personal about somebody, nothing of anybody else, and no officer's name."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.utils.translation import override

from tests.factories import NOW, received
from tests.factories.signing import (
    Key,
    Ministry,
    approved_run,
    attested_person,
    make_key,
    make_ministry,
    sign_and_record,
)
from tests.unit.rights.conftest import Desk
from vaxpass.citizens.models import Contact, Visit
from vaxpass.citizens.rules import Citizen, Proof
from vaxpass.corrections import actions as corrections
from vaxpass.corrections.actions import Wish as Correction
from vaxpass.corrections.rules import Kind as CorrectionKind
from vaxpass.jobs import rights as jobs
from vaxpass.records import actions as records
from vaxpass.records.access import note_looks
from vaxpass.records.queries import get_versions
from vaxpass.records.sealing import seal
from vaxpass.records.states import Verb
from vaxpass.reports.actions import file
from vaxpass.reports.evidence import Evidence, SourceType
from vaxpass.reports.rules import Claimed, Filing, ReporterProof, Wrong
from vaxpass.rights import actions
from vaxpass.rights.copying import FORMAT, SECTIONS, gather, to_json
from vaxpass.rights.keeping import KEPT
from vaxpass.rights.rules import Kind, Matter, Purpose, Wish


def personal_models() -> set[str]:
    models = [model for model in apps.get_models() if model.__module__.startswith("vaxpass.")]
    return {f"{model._meta.app_label}.{model.__name__}" for model in models if getattr(model, "PERSONAL", frozenset())}


def test_every_table_with_personal_data_is_copied_or_left_out_with_a_reason() -> None:
    assert personal_models() == set(KEPT)
    for table, kept in KEPT.items():
        assert bool(kept.section) != bool(kept.left_out), table
        assert str(kept.how_long), table


def test_every_section_of_the_copy_says_what_table_it_shows() -> None:
    of_tables = {kept.section for kept in KEPT.values() if kept.section}
    derived = {"history", "identity_checks", "log"}  # no table of theirs holds personal data by itself
    assert {section.name for section in SECTIONS} == of_tables | derived


@pytest.fixture
def ministry(db: None) -> Ministry:
    return make_ministry()


@pytest.fixture
def key() -> Key:
    return make_key()


@pytest.fixture
def lived(ministry: Ministry, key: Key) -> Citizen:
    """Somebody to whom everything happened: a passport, looks, a correction, a report, messages, demands, consents."""
    versions = attested_person(ministry, 1)
    attested_person(ministry, 2, full_name="Trần Văn Khác", birth_date="1971-01-02")
    sign_and_record(approved_run(ministry, key)[1], key)
    person_id = get_versions(versions)[0].person_id
    citizen = Citizen(frozenset({person_id}), Proof.PHONE, NOW)
    note_looks(ministry.operator, [person_id], "record", NOW)
    Visit.objects.create(person_id=person_id, proof=Proof.PHONE.value, at=NOW)
    Contact.objects.create(person_id=person_id, email_sealed=seal("huong@vd.vn"), email_key=b"k" * 16, confirmed_at=NOW)
    actions.consent(citizen.person_ids, Purpose.EMAIL, given=True, now=NOW)
    jobs.file_demand(citizen, Wish(Kind.OBJECTION, (Matter.LOOKS,), "Ai đã xem?"), now=NOW)
    _report(citizen, versions[0])
    return citizen


def _report(citizen: Citizen, version_id: int) -> None:
    photo = Evidence(b"\xff\xd8\xff-a-photo", 120, 90, SourceType.JPEG)
    filing = Filing(
        wrongs=(Wrong.LOT,),
        claimed=Claimed(lot="ZZ9999"),
        proof=ReporterProof.PHONE,
        reporter_name="Nguyễn Thị Hường",
        reporter_phone="0900000001",
        version_id=version_id,
        person_ids=tuple(citizen.person_ids),
        note="Số lô trên giấy khác.",
    )
    file(filing, [photo], now=NOW)


def copied(citizen: Citizen) -> dict[str, list[dict[str, Any]]]:
    content = to_json(gather(citizen, now=NOW + timedelta(hours=1)))
    return {section["name"]: section["entries"] for section in content["sections"]}


def test_the_copy_of_somebody_to_whom_everything_happened(lived: Citizen) -> None:
    sections = copied(lived)
    empty = {name for name, entries in sections.items() if not entries}
    assert empty == {"identity_checks", "signatures", "requests"}, "what the factories skip"
    (identity,) = sections["identity"]
    assert identity["full_name"] == "Nguyễn Thị Hường"
    assert identity["number"] == "040190000001"
    assert identity["phone"] == "0900000001"
    assert identity["birth_date"] == "1990-05-17"
    assert identity["sex"] == {"code": 2, "vi": "Nữ", "en": "Female"}
    assert len(sections["doses"]) == 2
    assert sections["passports"][0]["qr_text"].startswith("HC1:")
    assert sections["passports"][0]["status"]["code"] == "LIVE"
    assert [entry["kind"]["en"] for entry in sections["log"]] == ["Issued"]
    assert [entry["purpose"]["code"] for entry in sections["looks"]].count("record") == 1
    assert sections["contacts"] == [{"email": "huong@vd.vn", "confirmed_at": "2022-04-15T02:00:00Z"}]
    assert sections["visits"][0]["proof"]["code"] == "PHONE"
    assert sections["consents"] == [
        {
            "purpose": sections["consents"][0]["purpose"],
            "given": True,
            "wording": 1,
            "at": "2022-04-15T02:00:00Z",
        }
    ]
    assert sections["demands"][0]["words"] == "Ai đã xem?"
    assert "DEMAND_RECEIVED" in [entry["what"]["code"] for entry in sections["notices"]]
    (report,) = sections["reports"]
    assert (report["claimed"], report["note"]) == ("lot: ZZ9999", "Số lô trên giấy khác.")
    assert sections["report_photos"][0]["jpeg"]["media_type"] == "image/jpeg"
    assert sections["report_steps"]


def test_the_copy_is_the_citizens_alone(lived: Citizen) -> None:
    text = json.dumps(to_json(gather(lived, now=NOW)), ensure_ascii=False)
    assert "Trần Văn Khác" not in text
    assert "040190000002" not in text
    stranger = Citizen(frozenset(), Proof.EID, NOW)
    assert not any(copied(stranger).values())


def test_no_officer_is_named(lived: Citizen) -> None:
    assert "Cán bộ" not in json.dumps(copied(lived), ensure_ascii=False)


def test_a_correction_asked_by_an_officer_is_in_the_copy(desk: Desk) -> None:
    from tests.factories import make_officer
    from vaxpass.offices.queries import get_actor_by_id

    clerk = get_actor_by_id(make_officer("asker", desk.facility_id, "facility_clerk"))
    records.move([desk.version_id], Verb.REPORT_MISMATCH, now=NOW, reason="IDENTITY_FIELDS_DIFFER")
    mended = received(1, birth_date="1990-05-18")
    wish = Correction(CorrectionKind.MEND, "CORRECTION_TYPED_WRONG", mended, "Xem giấy khai sinh.")
    corrections.ask(clerk, desk.version_id, wish, now=NOW)
    (asked,) = copied(desk.citizen)["requests"]
    assert "birth_date: 1990-05-18" in asked["asked"]
    assert asked["note"] == "Xem giấy khai sinh."


def test_what_the_population_database_holds_is_never_said(desk: Desk) -> None:
    records.move([desk.version_id], Verb.REPORT_MISMATCH, now=NOW, reason="IDENTITY_NO_SUCH_PERSON")
    content = json.dumps(copied(desk.citizen), ensure_ascii=False)
    assert "IDENTITY_NO_SUCH_PERSON" not in content
    assert '"confirmed"' not in content  # nobody asked yet


def test_the_file_says_what_it_is(desk: Desk) -> None:
    content = to_json(gather(desk.citizen, now=NOW))
    assert (content["format"], content["version"]) == (FORMAT, 1)
    assert content["made_at"] == "2022-04-15T02:00:00Z"
    for section in content["sections"]:
        assert section["label"]["vi"] != section["label"]["en"]
        assert section["why"]["vi"]
        for entry in section["entries"]:
            assert set(entry) <= set(section["fields"])
    assert {one["table"] for one in content["left_out"]} == {table for table, kept in KEPT.items() if kept.left_out}
    assert json.loads(json.dumps(content)) == content


def test_the_copy_does_not_depend_on_the_readers_language(desk: Desk) -> None:
    with override("en"):
        english = to_json(gather(desk.citizen, now=NOW))
    with override("vi"):
        assert to_json(gather(desk.citizen, now=NOW)) == english
