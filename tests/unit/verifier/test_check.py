"""The check on the server, page by page: the same answers as `vaxproof verify` gives with the published files."""

import io
import json
import logging
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image
from vaxproof import _cli

from tests.factories.passports import VACCINATION, make_ministry
from tests.factories.published import make_folder
from vaxpass.desks._shared.politeness import Minute
from vaxpass.desks.verifier import picture, politeness
from vaxpass.passports import qr

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def ministry():
    return make_ministry(NOW)


@pytest.fixture
def published(ministry, tmp_path, settings, monkeypatch):
    settings.PUBLISH_DIR = tmp_path
    monkeypatch.setattr(politeness, "_MINUTE", Minute())
    folder = make_folder(tmp_path, [ministry], NOW)
    folder.write(NOW - timedelta(minutes=5))
    return folder


def post(text="", file=None, client=None):
    data = {"picture": file} if file else {"text": text}
    return (client or Client()).post(reverse("verifier:check"), data)


def picture_of(text: str, format_name="PNG", turn=0) -> io.BytesIO:
    modules = np.pad(qr.encode(text).modules, 4)
    pixels = np.kron(np.where(modules, 0, 255).astype(np.uint8), np.ones((5, 5), np.uint8))
    file = io.BytesIO()
    Image.fromarray(pixels).rotate(turn, expand=True, fillcolor=255).save(file, format_name)
    file.seek(0)
    file.name = "photo"
    return file


def flipped(text: str) -> str:
    place = len(text) // 2
    return text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]


CASES = {
    "valid": lambda m: m.issue(NOW - timedelta(hours=1)),
    "flipped": lambda m: flipped(m.issue(NOW - timedelta(hours=1))),
    "expired": lambda m: m.issue(NOW - timedelta(days=300), days=30),
    "not yet": lambda m: m.issue(NOW + timedelta(days=1)),
    "unknown key": lambda _: make_ministry(NOW).issue(NOW - timedelta(hours=1)),
    "garbage": lambda _: "Xin chào",
    "later version": lambda _: "HC2:ABC",
    "lower case": lambda m: m.issue(NOW - timedelta(hours=1)).lower(),
    "through an address bar": lambda m: m.issue(NOW - timedelta(hours=1)).replace("%", "%25").replace(" ", "%20"),
    "line breaks": lambda m: "\n" + "\n".join(_lines(m.issue(NOW - timedelta(hours=1)))) + "\n",
}


def _lines(text):
    return [text[i : i + 60] for i in range(0, len(text), 60)]


WORDS = {"VALID": "Hợp lệ", "NOT_VALID": "Không hợp lệ", "CANNOT_TELL": "Chưa kết luận được"}


@pytest.mark.parametrize("name", CASES)
def test_the_page_agrees_with_the_command_line(ministry, published, capsys, name):
    text = CASES[name](ministry)

    page = post(text).content.decode()

    with pytest.raises(SystemExit):
        _cli.main(["verify", "--json", "--trust", str(published.path / "trust-list.json"), text])
    verdict = json.loads(capsys.readouterr().out)
    assert f'<h1 id="answer">{WORDS[verdict["answer"]]}</h1>' in page
    assert f"<dd>{verdict['code']}</dd>" in page
    assert ("NGUYEN THI HUONG" in page) == (verdict["claims"] is not None)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("valid", "VALID"),
        ("flipped", None),
        ("expired", "CWT_EXPIRED"),
        ("not yet", "CWT_NOT_YET_VALID"),
        ("unknown key", "KEY_NOT_IN_TRUST_LIST"),
        ("garbage", "INVALID_SCHEME_PREFIX"),
        ("later version", "UNSUPPORTED_SCHEME_VERSION"),
        ("lower case", "INVALID_SCHEME_PREFIX"),
        ("through an address bar", "VALID"),
        ("line breaks", "VALID"),
    ],
)
def test_each_case_has_its_reason(ministry, published, name, code):
    page = post(CASES[name](ministry)).content.decode()

    if code:
        assert f"<dd>{code}</dd>" in page
    else:
        assert WORDS["NOT_VALID"] in page


