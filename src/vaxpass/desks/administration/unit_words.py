"""A change of units in one line."""

from django.utils.translation import get_language, gettext

from vaxpass.offices.unit_changes import Merge, Move, Reclass, Rename, Split, Wish
from vaxpass.offices.units import Level, Scheme, unit_name


def change_words(wish: Wish) -> str:
    """Say what a change does, with codes and the new names."""
    language = get_language() or "vi"
    match wish:
        case Rename():
            name = wish.name_en if language == "en" else wish.name_vi
            return gettext("%(code)s is called %(name)s") % {"code": wish.code, "name": name}
        case Merge():
            name = wish.name_en if language == "en" else wish.name_vi
            said = {"codes": ", ".join(wish.old_codes), "code": wish.new_code, "name": name}
            return gettext("%(codes)s become %(code)s %(name)s") % said
        case Split():
            names = [f"{part.code} {part.name_en if language == 'en' else part.name_vi}" for part in wish.parts]
            return gettext("%(code)s becomes %(parts)s") % {"code": wish.code, "parts": ", ".join(names)}
        case Move():
            where = " ".join(filter(None, (wish.province_code, wish.district_code, wish.commune_code)))
            return gettext("%(office)s moves to %(where)s") % {"office": wish.office_code, "where": where}
        case Reclass():
            name = unit_name(Level.CLASS, wish.facility_class, Scheme.NEW).name(language)
            return gettext("%(office)s counts among: %(name)s") % {"office": wish.office_code, "name": name}
        case _:
            return gettext("Reorganisation of 1/7/2025: 34 provinces, no districts")
