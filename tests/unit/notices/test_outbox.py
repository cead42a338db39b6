"""The outbox: each notice once, at its hour, through outages, by the way that is left."""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.unit.notices.conftest import E164, NOON, PHONE, code, notice
from vaxpass.notices import actions, outbox, queries
from vaxpass.notices.delivering import Post, deliver_due
from vaxpass.notices.facts import Channel, NewNotice, Recipient, Template
from vaxpass.notices.models import Bounce, Notice
from vaxpass.notices.outbox import Timing
from vaxpass.notices.ports import Answer, Attachment, Verdict
from vaxpass.notices.rules import NoticeState
from vaxpass.notices.templates import NoticeIllFormedError
from vaxpass.offices.scope import Refused, Unavailable
from vaxpass.records.sealing import _ciphers, open_seal

pytestmark = pytest.mark.django_db


def state(key):
    return queries.get_notice(key).state


def test_a_key_is_told_once_however_often_it_is_put_in(office):
    assert actions.enqueue([notice(), notice("report/18/received")], now=NOON) == 2
    assert actions.enqueue([notice(), notice("report/19/received"), notice("report/19/received")], now=NOON) == 1
    office.deliver()
    office.deliver()
    assert len(office.texts()) == 3


def test_it_goes_out_only_if_its_transaction_does(office):
    with transaction.atomic():
        actions.enqueue([notice()], now=NOON)
        transaction.set_rollback(True)
    assert office.deliver() == 0


def test_nothing_personal_lies_open_in_the_table():
    actions.enqueue([code(to=Recipient(PHONE)), notice(to=Recipient(email="a.b@example.com"))], now=NOON)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(n)::text FROM notices_notice n")
        rows = " ".join(row for (row,) in cursor.fetchall())
    for secret in (PHONE, PHONE[1:], "example.com", "482915", "ABCD"):
        assert secret not in rows
        assert secret.encode().hex() not in rows


def test_facts_that_do_not_fit_put_nothing_in():
    with pytest.raises(NoticeIllFormedError):
        actions.enqueue([notice("ok"), notice(facts={"number": "Nguyễn Thị Hường"})], now=NOON)
    with pytest.raises(NoticeIllFormedError):
        actions.enqueue([notice("k" * 121)], now=NOON)
    assert not Notice.objects.exists()


def test_a_phone_comes_before_an_address_but_a_passport_goes_by_mail(office):
    both = Recipient(PHONE, "a@example.com")
    actions.enqueue([notice(to=both), NewNotice("p/1", Template.PASSPORT_BY_EMAIL, both)], now=NOON)
    office.deliver()
    assert len(office.texts()) == 1
    assert [mail.address for mail in office.mail.shown.values()] == ["a@example.com"]


def test_without_an_address_it_fails_at_once_and_is_known():
    actions.enqueue([notice(to=Recipient())], now=NOON)
    found = Notice.objects.get()
    assert (found.state, found.code, bytes(found.facts_sealed)) == (NoticeState.FAILED, "NOTICE_NO_ADDRESS", b"")


def test_a_code_fills_in_how_long_it_holds_and_is_wiped_once_sent(office):
    actions.enqueue([code(not_after=NOON + timedelta(minutes=5))], now=NOON)
    office.deliver()
    assert "482915" in office.texts()[0]
    assert "5 phut" in office.texts()[0]
    assert bytes(Notice.objects.get().facts_sealed) == b""


def test_it_speaks_the_language_of_the_person(office):
    actions.enqueue([notice("a"), notice("b", language="en")], now=NOON)
    office.deliver()
    assert [text.split()[0] for text in office.texts()] == ["Da", "We"]


NIGHT = datetime(2022, 4, 15, 15, 0, tzinfo=UTC)  # 22:00 in Hanoi
MORNING = datetime(2022, 4, 16, 0, 0, tzinfo=UTC)


def test_at_night_only_what_is_urgent_rings(office):
    office.clock.now = NIGHT
    actions.enqueue([notice("calm"), notice("urgent", urgent=True), code()], now=NIGHT)
    assert office.deliver() == 2
    office.clock.now = MORNING - timedelta(seconds=1)
    assert office.deliver() == 0
    office.clock.now = MORNING
    assert office.deliver() == 1


def test_what_waited_since_the_day_does_not_ring_at_night(office):
    actions.enqueue([notice()], now=NOON)
    office.clock.now = NIGHT
    assert office.deliver() == 0
    office.clock.now = MORNING
    assert office.deliver() == 1


