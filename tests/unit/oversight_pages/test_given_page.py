"""The page of doses given: by day, pasted, as a file; the unusual is asked once more; no clicking a thousand times."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_office, make_officer
from vaxpass.desks.oversight.given_forms import days_of_month, month_of
from vaxpass.offices.models import Officer
from vaxpass.offices.workdays import day_in_vietnam
from vaxpass.oversight.given_models import DosesGiven

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
URL = reverse("oversight:given")
MONTH = f"{URL}?month=2022-04"


@pytest.fixture
def desk(client: Client) -> Client:
    office = make_office("T40", "province")
    client.force_login(Officer.objects.get(pk=make_officer("t40", office, "provincial_officer")), backend=BACKEND)
    return client


def stored() -> dict[date, int]:
    return {row.day: row.number for row in DosesGiven.objects.order_by("pk")}


def test_a_month_day_by_day(desk: Client) -> None:
    page = desk.get(MONTH).content.decode()
    assert page.count('name="day-2022-04-') == 30
    answer = desk.post(MONTH, {"way": "month", "day-2022-04-14": "1.200", "day-2022-04-15": "", "day-2022-04-16": "0"})
    assert answer.status_code == 200
    assert stored() == {date(2022, 4, 14): 1200, date(2022, 4, 16): 0}
    assert 'value="1200"' in desk.get(MONTH).content.decode()


def test_what_is_wrong_stands_beside_its_day(desk: Client) -> None:
    answer = desk.post(MONTH, {"way": "month", "day-2022-04-14": "nhiều", "day-2022-04-15": "5"})
    assert answer.status_code == 422
    assert 'id="day-2022-04-14-wrong"' in answer.content.decode()
    assert stored() == {date(2022, 4, 15): 5}


def test_two_columns_pasted(desk: Client) -> None:
    cells = "Ngày\tSố mũi\r\n14/04/2022\t1.200\r\n15/04/2022\t900\r\n"
    assert desk.post(URL, {"way": "paste", "cells": cells}).status_code == 200
    assert desk.post(URL, {"way": "paste", "cells": "16/04/2022 700\n17/04/2022; 800"}).status_code == 200
    assert sum(stored().values()) == 3600


def test_a_year_in_one_file(desk: Client) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Số liệu tiêm chủng"])
    book.active.append(["Ngày tiêm", "Số mũi đã tiêm"])
    for n in range(365):
        book.active.append([date(2021, 6, 1) + timedelta(days=n), 1000 + n])
    content = io.BytesIO()
    book.save(content)
    answer = desk.post(URL, {"way": "file", "file": SimpleUploadedFile("given.xlsx", content.getvalue())})
    assert answer.status_code == 200
    assert len(stored()) == 365


def test_the_unusual_is_stored_only_when_it_is_ticked(desk: Client) -> None:
    days = "\n".join(f"{day:02d}/04/2022 1000" for day in range(1, 11))
    desk.post(URL, {"way": "paste", "cells": days})
    asked = desk.post(URL, {"way": "paste", "cells": "11/04/2022 50000\n12/04/2022 60000"})
    assert asked.status_code == 422
    assert len(stored()) == 10
    said = {
        "way": "sure", "sure-1": "yes", "asked-day-1": "11/04/2022", "asked-number-1": "50000",
        "asked-day-2": "12/04/2022", "asked-number-2": "60000",
    }  # fmt: skip
    assert desk.post(URL, said).status_code == 200
    assert stored()[date(2022, 4, 11)] == 50000
    assert date(2022, 4, 12) not in stored()


@pytest.mark.parametrize(
    "said",
    [
        {"way": "paste", "cells": ""},
        {"way": "file"},
        {"way": "sure", "sure-x": "yes", "asked-day-x": "1", "asked-day-1": "11/04/2022"},
        {"way": "month"},
        {"way": "nothing"},
        {},
    ],
)
def test_what_says_nothing_stores_nothing(desk: Client, said: dict[str, str]) -> None:
    assert desk.post(URL, said).status_code in {200, 422}
    assert not stored()


def test_a_file_that_is_none_is_refused_in_words(desk: Client) -> None:
    answer = desk.post(URL, {"way": "file", "file": SimpleUploadedFile("x.csv", b"a,b\n1,2")})
    assert answer.status_code == 422
    assert "LIST_COLUMNS_MISSING" not in answer.content.decode()


@pytest.mark.parametrize("asked", ["", "2022-13", "abc", "2020-01", "9999-01", "9" * 20 + "-01", "٢٠٢٢-04"])
def test_a_month_that_cannot_be_is_this_one(asked: str) -> None:
    assert month_of(asked, date(2022, 4, 15)) == date(2022, 4, 1)


def test_no_day_to_come_and_none_before_the_first_dose() -> None:
    assert days_of_month(date(2022, 4, 1), date(2022, 4, 2)) == [date(2022, 4, 2), date(2022, 4, 1)]
    assert days_of_month(date(2021, 3, 1), date(2022, 4, 2))[-1] == date(2021, 3, 8)


def test_today_stands_on_the_page(desk: Client) -> None:
    assert f'name="day-{day_in_vietnam(timezone.now())}"' in desk.get(URL).content.decode()
