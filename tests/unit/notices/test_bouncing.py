"""What did not arrive: kept, led to the facility whose record names the address, gone once the record is mended."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.factories import NOW, make_office, make_officer, received
from tests.unit.notices.conftest import NOON, code, notice
from vaxpass.notices import actions, queries
from vaxpass.notices.bouncing import find_keepers, note_reports, settle_bounce
from vaxpass.notices.delivering import read_reports
from vaxpass.notices.facts import Channel, Recipient
from vaxpass.notices.models import Bounce, Notice
from vaxpass.notices.ports import Report
from vaxpass.notices.rules import NoticeState
from vaxpass.offices.models import Officer
from vaxpass.offices.queries import get_actor
from vaxpass.offices.scope import Refused
from vaxpass.records.actions import move
from vaxpass.records.facts import Origin
from vaxpass.records.queries import get_versions
from vaxpass.records.receiving import receive
from vaxpass.records.states import Verb

pytestmark = pytest.mark.django_db
PHONE = "0900000001"  # of the first person of tests.factories.received
WRONG = "+84900000001"


class Facility:
    def __init__(self, code):
        self.office_id = make_office(code)
        self.clerk_id = make_officer(f"clerk{code}", self.office_id, "facility_clerk")

    def actor(self):
        return get_actor(Officer.objects.get(pk=self.clerk_id))

    def store(self, serial=1, **columns):
        origin = Origin(self.office_id, self.clerk_id, self.office_id, NOW)
        (version_id,) = receive([received(serial, **columns)], origin).version_ids.values()
        move([version_id], Verb.CONFIRM_IDENTITY, now=NOW)
        return version_id


@pytest.fixture
def facility():
    return Facility("40A01")


@pytest.fixture
def other():
    return Facility("40A02")


def person_of(version_id):
    return get_versions([version_id])[0].person_id


def bounce(office, version_id, **changes):
    """A notice to the record's phone that the gateway refuses."""
    office.sms.phones.refused[WRONG] = "NUMBER_UNKNOWN"
    fields = {"to": Recipient(PHONE), "person_id": person_of(version_id), **changes}
    actions.enqueue([notice(f"to/{uuid4()}", **fields)], now=NOON)
    office.deliver()
    read_reports(office.post, clock=office.clock)


def shown(facility):
    return queries.get_undelivered([bounce.pk for bounce in queries.open_bounces(facility.actor())])


def test_the_facility_whose_record_names_the_number_sees_it_and_no_other(office, facility, other):
    version_id = facility.store()
    other.store(2)
    bounce(office, version_id)
    (found,) = shown(facility)
    assert (found.code, found.channel, found.version_id) == ("NOTICE_NUMBER_UNKNOWN", Channel.SMS, version_id)
    assert queries.count_undelivered(facility.actor()) == 1
    assert (shown(other), queries.count_undelivered(other.actor())) == ([], 0)


def test_of_two_records_of_one_person_the_one_that_names_the_number_counts(office, facility, other):
    first = facility.store()
    other.store(given_on=NOW.date(), phone="0911111111")
    bounce(office, first)
    assert len(shown(facility)) == 1
    assert not shown(other)


def test_it_leaves_the_list_once_no_live_record_names_the_number(office, facility):
    version_id = facility.store()
    bounce(office, version_id)
    move([version_id], Verb.WITHDRAW, now=NOW, officer_id=facility.clerk_id)
    assert find_keepers(now=NOON) == 1
    assert not shown(facility)
    assert Bounce.objects.get().settled_by_id is None


def test_it_goes_on_to_another_facility_that_names_the_number_too(office, facility, other):
    first = other.store(given_on=NOW.date())
    second = facility.store()
    bounce(office, second)
    assert len(shown(facility)) == 1
    move([second], Verb.WITHDRAW, now=NOW, officer_id=facility.clerk_id)
    find_keepers(now=NOON)
    assert not shown(facility)
    assert [found.version_id for found in shown(other)] == [first]


def test_of_somebody_who_is_in_no_record_nobody_is_told(office, facility):
    office.sms.phones.refused[WRONG] = "NUMBER_UNKNOWN"
    actions.enqueue([notice(to=Recipient(PHONE), person_id=None, facility_id=facility.office_id)], now=NOON)
    office.deliver()
    find_keepers(now=NOON)
    assert Bounce.objects.get().settled_at == NOON
    assert not shown(facility)


def test_a_code_that_names_nobody_is_led_to_the_record_by_its_number(office, facility, other):
    version_id = facility.store()
    other.store(2)
    office.sms.phones.refused[WRONG] = "NUMBER_UNKNOWN"
    actions.enqueue([code(to=Recipient(PHONE))], now=NOON)
    office.deliver()
    read_reports(office.post, clock=office.clock)
    (found,) = shown(facility)
    assert (found.version_id, found.person_id) == (version_id, person_of(version_id))
    assert not shown(other)