def test_a_gateway_that_is_down_all_day_loses_nothing_and_sends_no_old_code(office):
    actions.enqueue([code(), *(notice(f"n/{n}") for n in range(100))], now=NOON)
    office.sms.is_out = True
    for _ in range(10 * 60):
        assert office.deliver() == 0
        office.clock.go(minutes=1)
    assert state("code/1") is NoticeState.EXPIRED
    (line, _) = queries.lines()
    assert (line.waiting, line.code) == (100, "SMS_GATEWAY_UNREACHABLE")
    office.sms.is_out = False
    office.clock.now = MORNING + timedelta(hours=1)
    assert office.deliver() == 100
    assert len(office.texts()) == 100
    assert not any("482915" in text for text in office.texts())
    assert queries.lines()[0].paused_until is None


def test_an_outage_costs_no_message_an_attempt_and_asks_seldom(office):
    actions.enqueue([notice(f"n/{n}") for n in range(100)], now=NOON)
    asked = []
    send = office.sms.send

    def count_and_send(messages):
        asked.append(len(messages))
        return send(messages)

    office.sms.send = count_and_send
    office.sms.is_out = True
    for _ in range(120):
        office.deliver()
        office.clock.go(minutes=1)
    assert len(asked) < 60
    assert set(Notice.objects.values_list("attempts", flat=True)) == {0}


def test_one_message_that_the_gateway_chokes_on_holds_nobody_up(office):
    actions.enqueue([notice("bad", to=Recipient("0987654321"))], now=NOON)
    actions.enqueue([notice(f"n/{n}") for n in range(5)], now=NOON)
    send = office.sms.send

    def choke(messages):
        bad = [one for one in messages if one.address == "0987654321"]
        fine = [one for one in messages if one not in bad]
        return [Answer(one.uid, Verdict.NO_ANSWER, "X", is_line_down=True) for one in bad] + send(fine)

    office.sms.send = choke
    assert office.deliver() == 5
    bad = Notice.objects.get(key="bad")
    assert (bad.state, bad.attempts) == (NoticeState.WAITING, 1)
    assert queries.lines()[0].paused_until is None


def test_waits_grow_while_a_message_is_put_off(office):
    office.mail.send = lambda messages: [Answer(one.uid, Verdict.NO_ANSWER, "SMTP_LATER") for one in messages]
    actions.enqueue([notice(to=Recipient(email="a@example.com"))], now=NOON)
    tries = 0
    for _ in range(24 * 60):
        before = Notice.objects.get().attempts
        office.deliver()
        tries += Notice.objects.get().attempts != before
        office.clock.go(minutes=1)
    assert 8 < tries < 40


def test_a_number_refused_for_good_goes_on_by_mail_and_is_kept(office):
    office.sms.phones.refused[E164] = "NUMBER_UNKNOWN"
    actions.enqueue([notice(to=Recipient(PHONE, "a@example.com"), person_id=1, facility_id=2), code("c")], now=NOON)
    office.deliver()
    assert [mail.address for mail in office.mail.shown.values()] == ["a@example.com"]
    assert state("report/17/received") is NoticeState.SENT
    assert set(Bounce.objects.values_list("code", "channel", "person_id", "facility_id")) == {
        ("NOTICE_NUMBER_UNKNOWN", "sms", 1, 2),
        ("NOTICE_NUMBER_UNKNOWN", "sms", None, None),
    }
    assert state("c") is NoticeState.FAILED


def test_a_code_never_changes_its_way(office):
    office.sms.phones.refused[E164] = "NUMBER_BLOCKED"
    actions.enqueue([code(to=Recipient(PHONE, "a@example.com"))], now=NOON)
    office.deliver()
    office.deliver()
    assert not office.mail.shown
    assert state("code/1") is NoticeState.FAILED
    assert bytes(Notice.objects.get().facts_sealed) == b""


def test_a_landline_is_never_handed_over(office):
    actions.enqueue([notice(to=Recipient("02438461234"))], now=NOON)
    office.deliver()
    assert office.sms.phones.taken == 0
    assert Notice.objects.get().code == "NOTICE_NUMBER_NOT_MOBILE"


def test_without_a_gateway_mail_is_used_where_there_is_an_address(office):
    only_mail = Post({Channel.EMAIL: office.mail}, "hochieu.example.vn")
    actions.enqueue([notice("a", to=Recipient(PHONE, "a@example.com")), notice("b")], now=NOON)
    assert deliver_due(only_mail, clock=office.clock) == 1
    assert state("b") is NoticeState.WAITING


