"""The verification API: right answers, coded refusals, nothing kept, never a 500."""

import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types
from vaxproof import Code, ProofError, uvci
from vaxproof.log.checkpoint import LogPolicy
from vaxproof.log.issued import prefix_of, read_bucket
from vaxproof.rules import book
from vaxproof.verify import cose_of

from tests.factories.integrators import log_in, make_nation, publish_nation
from tests.factories.passports import make_ministry
from tests.factories.published import RULE_TWO_DOSES, make_folder, rule_set
from tests.unit.integrators.conftest import NOW
from vaxpass.desks._shared.politeness import seconds_left
from vaxpass.desks.integrators import doors, examples
from vaxpass.desks.integrators.api import openapi
from vaxpass.desks.integrators.errors import STATUS, ApiCode, both_languages

pytestmark = pytest.mark.django_db
EARLIER = NOW - timedelta(hours=1)
VECTORS = Path(__file__).resolve().parents[3] / "packages" / "vaxproof" / "vectors"


def code_of(answer: Any) -> str:
    return str(answer.json()["error"]["code"])


class TestVerdicts:
    def test_answers_come_in_the_order_of_the_texts(self, ministry, published, ask):
        stranger = make_ministry(NOW).issue(EARLIER)
        results = ask(ministry.issue(EARLIER), "hello", stranger, ministry.issue(NOW - timedelta(days=400), days=30))

        said = [(one["answer"], one["code"]) for one in results]
        assert said == [
            ("VALID", "VALID"),
            ("NOT_VALID", "INVALID_SCHEME_PREFIX"),
            ("CANNOT_TELL", "KEY_NOT_IN_TRUST_LIST"),
            ("NOT_VALID", "CWT_EXPIRED"),
        ]
        assert all(one["sentence"]["vi"] != one["sentence"]["en"] for one in results)

    def test_a_revoked_one(self, ministry, published, ask):
        published.revoked = ["URN:UVCI:01:VN:40A01/7F3KQ2W9X1#" + "0"]
        text = ministry.issue(EARLIER)
        uvci = ask(text, claims=True)[0]["claims"]["identifier"]
        published.revoked = [uvci]
        published.write(NOW)

        assert ask(text)[0]["code"] == "REVOKED"

    def test_the_facts_tell_the_age_of_the_lists(self, ministry, published, ask):
        published.write(NOW - timedelta(hours=25))
        facts = ask(ministry.issue(EARLIER))[0]["facts"]

        assert facts["trust_list"]["number"] == facts["revocation_list"]["number"] == 2
        assert facts["trust_list"]["age_seconds"] >= 25 * 3600
        assert facts["trust_list"]["is_old"]
        assert facts["key_id"] == ministry.certificate.key_id.hex()

    def test_without_lists_it_cannot_tell(self, ministry, settings, tmp_path, ask):
        settings.PUBLISH_DIR = tmp_path / "nothing"
        assert ask(ministry.issue(EARLIER))[0]["code"] == "TRUST_LIST_MISSING"

    def test_without_a_revocation_list_it_cannot_tell(self, ministry, published, ask):
        (published.path / "revocation-list.jws").unlink()
        result = ask(ministry.issue(EARLIER))[0]
        assert (result["answer"], result["code"]) == ("CANNOT_TELL", "REVOCATION_LIST_MISSING")

    @pytest.mark.parametrize("document", ["trust-list", "revocation-list"])
    def test_a_broken_list_is_no_verdict_on_the_passport(self, ministry, published, ask, document):
        file = published.path / f"{document}.jws"
        file.write_bytes(file.read_bytes()[:300])
        result = ask(ministry.issue(EARLIER))[0]
        assert (result["answer"], result["code"]) == ("CANNOT_TELL", "PUBLICATION_UNREADABLE")

    def test_a_list_signed_by_another_is_no_verdict_either(self, ministry, published, ask):
        pinned = (published.path / "publisher.pem").read_bytes()
        make_folder(published.path, [ministry], NOW).write(NOW)
        (published.path / "publisher.pem").write_bytes(pinned)
        result = ask(ministry.issue(EARLIER))[0]
        assert (result["answer"], result["code"]) == ("CANNOT_TELL", "PUBLICATION_SIGNER_UNKNOWN")

    def test_a_changed_list_is_read_again(self, ministry, published, ask):
        other = make_ministry(NOW)
        assert ask(other.issue(EARLIER))[0]["answer"] == "CANNOT_TELL"
        published.signers = [other.certificate.der]
        published.write(NOW)
        assert ask(other.issue(EARLIER))[0]["answer"] == "VALID"


