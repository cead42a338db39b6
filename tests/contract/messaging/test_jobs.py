"""The jobs through the wired ways out: gateway process, mail server, folder; a worker takes what was deferred."""

import threading

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.contract.messaging.conftest import TOKEN
from vaxpass import wiring
from vaxpass.adapters.messaging.folder import FolderChannel, kept_messages
from vaxpass.adapters.messaging.sms_http import HttpSmsChannel
from vaxpass.adapters.messaging.smtp import SmtpChannel
from vaxpass.jobs import notices as jobs
from vaxpass.notices.actions import enqueue
from vaxpass.notices.facts import Channel, NewNotice, Recipient, Template
from vaxpass.notices.queries import get_notice
from vaxpass.notices.rules import NoticeState

pytestmark = pytest.mark.django_db


def put_in(key, **changes):
    fields = {"template": Template.CODE, "to": Recipient("0912345678"), "facts": {"code": "482915"}}
    enqueue([NewNotice(key, **{**fields, **changes})], now=jobs._now())


def close(channel):
    assert isinstance(channel, HttpSmsChannel)
    channel.close()


@pytest.fixture
def wired(gateway, settings):
    settings.SMS_GATEWAY = {"url": gateway.url, "token": TOKEN, "sender": "BOYTE"}
    wiring.message_channels.cache_clear()
    yield gateway
    close(wiring.message_channels()[Channel.SMS])
    wiring.message_channels.cache_clear()


@pytest.fixture
def folder(settings, tmp_path):
    settings.MESSAGES_FOLDER = str(tmp_path / "messages")
    wiring.message_channels.cache_clear()
    yield tmp_path / "messages"
    wiring.message_channels.cache_clear()


def test_the_job_sends_through_the_gateway_and_its_reports_come_back(wired):
    put_in("job/1")
    jobs.send_notices()
    assert get_notice("job/1").state is NoticeState.SENT
    jobs.read_delivery_reports(timestamp=0)
    assert get_notice("job/1").state is NoticeState.DELIVERED


def test_the_periodic_job_tells_the_log_that_a_line_is_down_and_nothing_of_people(wired, caplog):
    wired.switch_outage(on=True)
    put_in("job/2")
    jobs.send_again(timestamp=0)
    jobs.read_delivery_reports(timestamp=0)
    assert [record.getMessage() for record in caplog.records] == [
        "sms is down (SMS_GATEWAY_UNREACHABLE); 1 notices wait",
        "reports of sms could not be read: SMS_GATEWAY_UNREACHABLE",
    ]
    assert get_notice("job/2").state is NoticeState.WAITING


def test_a_job_is_deferred_only_with_its_notices():
    with transaction.atomic():
        jobs.send_soon()
        transaction.set_rollback(True)
    assert not ProcrastinateJob.objects.filter(task_name="notices.send").exists()
    jobs.send_soon()
    jobs.send_soon()
    assert ProcrastinateJob.objects.filter(task_name="notices.send").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_worker_takes_the_job_and_the_message_lies_in_the_folder(folder, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)  # the worker's thread outlives the test
    with transaction.atomic():
        put_in("job/3")
        jobs.send_soon()
    worker = threading.Thread(target=_work_until_empty)  # the browser tests have a loop running in this one
    worker.start()
    worker.join()
    (kept,) = kept_messages(folder, 5)
    assert (kept.to, "482915" in kept.text) == ("0912345678", True)


def _work_until_empty():
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]  # Django's connector has it
    with app.replace_connector(connector) as working:
        working.run_worker(
            queues=["notices"], wait=False, install_signal_handlers=False, listen_notify=False, delete_jobs="always"
        )


def test_settings_become_ways_out(settings, tmp_path):
    wiring.message_channels.cache_clear()
    assert wiring.message_channels() == {}
    settings.SMS_GATEWAY = {"url": "https://sms.example.org", "token": "t", "sender": "BOYTE"}
    settings.MAIL_SERVER = {**settings.MAIL_SERVER, "host": "mail.example.org", "sender": "a@example.org"}
    wiring.message_channels.cache_clear()
    channels = wiring.message_channels()
    mail = channels[Channel.EMAIL]
    assert isinstance(mail, SmtpChannel)
    assert mail._server.port == 465
    close(channels[Channel.SMS])
    settings.MESSAGES_FOLDER = str(tmp_path)
    wiring.message_channels.cache_clear()
    assert {type(channel) for channel in wiring.message_channels().values()} == {FolderChannel}
    wiring.message_channels.cache_clear()
