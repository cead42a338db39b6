"""The weekly reports: made on Monday or after, once, the same facts in both files, read by whom they are of."""

import hashlib
import io
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pypdfium2
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import translation
from openpyxl import load_workbook

from tests.factories import make_office, make_officer, received
from vaxpass.jobs.weekly import make_reports
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import get_actor
from vaxpass.offices.scope import Refused
from vaxpass.offices.workdays import WorkingDays
from vaxpass.oversight import weekly_files
from vaxpass.oversight.models import WeeklyFile
from vaxpass.oversight.signatories import Capacity
from vaxpass.oversight.tally import tally
from vaxpass.oversight.weekly_words import long_day
from vaxpass.records.facts import Origin
from vaxpass.records.receiving import receive

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
MONDAY = datetime(2026, 11, 22, 23, 1, tzinfo=UTC)  # 06:01 in Hanoi
COUNTRY_AND_PROVINCES = 35
SOME = ("", "01", "40")
"""The country and two provinces: what most tests need."""


def officer(name, office, *roles):
    return get_actor(Officer.objects.get(pk=make_officer(name, office, *roles)))


@pytest.fixture
def places(db):
    """Two facilities in Nghệ An, one in Hà Nội, doses of two weeks; most provinces have no facility at all."""
    made = {}
    for number, (code, province) in enumerate((("40A01", "40"), ("40A02", "40"), ("01A01", "01"))):
        office = make_office(code, province_code=province)
        clerk = make_officer(f"clerk{number}", office, "facility_clerk")
        for serial, age in enumerate((9, 3, 2)):
            origin = Origin(office, clerk, office, MONDAY - timedelta(days=age))
            receive([received(number * 10 + serial, given_on=date(2026, 11, 9))], origin)
        made[code] = office
    return made


def make(now=MONDAY, only=SOME):
    tally(now - timedelta(minutes=1))
    return make_reports(now, only=only)


def sheets(row):
    book = load_workbook(io.BytesIO(bytes(row.sheet)))
    return {page.title: [[cell.value for cell in line] for line in page.iter_rows()] for page in book}


def words_of(row):
    document = pypdfium2.PdfDocument(bytes(row.pdf))
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return " ".join(text.split())


def of(code, level="province"):
    return WeeklyFile.objects.get(level=level, code=code, week=date(2026, 11, 16))


def line(rows, name):
    return next(row for row in rows if row and row[0] == name)


def test_a_report_for_the_country_and_each_province_once(places):
    assert make(only=SOME) == len(SOME)
    assert make(MONDAY + HOUR, only=None) == COUNTRY_AND_PROVINCES - len(SOME), "what is there is not made again"
    assert make(MONDAY + 2 * HOUR, only=None) == 0
    assert WeeklyFile.objects.count() == COUNTRY_AND_PROVINCES


def test_the_sheet_has_the_week_the_week_before_and_the_sum(places):
    make()
    rows = sheets(of("40"))["Tổng hợp"]
    assert line(rows, "Mũi tiêm nhập lên nền tảng")[1:5] == [4, 2, 2, 6]
    assert line(rows, "Mũi tiêm trên nền tảng")[4] == 6


def test_the_country_is_the_sum_of_its_provinces(places):
    make()
    rows = sheets(of("", "country"))["Theo đơn vị"]
    head = next(index for index, row in enumerate(rows) if row[0] == "Mã")
    parts = [row for row in rows[head + 1 :] if isinstance(row[3], int) and row[1] != "Cộng"]
    total = next(row for row in rows if row[1] == "Cộng")
    assert len(parts) >= 34
    columns = zip(*(row[2:] for row in parts), strict=True)
    assert [sum(cell or 0 for cell in column) for column in columns] == total[2:]
    assert total[3] == 9
    assert line(sheets(of("", "country"))["Tổng hợp"], "Mũi tiêm trên nền tảng")[4] == 9


