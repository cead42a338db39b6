"""The journey to the provider and back; then one thing wrong at a time, each refused by its own name."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.contract.eid.conftest import BACK, SECRET
from vaxpass.adapters.eid.oidc import ClaimNames, EidConnection, OidcIdentity
from vaxpass.offices.scope import Refused, Unavailable


def now():
    return datetime.now(UTC)  # the provider dates its tokens by the clock


def journey_of(identity, provider, place=0):
    address, journey = identity.begin(BACK, now())
    return journey, provider.choose(address, place)


def finished(identity, provider, place=0):
    journey, answer = journey_of(identity, provider, place)
    return identity.finish(journey, answer, BACK, now())


def test_whoever_signs_in_is_told_of_with_name_birth_sex_and_number(identity, provider):
    journey, answer = journey_of(identity, provider)
    claims = identity.finish(journey, answer, BACK, now())
    assert (claims.name, claims.birth_date, claims.sex) == ("NGUYỄN THỊ ÁNH", "1984-05-07", 2)
    assert claims.number == "040184000001"
    again = finished(identity, provider)
    assert again.subject == claims.subject


def test_a_year_is_enough_of_a_birth_date(identity, provider):
    assert finished(identity, provider, place=1).birth_date == "1950"


def test_what_the_token_does_not_tell_is_asked_for_at_the_userinfo_address(identity, provider):
    provider.switch(userinfo_only="1")
    assert finished(identity, provider).number == "040184000001"


def test_each_journey_has_its_own_state_nonce_and_verifier_and_sends_no_secret(identity):
    address, one = identity.begin(BACK, now())
    _, other = identity.begin(BACK, now())
    assert {one.state, one.nonce, one.verifier}.isdisjoint({other.state, other.nonce, other.verifier})
    assert "code_challenge_method=S256" in address
    assert one.verifier not in address
    assert SECRET not in address


def test_a_rotated_key_is_fetched_anew(identity, provider):
    finished(identity, provider)
    provider.switch(rotate="1")
    assert finished(identity, provider).number


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("nonce", "EID_NONCE_WRONG"),
        ("audience", "EID_AUDIENCE_WRONG"),
        ("second_audience", "EID_AUDIENCE_WRONG"),
        ("issuer", "EID_ISSUER_WRONG"),
        ("expired", "EID_TOKEN_ENDED"),
        ("from_the_future", "EID_TOKEN_ENDED"),
        ("alg_none", "EID_ALGORITHM_WRONG"),
        ("alg_hs256", "EID_ALGORITHM_WRONG"),
        ("foreign_key", "EID_SIGNATURE_WRONG"),
        ("no_number", "EID_CLAIMS_MISSING"),
    ],
)
def test_a_token_with_one_thing_wrong_is_refused_by_name(identity, provider, fault, code):
    journey, answer = journey_of(identity, provider)
    provider.switch(fault=fault)
    with pytest.raises(Refused) as refused:
        identity.finish(journey, answer, BACK, now())
    assert refused.value.code == code


def test_userinfo_of_another_account_is_refused(identity, provider):
    journey, answer = journey_of(identity, provider)
    provider.switch(fault="other_subject", userinfo_only="1")
    with pytest.raises(Refused, match="EID_SUBJECT_WRONG"):
        identity.finish(journey, answer, BACK, now())


def test_another_browsers_state_is_refused(identity, provider):
    journey, answer = journey_of(identity, provider)
    with pytest.raises(Refused, match="EID_STATE_WRONG"):
        identity.finish(journey, {**answer, "state": "another"}, BACK, now())
    with pytest.raises(Refused, match="EID_STATE_WRONG"):
        identity.finish(journey, {key: value for key, value in answer.items() if key != "state"}, BACK, now())


def test_a_code_taken_by_somebody_else_is_worth_nothing_without_the_verifier(identity, provider):
    journey, answer = journey_of(identity, provider)
    with pytest.raises(Refused, match="EID_CODE_REFUSED"):
        identity.finish(replace(journey, verifier="v" * 64), answer, BACK, now())


def test_a_code_is_exchanged_once(identity, provider):
    journey, answer = journey_of(identity, provider)
    identity.finish(journey, answer, BACK, now())
    with pytest.raises(Refused, match="EID_CODE_REFUSED"):
        identity.finish(journey, answer, BACK, now())


def test_an_answer_of_another_provider_is_refused(identity, provider):
    journey, answer = journey_of(identity, provider)
    with pytest.raises(Refused, match="EID_ISSUER_WRONG"):
        identity.finish(journey, {**answer, "iss": "https://another.invalid"}, BACK, now())


def test_whoever_turns_back_is_told_so(identity, provider):
    address, journey = identity.begin(BACK, now())
    with pytest.raises(Refused, match="EID_CANCELLED"):
        identity.finish(journey, provider.cancel(address), BACK, now())


def test_a_journey_of_more_than_ten_minutes_is_refused(identity, provider):
    journey, answer = journey_of(identity, provider)
    with pytest.raises(Refused, match="EID_TOO_SLOW"):
        identity.finish(replace(journey, begun_at=now() - timedelta(minutes=11)), answer, BACK, now())


def test_a_wrong_client_secret_gets_nothing(provider):
    identity = OidcIdentity(EidConnection(provider.url, "vaxpass", "another"))
    with pytest.raises(Refused, match="EID_CODE_REFUSED"):
        finished(identity, provider)


def test_a_provider_that_does_not_answer_is_away_which_is_no_refusal(identity, provider):
    journey, answer = journey_of(identity, provider)
    provider.switch(fault="away")
    with pytest.raises(Unavailable, match="EID_AWAY"):
        identity.finish(journey, answer, BACK, now())
    for url in (provider.url, "http://127.0.0.1:9"):
        with pytest.raises(Unavailable, match="EID_AWAY"):
            OidcIdentity(EidConnection(url, "vaxpass", SECRET, timeout=1)).begin(BACK, now())


def test_a_provider_is_reached_by_https_alone():
    with pytest.raises(ValueError, match="EID_URL_NOT_HTTPS"):
        EidConnection("http://eid.example", "vaxpass", "")


def test_the_names_of_the_claims_are_the_operators_to_give(provider):
    names = ClaimNames(number="so_dinh_danh")
    identity = OidcIdentity(EidConnection(provider.url, "vaxpass", SECRET, claims=names))
    with pytest.raises(Refused, match="EID_CLAIMS_MISSING"):
        finished(identity, provider)


def test_a_provider_that_wants_the_secret_in_the_body_gets_it_there(provider):
    provider.switch(secret_in_body="1")
    identity = OidcIdentity(EidConnection(provider.url, "vaxpass", SECRET))
    assert finished(identity, provider).number


def test_nothing_of_a_person_or_a_secret_shows_in_a_repr(identity, provider):
    journey, answer = journey_of(identity, provider)
    shown = repr(identity.finish(journey, answer, BACK, now())) + repr(journey)
    shown += repr(EidConnection(provider.url, "vaxpass", SECRET))
    assert not [word for word in ("ÁNH", "040184000001", "1984", journey.state, SECRET) if word in shown]
