"""What an administrator types about units: one form for each kind of change, each gives a wish."""

import re
from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vaxpass.offices.kinds import FacilityClass
from vaxpass.offices.unit_changes import Merge, Move, Part, Reclass, Rename, Reorganise, Split, Wish
from vaxpass.offices.units import CLASSES, REORGANISED_ON, Level

LEVELS: Final[tuple[tuple[str, Any], ...]] = (
    (Level.PROVINCE.value, _("Province")),
    (Level.COMMUNE.value, _("Commune")),
    (Level.DISTRICT.value, _("District (until 30/6/2025)")),
)
_PLAIN: Final = {"autocomplete": "off"}
_PARTS_OF_LINE: Final = re.compile(r"\s*[;\t]\s*")


def _text(label: Any, length: int, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=length, help_text=help_text, widget=forms.TextInput(_PLAIN))


class ChangeForm(forms.Form):
    """The day and the legal basis, which every change has."""

    title: Any = ""
    lead: Any = ""
    on = forms.DateField(
        label=_("In force from"),
        help_text=_("A day in the past takes effect at once; a day to come takes effect on that day."),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    basis = _text(_("Legal basis"), 120, _("Number and date of the resolution or decision."))
    field_order: Any = None

    def wish(self) -> Wish:
        """Give what is wanted; call it on a valid form."""
        raise NotImplementedError


class RenameForm(ChangeForm):
    """A unit gets another name."""

    title, lead = _("Rename a unit"), _("The code stays; earlier days keep the earlier name.")
    field_order = ("level", "code", "name_vi", "name_en", "on", "basis")
    level = forms.ChoiceField(label=_("Level"), choices=LEVELS)
    code = _text(_("Code of the unit"), 5)
    name_vi = _text(_("New Vietnamese name"), 80, _("With the kind of unit, for example “Thành phố Đồng Nai”."))
    name_en = _text(_("New English name"), 80)

    def wish(self) -> Wish:
        """Give the rename."""
        said = self.cleaned_data
        return Rename(Level(said["level"]), said["code"], said["name_vi"], said["name_en"])


class MergeForm(ChangeForm):
    """Units become one."""

    title = _("Merge units")
    lead = _("Their offices, delegations of signing and open reports go to the new unit; figures keep both.")
    field_order = ("level", "old_codes", "new_code", "name_vi", "name_en", "on", "basis")
    level = forms.ChoiceField(label=_("Level"), choices=LEVELS)
    old_codes = _text(_("Codes of the units that are merged"), 200, _("Two or more, with commas between."))
    new_code = _text(_("Code of the new unit"), 5, _("One of these codes, or one that was never used."))
    name_vi = _text(_("Vietnamese name of the new unit"), 80)
    name_en = _text(_("English name of the new unit"), 80)

    def wish(self) -> Wish:
        """Give the merger."""
        said = self.cleaned_data
        old = tuple(dict.fromkeys(code for code in re.split(r"[\s,;]+", said["old_codes"]) if code))
        return Merge(Level(said["level"]), old, said["new_code"], said["name_vi"], said["name_en"])


class SplitForm(ChangeForm):
    """A unit becomes several."""

    title = _("Split a unit")
    lead = _("Name the new units, then say for each office which one it belongs to; a list can be pasted.")
    field_order = ("level", "code", "parts", "offices", "on", "basis")
    level = forms.ChoiceField(label=_("Level"), choices=LEVELS)
    code = _text(_("Code of the unit that is split"), 5)
    parts = forms.CharField(
        label=_("New units"),
        help_text=_("One in each line: code; Vietnamese name; English name. The unit itself may be one of them."),
        widget=forms.Textarea({"rows": 4, **_PLAIN}),
    )
    offices = forms.CharField(
        label=_("Where each office goes"),
        required=False,
        help_text=_("One in each line: code of the office; code of its new unit. Others stay with the unit."),
        widget=forms.Textarea({"rows": 8, **_PLAIN}),
    )

    def clean_parts(self) -> tuple[Part, ...]:
        """Read three cells from each line."""
        return tuple(Part(*cells) for cells in _cells(self.cleaned_data["parts"], 3))

    def clean_offices(self) -> tuple[tuple[str, str], ...]:
        """Read two cells from each line."""
        return tuple((office.upper(), code) for office, code in _cells(self.cleaned_data["offices"], 2))

    def wish(self) -> Wish:
        """Give the split."""
        said = self.cleaned_data
        return Split(Level(said["level"]), said["code"], said["parts"], said["offices"])


class MoveForm(ChangeForm):
    """An office belongs to other units."""

    title, lead = (
        _("Move an office"),
        _("It belongs to other units from that day on, not before."),
    )
    field_order = ("office_code", "province_code", "district_code", "commune_code", "on", "basis")
    office_code = _text(_("Code of the office"), 12)
    province_code = _text(_("Code of the province"), 2)
    district_code = forms.CharField(
        label=_("Code of the district"), max_length=3, required=False, help_text=_("Only for days until 30/6/2025.")
    )
    commune_code = forms.CharField(label=_("Code of the commune"), max_length=5, required=False)

    def wish(self) -> Wish:
        """Give the move."""
        said = self.cleaned_data
        office = said["office_code"].upper()
        return Move(office, said["province_code"], said["district_code"], said["commune_code"])


class ReclassForm(ChangeForm):
    """A facility belongs to another class."""

    title = _("Change the class of a facility")
    lead = _("Deadlines of directives differ by class: province, health ministry, other ministries.")
    field_order = ("office_code", "facility_class", "on", "basis")
    office_code = _text(_("Code of the facility"), 12)
    facility_class = forms.ChoiceField(label=_("New class"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the classes in the reader's language."""
        super().__init__(*args, **kwargs)
        language = get_language() or "vi"
        self.fields["facility_class"].choices = [  # type: ignore[attr-defined]  # a field by name loses its kind
            (one.code, one.name(language)) for one in CLASSES if one.code in set(FacilityClass)
        ]

    def wish(self) -> Wish:
        """Give the change of class."""
        return Reclass(self.cleaned_data["office_code"].upper(), self.cleaned_data["facility_class"])


class ReorganiseForm(ChangeForm):
    """The whole of 1/7/2025."""

    title = _("Carry out the reorganisation of 1/7/2025")
    lead = _("Every office goes to the province and commune that its own became; districts end. It can be done again.")
    field_order = ("on", "basis")
    on = forms.DateField(
        label=_("In force from"),
        initial=REORGANISED_ON,
        widget=forms.DateInput({"type": "date", "readonly": True}, format="%Y-%m-%d"),
    )
    basis = forms.CharField(label=_("Legal basis"), max_length=120, initial="Nghị quyết 202/2025/QH15, 203/2025/QH15")

    def wish(self) -> Wish:
        """Give the reorganisation."""
        return Reorganise()


FORMS: Final[dict[str, type[ChangeForm]]] = {
    "rename": RenameForm, "merge": MergeForm, "split": SplitForm, "move": MoveForm, "reclass": ReclassForm,
    "reorganise": ReorganiseForm,
}  # fmt: skip


class UnitListForm(forms.Form):
    """The ministry's list as a file."""

    file = forms.FileField(
        label=_("List of units"),
        help_text=_("CSV in UTF-8 or .xlsx. Columns: Cấp, Mã, Tên, Mã cấp trên, Hiệu lực từ, Hết hiệu lực, Trở thành."),
        widget=forms.ClearableFileInput({"accept": ".csv,.xlsx"}),
    )


def _cells(text: str, number: int) -> Iterator[list[str]]:
    for line_number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        cells = _PARTS_OF_LINE.split(line.strip())
        if len(cells) != number or not all(cells):
            raise forms.ValidationError(
                _("Line %(line)s has not %(number)s values. Put semicolons between them."),
                params={"line": line_number, "number": number},
            )
        yield cells
