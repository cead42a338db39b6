"""The ministry's way: an operator prepares a run, another officer looks and approves, the worker signs."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from django.db import connection
from django.test import Client
from playwright.sync_api import Page, expect
from vaxproof import Algorithm

from tests.factories import NOW, make_officer
from tests.factories.signing import (
    DAYS,
    Ministry,
    approved_run,
    attested_person,
    make_key,
    make_ministry,
    prepared_run,
    private_key,
    sign_and_record,
)
from tests.journeys.browser import check_accessible, sign_in, take_screenshot
from vaxpass.adapters.signing.files import DEMO_PIN
from vaxpass.ministry_signing import queries
from vaxpass.ministry_signing.rules import RunState
from vaxpass.offices.models import Officer
from vaxpass.passports.models import Passport

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = ("Nguyễn Thị Hường", "Trần Văn Dũng", "Đặng Đình Đức", "Lê Ngọc Ánh", "Phạm Quốc Khánh", "Vũ Thanh Thảo")


@pytest.fixture
def ministry(transactional_db: None, settings: Any, tmp_path: Path) -> Any:
    """A ministry with its demo key in a file, people who are ready, one who is not and one whom a brake holds back."""
    private = private_key(Algorithm.ES256)
    (tmp_path / "ministry.key.pem").write_bytes(
        private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(DEMO_PIN.encode()))
    )
    certificate = x509.load_der_x509_certificate(make_key().certificates[0])
    (tmp_path / "ministry.crt.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    settings.KEY_DIR = tmp_path
    found = make_ministry()
    for serial, name in enumerate(NAMES, start=1):
        attested_person(found, serial, full_name=name)
    attested_person(found, 8, days=DAYS[:1], full_name="Hồ Minh Sơn")
    attested_person(found, 9, days=(date(2021, 9, 1), date(2021, 9, 6)), full_name="Bùi Thu Phương")
    make_officer("signer", found.operator.office_id, "ministry_signer")
    yield found
    with connection.cursor() as cursor:  # the flush between tests knows managed tables alone
        cursor.execute("TRUNCATE passports_logleaf")


def work(folder: Path) -> None:
    """Let a worker process do what waits, as the platform starts it."""
    at = connection.settings_dict
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{at['USER']}@/{at['NAME']}?host={at['HOST']}&port={at['PORT']}",
        "VAXPASS_KEY_DIR": str(folder),
    }
    command = [sys.executable, "-m", "vaxpass.console", "procrastinate", "worker", "--one-shot", "--queues=ministry"]
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=120)


def _fits(page: Page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0, page.url


def _prepare(page: Page, tmp_path: Path) -> int:
    sign_in(page, "operator")
    page.goto("/ministry/ready/")
    page.get_by_role("button", name="Đếm lại").click()
    work(tmp_path)
    page.goto("/ministry/")
    check_accessible(page)
    take_screenshot(page, "ministry-home-operator")
    page.goto("/ministry/ready/")
    expect(page.get_by_text("SERIES_INCOMPLETE")).to_be_visible()
    check_accessible(page)
    take_screenshot(page, "ministry-ready")
    page.get_by_role("link", name="Lập đợt ký").click()
    page.get_by_label("Số hộ chiếu nhiều nhất").fill("0")
    page.get_by_role("button", name="Lập đợt").click()
    check_accessible(page)
    page.get_by_label("Số hộ chiếu nhiều nhất").fill("100")
    page.get_by_role("button", name="Lập đợt").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đợt")
    work(tmp_path)
    run_id = int(page.url.rstrip("/").rpartition("/")[2])
    page.reload()
    expect(page.get_by_text("Quý vị đã lập đợt này")).to_be_visible()
    check_accessible(page)
    take_screenshot(page, "ministry-run-prepared")
    return run_id


def test_two_officers_and_a_worker_issue_passports(ministry: Ministry, page: Page, phone: Page, tmp_path: Path) -> None:
    run_id = _prepare(page, tmp_path)
    sign_in(phone, "approver")
    phone.goto("/ministry/")
    _fits(phone)
    check_accessible(phone)
    take_screenshot(phone, "ministry-home-approver-phone")
    phone.goto(f"/ministry/runs/{run_id}/approval/")
    expect(phone.get_by_text("Khớp", exact=True).first).to_be_visible()
    _fits(phone)
    check_accessible(phone)
    take_screenshot(phone, "ministry-approval-phone")
    phone.get_by_role("button", name="Cho qua những người đã chọn").click()
    expect(phone.get_by_text("Đã cho qua: 1.", exact=True)).to_be_visible()
    phone.get_by_role("button", name="Duyệt và ký").click()
    take_screenshot(phone, "ministry-approve-phone")
    phone.get_by_role("button", name="Duyệt và ký").click()
    expect(phone.get_by_text("Đã duyệt.")).to_be_visible()
    assert queries.get_run(run_id).state == RunState.APPROVED
    work(tmp_path)
    expect(phone.get_by_text("7 / 7")).to_be_visible()  # the page asks by itself
    phone.reload()
    _fits(phone)
    take_screenshot(phone, "ministry-run-done-phone")
    assert Passport.objects.count() == 7


def test_the_inspector_reads_everything_and_can_change_nothing(ministry: Ministry, page: Page, client: Client) -> None:
    run_id = _run_by_hand(ministry)
    sign_in(page, "inspector")
    page.goto("/ministry/passports/")
    expect(page.get_by_text("Đặng Đình Đức")).to_be_visible()
    check_accessible(page)
    take_screenshot(page, "ministry-passports")
    page.get_by_label("Mã chứng nhận hoặc số giấy tờ").fill("040190000003")
    page.get_by_role("button", name="Tìm").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "040190000003" not in page.url
    check_accessible(page)
    take_screenshot(page, "ministry-passport")
    page.goto(f"/ministry/people/{Passport.objects.order_by('pk')[2].person_id}/")
    expect(page.get_by_text("Mục")).to_be_visible()
    check_accessible(page)
    take_screenshot(page, "ministry-person")
    expect(page.get_by_text("thanh tra hồ sơ một người").first).to_be_visible()
    page.goto("/ministry/")
    page.get_by_role("link", name="Lô ký của các cơ sở").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto(f"/ministry/runs/{run_id}/approval/")
    assert page.get_by_role("button", name="Duyệt và ký").count() == 0


def _run_by_hand(ministry: Ministry) -> int:
    key = make_key()
    run_id, chunks = approved_run(ministry, key)
    sign_and_record(chunks, key)
    return run_id


@pytest.mark.parametrize("username", ["operator", "signer", "inspector", "clerk"])
def test_nobody_but_the_approver_decides(ministry: Ministry, client: Client, username: str) -> None:
    run_id = prepared_run(ministry, make_key())
    client.force_login(
        Officer.objects.get(username=username), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    for verb, data in (
        ("approve", {"confirmed": "yes"}),
        ("refuse", {"reason": "RUN_NOT_NOW"}),
        ("holds", {"decision": "release"}),
    ):
        assert client.post(f"/ministry/runs/{run_id}/{verb}/", data).status_code == 403
    assert queries.get_run(run_id).state == RunState.PREPARED
    assert queries.get_run(run_id).issued_at == NOW