class TestPrivacy:
    def test_claims_come_only_when_asked_for(self, ministry, published, client):
        text = ministry.issue(EARLIER)
        body = client.post("/api/v1/verify", {"texts": [text]}, content_type="application/json").content.decode()
        assert "Nguy" not in json.dumps(json.loads(body), ensure_ascii=False)
        assert "1990" not in body

    def test_claims_when_asked_for(self, ministry, published, ask):
        claims = ask(ministry.issue(EARLIER), claims=True)[0]["claims"]
        assert (claims["family_name"], claims["birth_date"], claims["kind"]) == ("Nguyễn", "1990-05-17", "v")
        assert claims["certificate"]["v"][0]["dn"] == 2

    def test_no_claims_of_a_forged_one(self, ministry, published, ask):
        text = ministry.issue(EARLIER)
        assert ask(text[:-4] + "0000", claims=True)[0]["claims"] is None

    def test_nothing_is_written_and_nothing_of_it_logged(self, ministry, published, client, caplog, tmp_path):
        text = ministry.issue(EARLIER)
        before = sorted(tmp_path.rglob("*"))
        with (
            caplog.at_level(logging.DEBUG),
            CaptureQueriesContext(
                connection,
            ) as queries,
        ):
            client.post("/api/v1/verify", {"texts": [text, "x"], "claims": True}, content_type="application/json")
            client.post("/api/v1/verify", text, content_type="text/plain")
            client.post("/api/v1/verify", {"texts": [], "name": "Hường"}, content_type="application/json")
        assert not queries.captured_queries
        logged = " ".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
        assert text[4:40] not in logged
        assert "Hường" not in logged
        assert sorted(tmp_path.rglob("*")) == before

    def test_a_refusal_does_not_repeat_what_was_sent(self, client):
        answer = client.post("/api/v1/verify", {"texts": [], "Nguyễn": 1}, content_type="application/json")
        assert answer.status_code == 422
        assert "Nguy" not in answer.content.decode()


class TestRules:
    def test_rules_judge_beside_the_verdict(self, ministry, published, ask):
        published.rules = [rule_set(RULE_TWO_DOSES)]
        published.write(NOW)
        result = ask(ministry.issue(EARLIER), country="DE")[0]
        assert result["answer"] == "VALID"
        assert (result["rules"]["outcome"], result["rules"]["findings"][0]["identifier"]) == ("FAILED", "VR-DE-0002")
        assert result["rules"]["findings"][0]["description"]["vi"] == "Cần ít nhất ba mũi tiêm."

    def test_rules_are_read_once_for_a_hundred_texts_and_again_when_they_change(
        self, ministry, published, ask, monkeypatch
    ):
        read, sets_of = [], book.sets_of

        def counted(document):
            read.append(document)
            return sets_of(document)

        monkeypatch.setattr(book, "sets_of", counted)
        for number, (doses, outcome) in enumerate(((3, "FAILED"), (2, "PASSED")), 1):
            needed = {">=": [{"var": "payload.v.0.dn"}, doses]}
            published.rules = [rule_set({**RULE_TWO_DOSES, "Logic": needed})]
            published.write(NOW)
            results = ask(*[ministry.issue(EARLIER)] * 100, country="DE")
            assert {result["rules"]["outcome"] for result in results} == {outcome}
            assert len(read) == number

    def test_a_country_without_rules(self, ministry, published, ask):
        rules = ask(ministry.issue(EARLIER), country="SE")[0]["rules"]
        assert (rules["outcome"], rules["reason"]["code"]) == ("OPEN", "RULES_NOT_KNOWN")

    def test_what_is_not_valid_is_not_judged(self, published, ask):
        assert ask("hello", country="DE")[0]["rules"] is None

    def test_broken_rules_do_not_touch_the_verdict(self, ministry, published, ask):
        (published.path / "rules.jws").write_bytes(b"{")
        result = ask(ministry.issue(EARLIER), country="DE")[0]
        assert (result["answer"], result["rules"]["reason"]["code"]) == ("VALID", "PUBLICATION_UNREADABLE")


