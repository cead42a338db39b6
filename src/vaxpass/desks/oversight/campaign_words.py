"""The words of directives: functions, targets, kinds, what is missing, where a directive stands."""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from vaxpass.campaigns.facts import DirectiveFacts, StepFacts
from vaxpass.campaigns.rules import Function, Need, Target
from vaxpass.desks._shared.chips import Chip
from vaxpass.desks._shared.navigation import Words
from vaxpass.desks._shared.templatetags.desk import number
from vaxpass.offices.units import Level, Scheme, unit_names

FUNCTION_WORDS: Final[dict[Function, Words]] = {
    Function.INTAKE: gettext_lazy("Entering doses"),
    Function.FACILITY_SIGNING: gettext_lazy("Signing by facilities"),
    Function.MINISTRY_SIGNING: gettext_lazy("Central signing by the ministry"),
    Function.CITIZEN_REPORTS: gettext_lazy("New reports of citizens"),
}
TARGET_WORDS: Final[dict[Target, Words]] = {
    Target.TOLD: gettext_lazy("Nothing counts it; the unit says that it is done"),
    Target.ALL_SIGNED: gettext_lazy("No checked dose waits for a signature"),
    Target.SHARE_SIGNED: gettext_lazy("A share of the checked doses is signed"),
    Target.IDENTITIES_MENDED: gettext_lazy("No wrong or incomplete identity is left"),
    Target.REPORTS_ANSWERED: gettext_lazy("No citizen's report is open"),
    Target.NO_REPORT_OVERDUE: gettext_lazy("No citizen's report is overdue"),
    Target.ALL_ENTERED: gettext_lazy("As many doses are entered as were given"),
}
KIND_WORDS: Final[dict[str, Words]] = {
    "facility": gettext_lazy("Vaccination facilities"),
    "commune": gettext_lazy("Commune health stations"),
    "province": gettext_lazy("Provincial departments of health"),
}
CLASS_WORDS: Final[dict[str, Words]] = {
    "provincial": gettext_lazy("Facilities of provinces"),
    "ministry": gettext_lazy("Facilities of the Ministry of Health"),
    "sector": gettext_lazy("Facilities of other ministries"),
}


def missing_words(step: StepFacts, need: Need | None) -> str:
    """Say what a unit misses of a step now."""
    if need is not None and need.is_pending:
        return _("Is being counted")
    if need is None or need.missing is None:
        return _("Cannot be counted yet")
    if need.missing == 0:
        return _("Done")
    said = {
        Target.TOLD: _("Not yet said to be done"),
        Target.ALL_SIGNED: _("%(count)s doses to sign"),
        Target.SHARE_SIGNED: _("%(count)s doses to sign"),
        Target.IDENTITIES_MENDED: _("%(count)s identities to mend"),
        Target.REPORTS_ANSWERED: _("%(count)s reports to answer"),
        Target.NO_REPORT_OVERDUE: _("%(count)s reports overdue"),
        Target.ALL_ENTERED: _("%(count)s doses not entered"),
    }
    return said[step.target] % {"count": number(need.missing)}


def target_words(step: StepFacts) -> str:
    """Say what a step is measured by."""
    if not step.is_counted:
        return _("Nothing; it opens and closes a function") if step.function else _("Nothing; it is to be read")
    if step.target is Target.SHARE_SIGNED:
        return _("At least %(percent)s %% of the checked doses are signed") % {"percent": step.percent}
    return str(TARGET_WORDS[step.target])


def directive_chip(directive: DirectiveFacts) -> Chip:
    """Give the chip that says where a directive stands."""
    if directive.withdrawn_at:
        return Chip(_("Withdrawn"), "refused")
    if directive.replaced_at:
        return Chip(_("Replaced by a new version"), "ended")
    return Chip(_("In force"), "done") if directive.published_at else Chip(_("Draft"), "wait")


def address_words(directive: DirectiveFacts) -> list[str]:
    """Say whom a directive addresses: kinds of units, classes, areas."""
    said = [", ".join(str(KIND_WORDS[kind]) for kind in directive.kinds if kind in KIND_WORDS)]
    if directive.classes:
        classes = ", ".join(str(CLASS_WORDS[one]) for one in directive.classes)
        said.append(_("Of facilities only: %(classes)s") % {"classes": classes})
    said.append(_areas(directive.areas, directive.province_code))
    return said


def _areas(areas: Sequence[str], province_code: str) -> str:
    if areas:
        return ", ".join(area_word(area) for area in areas)
    return province_name(province_code) if province_code else _("The whole country")


def area_word(area: str) -> str:
    """Say one area in words."""
    level, _colon, code = area.partition(":")
    words = {
        "province": province_name(code),
        "district": _("District %(code)s") % {"code": code},
        "commune": _("Commune %(code)s") % {"code": code},
        "office": _("Unit %(code)s") % {"code": code},
    }
    return words[level]


def province_name(code: str) -> str:
    """Give the name of a province of today or of before; the code where no list has it."""
    return province_names({code})[code]


def province_names(codes: set[str]) -> dict[str, str]:
    """Give the names of provinces by code: those of today first."""
    language = get_language() or "vi"
    now, before = (unit_names(Level.PROVINCE, codes, scheme) for scheme in (Scheme.NEW, Scheme.OLD))
    names = {code: now[code].name(language) for code in codes}
    return {code: before[code].name(language) if name == code else name for code, name in names.items()}
