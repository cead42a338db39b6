"""Words of this desk for what the rooms name by codes."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from vaxproof.valuesets import LICENSED_IN_VIETNAM

from vaxpass.desks._shared.navigation import Words
from vaxpass.intake.columns import Column

# Lazy texts; Django's stubs know their type under a private name alone, and forms take no other.
COLUMN_WORDS: dict[str, Any] = {
    Column.RECORD.value: _("Record number"),
    Column.NAME.value: _("Full name"),
    Column.BIRTH.value: _("Birth date"),
    Column.SEX.value: _("Sex"),
    Column.NATIONALITY.value: _("Nationality"),
    Column.NUMBER.value: _("Citizen card or passport number"),
    Column.PHONE.value: _("Telephone"),
    Column.ADDRESS.value: _("Address"),
    Column.DOSE.value: _("Dose number"),
    Column.DAY.value: _("Day of vaccination"),
    Column.VACCINE.value: _("Vaccine"),
    Column.LOT.value: _("Lot"),
    Column.PLACE.value: _("Place of vaccination"),
    Column.GROUP.value: _("Priority group"),
    "stated": _("The facility's statement"),
}

STATUS_WORDS: dict[str, tuple[Words, str]] = {
    "STAGED": (_("Columns to confirm"), "turn"),
    "CHECKING": (_("Being checked"), "wait"),
    "CHECKED": (_("To be confirmed"), "turn"),
    "STORING": (_("Being stored"), "wait"),
    "CONFIRMED": (_("Stored"), "done"),
    "DISCARDED": (_("Thrown away"), "ended"),
    "EXPIRED": (_("Expired"), "ended"),
}

PRODUCT_NAMES: dict[str, str] = {product.mp: product.vietnamese_name for product in LICENSED_IN_VIETNAM}

VERB_WORDS: dict[str, Words] = {
    "receive": _("Received"),
    "confirm_identity": _("Identity confirmed"),
    "report_mismatch": _("Identity does not match"),
    "report_unsendable": _("Identity could not be asked for"),
    "report_unanswered": _("The population database gave no answer"),
    "exempt": _("Exempt from comparison"),
    "attest": _("Signed by the facility"),
    "certify": _("Passport issued"),
    "refuse": _("Refused by the ministry"),
    "replace": _("Replaced by a mended version"),
    "withdraw": _("Withdrawn"),
}

WITHDRAWAL_REASONS: tuple[tuple[str, Words], ...] = (
    ("WITHDRAWN_TYPED_TWICE", _("The dose was entered twice")),
    ("WITHDRAWN_NOT_GIVEN", _("The dose was never given")),
    ("WITHDRAWN_OTHER_PERSON", _("The dose belongs to somebody else")),
    ("WITHDRAWN_OTHER_FACILITY", _("Another facility gave the dose")),
)