REFUSED = [
    (b"{", "REQUEST_UNREADABLE", None),
    (b"\xff", "REQUEST_UNREADABLE", None),
    (b"[" * 100_000, "REQUEST_UNREADABLE", None),
    (b"", "REQUEST_UNREADABLE", None),
    (b"{}", "REQUEST_INVALID", "texts"),
    (b'{"texts": []}', "REQUEST_INVALID", "texts"),
    (json.dumps({"texts": ["x"] * 101}).encode(), "REQUEST_INVALID", "texts"),
    (b'{"texts": ["x", 7]}', "REQUEST_INVALID", "texts.1"),
    (b'{"texts": "x"}', "REQUEST_INVALID", "texts"),
    (b'{"texts": ["x"], "country": "Germany"}', "REQUEST_INVALID", "country"),
    (b'{"texts": ["x"], "claim": true}', "REQUEST_INVALID", "claim"),
    (b'{"texts": ["x"], "purpose": null}', "REQUEST_INVALID", "purpose"),
    (b"[]", "REQUEST_INVALID", None),
    (b'{"texts": ["' + b"x" * 1_000_000 + b'"]}', "REQUEST_TOO_LARGE", None),
]


class TestRefusals:
    @pytest.mark.parametrize(("body", "code", "field"), REFUSED)
    def test_bad_requests(self, client, body, code, field):
        answer = client.post("/api/v1/verify", body, content_type="application/json")
        assert (answer.status_code, code_of(answer)) == (STATUS[ApiCode(code)], code)
        assert answer.json()["error"].get("field") == field

    def test_a_length_of_more_digits_than_a_number_is_made_of(self, client):
        length = "9" * 5_000
        for address in ("/api/v1/verify", "/verify/"):
            answer = client.post(address, b"{}", content_type="application/json", CONTENT_LENGTH=length)
            assert answer.status_code == 413

    def test_a_body_in_chunks_is_not_taken_for_none(self, client):
        told = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
        answer = client.post("/api/v1/verify", b"", content_type="application/json", **told)
        assert (answer.status_code, code_of(answer)) == (411, "REQUEST_LENGTH_MISSING")

    @pytest.mark.parametrize("method", ["get", "put", "delete", "patch", "head", "options", "trace"])
    def test_other_methods(self, client, method):
        answer = getattr(client, method)("/api/v1/verify")
        assert (answer.status_code, answer["Allow"]) == (405, "POST")

    def test_another_address(self, client):
        for path in ("/api/v1/", "/api/v1/nothing", "/api/v1/verify/", "/api/v1/../x"):
            answer = client.get(path)
            assert (answer.status_code, code_of(answer)) == (404, "ADDRESS_UNKNOWN")

    def test_too_many_from_one_address(self, published, monkeypatch, client):
        monkeypatch.setattr(doors, "REQUESTS_A_MINUTE", 2)
        answers = [client.get("/api/v1/status") for _ in range(3)]
        other = client.get("/api/v1/status", REMOTE_ADDR="192.0.2.7")
        assert [answer.status_code for answer in (*answers, other)] == [200, 200, 429, 200]
        assert code_of(answers[2]) == "TOO_MANY_REQUESTS"
        assert 1 <= int(answers[2]["Retry-After"]) <= 60

    def test_the_next_minute(self):
        assert seconds_left(datetime(2026, 1, 1, 0, 0, 59, 999_999, tzinfo=UTC)) == 1
        assert seconds_left(datetime(2026, 1, 1, tzinfo=UTC)) == 60

    @pytest.mark.parametrize("code", ApiCode)
    def test_every_refusal_has_both_sentences(self, code):
        said = both_languages(code)
        assert len({code.value, said["vi"], said["en"]}) == 3


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
REQUESTS = st.fixed_dictionaries(
    {"texts": st.lists(st.text() | st.just("HC1:NCF"), max_size=5) | JSON},
    optional={"claims": JSON, "country": JSON | st.just("DE"), "purpose": JSON, "region": JSON},
)


@pytest.mark.parametrize(
    "body", [st.binary(max_size=300), JSON.map(json.dumps), REQUESTS.map(json.dumps)], ids=["bytes", "json", "requests"]
)
def test_whatever_comes_in_never_a_500(body, published):
    client = Client(raise_request_exception=False)

    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        body,
        st.sampled_from(
            ["application/json", "text/plain", "multipart/form-data", "", "application/json; charset=utf-16"]
        ),
    )
    def send(data, content_type):
        doors._MINUTE._counts.clear()
        answer = client.generic("POST", "/api/v1/verify", data, content_type=content_type)
        assert answer.status_code in (200, 400, 413, 422)
        assert answer["Content-Type"].startswith("application/json")
        if answer.status_code != 200:
            assert set(answer.json()["error"]["sentence"]) == {"vi", "en"}

    send()