def test_the_pdf_has_the_form_of_an_official_report(places):
    make()
    text = words_of(of("40"))
    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "ỦY BAN NHÂN DÂN TỈNH NGHỆ AN SỞ Y TẾ",
        "Số: /BC-SYT",
        "Nghệ An, ngày 23 tháng 11 năm 2026",
        "BÁO CÁO",
        "tuần 47 năm 2026 (từ ngày 16/11/2026 đến ngày 22/11/2026)",
        "Kính gửi: Bộ Y tế",
        "Nơi nhận:",
        "GIÁM ĐỐC",
    ):
        assert part in text
    assert bytes(of("40").pdf).startswith(b"%PDF-")
    country = words_of(of("", "country"))
    for part in ("BỘ Y TẾ", "KT. BỘ TRƯỞNG THỨ TRƯỞNG", "Tỉnh Nghệ An"):
        assert part in country


def test_a_province_without_any_facility_has_a_report_that_says_so(places):
    make(only=("96",))
    text = words_of(of("96"))
    assert "Chưa có cơ sở tiêm chủng nào trên nền tảng." in text
    assert "Không có mũi tiêm nào tồn đọng." in text
    assert "chưa có số liệu tuần trước để so sánh" in text
    assert line(sheets(of("96"))["Tổng hợp"], "Mũi tiêm trên nền tảng")[4] == 0


def test_what_stood_is_compared_with_the_report_of_the_week_before(places):
    make(MONDAY - WEEK, only=("40",))
    clerk = Officer.objects.get(username="clerk0").pk
    receive([received(99)], Origin(places["40A01"], clerk, places["40A01"], MONDAY - HOUR))
    make(only=("40",))
    assert line(sheets(of("40"))["Tổng hợp"], "Mũi tiêm trên nền tảng")[2:5] == [6, 1, 7]


def test_without_a_report_of_last_week_nothing_is_compared(places):
    make()
    assert line(sheets(of("40"))["Tổng hợp"], "Mũi tiêm trên nền tảng")[2:5] == [None, None, 6]


def test_a_monday_on_which_the_platform_was_down_is_caught_up(places):
    assert make(MONDAY + timedelta(days=3)) == len(SOME)
    report = weekly_files.stored([of("40")])[0]
    assert report.week.monday == date(2026, 11, 16)
    assert report.is_late
    assert "Nghệ An, ngày 26 tháng 11 năm 2026" in words_of(of("40"))


def test_a_report_waits_until_the_week_has_been_counted(places):
    assert make_reports(MONDAY) == 0
    tally(MONDAY - timedelta(days=1))
    assert make_reports(MONDAY) == 0
    assert make() == len(SOME)


def test_on_a_holiday_it_is_made_and_dated_on_the_next_working_day(places):
    holiday = datetime(2028, 4, 30, 23, 1, tzinfo=UTC)  # Monday 1/5/2028, Labour Day
    working = WorkingDays().on_or_after(date(2028, 5, 1))
    assert working > date(2028, 5, 1)
    assert make(holiday, only=("40",)) == 1
    row = WeeklyFile.objects.get(level="province", code="40", week=date(2028, 4, 24))
    assert f"Nghệ An, {long_day(working)}" in words_of(row)


def test_files_are_kept_with_their_digest_and_never_change(places):
    make()
    row = of("40")
    assert hashlib.sha256(bytes(row.pdf)).hexdigest() == row.pdf_digest
    assert hashlib.sha256(bytes(row.sheet)).hexdigest() == row.sheet_digest
    with pytest.raises(DatabaseError), transaction.atomic():
        WeeklyFile.objects.filter(pk=row.pk).update(pdf=b"other")
    for week in (row.week, row.week + timedelta(days=1)):  # a second one; one that is not named by its Monday
        with pytest.raises(DatabaseError), transaction.atomic():
            WeeklyFile.objects.create(
                week=week, level="province", scheme="new", code="40", made_at=MONDAY, as_of=MONDAY, standings={}
            )


