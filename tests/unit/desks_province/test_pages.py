from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import NOW, make_office, make_officer, received
from vaxpass.offices.actions import delegate_signing
from vaxpass.offices.models import Act, Officer
from vaxpass.offices.queries import delegations_of, get_actor
from vaxpass.offices.scope import Refused, signs_for_facility
from vaxpass.oversight.tally import tally
from vaxpass.records.facts import Origin
from vaxpass.records.receiving import receive

pytestmark = pytest.mark.django_db


@pytest.fixture
def offices():
    return {
        "T40": make_office("T40", "province"),
        "40A01": make_office("40A01"),
        "40A02": make_office("40A02", facility_class="ministry"),
        "01A01": make_office("01A01", province_code="01"),
    }


def sign_in(name, office, *roles):
    officer = Officer.objects.get(pk=make_officer(name, office, *roles))
    client = Client()
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def province(offices):
    return sign_in("province", offices["T40"], "provincial_officer")


def address(name, *arguments):
    return reverse(f"province:{name}", args=arguments)


def actor(name, office, *roles):
    return get_actor(Officer.objects.get(pk=make_officer(name, office, *roles)))


def test_the_pages_name_the_facilities_of_the_own_province_only(province, offices):
    listed = province.get(address("facilities")).content.decode()
    assert "Cơ sở 40A01" in listed
    assert "01A01" not in listed
    assert province.get(address("home")).status_code == 200
    assert province.get(address("facility", offices["40A01"])).status_code == 200
    for name in ("facility", "signer"):
        assert province.get(address(name, offices["01A01"])).status_code == 404
        assert province.get(address(name, offices["T40"])).status_code == 404


def test_the_list_sorts_and_filters(province, offices):
    clerk = make_officer("clerk", offices["40A02"], "facility_clerk")
    receive([received(1)], Origin(offices["40A02"], clerk, offices["40A02"], NOW))
    tally(NOW)
    listed = province.get(address("facilities"), {"sort": "-entered"}).content.decode()
    assert listed.index("40A02") < listed.index("40A01")
    filtered = province.get(address("facilities"), {"waits": "unanswered"}).content.decode()
    assert ("40A02" in filtered, "Cơ sở 40A01" in filtered) == (True, False)
    assert "Cơ sở 40A01" not in province.get(address("facilities"), {"class": "ministry"}).content.decode()


def test_who_only_signs_is_led_to_the_signing_desk(offices):
    signer = sign_in("signer", offices["T40"], "provincial_signer")
    assert signer.get(address("home")).headers["Location"] == reverse("facility:ready")
    assert signer.get(address("facilities")).status_code == 403
    assert signer.get(address("signer", offices["40A01"])).status_code == 403


def test_naming_a_signing_unit_is_chosen_confirmed_and_done(province, offices):
    chosen = province.post(address("signer", offices["40A01"]), {"unit": offices["T40"]})
    assert chosen.status_code == 200
    assert delegations_of({offices["40A01"]}) == {}, "nothing happens before it is confirmed"
    confirmed = {"unit": offices["T40"], "confirmed": "yes"}
    assert province.post(address("change_signer", offices["40A01"]), confirmed).status_code == 302
    assert delegations_of({offices["40A01"]})[offices["40A01"]].unit.code == "T40"
    page = province.get(address("facility", offices["40A01"])).content.decode()
    assert "Cơ sở T40" in page
    assert Act.objects.filter(verb="delegate_signing").count() == 1


def test_the_named_unit_signs_and_the_facility_does_not_until_it_is_given_back(province, offices):
    change = address("change_signer", offices["40A01"])
    province.post(change, {"unit": offices["T40"], "confirmed": "yes"})
    assert signs_for_facility(actor("central", offices["T40"], "provincial_signer"), offices["40A01"])
    assert not signs_for_facility(actor("own", offices["40A01"], "facility_signer"), offices["40A01"])
    province.post(change, {"unit": "0", "confirmed": "yes"})
    assert not signs_for_facility(actor("central2", offices["T40"], "provincial_signer"), offices["40A01"])
    assert signs_for_facility(actor("own2", offices["40A01"], "facility_signer"), offices["40A01"])


@pytest.mark.parametrize("posted", [{}, {"unit": "999999", "confirmed": "yes"}])
def test_without_a_choice_or_with_a_unit_not_offered_nothing_changes(province, offices, posted):
    province.post(address("change_signer", offices["40A01"]), posted)
    assert delegations_of({offices["40A01"]}) == {}


def test_a_change_is_not_done_by_a_link_and_not_unconfirmed(province, offices):
    change = address("change_signer", offices["40A01"])
    assert province.get(change).status_code == 405
    province.post(change, {"unit": offices["T40"]})
    assert delegations_of({offices["40A01"]}) == {}


def test_a_unit_of_another_province_is_never_offered(province, offices):
    page = province.get(address("signer", offices["40A01"])).content.decode()
    assert ("40A02" in page, "01A01" in page) == (True, False)


@pytest.mark.parametrize(("facility", "unit"), [("01A01", "T40"), ("40A01", "01A01")])
def test_the_action_itself_refuses_what_lies_outside_the_province(offices, facility, unit):
    officer = actor("officer", offices["T40"], "provincial_officer")
    with pytest.raises(Refused, match="DELEGATION_OUTSIDE_PROVINCE"):
        delegate_signing(officer, facility_id=offices[facility], signer_office_id=offices[unit], now=NOW)


def test_the_action_itself_refuses_who_has_no_right(offices):
    head = actor("head", offices["40A01"], "facility_head")
    with pytest.raises(Refused, match="RIGHT_MISSING"):
        delegate_signing(head, facility_id=offices["40A01"], signer_office_id=offices["T40"], now=NOW)


def test_ages_in_words(settings):
    from django.utils.translation import override

    from vaxpass.desks._shared.ages import age_words

    ages = [timedelta(minutes=5), timedelta(hours=1), timedelta(hours=47), timedelta(days=2), timedelta(days=30)]
    with override("vi"):
        assert [age_words(age) for age in ages] == ["chưa đến một giờ", "1 giờ", "47 giờ", "2 ngày", "30 ngày"]
    with override("en"):
        assert age_words(timedelta(hours=1)) == "1 hour"