class TestLog:
    @pytest.fixture
    def nation(self, tmp_path, settings):
        """Forty passports in the log, thirty-eight of them under the checkpoint."""
        settings.PUBLISH_DIR = tmp_path
        nation = make_nation(tmp_path, NOW)
        self.texts = [nation.ministry.issue(EARLIER, uvci=uvci.build("VN", "1", f"T{n}")) for n in range(40)]
        log_in(nation, self.texts[:38], EARLIER)
        publish_nation(nation, EARLIER)
        log_in(nation, self.texts[38:], NOW)
        return nation

    def verdict(self, client, text, **asked):
        body = {"texts": [text], **asked}
        return client.post("/api/v1/verify", body, content_type="application/json").json()["results"][0]

    def test_a_good_signature_without_an_entry_is_a_stolen_keys(self, nation, client):
        stolen = nation.ministry.issue(EARLIER, family_name="Giả")
        assert self.verdict(client, stolen)["code"] == "VALID"
        found = self.verdict(client, stolen, log=True)
        assert (found["answer"], found["code"]) == ("NOT_VALID", "NOT_IN_LOG")
        assert found["facts"]["log"] == {"issued_at": None, "revoked_at": None}

    def test_what_was_issued_has_its_place_published_or_not(self, nation, client):
        for place in (0, 39):
            found = self.verdict(client, self.texts[place], log=True)
            assert (found["answer"], found["facts"]["log"]["issued_at"]) == ("VALID", place)

    def test_the_log_says_nothing_about_what_another_signed(self, nation, client):
        found = self.verdict(client, make_ministry(NOW).issue(EARLIER), log=True)
        assert (found["code"], found["facts"]["log"]) == ("KEY_NOT_IN_TRUST_LIST", None)

    def policy(self, client):
        index = json.loads(b"".join(client.get("/published/index.json").streaming_content))
        return LogPolicy.from_index(index)

    def bucket(self, client, text):
        length = client.get("/api/v1/log").json()["prefix_length"]
        answer = client.get(f"/api/v1/log/issued/{prefix_of(cose_of(text), length)}")
        assert answer.status_code == 200
        return answer.content

    def test_the_log_tells_its_size_and_its_checkpoint(self, nation, client):
        told = client.get("/api/v1/log").json()
        checkpoint = self.policy(client).open(told["checkpoint"].encode())
        assert (told["size"], told["origin"], told["prefix_length"]) == (38, checkpoint.origin, 0)
        assert checkpoint.size == 38

    def test_a_device_reads_the_answer(self, nation, client):
        text = self.texts[7]
        answer = read_bucket(self.bucket(client, text), cose_of(text), self.policy(client))
        assert (answer.issued_at, answer.revoked_at, answer.complete) == (7, None, True)

    def test_one_that_was_never_issued(self, nation, client):
        text = nation.ministry.issue(NOW)
        assert read_bucket(self.bucket(client, text), cose_of(text), self.policy(client)).issued_at is None

    def test_one_that_waits_for_the_next_checkpoint(self, nation, client):
        text = self.texts[39]
        with pytest.raises(ProofError) as refused:
            read_bucket(self.bucket(client, text), cose_of(text), self.policy(client))
        assert refused.value.code is Code.LOG_BEHIND

    @pytest.mark.parametrize(
        ("prefix", "code"),
        [
            ("abcdef", "ISSUED_PREFIX_TOO_LONG"),
            ("ab" * 32, "ISSUED_PREFIX_TOO_LONG"),
            ("X", "ISSUED_PREFIX_ILLEGAL"),
            ("%27", "ISSUED_PREFIX_ILLEGAL"),
        ],
    )
    def test_a_question_that_would_tell_who_is_meant_is_refused(self, nation, client, prefix, code):
        answer = client.get(f"/api/v1/log/issued/{prefix}")
        assert (answer.status_code, code_of(answer)) == (422, code)
        assert all(sentence and code not in sentence for sentence in answer.json()["error"]["sentence"].values())

    def test_without_a_log(self, published, client):
        for address in ("/api/v1/log", "/api/v1/log/issued/", "/api/v1/log/issued/a"):
            answer = client.get(address)
            assert (answer.status_code, code_of(answer)) == (503, "LOG_NOT_PUBLISHED")

    def test_answers_follow_the_schema(self, nation, client):
        document = json.loads(json.dumps(openapi()))
        for address, path in (("/api/v1/log", "/api/v1/log"), ("/api/v1/log/issued/", "/api/v1/log/issued/{prefix}")):
            schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
            answer = client.get(address)
            assert answer["Access-Control-Allow-Origin"] == "*"
            Draft202012Validator({**schema, "components": document["components"]}).validate(answer.json())


