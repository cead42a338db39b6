"""Every field of every model is declared: personal, or looked at by somebody who found that it is not.

A field that can hold a text, bytes or JSON, or that names a person, stands either in its model's PERSONAL set (and its
model in rights/keeping.py) or here. Numbers, times, yes and no, codes with fixed choices and links to offices, officers
and rows need no word.
"""

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from vaxpass.rights.keeping import KEPT

# Codes, hashes over signed things, keys and lists of the ministry, offices' names, links of a row to its own person.
LOOKED_AT: dict[str, set[str]] = {
    "campaigns.Acknowledgement": {"note"},
    "campaigns.Attachment": {"name", "sha256", "content"},
    "campaigns.Directive": {
        "number",
        "title",
        "text",
        "province_code",
        "areas",
        "kinds",
        "classes",
        "withdrawn_because",
    },
    "campaigns.Step": {"title"},
    "campaigns.StepDone": {"note"},
    "citizens.Challenge": {"token_hash"},
    "citizens.Spent": {"digest"},
    "corrections.Report": {"cause", "refusal"},
    "facility_signing.Attestation": {"leaf_hash"},
    "facility_signing.Batch": {"number", "root", "manifest", "algorithm", "jws", "ended_reason"},
    "facility_signing.SigningCredential": {"provider", "reference", "algorithm", "thumbprint"},
    "identity.Check": {"request_id", "outcome", "officer_code"},
    "identity.Waiting": {"request_id", "claim"},
    "inspections.Complaint": {"province_code"},
    "inspections.Inspection": {"title", "province_code", "seed", "risk"},
    "inspections.Question": {"code", "text"},
    "inspections.RiskRow": {"kind"},
    "intake.RowFinding": {"upload_id", "column", "code"},
    "intake.Upload": {"id", "digest", "headers", "mapping"},
    "intake.UploadPart": {"upload_id"},
    "ministry_signing.Finding": {"code"},
    "ministry_signing.Run": {
        "state",
        "kind",
        "province_code",
        "kid",
        "algorithm",
        "issuer_name",
        "bursts",
        "decision_reason",
        "trouble",
    },
    "ministry_signing.RunDrop": {"code"},
    "ministry_signing.RunHold": {"codes", "decision"},
    "ministry_signing.StandingOrder": {"kind"},
    "ministry_signing.Survey": {"last_person", "reasons"},
    "notices.Bounce": {"channel", "code", "template"},
    "notices.Line": {"channel", "code", "cursor"},
    "notices.Notice": {"uid", "key", "template", "language", "attachment", "channel", "code", "claim"},
    "offices.Act": {"verb", "subject", "facts"},
    "offices.AdministrativeUnit": {"level", "code", "parent_code", "name_vi", "name_en"},
    "offices.Office": {"code", "name_vi", "name_en", "province_code", "district_code", "commune_code"},
    "offices.Officer": {"language"},
    "offices.OfficerRole": {"role"},
    "offices.Placement": {"province_code", "district_code", "commune_code"},
    "offices.UnitChange": {"kind", "facts", "basis", "trouble"},
    "offices.UnitSuccession": {"level", "old_code", "new_code"},
    "oversight.DosesGiven": {"province_code"},
    "oversight.OfficeCause": {"reason"},
    "oversight.UnitCause": {"code", "reason"},
    "oversight.UnitNeed": {"needs"},
    "oversight.OfficeFigures": {
        "people",
        "code",
        "name_vi",
        "name_en",
        "kind",
        "facility_class",
        "old_province",
        "old_district",
        "old_commune",
        "new_province",
        "new_commune",
    },
    "oversight.HealthAlarm": {"kind", "subject", "facts"},
    "oversight.Probe": {"name", "code", "facts"},
    "oversight.Tally": {"placing"},
    "oversight.UnitDay": {"code"},
    # Figures; the files name who signs for a public body, as every official document does.
    "oversight.WeeklyFile": {"code", "standings", "sheet", "sheet_digest", "pdf", "pdf_digest"},
    "oversight.WeeklySignatory": {"code"},
    "passports.LogLeaf": {"kid", "digest", "hash"},
    "passports.Passport": {"disease", "kid", "algorithm", "status_reason"},
    "passports.RevocationItem": {"code"},
    "passports.RevocationOrder": {"state", "reason", "decision_reason"},
    "publication.Alarm": {"kind", "subject", "facts"},
    "publication.Edition": {"document", "sha256", "content"},
    "publication.LeafTally": {"kid"},
    "publication.MonitorState": {"checkpoint_root"},
    "publication.PublishedCheckpoint": {"root"},
    "records.DoseVersion": {"person", "product", "upload_id"},
    "records.History": {"verb", "reason", "facts"},
    "records.Identity": {"person"},
    "records.Look": {"purpose"},
    "records.VersionState": {"person_id", "reason"},
    "reports.Report": {"wrongs", "province_code", "refusal"},
    "reports.ReportPhoto": {"source_type"},
    "reports.ReportStep": {"code"},
    "rights.Demand": {"number", "matters", "language"},
    "rights.DemandStep": {"answers"},
    "support.Article": {"title_vi", "title_en", "body_vi", "body_en", "pages", "codes", "words"},
    "support.Difficulty": {"page", "code"},
    "support.KnownProblem": {"title_vi", "title_en"},
    "support.ProblemUpdate": {"text_vi", "text_en"},
    "trust.Candidate": {
        "fingerprint",
        "usage",
        "country",
        "der",
        "key_id",
        "common_name",
        "refusal",
        "detail",
        "authority",
        "quirks",
        "origin",
    },
    "trust.Decision": {"words"},
    "trust.ImportAuthority": {"fingerprint", "country", "der", "key_id", "common_name", "origin"},
    "trust.KeyImport": {"kind", "identifier", "name", "sha256", "data"},
    "trust.OwnKey": {"fingerprint", "usage", "der", "key_id", "common_name"},
    "trust.Proposal": {"kind", "compared", "words", "reason"},
    "trust.ProposalItem": {"fingerprint", "usage", "country", "der", "key_id", "common_name", "authority", "origin"},
    "validity_rules.Edition": {"country", "purpose", "identifier", "version", "rule"},
    "validity_rules.Proposal": {"source", "note", "findings", "reason"},
    "validity_rules.ProposedChange": {"country", "purpose", "identifier", "version", "rule", "remarks"},
}
TEXTUAL = (models.CharField, models.TextField, models.BinaryField, models.JSONField, models.UUIDField)


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("vaxpass.")]


