"""One suite for the gateway, in memory and over the line."""

from uuid import UUID, uuid4

import pytest

from tests.contract.messaging.conftest import E164, sms
from vaxpass.notices.ports import ADDRESS_FAULTS, CONTENT_REFUSED, Verdict
from vaxpass.offices.scope import Unavailable


def reports_about(channel, uids):
    found: dict[UUID, str] = {}
    cursor = ""
    while (batch := channel.reports(cursor)).receipts:
        found |= {report.uid: report.code for report in batch.found if report.uid in uids}
        cursor = batch.cursor
    return found


def test_messages_are_taken_and_answered_in_order(behind):
    messages = [sms() for _ in range(20)]
    answers = behind.channel.send(messages)
    assert [answer.uid for answer in answers] == [message.uid for message in messages]
    assert {answer.verdict for answer in answers} == {Verdict.ACCEPTED}
    assert all(behind.received(message.uid) == [message.text] for message in messages)


def test_one_uid_rings_once_however_often_it_is_sent(behind):
    message = sms()
    for _ in range(3):
        (answer,) = behind.channel.send([message])
        assert answer.verdict is Verdict.ACCEPTED
    assert behind.received(message.uid) == [message.text]


def test_nothing_to_send_sends_nothing(behind):
    assert behind.channel.send([]) == []


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("NUMBER_UNKNOWN", "NOTICE_NUMBER_UNKNOWN"),
        ("NUMBER_BLOCKED", "NOTICE_NUMBER_BLOCKED"),
        ("TEMPLATE_NOT_REGISTERED", CONTENT_REFUSED),
    ],
)
def test_a_number_refused_for_good_is_refused_by_our_code(behind, word, code):
    behind.set_numbers(refused={E164: word})
    answers = behind.channel.send([sms(), sms(address="0987654321")])
    assert [(answer.verdict, answer.code) for answer in answers] == [(Verdict.REFUSED, code), (Verdict.ACCEPTED, "")]
    assert (code in ADDRESS_FAULTS) == word.startswith("NUMBER")


def test_an_outage_is_silence_and_ends(behind):
    behind.switch_outage(on=True)
    message = sms()
    (answer,) = behind.channel.send([message])
    assert (answer.verdict, answer.is_line_down) == (Verdict.NO_ANSWER, True)
    with pytest.raises(Unavailable, match="SMS_GATEWAY_UNREACHABLE"):
        behind.channel.reports("")
    behind.switch_outage(on=False)
    (answer,) = behind.channel.send([message])
    assert (answer.verdict, behind.received(message.uid)) == (Verdict.ACCEPTED, [message.text])


def test_reports_tell_what_became_of_each_and_end(behind):
    behind.set_numbers(lost={E164: "UNREACHABLE"})
    lost, fine = sms(), sms(address="0987654321")
    behind.channel.send([lost, fine])
    found = reports_about(behind.channel, {lost.uid, fine.uid})
    assert found == {lost.uid: "NOTICE_NUMBER_UNREACHABLE", fine.uid: ""}


def test_reports_begin_where_the_last_ended(behind):
    behind.channel.send([sms()])
    cursor = ""
    while (batch := behind.channel.reports(cursor)).receipts:
        cursor = batch.cursor
    message = sms(uid=uuid4())
    behind.channel.send([message])
    assert [report.uid for report in behind.channel.reports(cursor).found] == [message.uid]
