"""Words for the health of the system."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from vaxpass.desks._shared.navigation import Words
from vaxpass.oversight.health_facts import CertificateKind, ProbeName
from vaxpass.oversight.health_rules import KINDS

# The sentence of each kind of alarm is the msgid of its code.
for _kind in KINDS:
    gettext_noop(_kind)

PROBE_WORDS: Final[dict[ProbeName, Words]] = {
    ProbeName.MINISTRY_KEY: _("Key that signs passports"),
    ProbeName.PUBLISHER_KEY: _("Key that signs what is published"),
    ProbeName.LOG_KEY: _("Key that signs the public log"),
    ProbeName.CERTIFICATES: _("Certificates of keys"),
    ProbeName.DISK: _("Disk of the published files"),
}
CERTIFICATE_WORDS: Final[dict[CertificateKind, Words]] = {
    CertificateKind.DSC: _("Signer of passports (DSC)"),
    CertificateKind.CSCA: _("Root of the country (CSCA)"),
    CertificateKind.PUBLISHER: _("Publisher of lists"),
    CertificateKind.WALLET: _("Signer of wallet passes"),
    CertificateKind.FACILITY_ANCHOR: _("Provider of facilities' certificates"),
}
CHANNEL_WORDS: Final[dict[str, Words]] = {"sms": _("SMS"), "email": _("E-mail")}
FACT_WORDS: Final[dict[str, Words]] = {
    "alive": _("Workers alive"),
    "wanted": _("Workers wanted"),
    "queue": _("Queue"),
    "number": _("How many"),
    "key": _("Key"),
    "what": _("Part"),
    "code": _("Reason"),
    "kind": _("Kind of certificate"),
    "name": _("Name of the certificate"),
    "days": _("Days left"),
    "waiting": _("Waiting"),
    "asked": _("Questions in the last hour"),
    "silent": _("Without an answer"),
    "list": _("List"),
    "channel": _("Way"),
    "failed": _("Failed"),
    "tried": _("Tried"),
    "minutes": _("Minutes"),
    "percent": _("Percent"),
    "seconds": _("Seconds"),
}
"""Every fact that a finding of health_rules carries."""