class TestStatus:
    def test_numbers_and_ages(self, published, client):
        published.write(NOW - timedelta(hours=30))
        documents = {one["document"]: one for one in client.get("/api/v1/status").json()["documents"]}
        assert set(documents) == {"index", "trust-list", "revocation-list", "revocation-filter", "value-sets", "rules"}
        assert documents["trust-list"]["number"] == 2
        assert documents["rules"]["is_old"]
        assert documents["rules"]["is_late"]

    def test_broken_files_are_left_out(self, published, client):
        (published.path / "rules.json").write_bytes(b'{"number": 3')
        (published.path / "index.json").unlink()
        documents = [one["document"] for one in client.get("/api/v1/status").json()["documents"]]
        assert documents == ["trust-list", "revocation-list", "revocation-filter", "value-sets"]

    def test_any_page_may_read_it(self, published, client):
        answer = client.get("/api/v1/status", HTTP_ORIGIN="https://elsewhere.example")
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer


class TestDescription:
    def test_it_is_served(self, client):
        answer = client.get("/api/v1/openapi.json")
        assert answer.json() == json.loads(json.dumps(openapi()))
        assert answer["Access-Control-Allow-Origin"] == "*"

    def test_every_operation_is_described_with_an_example(self):
        for methods in openapi()["paths"].values():
            for operation in methods.values():
                assert operation["summary"]
                assert operation["description"]
                assert "example" in operation["responses"][200]["content"]["application/json"]

    def test_examples_follow_the_schemas(self):
        document = json.loads(json.dumps(openapi()))
        for methods in document["paths"].values():
            for operation in methods.values():
                parts = [
                    operation["responses"]["200"],
                    *([operation["requestBody"]] if "requestBody" in operation else []),
                ]
                for part in parts:
                    content = part["content"]["application/json"]
                    schema = {**content["schema"], "components": document["components"]}
                    Draft202012Validator(schema).validate(content["example"])

    def test_real_answers_follow_the_schema(self, ministry, published, client):
        document = json.loads(json.dumps(openapi()))
        asked = {"texts": [ministry.issue(EARLIER), "x"], "claims": True, "country": "DE"}
        answer = client.post("/api/v1/verify", asked, content_type="application/json").json()
        schema = document["paths"]["/api/v1/verify"]["post"]["responses"]["200"]["content"]["application/json"][
            "schema"
        ]
        Draft202012Validator({**schema, "components": document["components"]}).validate(answer)

    def test_the_passport_of_the_example_is_a_vector(self, published, ask):
        cases = json.loads((VECTORS / "vectors.json").read_text("utf-8"))["cases"]
        vector = next(case for case in cases if case["id"] == "vaccination-es256")
        assert vector["text"] == examples.TEXT
        assert ask(examples.TEXT)[0]["code"] == "KEY_NOT_IN_TRUST_LIST"


def test_the_vectors_are_published_whole_and_named_by_the_index(tmp_path, settings, client):
    settings.PUBLISH_DIR = tmp_path
    nation = make_nation(tmp_path, NOW)
    log_in(nation, [nation.ministry.issue(EARLIER)], EARLIER)
    publish_nation(nation, EARLIER, vectors=VECTORS)
    named = json.loads((tmp_path / "index.json").read_bytes())["files"]
    cases = json.loads(b"".join(client.get("/published/vectors/vectors.json").streaming_content))["cases"]
    documents = {name for case in cases for name in (*case.get("take", ()), *case.get("pins", ()))}
    for name in documents:
        published = (tmp_path / "vectors" / "documents" / name).read_bytes()
        assert published == (VECTORS / "documents" / name).read_bytes()
        assert f"vectors/documents/{name}" in named
    assert not list((tmp_path / "vectors").rglob("*.pem"))
