"""The eleven fields of the passport, each with what it means."""

from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.navigation import Words

# The eleven fields of the passport in the order of Decision 5772/QĐ-BYT of 2021, annex 1.
FIELDS: tuple[tuple[Words, Words], ...] = (
    (
        _("Full name"),
        _("As in your papers, and once more in plain Latin letters as in a passport's machine-readable lines."),
    ),
    (
        _("Date of birth"),
        _("Where only the year is known, only the year is shown."),
    ),
    (
        _("Nationality"),
        _("As the facility recorded it."),
    ),
    (
        _("Disease or agent targeted"),
        _("What the vaccine protects against: COVID-19."),
    ),
    (
        _("Number of doses received"),
        _("Together with the doses of the complete series, for example 2 of 2."),
    ),
    (
        _("Date of vaccination"),
        _("The day of the latest dose."),
    ),
    (
        _("Number of the dose attested"),
        _("Which dose the passport attests."),
    ),
    (
        _("Vaccine"),
        _("The kind of vaccine, by the international list."),
    ),
    (
        _("Vaccine product"),
        _("The product's name, one of the eight licensed in Vietnam."),
    ),
    (
        _("Vaccine manufacturer or supplier"),
        _("Who holds the licence of the product."),
    ),
    (
        _("Certificate number"),
        _("A number made for this passport alone. It says nothing about you."),
    ),
)
