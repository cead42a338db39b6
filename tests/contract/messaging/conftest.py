import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from vaxpass.adapters.messaging.fake import FakeSmsChannel
from vaxpass.adapters.messaging.sms_http import HttpSmsChannel, SmsGateway
from vaxpass.notices.ports import Outgoing

TOKEN = "token-of-the-tests"
PHONE, E164 = "0912345678", "+84912345678"
SOON = datetime.now(UTC) + timedelta(days=1)


def sms(**changes):
    fields = {"uid": uuid4(), "address": PHONE, "text": "Ma cua quy vi la 482915", "not_after": SOON}
    return Outgoing(**{**fields, **changes})


class SimulatedGateway:
    """A simulator process and its control line."""

    def __init__(self, url):
        self.url = url
        self._control = httpx.Client(base_url=url, trust_env=False)

    def switch_outage(self, *, on):
        self._control.post("/_sim/outage", json={"on": on}).raise_for_status()

    def set_numbers(self, refused=(), lost=()):
        wish = {"refused": dict(refused), "lost": dict(lost)}
        self._control.post("/_sim/numbers", json=wish).raise_for_status()

    def set_slow(self, seconds):
        self._control.post("/_sim/slow", json={"seconds": seconds}).raise_for_status()

    def counters(self):
        return self._control.get("/_sim/counters").json()

    def received(self):
        return self._control.get("/_sim/received").json()

    def close(self):
        self._control.close()


def start_gateway():
    command = [sys.executable, "-m", "vaxpass.adapters.messaging.gateway_simulator"]
    environment = {**os.environ, "VAXPASS_SIMULATOR_TOKEN": TOKEN}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    return process, process.stdout.readline().split()[-1]


@pytest.fixture(scope="session")
def gateway_process():
    process, url = start_gateway()
    gateway = SimulatedGateway(url)
    yield gateway
    gateway.close()
    process.terminate()
    process.wait()
    process.stdout.close()


@pytest.fixture
def gateway(gateway_process):
    yield gateway_process
    gateway_process.switch_outage(on=False)
    gateway_process.set_numbers()
    gateway_process.set_slow(0)


def connect(url, **changes):
    return HttpSmsChannel(SmsGateway(**{"base_url": url, "token": TOKEN, "sender": "BOYTE", **changes}))


class FakeBehind:
    """The fake with the same switches as the process."""

    def __init__(self):
        self.channel = FakeSmsChannel()

    def switch_outage(self, *, on):
        self.channel.is_out = on

    def set_numbers(self, refused=(), lost=()):
        self.channel.phones.refused, self.channel.phones.lost = dict(refused), dict(lost)

    def received(self, uid):
        return [one.text for one in self.channel.phones.received if one.id == str(uid)]


class HttpBehind:
    def __init__(self, gateway):
        self.channel = connect(gateway.url)
        self.switch_outage, self.set_numbers = gateway.switch_outage, gateway.set_numbers
        self._gateway = gateway

    def received(self, uid):
        return [one["text"] for one in self._gateway.received() if one["id"] == str(uid)]


@pytest.fixture(params=["fake", "http"])
def behind(request):
    """The gateway's two implementations, each with its switches."""
    if request.param == "fake":
        yield FakeBehind()
        return
    http = HttpBehind(request.getfixturevalue("gateway"))
    yield http
    http.channel.close()
