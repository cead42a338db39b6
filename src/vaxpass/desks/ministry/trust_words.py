"""Keys, imports and proposals in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from babel import Locale
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from vaxproof import Code
from vaxproof import sentence as proof_sentence

from vaxpass.desks._shared.chips import Chip
from vaxpass.desks._shared.refusals import sentence
from vaxpass.trust.facts import ProposalFacts
from vaxpass.trust.rules import Compared, ProposalKind, WithdrawalReason

SOURCES: dict[str, str | Promise] = {
    "EU-DGCG": _("EU gateway"),
    "WHO-GDHCN": _("WHO trust network (GDHCN)"),
    "CERTIFICATES": _("Certificate file"),
}
USAGES: dict[str, str | Promise] = {"DSC": _("Signs passports"), "CSCA": _("National authority, signs no passports")}
KINDS: dict[str, str | Promise] = {
    ProposalKind.ACCEPT.value: _("Accept keys"),
    ProposalKind.REMOVE.value: _("Remove keys"),
    ProposalKind.WITHDRAW.value: _("Withdraw our key"),
}
FOLLOWS: dict[str, str | Promise] = {
    ProposalKind.ACCEPT.value: _(
        "If you accept, verifiers everywhere believe passports that these keys have signed. Check that the comparison "
        "above was made by another way than the file came; call whoever compared if in doubt."
    ),
    ProposalKind.REMOVE.value: _(
        "If you accept, verifiers everywhere cannot check passports of these keys any more. They can be imported again."
    ),
    ProposalKind.WITHDRAW.value: _(
        "If you accept, verifiers everywhere follow within hours, the platform signs nothing with this key any more, "
        "and there is no way back. Make sure that the next key is ready."
    ),
}
COMPARED: dict[str, str | Promise] = {
    Compared.NOTHING.value: _("Nothing new: the keys stand below authorities that we accept already"),
    Compared.AUTHORITIES.value: _("The fingerprints of the authorities"),
    Compared.FILE.value: _("The SHA-256 of the whole file"),
}
REASONS: dict[str, str | Promise] = {
    WithdrawalReason.KEY_STOLEN.value: _("The key was stolen or copied"),
    WithdrawalReason.KEY_MISUSED.value: _("The key signed what it should not have signed"),
    WithdrawalReason.KEY_LOST.value: _("The key is lost or its device is broken"),
    WithdrawalReason.KEY_REPLACED.value: _("The key was replaced and must not be used any more"),
}
UNLESS_LOGGED: dict[bool, str | Promise] = {
    True: _("Passports that stand in the public log stay valid; what is not in it counts as forged"),
    False: _("No passport of this key stays valid; all holders need a new one"),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why entries of a list are refused, and how many."""

    code: str
    sentence: str
    count: int


def language() -> str:
    """The reader's language, `vi` or `en`."""
    return "en" if get_language() == "en" else "vi"


def country_name(code: str) -> str:
    """Name a country in the reader's language, with its code."""
    name = Locale(language()).territories.get(code)
    return f"{name} ({code})" if name else code


def why(code: str) -> str:
    """Say why an entry is refused: the verifier's own sentence, or this room's."""
    return proof_sentence(code, language()) if code in set(Code) else sentence(code)


def refusals(reasons: Mapping[str, int]) -> list[Refusal]:
    """Give coded counts in words, most frequent first."""
    ordered = sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))
    return [Refusal(code, why(code), count) for code, count in ordered]


def spaced(fingerprint: str) -> str:
    """Write a fingerprint in groups of four, so that two people can read it to each other."""
    return " ".join(fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4)).upper()


def proposal_chip(found: ProposalFacts) -> Chip:
    """Give the chip of a proposal."""
    if found.approved is None:
        return Chip(_("Waits for the second officer"), "turn")
    return Chip(_("Accepted"), "done") if found.approved else Chip(_("Refused"), "refused")


def chip_html(chip: Chip) -> str:
    """Give a chip for a table's cell."""
    return render_to_string("parts/chip.html", {"chip": chip})