def test_a_valid_one_shows_whose_it_is_first_and_who_signed(ministry, published):
    page = post(ministry.issue(NOW)).content.decode()

    assert page.index("Nguyễn Thị Hường") < page.index("17/05/1990") < page.index("Comirnaty")
    for shown in ("2 trong 2", "01/10/2021", "Bộ Y tế, VN", "Bộ Y tế DSC thử, VN", ministry.certificate.key_id.hex()):
        assert shown in page


def test_the_reason_is_in_the_readers_language(ministry, published):
    client = Client()
    client.cookies["django_language"] = "en"

    page = post(CASES["expired"](ministry), client=client).content.decode()

    assert '<h1 id="answer">Not valid</h1>' in page
    assert "The certificate has expired." in page


@pytest.mark.parametrize("format_name", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
@pytest.mark.parametrize("turn", [0, 17, 90])
def test_a_picture_is_read_turned_as_it_may_be(ministry, published, format_name, turn):
    page = post(file=picture_of(ministry.issue(NOW), format_name, turn)).content.decode()

    assert "<dd>VALID</dd>" in page


@pytest.mark.parametrize(
    "content",
    [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"%!PS-Adobe-3.0 EPSF-3.0\n", b"%PDF-1.7\n"],
)
def test_what_is_no_picture_gives_cannot_tell(published, content):
    file = io.BytesIO(content)
    file.name = "a.png"

    page = post(file=file).content.decode()

    assert WORDS["CANNOT_TELL"] in page or not content


def test_a_picture_without_a_code_gives_cannot_tell(published):
    file = io.BytesIO()
    Image.new("L", (300, 300), 200).save(file, "PNG")
    file.seek(0)

    assert "PICTURE_UNREADABLE" in post(file=file).content.decode()


def test_a_huge_picture_is_refused_by_its_measures_alone(published):
    file = io.BytesIO()
    Image.new("1", (60_000, 2_000)).save(file, "PNG")
    assert file.tell() < 100_000
    file.seek(0)

    assert "PICTURE_UNREADABLE" in post(file=file).content.decode()


def test_an_upload_beyond_the_limit_is_refused(published):
    file = io.BytesIO(b"\x89PNG" + b"\0" * picture.MAX_BYTES)
    file.name = "a.png"

    assert "PICTURE_UNREADABLE" in post(file=file).content.decode()


def test_a_text_of_five_megabytes_is_answered(published):
    answer = Client().post(
        reverse("verifier:check"), "text=" + "A" * 5_000_000, content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 200
    assert "TEXT_TOO_LONG" in answer.content.decode()
    assert "TEXT_TOO_LONG" in post("HC1:" + "A" * 1_000_000).content.decode()


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_nothing_handed_in_is_said_so(published, text):
    answer = post(text)

    assert answer.status_code == 422
    assert "Chưa có gì để kiểm tra" in answer.content.decode()


def test_the_answer_is_never_kept(ministry, published):
    assert "no-store" in post(ministry.issue(NOW))["Cache-Control"]


def test_nothing_about_the_holder_is_logged_or_stored(ministry, published, caplog, django_assert_num_queries):
    caplog.set_level(logging.DEBUG)
    text = ministry.issue(NOW)
    with django_assert_num_queries(0):
        post(text)

    assert "Nguy" not in caplog.text
    assert text[:40] not in caplog.text


def test_a_check_must_be_a_post_of_our_own_page(ministry, published):
    client = Client(enforce_csrf_checks=True)

    assert Client().get(reverse("verifier:check")).status_code == 405
    assert post(ministry.issue(NOW), client=client).status_code == 403


def test_pages_of_the_server_run_no_webassembly(ministry, published):
    for answer in (Client().get(reverse("verifier:on_server")), post(ministry.issue(NOW))):
        assert "wasm-unsafe-eval" not in answer["Content-Security-Policy"]


def test_a_revoked_one_is_not_valid(ministry, published):
    published.revoked = [VACCINATION.uvci]
    published.write(NOW)

    assert "<dd>REVOKED</dd>" in post(ministry.issue(NOW - timedelta(hours=1))).content.decode()


def test_without_a_revocation_list_it_cannot_tell(ministry, published):
    """Else a file that got lost would make every revoked passport valid again."""
    published.revoked = [VACCINATION.uvci]
    published.write(NOW)
    (published.path / "revocation-list.jws").unlink()

    page = post(ministry.issue(NOW)).content.decode()

    assert WORDS["CANNOT_TELL"] in page
    assert "<dd>REVOCATION_LIST_MISSING</dd>" in page


@pytest.mark.parametrize(
    ("age", "code", "warned"),
    [
        (timedelta(hours=23), "VALID", False),
        (timedelta(hours=25), "VALID", True),
        (timedelta(hours=71), "VALID", True),
        (timedelta(hours=73), "TRUST_LIST_EXPIRED", True),
    ],
)
def test_an_old_list_warns_and_beyond_the_limit_nothing_can_be_told(ministry, published, age, code, warned):
    published.write(NOW - age)

    page = post(ministry.issue(NOW)).content.decode()

    assert f"<dd>{code}</dd>" in page
    assert ("cần tải danh sách mới" in page) == warned


def test_a_list_from_the_future_means_a_wrong_clock(ministry, published):
    published.write(NOW + timedelta(hours=2))

    assert "TRUST_LIST_NOT_YET_VALID" in post(ministry.issue(NOW)).content.decode()


@pytest.mark.parametrize(("content", "code"), [(None, "TRUST_LIST_MISSING"), (b"{}", "PUBLICATION_UNREADABLE")])
def test_a_missing_or_damaged_list_is_cannot_tell(ministry, published, content, code):
    trust_list = published.path / "trust-list.jws"
    trust_list.unlink()
    if content is not None:
        trust_list.write_bytes(content)

    page = post(ministry.issue(NOW)).content.decode()

    assert WORDS["CANNOT_TELL"] in page
    assert code in page
    assert Client().get(reverse("verifier:on_server")).status_code == 200


def test_a_list_that_another_publisher_signed_is_not_believed(ministry, published, settings, tmp_path):
    pinned = tmp_path / "pinned.pem"
    pinned.write_bytes((published.path / "publisher.pem").read_bytes())
    settings.VERIFIER_PUBLISHERS = str(pinned)
    assert "<dd>VALID</dd>" in post(ministry.issue(NOW)).content.decode()

    published.publisher = make_ministry(NOW)
    published.write(NOW)  # with a publisher.pem of its own beside it
    page = post(ministry.issue(NOW)).content.decode()

    assert WORDS["CANNOT_TELL"] in page
    assert "PUBLICATION_SIGNER_UNKNOWN" in page


def test_an_altered_revocation_list_is_not_believed(ministry, published):
    file = published.path / "revocation-list.jws"
    data = file.read_bytes()
    file.write_bytes(data[:-4] + (b"AAAA" if data[-4:] != b"AAAA" else b"BBBB"))
    page = post(ministry.issue(NOW)).content.decode()

    assert WORDS["CANNOT_TELL"] in page
    assert "PUBLICATION_SIGNATURE_INVALID" in page or "PUBLICATION_UNREADABLE" in page


def test_a_new_list_counts_at_once(ministry, published):
    other = make_ministry(NOW)
    assert "KEY_NOT_IN_TRUST_LIST" in post(other.issue(NOW)).content.decode()

    published.signers = [ministry.certificate.der, other.certificate.der]
    published.write(NOW)

    assert "<dd>VALID</dd>" in post(other.issue(NOW)).content.decode()


def test_too_many_checks_are_put_off_politely(published, monkeypatch):
    monkeypatch.setattr(politeness, "CHECKS_A_MINUTE", 3)
    answers = [post("x") for _ in range(8)]

    assert [one.status_code for one in answers[:3]] == [200, 200, 200]
    assert 429 in [one.status_code for one in answers]  # a minute may turn once meanwhile
    assert "Hãy đợi một phút" in "".join(one.content.decode() for one in answers)


def test_behind_our_proxy_each_visitor_counts_alone(published, monkeypatch, settings, rf):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    monkeypatch.setattr(politeness, "CHECKS_A_MINUTE", 1)
    first = rf.get("/", headers={"x-forwarded-for": "6.6.6.6, 192.0.2.1"})
    second = rf.get("/", headers={"x-forwarded-for": "6.6.6.6, 192.0.2.2"})

    assert [politeness.is_too_often(one, NOW) for one in (first, second, first)] == [False, False, True]
    assert not politeness.is_too_often(first, NOW + timedelta(minutes=1))