@pytest.mark.django_db
def test_the_platforms_own_role_makes_and_reads_them():
    actor = officer("so40", make_office("T40", "province", province_code="40"), "provincial_officer")
    tally(MONDAY - timedelta(minutes=1))
    call_command("grant_app_role", "vaxpass_app_tested")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE vaxpass_app_tested")
        weekly_files.name_signatory(actor, Capacity.HEAD, "", now=MONDAY - HOUR)
        assert make_reports(MONDAY, only=("40",)) == 1
        assert weekly_files.read_file(actor, of("40").pk, "pdf")
        cursor.execute("RESET ROLE")


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_keep_each_report_once():
    make_office("40A01", province_code="40")
    tally(MONDAY - timedelta(minutes=1))
    both, made = Barrier(2), []

    def work():
        both.wait(timeout=30)
        made.append(make_reports(MONDAY, only=("", "40")))
        connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert WeeklyFile.objects.count() == 2
    assert sum(made) >= 2


# Who reads -----------------------------------------------------------------------------------------------------------


def test_a_province_reads_its_own_the_ministry_all(places):
    make()
    nghe_an = officer("so40", make_office("T40", "province", province_code="40"), "provincial_officer")
    ministry = officer("bo", make_office("BYT", "ministry"), "ministry_inspector")
    assert [row.code for row in weekly_files.reports_for(nghe_an)] == ["40"]
    assert weekly_files.reports_for(ministry).count() == len(SOME)
    with pytest.raises(Refused, match="WEEKLY_REPORT_UNKNOWN"):
        weekly_files.read_file(nghe_an, of("01").pk, "pdf")
    report, content = weekly_files.read_file(nghe_an, of("40").pk, "xlsx")
    assert hashlib.sha256(content).hexdigest() == report.sheet_digest


def test_exact_numbers_are_not_for_those_who_may_not_see_records(places):
    make()
    technician = officer("it", make_office("BYT", "ministry"), "it_officer")
    head = officer("head", places["40A01"], "facility_head")
    assert not weekly_files.reports_for(technician).exists()
    assert not weekly_files.reports_for(head).exists()


def test_who_signs_is_named_by_the_body_and_stands_below_the_next_report(places):
    actor = officer("so40", make_office("T40", "province", province_code="40"), "provincial_officer")
    weekly_files.name_signatory(actor, Capacity.DEPUTY, "  Nguyễn Văn  Mẫu ", now=MONDAY - HOUR)
    make()
    assert "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC" in words_of(of("40"))
    assert "Nguyễn Văn Mẫu" in words_of(of("40"))
    assert "Nguyễn Văn Mẫu" not in words_of(of("01"))
    assert any("Nguyễn Văn Mẫu" in row for row in sheets(of("40"))["Tổng hợp"])


def test_who_may_not_issue_names_nobody(places):
    head = officer("head", places["40A01"], "facility_head")
    with pytest.raises(Refused, match="RIGHT_MISSING"):
        weekly_files.name_signatory(head, Capacity.HEAD, "Ai", now=MONDAY)


# The page ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def province_desk(places):
    pk = make_officer("so40", make_office("T40", "province", province_code="40"), "provincial_officer")
    client = Client()
    client.force_login(Officer.objects.get(pk=pk), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_page_lists_and_hands_out_the_files(province_desk):
    make()
    page = province_desk.get("/oversight/weekly/").content.decode()
    assert "Tuần 47 năm 2026 (16/11/2026–22/11/2026)" in page
    answer = province_desk.get(f"/oversight/weekly/{of('40').pk}/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert 'filename="bao-cao-tuan-2026-47-40.pdf"' in answer.headers["Content-Disposition"]
    assert province_desk.get(f"/oversight/weekly/{of('01').pk}/pdf").status_code == 404
    for unknown in ("999999/xlsx", f"{of('40').pk}/doc", "99999999999999999999/pdf"):
        assert province_desk.get(f"/oversight/weekly/{unknown}").status_code == 404


def test_the_page_names_who_signs(province_desk):
    asked = {"capacity": "deputy", "name": "Nguyễn Văn Mẫu"}
    assert province_desk.post("/oversight/weekly/signatory", asked).status_code == 302
    assert "Nguyễn Văn Mẫu" in province_desk.get("/oversight/weekly/").content.decode()
    wrong = province_desk.post("/oversight/weekly/signatory", {"capacity": "king", "name": "0912345678"})
    assert wrong.status_code == 422


def test_the_reports_are_vietnamese_whatever_the_worker_speaks(places):
    with translation.override("en"):
        make(only=("40",))
    assert "Tồn đọng" in sheets(of("40"))
