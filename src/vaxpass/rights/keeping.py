"""Where data about people lie, how long each is kept, and where the copy shows it. A test compares it with the models.

docs/reference/personal-data.md is made from this page and the PERSONAL sets of the models. How long records of
vaccination are kept is the law's (Luật Khám bệnh, chữa bệnh 15/2023/QH15 and what was issued under it); times in days
that stand here are those of the code that deletes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Kept:
    """A table with personal data: for how long, and either the copy's section that shows it or why none does."""

    how_long: Text
    section: str = ""
    left_out: Text = ""


_LAW: Final = _("As long as the law on health records orders. A mistake is corrected by a new version beside the old.")
_SIGNED: Final = _("For ever: it is signed, and what is signed is never changed or taken away.")
_PROOF: Final = _("As long as the record, as proof for you of who saw it and what was done.")
_TAKEN_BACK: Final = _("Until you take it back.")
_REPORT: Final = _("As long as the record that it is about; it tells why the record says what it says.")
_WIPED: Final = _("Address and content until the message has arrived or lapsed; the fact that it was sent stays.")
_WORK: Final = _("As long as the officer's account, and after it as long as what he or she did must be proven.")
_PHOTOS: Final = _("Some time after the decision (120 days, unless the ministry sets another), or until you demand it.")
_HOUR: Final = _("An hour.")
_DAY: Final = _("A day at most.")
_UPLOAD: Final = _("Until the facility has confirmed or thrown away its file; 7 days at most.")
_RUN: Final = _("As long as the passport that came of it.")
_ORDER: Final = _("As long as the passports that it ended, as proof of who ended them and why.")
_TROUBLE: Final = _(
    "Numbers in the text until a month after the answer, covered then; the rest as long as the account."
)
_OF_OFFICES: Final = _(
    "About an office's trouble with the platform; that your record was looked at stands under looks."
)
_TOLD: Final = _("Until what it tells of need no longer be proven.")
_FOUND: Final = _(
    "What an inspection found at a unit; records stand in it by their number, and it cannot be found by person."
)
_SURVEY: Final = _("Until the next count.")

KEPT: Final[Mapping[str, Kept]] = {
    "records.Person": Kept(
        _LAW, left_out=_("A keyed hash of number, name and birth year; it says nothing that the identity does not say.")
    ),
    "records.Identity": Kept(_LAW, "identity"),
    "records.DoseVersion": Kept(_LAW, "doses"),
    "records.VersionState": Kept(_LAW, "doses"),
    "records.Look": Kept(_PROOF, "looks"),
    "facility_signing.Attestation": Kept(_SIGNED, "signatures"),
    "facility_signing.SigningCredential": Kept(_WORK, left_out=_("About an officer who signs, not about you.")),
    "offices.Officer": Kept(_WORK, left_out=_("About an officer, not about you.")),
    "oversight.WeeklySignatory": Kept(_WORK, left_out=_("About an officer, not about you.")),
    "campaigns.OfficeContact": Kept(
        _TAKEN_BACK, left_out=_("The mailbox of an office, to which directives are sent; not about you.")
    ),
    "intake.Upload": Kept(
        _LAW, left_out=_("The name that a facility gave to a file of many people; it cannot be found by person.")
    ),
    "intake.UploadPart": Kept(
        _UPLOAD,
        left_out=_("Rows of a file on its way in, sealed together; what was stored stands under doses."),
    ),
    "corrections.Report": Kept(_REPORT, "requests"),
    "ministry_signing.Finding": Kept(
        _SURVEY, left_out=_("A count of who is ready; what a dose waits for stands on the page of your record.")
    ),
    "ministry_signing.RunItem": Kept(
        _RUN, left_out=_("The content of a passport before it was signed; the same stands in the passport.")
    ),
    "ministry_signing.RunHold": Kept(
        _RUN, left_out=_("That an officer looked again before a passport was signed; no data of its own.")
    ),
    "ministry_signing.RunDrop": Kept(
        _RUN, left_out=_("That a passport prepared in a run was not signed because the record had changed meanwhile.")
    ),
    "ministry_signing.RunPerson": Kept(
        _RUN, left_out=_("That a run was prepared for you, so that you need not wait; the passport says the rest.")
    ),
    "passports.Passport": Kept(_SIGNED, "passports"),
    "passports.RevocationOrder": Kept(
        _ORDER,
        left_out=_("An order of two officers about many passports; what it did to yours stands with the passport."),
    ),
    "passports.RevocationItem": Kept(
        _ORDER, left_out=_("That an order named your passport; its end and the reason stand with the passport.")
    ),
    "inspections.Complaint": Kept(
        _TOLD, left_out=_("Told to inspectors, by name or without; it cannot be found by person.")
    ),
    "inspections.Finding": Kept(_TOLD, left_out=_FOUND),
    "inspections.FindingStepRow": Kept(_TOLD, left_out=_FOUND),
    "notices.Notice": Kept(_WIPED, "notices"),
    "notices.Bounce": Kept(_WIPED, left_out=_("That a message did not arrive; the same stands with the message.")),
    "reports.Report": Kept(_REPORT, "reports"),
    "reports.ReportStep": Kept(_REPORT, "report_steps"),
    "reports.ReportPhoto": Kept(_PHOTOS, "report_photos"),
    "reports.NumberTry": Kept(
        _HOUR, left_out=_("A keyed hash of a network address, against guessing; it cannot be found by person.")
    ),
    "citizens.Challenge": Kept(
        _DAY, left_out=_("A one-time code under way, sealed; it is worthless once used and goes within a day.")
    ),
    "citizens.Tally": Kept(
        _DAY, left_out=_("A keyed hash and a count, against guessing; it cannot be found by person.")
    ),
    "citizens.Visit": Kept(_PROOF, "visits"),
    "citizens.Contact": Kept(_TAKEN_BACK, "contacts"),
    "citizens.EidLink": Kept(
        _PROOF, left_out=_("Keyed hashes of your VNeID account and your number, so that nobody else can take it over.")
    ),
    "rights.Demand": Kept(_PROOF, "demands"),
    "rights.DemandStep": Kept(_PROOF, "demands"),
    "rights.Consent": Kept(_PROOF, "consents"),
    "support.Difficulty": Kept(_TROUBLE, left_out=_OF_OFFICES),
    "support.DifficultyStep": Kept(_TROUBLE, left_out=_OF_OFFICES),
}
"""By `app.Model`; every model of ours whose PERSONAL set is not empty stands here."""

OF_LIBRARIES: Final[tuple[tuple[str, Text, Text], ...]] = (
    (
        "django_session",
        _("Which people a visit reached, and a report that is still being written, signed by the platform"),
        _("30 minutes after the last press; the row is removed with the next cleaning"),
    ),
    ("axes_accessattempt", _("User name and network address of an officer's failed sign-in"), _("Until a right one")),
    ("mfa_authenticator", _("An officer's second factor"), _WORK),
    (
        "procrastinate_jobs",
        _("Numbers of rows to work on; no name, number or address"),
        _("Until the job is done and its row is removed"),
    ),
)
"""Tables of libraries: (table, what of a person stands in it, how long)."""