def needs_a_word(field: models.Field) -> bool:  # type: ignore[type-arg]  # any field
    base = field.base_field if isinstance(field, ArrayField) else field
    if field.choices or field.name == "pk":
        return False
    return isinstance(base, TEXTUAL) or "person" in field.name or field.name == "people"


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_every_field_is_personal_or_was_looked_at(model: type[models.Model]) -> None:
    personal: frozenset[str] = model.PERSONAL  # type: ignore[attr-defined]  # another test demands it
    asking = {field.name for field in model._meta.concrete_fields if needs_a_word(field)} - personal
    said = LOOKED_AT.get(model._meta.label, set())
    assert asking == said, "declare it in PERSONAL (and rights/keeping.py), or look at it and name it here"


def test_what_was_looked_at_is_there() -> None:
    assert set(LOOKED_AT) <= {model._meta.label for model in our_models()}


@pytest.mark.parametrize("label", sorted(KEPT))
def test_what_is_called_sealed_is_bytes_and_personal(label: str) -> None:
    model = apps.get_model(label)
    sealed = [field for field in model._meta.concrete_fields if "sealed" in field.name]
    assert all(isinstance(field, models.BinaryField) for field in sealed)
    assert {field.name for field in sealed} <= model.PERSONAL


def test_nothing_is_called_sealed_where_nothing_is_personal() -> None:
    for model in our_models():
        if model._meta.label not in KEPT:
            assert not [field.name for field in model._meta.concrete_fields if "sealed" in field.name]
