"""Lines of a trust list: windows, withdrawals, authorities, and what the log has to say about stolen keys."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from vaxproof import Answer, Code, ProofError, RevocationList, TrustList, issue, read_certificate, uvci
from vaxproof.log.proof import LogAnswer
from vaxproof.trust.entries import TrustEntry, Usage, Withdrawal
from vaxproof.trust.revocation_filter import RevocationFilter
from vaxproof.trust.revocation_list import hash_of_identifier
from vaxproof.verify import verify

HOUR = timedelta(hours=1)
ISSUED = LogAnswer(7, None, 100, complete=True)
PROVED = LogAnswer(7, None, 100, complete=False)
REVOKED = LogAnswer(7, 8, 100, complete=True)
ABSENT = LogAnswer(None, None, 100, complete=True)
REVOCATION_PROVED = LogAnswer(None, 8, 100, complete=False)


@pytest.fixture
def text(vaccination, office, now):
    return issue.issue(vaccination(), office.signer, now - HOUR, now + HOUR)


@pytest.fixture
def entry(office):
    return TrustEntry(office.trust.certificates[0])


def verdict(text, entry, now, **more):
    """By way of the published form, so that both are one."""
    published = TrustList([entry], number=1).to_json(now - HOUR, now + HOUR)
    return verify(text, TrustList.from_json(published), at=now, **more)


@pytest.mark.parametrize(
    ("window", "code"),
    [
        ({"accepted_from": -HOUR}, Code.VALID),
        ({"accepted_from": timedelta(0), "accepted_until": timedelta(0)}, Code.VALID),
        ({"accepted_from": timedelta(seconds=1)}, Code.PUBLIC_KEY_NOT_YET_VALID),
        ({"accepted_until": timedelta(seconds=-1)}, Code.PUBLIC_KEY_EXPIRED),
        ({"accepted_until": timedelta(days=9999)}, Code.VALID),
    ],
)
def test_the_window_of_the_list(text, entry, now, window, code):
    limits = {name: now + offset for name, offset in window.items()}
    assert verdict(text, replace(entry, **limits), now).code is code


def test_the_window_never_widens_the_certificate(vaccination, office_with, now):
    office = office_with(not_after=now - HOUR)
    text = issue.issue(vaccination(), office.signer, now - 3 * HOUR, now + HOUR)
    wide = TrustEntry(office.trust.certificates[0], accepted_until=now + HOUR)
    assert verdict(text, wide, now).code is Code.PUBLIC_KEY_EXPIRED


@pytest.mark.parametrize(
    ("unless_logged", "log", "answer", "code"),
    [
        (False, None, Answer.NOT_VALID, Code.KEY_WITHDRAWN),
        (False, ISSUED, Answer.NOT_VALID, Code.KEY_WITHDRAWN),
        (True, None, Answer.CANNOT_TELL, Code.LOG_PROOF_NEEDED),
        (True, ISSUED, Answer.VALID, Code.VALID),
        (True, PROVED, Answer.VALID, Code.VALID),
        (True, ABSENT, Answer.NOT_VALID, Code.NOT_IN_LOG),
        (True, REVOKED, Answer.NOT_VALID, Code.REVOKED),
        (True, REVOCATION_PROVED, Answer.NOT_VALID, Code.REVOKED),
    ],
)
def test_a_withdrawn_key(text, entry, now, unless_logged, log, answer, code):
    withdrawn = replace(entry, withdrawn=Withdrawal(now - HOUR, "KEY_STOLEN", unless_logged))
    found = verdict(text, withdrawn, now, log=log)
    assert (found.answer, found.code) == (answer, code)


def test_a_withdrawal_counts_whatever_time_is_asked_about(text, entry, now):
    withdrawn = replace(entry, withdrawn=Withdrawal(now + HOUR, "KEY_STOLEN"))
    assert verdict(text, withdrawn, now).code is Code.KEY_WITHDRAWN


@pytest.mark.parametrize(
    ("log", "code"),
    [(ISSUED, Code.VALID), (PROVED, Code.VALID), (ABSENT, Code.NOT_IN_LOG), (REVOKED, Code.REVOKED)],
)
def test_the_log_about_a_key_in_good_standing(text, entry, now, log, code):
    assert verdict(text, entry, now, log=log).code is code
    assert verdict(text, entry, now, log=log).facts.log == log


def test_what_is_not_valid_goes_before_what_cannot_be_told(text, entry, vaccination, now):
    listed = RevocationList.of(now - HOUR, now + HOUR, UCI=[hash_of_identifier(vaccination().uvci)])
    possibly = RevocationFilter.of(listed)
    assert verdict(text, entry, now, revocation_filter=possibly).code is Code.POSSIBLY_REVOKED
    assert verdict(text, entry, now, revocation_filter=possibly, log=ABSENT).code is Code.NOT_IN_LOG
    stolen = replace(entry, withdrawn=Withdrawal(now, "KEY_STOLEN", unless_logged=True))
    assert verdict(text, stolen, now, revocations=listed).code is Code.REVOKED


def test_an_authority_never_signs(text, entry, now):
    authority = replace(entry, usage=Usage.CSCA)
    trust = TrustList([authority])
    assert (len(trust), len(trust.authorities)) == (0, 1)
    assert verify(text, trust, at=now).code is Code.TRUST_LIST_MISSING
    assert verdict(text, authority, now).code is Code.TRUST_LIST_MISSING


def test_one_certificate_may_be_both(text, entry, now):
    trust = TrustList([replace(entry, usage=Usage.CSCA), entry])
    assert verify(text, trust, at=now).code is Code.VALID


@pytest.mark.parametrize("turned", [False, True])
def test_where_two_lists_differ_the_harder_word_counts(text, entry, office, now, turned):
    withdrawn = TrustList([replace(entry, withdrawn=Withdrawal(now, "KEY_STOLEN"))])
    softer = TrustList([replace(entry, withdrawn=Withdrawal(now, "KEY_STOLEN", unless_logged=True))])
    other = TrustList([read_certificate(office.der, source="elsewhere")])
    lists = [other, softer, withdrawn]
    merged = TrustList.merge(lists[::-1] if turned else lists)
    assert verify(text, merged, at=now).code is Code.KEY_WITHDRAWN


class TestRemarkOnCoverage:
    def listed(self, now, countries):
        return RevocationList.of(now - HOUR, now + HOUR, countries=countries)

    @pytest.mark.parametrize(("countries", "remarked"), [(["VN"], False), (["DE"], True), ([], True), (None, False)])
    def test_list_and_filter(self, text, entry, now, countries, remarked):
        listed = self.listed(now, countries)
        for lists in ({"revocations": listed}, {"revocation_filter": RevocationFilter.of(listed)}):
            found = verdict(text, entry, now, **lists)
            assert found.code is Code.VALID
            assert (Code.REVOCATIONS_NOT_COVERED in found.facts.remarks) is remarked

    def test_no_list_no_remark(self, text, entry, now):
        assert Code.REVOCATIONS_NOT_COVERED not in verdict(text, entry, now).facts.remarks


class TestTheLogOfOtherCountries:
    """`office` is of Vietnam, whatever its passports say of themselves."""

    @pytest.mark.parametrize("log", [ISSUED, PROVED, ABSENT, REVOKED, REVOCATION_PROVED])
    def test_what_it_says_is_ignored_and_remarked(self, text, entry, now, log):
        found = verdict(text, entry, now, log=log._replace(countries=frozenset(["DE", "LA"])))
        assert found.code is Code.VALID
        assert Code.LOG_NOT_COVERED in found.facts.remarks

    @pytest.mark.parametrize("countries", [[], ["VN"], ["LA", "VN"]])
    def test_ours_and_one_of_any_country_count(self, text, entry, now, countries):
        found = verdict(text, entry, now, log=ABSENT._replace(countries=frozenset(countries)))
        assert found.code is Code.NOT_IN_LOG
        assert Code.LOG_NOT_COVERED not in found.facts.remarks

    def test_it_cannot_vouch_for_a_stolen_key(self, text, entry, now):
        stolen = replace(entry, withdrawn=Withdrawal(now - HOUR, "KEY_STOLEN", unless_logged=True))
        log = ISSUED._replace(countries=frozenset(["DE"]))
        assert verdict(text, stolen, now, log=log).code is Code.LOG_PROOF_NEEDED

    def test_the_country_is_that_of_the_key_and_not_what_the_passport_claims(self, vaccination, entry, office, now):
        record = vaccination(country="DE", uvci=uvci.build("DE", "1", "ABC"))
        posing = issue.issue(record, office.signer, now - HOUR, now + HOUR)
        log = ABSENT._replace(countries=frozenset(["VN"]))
        assert verdict(posing, entry, now, log=log).code is Code.NOT_IN_LOG


@pytest.mark.parametrize(
    "change",
    [
        {"from": "yesterday"},
        {"until": "2026-01-01"},
        {"withdrawn": True},
        {"withdrawn": {}},
        {"withdrawn": {"at": "2026-01-01T00:00:00Z"}},
        {"withdrawn": {"at": "2026-01-01T00:00:00Z", "reason": ""}},
        {"withdrawn": {"at": "2026-01-01T00:00:00Z", "reason": "X", "unless_logged": "yes"}},
        {"withdrawn": {"at": "soon", "reason": "X"}},
        {"origin": []},
    ],
)
def test_a_damaged_line_spoils_the_list(entry, now, change):
    """A withdrawal that cannot be read must not become none."""
    document = json.loads(TrustList([entry]).to_json(now, now + HOUR))
    document["certificates"][0] |= change
    with pytest.raises(ProofError) as refused:
        TrustList.from_json(json.dumps(document).encode())
    assert refused.value.code is Code.TRUST_LIST_INVALID


@pytest.mark.parametrize("usage", ["TLS", 1, None, []])
def test_an_unknown_usage_is_left_out(entry, now, usage):
    document = json.loads(TrustList([entry]).to_json(now, now + HOUR))
    document["certificates"] += [document["certificates"][0] | {"usage": usage, "source": "other"}]
    assert len(TrustList.from_json(json.dumps(document).encode()).entries) == 1


def test_unknown_members_are_ignored_and_the_country_of_the_list_wins(entry, now):
    document = json.loads(TrustList([entry], number=4).to_json(now, now + HOUR))
    document["certificates"][0] |= {"colour": "red", "country": "XK"}
    trust = TrustList.from_json(json.dumps(document | {"colour": "red"}).encode())
    assert trust.certificates[0].country == "XK"
    assert trust.number == 4


@pytest.mark.parametrize("number", [-1, 1.5, "1", True, 2**53])
def test_refuses_an_impossible_number(entry, now, number):
    document = json.loads(TrustList([entry]).to_json(now, now + HOUR)) | {"number": number}
    with pytest.raises(ProofError) as refused:
        TrustList.from_json(json.dumps(document).encode())
    assert refused.value.code is Code.TRUST_LIST_INVALID


def test_a_list_of_before_has_number_nought(entry, now):
    document = json.loads(TrustList([entry], number=4).to_json(now, now + HOUR))
    del document["number"]
    assert TrustList.from_json(json.dumps(document).encode()).number == 0
