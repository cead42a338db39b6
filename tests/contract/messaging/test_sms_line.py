"""What only the line to the gateway can do wrong: one thing wrong, one outcome."""

import json
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.contract.messaging.conftest import PHONE, SOON, connect, sms
from vaxpass.adapters.messaging.sms_http import SmsGateway
from vaxpass.notices.ports import Verdict
from vaxpass.offices.scope import Unavailable


@contextmanager
def replying(status=202, body=b"{}", headers=()):
    """A gateway that gives everybody the same reply, and keeps what it was sent."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            content = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            seen.append((self.path, dict(self.headers), content))
            answer = body(content) if callable(body) else body
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def do_GET(self):
            self.do_POST()

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


def send(url, message=None, **changes):
    with connect(url, **changes) as channel:
        (answer,) = channel.send([message or sms()])
    return answer


def named(content):
    return json.dumps({"id": json.loads(content)["id"]}).encode()


def test_the_request_has_the_documented_fields_and_no_number_in_the_url():
    message = sms()
    with replying(body=named) as (url, seen):
        assert send(url, message).verdict is Verdict.ACCEPTED
    ((path, headers, content),) = seen
    assert path == "/messages"
    assert headers["Authorization"] == "Bearer token-of-the-tests"
    assert headers["Idempotency-Key"] == str(message.uid)
    assert json.loads(content) == {
        "id": str(message.uid),
        "to": "+84912345678",
        "from": "BOYTE",
        "text": message.text,
        "alphabet": "GSM-7",
        "valid_until": SOON.isoformat(timespec="seconds"),
    }


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (200, b'{"id": "x"}', "SMS_GATEWAY_UNREACHABLE"),
        (202, b"{}", "SMS_GATEWAY_UNREACHABLE"),
        (202, b"not json", "SMS_GATEWAY_UNREACHABLE"),
        (202, b"[" * 100_000, "SMS_GATEWAY_UNREACHABLE"),
        (202, b'{"id": "00000000-0000-0000-0000-000000000000"}', "SMS_GATEWAY_UNREACHABLE"),
        (202, b"x" * 2_000_000, "SMS_GATEWAY_UNREACHABLE"),
        (302, b"", "SMS_GATEWAY_UNREACHABLE"),
        (401, b"", "SMS_GATEWAY_UNAUTHORIZED"),
        (403, b"", "SMS_GATEWAY_UNAUTHORIZED"),
        (404, b"", "SMS_GATEWAY_UNREACHABLE"),
        (429, b"", "SMS_GATEWAY_UNREACHABLE"),
        (500, b"", "SMS_GATEWAY_UNREACHABLE"),
    ],
)
def test_anything_but_a_clear_yes_or_never_is_silence(status, body, code):
    with replying(status, body, headers=[("Location", "http://127.0.0.1:1/")]) as (url, _):
        answer = send(url)
    assert (answer.verdict, answer.code, answer.is_line_down) == (Verdict.NO_ANSWER, code, True)


@pytest.mark.parametrize("body", [b"", b"{}", b'{"error": 5}', b'{"error": "NEW_WORD"}'])
def test_a_never_without_a_known_word_is_about_the_message_not_the_number(body):
    with replying(422, body) as (url, _):
        answer = send(url)
    assert (answer.verdict, answer.code) == (Verdict.REFUSED, "NOTICE_CONTENT_REFUSED")


@pytest.mark.parametrize(("told", "seconds"), [("7", 7.0), ("999999", 3600.0), ("soon", None), ("-1", None)])
def test_retry_after_is_obeyed_within_reason(told, seconds):
    with replying(503, headers=[("Retry-After", told)]) as (url, _):
        assert send(url).retry_after == seconds


def nobody_listens():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def test_nobody_there():
    answer = send(nobody_listens())
    assert (answer.verdict, answer.is_line_down) == (Verdict.NO_ANSWER, True)


def test_a_dead_line_is_given_up_after_a_few():
    with connect(nobody_listens(), give_up_after=3, connections=1) as channel:
        answers = channel.send([sms() for _ in range(40)])
    assert len(answers) == 40
    assert all(answer.is_line_down for answer in answers)


def test_somebody_there_who_never_answers():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        answer = send(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.2)
    assert answer.verdict is Verdict.NO_ANSWER


def test_a_slow_gateway_that_took_it_is_asked_again_and_the_phone_rings_once(gateway):
    message = sms()
    gateway.set_slow(30)
    assert send(gateway.url, message, timeout=0.2).verdict is Verdict.NO_ANSWER
    gateway.set_slow(0)
    assert send(gateway.url, message).verdict is Verdict.ACCEPTED
    assert [one["to"] for one in gateway.received() if one["id"] == str(message.uid)] == ["+84912345678"]


def test_a_wrong_token_is_told_apart(gateway):
    assert send(gateway.url, token="another").code == "SMS_GATEWAY_UNAUTHORIZED"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"reports": {}, "cursor": "1"}',
        b'{"reports": [], "cursor": 5}',
        json.dumps({"reports": [], "cursor": "x" * 500}).encode(),
    ],
)
def test_what_is_no_list_of_reports_is_unavailable(body):
    with replying(200, body) as (url, _), connect(url) as channel, pytest.raises(Unavailable):
        channel.reports("")


def test_ill_formed_reports_are_read_over():
    rows = [
        5,
        {},
        {"status": "queued", "id": "x"},
        {"status": "delivered", "id": "no uuid", "at": "2022-04-15T00:00:00+00:00"},
        {"status": "failed", "id": "00000000-0000-4000-8000-000000000001", "at": "yesterday"},
        {
            "status": "failed",
            "id": "00000000-0000-4000-8000-000000000001",
            "at": "2022-04-15T00:00:00+00:00",
            "error": [],
        },
    ]
    with replying(200, json.dumps({"reports": rows, "cursor": "9"}).encode()) as (url, _), connect(url) as channel:
        (report,) = channel.reports("3").found
    assert report.code == "NOTICE_NUMBER_UNREACHABLE"


@pytest.mark.parametrize("url", ["http://sms.example.org", "ftp://127.0.0.1", "sms.example.org"])
def test_a_plain_line_to_another_machine_is_refused(url):
    with pytest.raises(ValueError, match="SMS_URL_NOT_HTTPS"):
        SmsGateway(url, "token", "BOYTE")


def test_neither_number_text_nor_token_shows():
    shown = repr(sms()) + repr(SmsGateway("https://sms.example.org", "secret-token", "BOYTE"))
    assert not any(secret in shown for secret in (PHONE, "482915", "secret-token"))