def test_an_attachment_is_made_when_it_is_sent(office):
    made = []

    def render(number, now):
        made.append((number, now))
        return Attachment("passport.pdf", "application/pdf", b"%PDF-")

    post = Post(office.post.channels, office.post.site, {"passport": render})
    mine = NewNotice("p", Template.PASSPORT_BY_EMAIL, Recipient(email="a@example.com"), attachment="passport/7")
    actions.enqueue([mine], now=NOON)
    deliver_due(post, clock=office.clock)
    (mail,) = office.mail.shown.values()
    assert (made, mail.attachment.content) == ([(7, NOON)], b"%PDF-")


@pytest.mark.parametrize(
    ("trouble", "expected", "attachment"),
    [
        (Refused("PASSPORT_NOT_LIVE"), (NoticeState.FAILED, "PASSPORT_NOT_LIVE"), "passport/7"),
        (Unavailable("PRINTER_BUSY"), (NoticeState.WAITING, "PRINTER_BUSY"), "passport/7"),
        (None, (NoticeState.FAILED, "NOTICE_ATTACHMENT_UNKNOWN"), "certificate/7"),
        (None, (NoticeState.FAILED, "NOTICE_ATTACHMENT_UNKNOWN"), "passport/x"),
    ],
)
def test_what_cannot_be_attached_is_not_sent_without_it(office, trouble, expected, attachment):
    def render(number, now):
        raise trouble

    post = Post(office.post.channels, office.post.site, {"passport": render})
    mine = NewNotice("p", Template.PASSPORT_BY_EMAIL, Recipient(email="a@example.com"), attachment=attachment)
    actions.enqueue([mine], now=NOON)
    deliver_due(post, clock=office.clock)
    found = Notice.objects.get()
    assert ((found.state, found.code), office.mail.shown) == (expected, {})
    assert not Bounce.objects.exists()


def test_a_broken_seal_holds_nobody_up(office, settings):
    actions.enqueue([notice("old")], now=NOON)
    settings.SEALING_KEYS = ["33" * 32]
    _ciphers.cache_clear()
    try:
        actions.enqueue([notice("new")], now=NOON)
        office.deliver()
        assert (state("old"), state("new")) == (NoticeState.FAILED, NoticeState.SENT)
    finally:
        _ciphers.cache_clear()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_everything_once(office):
    actions.enqueue([notice(f"n/{n}") for n in range(200)], now=NOON)
    start = threading.Barrier(2)

    def work():
        start.wait()
        deliver_due(office.post, clock=office.clock)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert office.sms.phones.taken == 200
    assert len(office.texts()) == 200
    assert set(Notice.objects.values_list("state", flat=True)) == {NoticeState.SENT}


def test_a_lease_that_ran_out_leaves_its_rows_to_the_next_worker(office):
    actions.enqueue([notice()], now=NOON)
    slow = outbox.take(Channel.SMS, now=NOON, size=10, timing=Timing())
    office.clock.go(minutes=4)
    assert office.deliver() == 1
    late = [Answer(due.uid, Verdict.REFUSED, "NOTICE_NUMBER_UNKNOWN") for due in slow.due]
    outbox.record(slow, late, now=office.clock(), draw=lambda: 0.5, timing=Timing())
    assert state("report/17/received") is NoticeState.SENT
    assert not Bounce.objects.exists()


def test_addresses_are_forgotten_after_a_month_and_that_it_was_told_is_not(office):
    actions.enqueue([notice(person_id=5)], now=NOON)
    office.deliver()
    assert actions.forget(now=NOON + timedelta(days=29)) == 0
    assert actions.forget(now=NOON + timedelta(days=31)) == 1
    assert actions.forget(now=NOON + timedelta(days=31)) == 0
    row = Notice.objects.get()
    assert not any(map(bytes, (row.phone_sealed, row.phone_key, row.email_sealed, row.email_key, row.facts_sealed)))
    (told,) = queries.notices_of([5])
    assert (told.template, told.channel, told.state) == (Template.REPORT_RECEIVED, Channel.SMS, NoticeState.SENT)


def test_what_waits_is_never_forgotten():
    actions.enqueue([notice(not_after=NOON + timedelta(days=400))], now=NOON)
    assert actions.forget(now=NOON + timedelta(days=100)) == 0
    assert json.loads(open_seal(Notice.objects.get().facts_sealed))["number"]


@pytest.mark.parametrize(
    "change",
    [
        {"state": NoticeState.SENT},
        {"next_at": None},
        {"settled_at": NOON},
        {"language": "fr"},
        {"channel": "fax"},
    ],
)
def test_the_table_refuses_half_a_state(change):
    actions.enqueue([notice()], now=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.update(**change)
