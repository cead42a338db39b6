"""Slow for machines: work and words, each right answer taken once, each fault refused by its own name."""

import base64
import json
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import altcha
import pytest
from django.utils import translation

from tests.factories import NOW
from tests.unit.citizens.conftest import NUMBERS
from vaxpass.desks.citizen import captcha
from vaxpass.offices.scope import Refused

pytestmark = pytest.mark.django_db
SCRIPT = Path(captcha.__file__).parent / "static/citizen/captcha.js"


def solved(asked, **changes):
    challenge = json.loads(asked.work)
    solution = altcha.solve_challenge(altcha.Challenge.from_dict(challenge))
    payload = {"challenge": challenge, "solution": {"counter": solution.counter, "derivedKey": solution.derived_key}}
    payload["challenge"]["parameters"].update(changes)
    return {captcha.WORK_FIELD: base64.b64encode(json.dumps(payload).encode()).decode()}


def in_words(asked):
    words = re.fullmatch(r"(.*) cộng (.*) bằng bao nhiêu\? .*", asked.question).groups()
    total = sum(NUMBERS.index(word.lower()) + 2 for word in words)
    return {captcha.TICKET_FIELD: asked.ticket, captcha.ANSWER_FIELD: str(total)}


def refused(form, now=NOW, **more):
    with pytest.raises(Refused) as found:
        captcha.check(form, now, **more)
    return found.value.code


def test_work_is_taken_once():
    form = solved(captcha.ask(NOW))
    assert captcha.check(form, NOW) is captcha.Way.WORK
    assert refused(form) == "CAPTCHA_USED"


def test_a_question_in_words_is_taken_once():
    form = in_words(captcha.ask(NOW))
    assert captcha.check(form, NOW) is captcha.Way.WORDS
    assert refused(form) == "CAPTCHA_USED"


def test_a_wrong_answer_uses_the_question_up():
    right = in_words(captcha.ask(NOW))
    assert refused({**right, captcha.ANSWER_FIELD: "99"}) == "CAPTCHA_WRONG"
    assert refused(right) == "CAPTCHA_USED"


@pytest.mark.parametrize("make", [solved, in_words])
def test_twenty_minutes(make):
    assert refused(make(captcha.ask(NOW)), NOW + timedelta(minutes=20)) == "CAPTCHA_ENDED"


@pytest.mark.parametrize(
    "changes",
    [
        {"cost": 1},
        {"keyPrefix": ""},
        {"data": {"until": 4_000_000_000}},
        {"nonce": "00" * 16},
        {"algorithm": "SHA-256"},
        {"keySignature": "00" * 32},
    ],
)
def test_work_that_we_did_not_ask_for_is_refused(changes):
    assert refused(solved(captcha.ask(NOW), **changes)) == "CAPTCHA_WRONG"


@pytest.mark.parametrize("work", ["x", "e30=", base64.b64encode(b'{"challenge": 1}').decode(), "A" * 10_000])
def test_what_is_no_work_is_refused(work):
    assert refused({captcha.WORK_FIELD: work}) == "CAPTCHA_WRONG"


def test_work_without_its_solution_is_refused():
    asked = captcha.ask(NOW)
    payload = {"challenge": json.loads(asked.work), "solution": {"counter": 0, "derivedKey": "00" * 32}}
    assert refused({captcha.WORK_FIELD: base64.b64encode(json.dumps(payload).encode()).decode()}) == "CAPTCHA_WRONG"


def test_nothing_is_no_answer():
    assert refused({}) == "CAPTCHA_MISSING"


def test_a_ticket_of_another_question_does_not_fit():
    one = in_words(captcha.ask(NOW))
    assert refused({**one, captcha.TICKET_FIELD: "made:up"}) == "CAPTCHA_WRONG"


def test_in_words_one_address_gets_fewer_tries_than_by_work():
    for _ in range(20):
        captcha.check(in_words(captcha.ask(NOW)), NOW, visitor=b"one address")
    assert refused(in_words(captcha.ask(NOW)), visitor=b"one address") == "ASKED_TOO_OFTEN_HERE"
    captcha.check(solved(captcha.ask(NOW)), NOW, visitor=b"one address")


def test_the_answer_stands_nowhere_on_the_page():
    asked = captcha.ask(NOW)
    told = json.loads(base64.urlsafe_b64decode(asked.ticket.split(":")[0] + "=="))
    assert set(told) == {"nonce", "until", "answer"}
    assert re.fullmatch(r"[0-9a-f]{32}", told["answer"])
    assert not re.search(r"\d", asked.question)


def test_the_question_is_asked_in_the_readers_language():
    with translation.override("en"):
        assert re.fullmatch(
            r"[A-Z]?.*[Hh]ow much is \w+ plus \w+\? Write the number in digits\.", captcha.ask(NOW).question
        )


def test_the_browsers_solver_finds_what_the_server_takes(tmp_path):
    node = shutil.which("node")
    assert node, "Node.js runs the browser's part of the tests"
    asked = captcha.ask(NOW)
    program = tmp_path / "solve.mjs"
    program.write_text(
        "import { webcrypto } from 'node:crypto';\n"
        "globalThis.crypto ??= webcrypto;\n"
        f"const {{ solve }} = await import({json.dumps(SCRIPT.as_uri())});\n"
        "console.log(await solve(JSON.parse(process.argv[2])));\n"
    )
    module = tmp_path / "captcha.mjs"
    module.write_text(SCRIPT.read_text())
    program.write_text(program.read_text().replace(SCRIPT.as_uri(), module.as_uri()))
    answer = subprocess.run([node, program, asked.work], check=True, capture_output=True, text=True, timeout=60)
    assert captcha.check({captcha.WORK_FIELD: answer.stdout.strip()}, NOW) is captcha.Way.WORK
