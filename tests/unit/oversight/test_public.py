"""What everybody reads of the provinces, and the page of times: small numbers hidden in every form of it."""

import csv
import io
import json
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.factories import NOW, make_officer
from tests.factories.figures import count_figures
from tests.factories.nation import add_doses, make_nation
from tests.unit.oversight.test_suppression import solutions
from vaxpass.offices.models import AdministrativeUnit, Officer
from vaxpass.offices.units import Scheme
from vaxpass.oversight import public
from vaxpass.oversight.models import OfficeFigures, UnitDay
from vaxpass.oversight.public import Column
from vaxpass.oversight.suppression import SMALL, Sum
from vaxpass.oversight.times import Span

pytestmark = pytest.mark.django_db
COUNTED = (Column.DOSES, Column.PEOPLE, Column.SIGNED, Column.PASSPORTS)


@pytest.fixture
def nation():
    cache.clear()
    made = make_nation(Random(3))
    add_doses(made, Random(3), people=12)
    return made


def test_no_small_number_is_published_nor_can_be_computed_from_both_lists(nation):
    count_figures()
    old, new = public.by_province(Scheme.OLD), public.by_province(Scheme.NEW)
    assert len([row for row in old.rows if row.code]) == 63
    assert len([row for row in new.rows if row.code]) == 34
    belongs = dict(OfficeFigures.objects.values_list("old_province", "new_province"))
    for column in COUNTED:
        real = _real(column)
        shown: dict[Any, int | None] = {("old", row.code): row.counts[column] for row in old.rows}
        shown |= {("new", row.code): row.counts[column] for row in new.rows} | {"all": new.country.counts[column]}
        assert not [cell for cell, count in shown.items() if count in SMALL]
        assert old.country.counts[column] == new.country.counts[column]
        values: dict[Any, int] = {("old", code): count for code, count in real.items()}
        sums: list[Sum[Any]] = [
            Sum(("new", to), [("old", code) for code in real if belongs[code] == to]) for to in set(belongs.values())
        ]
        values |= {one.total: sum(values[part] for part in one.parts) for one in sums}
        values["all"] = sum(real.values())
        hidden = frozenset(cell for cell in values if shown.get(cell, 0 if not values[cell] else None) is None)
        for cell in hidden:
            if values[cell] in SMALL:
                assert len(solutions(values, [*sums, Sum("all", [("old", code) for code in real])], hidden, cell)) > 1


def _real(column):
    found: dict[str, int] = {}
    for row in OfficeFigures.objects.all():
        count = row.attested + row.certified if column is Column.SIGNED else getattr(row, column.value)
        found[row.old_province] = found.get(row.old_province, 0) + count
    return found


def test_few_answers_of_a_province_do_not_follow_from_the_country_and_the_others(nation):
    """Old 10 and 15 are new 15: three answers in old 10 hide those of one more province in both lists."""
    count_figures()
    day = public.by_province(Scheme.OLD).until
    found = {("old", "10"): 3, ("old", "15"): 0, ("old", "40"): 30, ("old", "02"): 50}
    found |= {("new", "15"): 3, ("new", "40"): 30, ("new", "08"): 50}
    UnitDay.objects.update(report_to_answer=[])
    for (scheme, code), number in found.items():
        _answered("province", scheme, code, day, number)
    _answered("country", "old", "", day, 83)
    for scheme in Scheme:
        told = public.by_province(scheme)
        counts = {row.code: row.times[Span.REPORT_TO_ANSWER].count for row in told.rows}
        hidden = [code for code, count in counts.items() if count is None]
        assert len(hidden) > 1, "the country without the others would tell the one"
        assert told.country.times[Span.REPORT_TO_ANSWER].count == 83
        assert counts["02" if scheme is Scheme.OLD else "08"] == 50


def _answered(level, scheme, code, day, number):
    columns = {"report_to_answer": [(5 << 32) + number]}
    UnitDay.objects.update_or_create(level=level, scheme=scheme, code=code, day=day, defaults=columns)


def test_everybody_reads_the_page_in_both_languages_and_as_files(nation):
    count_figures()
    address = reverse("oversight:public")
    for language, title in (("vi", "Tiến độ theo tỉnh"), ("en", "Progress by province")):
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        page = client.get(address, {"units": "old"})
        assert page.status_code == 200
        assert title in page.content.decode()
        assert len(page.content) < 100_000
    told = json.loads(Client().get(address, {"units": "old", "format": "json"}).content)
    assert (told["units"], len([one for one in told["provinces"] if one["code"]])) == ("old", 63)
    content = Client().get(address, {"units": "new", "format": "csv"}).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert rows[-1]["code"] == "VN"
    assert Client().get(address, {"format": "xlsx"}).content[:2] == b"PK"
    assert Client().get(address, {"units": "neither"}).status_code == 200


def test_a_name_that_would_be_a_formula_is_none_in_the_file(nation):
    AdministrativeUnit.objects.filter(level="province", code="40").update(name_vi="=1+1")
    count_figures()
    content = Client().get(reverse("oversight:public"), {"units": "new", "format": "csv"}).content.decode("utf-8-sig")
    assert [row["name_vi"] for row in csv.DictReader(io.StringIO(content)) if row["code"] == "40"] == ["'=1+1"]


def test_before_the_first_tally_the_page_says_so(nation):
    assert Client().get(reverse("oversight:public")).status_code == 200
    assert json.loads(Client().get(reverse("oversight:public"), {"format": "json"}).content)["as_of"] is None


def test_the_page_follows_the_next_tally(nation):
    count_figures()
    address = reverse("oversight:public")
    first = json.loads(Client().get(address, {"format": "json"}).content)["as_of"]
    count_figures(NOW + timedelta(minutes=2))
    assert json.loads(Client().get(address, {"format": "json"}).content)["as_of"] != first


def test_the_page_of_times_compares_the_parts_and_gives_sheets(nation):
    count_figures()
    officer = Officer.objects.get(pk=make_officer("inspector", nation.ministry, "ministry_inspector"))
    client = Client()
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = reverse("oversight:times")
    for wish in ({}, {"by": "class"}, {"level": "province", "code": "40"}, {"level": "office", "code": "BM01"}):
        asked = {"span": "dose_to_signature", "days": "365", **wish}
        assert client.get(address, asked).status_code == 200
        assert client.get(address, {**asked, "format": "xlsx"}).content[:2] == b"PK"
    assert client.get(address, {"level": "province", "code": "99"}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_what_was_kept_too_long_is_counted_anew(client: Client) -> None:
    """The cache deletes what is past its time, which a reading transaction may not."""
    cache.set(f"oversight.public.{Scheme.NEW.value}", None, timeout=-1)
    assert client.get(reverse("oversight:public"), {"units": "new"}).status_code == 200