def test_somebody_sees_to_it(office, facility, other):
    bounce(office, facility.store())
    (found,) = shown(facility)
    with pytest.raises(Refused, match="BOUNCE_UNKNOWN"):
        settle_bounce(other.actor(), found.bounce_id, now=NOON)
    settle_bounce(facility.actor(), found.bounce_id, now=NOON)
    assert not shown(facility)
    with pytest.raises(Refused, match="BOUNCE_UNKNOWN"):
        settle_bounce(facility.actor(), found.bounce_id, now=NOON)


def test_who_may_mend_nothing_settles_nothing(office, facility):
    bounce(office, facility.store())
    signer = make_officer("signer", facility.office_id, "facility_signer")
    with pytest.raises(Refused, match="RIGHT_MISSING"):
        settle_bounce(get_actor(Officer.objects.get(pk=signer)), shown(facility)[0].bounce_id, now=NOON)


def test_a_report_that_it_never_arrived_counts_like_a_refusal(office, facility):
    version_id = facility.store()
    office.sms.phones.lost[WRONG] = "UNREACHABLE"
    sent = notice(to=Recipient(PHONE, "a@example.com"), person_id=person_of(version_id))
    actions.enqueue([sent], now=NOON)
    office.deliver()
    assert read_reports(office.post, clock=office.clock) == {}
    assert [found.code for found in shown(facility)] == ["NOTICE_NUMBER_UNREACHABLE"]
    office.deliver()
    assert [mail.address for mail in office.mail.shown.values()] == ["a@example.com"]


def test_what_arrived_is_known_to_have_arrived_and_reports_are_read_once(office):
    actions.enqueue([notice(f"n/{n}") for n in range(3)], now=NOON)
    office.deliver()
    read = []
    report = office.sms.phones.report

    def note_and_report(after, limit):
        read.append(after)
        return report(after, limit)

    office.sms.phones.report = note_and_report
    read_reports(office.post, clock=office.clock)
    read_reports(office.post, clock=office.clock)
    assert set(Notice.objects.values_list("state", flat=True)) == {NoticeState.DELIVERED}
    assert read == ["", "3", "3"]


def test_one_line_that_is_down_does_not_hide_the_other_s_bounces(office):
    actions.enqueue([notice(to=Recipient(email="a@example.com"))], now=NOON)
    office.deliver()
    office.sms.is_out = True
    office.mail.waiting_reports = [Report(Notice.objects.get().uid, NOON, "NOTICE_MAILBOX_UNKNOWN")]
    assert read_reports(office.post, clock=office.clock) == {Channel.SMS: "SMS_GATEWAY_UNREACHABLE"}
    assert Notice.objects.get().state == NoticeState.FAILED


def test_a_bounced_mail_shows_at_the_facility_that_keeps_the_record(office, facility):
    version_id = facility.store()
    actions.enqueue([notice(to=Recipient(email="a@example.com"), person_id=person_of(version_id))], now=NOON)
    office.deliver()
    office.mail.waiting_reports = [Report(Notice.objects.get().uid, NOON, "NOTICE_MAILBOX_FULL")]
    read_reports(office.post, clock=office.clock)
    (found,) = shown(facility)
    assert (found.channel, found.code, found.version_id) == (Channel.EMAIL, "NOTICE_MAILBOX_FULL", version_id)


def test_a_refused_content_is_the_operator_s_business_and_not_the_facility_s(office, facility):
    version_id = facility.store()
    office.sms.phones.refused[WRONG] = "TEMPLATE_NOT_REGISTERED"
    actions.enqueue([notice(to=Recipient(PHONE), person_id=person_of(version_id))], now=NOON)
    office.deliver()
    assert Notice.objects.get().code == "NOTICE_CONTENT_REFUSED"
    assert not shown(facility)


def test_reports_about_strangers_about_the_other_way_and_twice_change_nothing(office):
    actions.enqueue([notice()], now=NOON)
    office.deliver()
    row = Notice.objects.get()
    note_reports([Report(uuid4(), NOON, "NOTICE_NUMBER_UNKNOWN")], Channel.SMS, now=NOON)
    note_reports([Report(row.uid, NOON, "NOTICE_MAILBOX_FULL")], Channel.EMAIL, now=NOON)
    assert Notice.objects.get().state == NoticeState.SENT
    for _ in range(2):
        note_reports([Report(row.uid, NOON, "NOTICE_NUMBER_UNKNOWN")], Channel.SMS, now=NOON)
    note_reports([Report(row.uid, NOON)], Channel.SMS, now=NOON + timedelta(hours=1))
    assert (Notice.objects.get().state, Bounce.objects.count()) == (NoticeState.FAILED, 1)
