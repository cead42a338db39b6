"""What only the line itself can do wrong: one thing wrong, one outcome."""

import json
import socket
import threading
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from vaxpass.identity.ports import IdentityAnswer, Outcome

from .conftest import TOKEN, connect, start_simulator, stop_simulator
from .test_port import ANH, DUC

NO_ANSWER = IdentityAnswer("q-1", Outcome.NO_ANSWER)


@contextmanager
def replying(status=200, body=b"", headers=()):
    """A service that gives everybody the same reply, and keeps what it was sent."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            content = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append((self.path, dict(self.headers), content))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def ask(url, question=ANH, **changes):
    database = connect(url, **changes)
    with database:
        (answer,) = database.compare([question])
    return answer


def test_the_request_has_the_documented_fields_and_no_person_in_the_url():
    with replying(body=json.dumps({"MaYeuCau": "q-1", "KetQua": "DUNG"}).encode()) as (url, seen):
        assert ask(url).outcome is Outcome.MATCH
    ((path, headers, content),) = seen
    assert path == "/SoSanhThongTinCongDan"
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    assert len(headers["AuthHash"]) == 64
    assert json.loads(content) == {
        "MaYeuCau": "q-1",
        "MaDVC": "1.000001",
        "MaTichHop": "037",
        "MaDonVi": "G12.01",
        "MaCanBo": "040-000-01",
        "SoDinhDanh": "040184000001",
        "HoVaTen": "NGUYỄN THỊ ÁNH",
        "GioiTinh": 2,
        "NgayThangNamSinh": {"NgayThangNam": "1984-05-07"},
    }


def test_year_and_old_number_travel_in_their_own_fields():
    with replying() as (url, seen):
        ask(url, replace(DUC, id_number="", old_number="182000001"))
    fields = json.loads(seen[0][2])
    assert fields["NgayThangNamSinh"] == {"Nam": "1950"}
    assert fields["SoCMND"] == "182000001"
    assert "SoDinhDanh" not in fields


def test_the_hash_names_the_officer():
    with replying() as (url, seen):
        for officer in ("a", "b", "a"):
            ask(url, replace(ANH, officer_code=officer))
    hashes = [headers["AuthHash"] for _, headers, _ in seen]
    assert hashes[0] == hashes[2] != hashes[1]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<html>DUNG</html>", id="not JSON"),
        pytest.param(b'{"MaYeuCau": "q-1", "KetQua": "SAI"', id="cut off"),
        pytest.param(b'["q-1", "SAI"]', id="a list"),
        pytest.param(b'{"KetQua": "SAI"}', id="for no request"),
        pytest.param(b'{"MaYeuCau": "q-2", "KetQua": "SAI"}', id="for another request"),
        pytest.param(b'{"MaYeuCau": "q-1"}', id="without a result"),
        pytest.param(b'{"MaYeuCau": "q-1", "KetQua": "sai"}', id="an unknown word"),
        pytest.param(b'{"MaYeuCau": "q-1", "KetQua": false}', id="a boolean"),
        pytest.param(b'{"MaYeuCau": "q-1", "KetQua": ["SAI"]}', id="a list as result"),
        pytest.param(b"\xff\xfe\x00", id="not UTF-8"),
        pytest.param(b"[" * 60_000, id="too deep"),
        pytest.param(b" " * 70_000 + b'{"MaYeuCau": "q-1", "KetQua": "SAI"}', id="too long"),
    ],
)
def test_an_answer_that_is_not_one_is_no_answer(body):
    with replying(body=body) as (url, _):
        assert ask(url) == NO_ANSWER


@pytest.mark.parametrize("status", [204, 302, 401, 403, 404, 429, 500, 502, 503])
def test_a_status_that_is_not_200_is_no_answer_even_with_a_no_inside(status):
    body = b"" if status == 204 else b'{"MaYeuCau": "q-1", "KetQua": "SAI"}'
    with replying(status, body) as (url, _):
        assert ask(url) == NO_ANSWER


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_question_called_ill_formed_is_a_permanent_fault(status):
    with replying(status) as (url, _):
        assert ask(url) == replace(NO_ANSWER, permanent_fault=True)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        ("9" * 400, 86400.0),
        ("-5", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
    ],
)
def test_retry_after(text, seconds):
    with replying(503, headers=[("Retry-After", text)]) as (url, _):
        assert ask(url) == replace(NO_ANSWER, retry_after=seconds)


def test_nobody_listening_is_no_answer_and_the_rest_is_left_unasked():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        database = connect(f"http://127.0.0.1:{unused.getsockname()[1]}", give_up_after=3)
        with database:
            answers = database.compare([replace(ANH, request_id=f"n-{n}") for n in range(500)])
    assert [answer.request_id for answer in answers] == [f"n-{n}" for n in range(500)]
    assert {answer.outcome for answer in answers} == {Outcome.NO_ANSWER}


def test_silence_is_a_time_out_and_no_answer():
    with socket.create_server(("127.0.0.1", 0)) as mute:
        answer = ask(f"http://127.0.0.1:{mute.getsockname()[1]}", timeout=0.05)
    assert answer == NO_ANSWER


def test_a_slow_answer_is_no_answer(service):
    service.set_faults(slow=1.0)
    assert ask(service.url, timeout=0.05) == NO_ANSWER


def test_a_wrong_token_is_no_answer(service):
    assert ask(service.url, token="another") == NO_ANSWER


@pytest.mark.parametrize("url", ["http://dancu.example", "ftp://127.0.0.1", "127.0.0.1:80"])
def test_a_line_in_plain_text_is_refused(url):
    with pytest.raises(ValueError, match="POPULATION_URL_NOT_HTTPS"):
        connect(url)


@pytest.mark.parametrize(
    "change",
    [{"request_id": "x" * 41}, {"officer_code": "x" * 21}, {"name": "x" * 101}, {"name": " "}],
)
def test_a_question_that_does_not_fit_is_not_sent(change):
    with replying() as (url, seen):
        answer = ask(url, replace(ANH, **change))
    assert seen == []
    assert answer.permanent_fault


def test_neither_question_nor_connection_shows_its_secrets():
    assert "NGUY" not in repr(ANH).upper()
    assert "040184" not in repr(ANH)


def test_the_simulator_counts_and_reports_health(service):
    before = service.counters().get("MATCH", 0)
    assert ask(service.url).outcome is Outcome.MATCH
    assert service.counters()["MATCH"] == before + 1
    assert service.health() == {"status": "ok", "people": 2, "out": False}


def test_an_outage_by_the_clock(population_file):
    process, url = start_simulator(population_file, "--outage", "0-3600")
    try:
        assert ask(url) == replace(NO_ANSWER, retry_after=2.0)
    finally:
        stop_simulator(process)
