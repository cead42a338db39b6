import json
import os
import subprocess
import sys

import httpx
import pytest

from vaxpass.adapters.population.fake import FakePopulationDatabase
from vaxpass.adapters.population.faults import FaultRates
from vaxpass.adapters.population.http import (
    HttpPopulationDatabase,
    PopulationConnection,
    keyed_officer_hash,
)
from vaxpass.adapters.population.register import Register

TOKEN = "token-of-the-tests"

PEOPLE = [
    {
        "id_number": "040184000001",
        "old_number": "182000001",
        "name": "NGUYỄN THỊ ÁNH",
        "sex": "F",
        "birth_date": "1984-05-07",
    },
    {
        "id_number": "001050000002",
        "old_number": "",
        "name": "ĐẶNG ĐÌNH ĐỨC",
        "sex": "M",
        "birth_date": "1950",
    },
]


class SimulatedService:
    """A simulator process and its control line."""

    def __init__(self, url):
        self.url = url
        self._control = httpx.Client(base_url=url, trust_env=False)

    def switch_outage(self, *, on):
        self._control.post("/_sim/outage", json={"on": on}).raise_for_status()

    def set_faults(self, **rates):
        self._control.post("/_sim/faults", json=rates).raise_for_status()

    def counters(self):
        return self._control.get("/_sim/counters").json()

    def health(self):
        return self._control.get("/_sim/health").json()

    def close(self):
        self._control.close()


def start_simulator(population, *options):
    command = [sys.executable, "-m", "vaxpass.adapters.population.simulator", "--population", str(population)]
    environment = {**os.environ, "VAXPASS_SIMULATOR_TOKEN": TOKEN}
    process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True, env=environment)
    line = process.stdout.readline()
    return process, line.split()[-1]


def stop_simulator(process):
    process.terminate()
    process.wait()
    process.stdout.close()


def connect(url, **changes):
    fields = {
        "base_url": url,
        "token": TOKEN,
        "officer_hash": keyed_officer_hash(b"shared"),
        "procedure": "1.000001",
        "integration": "037",
        "unit": "G12.01",
    }
    return HttpPopulationDatabase(PopulationConnection(**{**fields, **changes}))


@pytest.fixture(scope="session")
def population_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("population") / "population.jsonl"
    path.write_text("".join(json.dumps(person) + "\n" for person in PEOPLE), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def simulator_process(population_file):
    process, url = start_simulator(population_file)
    service = SimulatedService(url)
    yield service
    service.close()
    stop_simulator(process)


@pytest.fixture
def service(simulator_process):
    yield simulator_process
    simulator_process.switch_outage(on=False)
    simulator_process.set_faults()


class FakeBehind:
    """The fake with the same two switches as the process."""

    def __init__(self):
        self.database = FakePopulationDatabase(Register(PEOPLE))

    def switch_outage(self, *, on):
        self.database.is_out = on

    def set_faults(self, **rates):
        self.database = FakePopulationDatabase(Register(PEOPLE), rates=FaultRates(**rates))


class HttpBehind:
    def __init__(self, service):
        self.database = connect(service.url)
        self.switch_outage = service.switch_outage
        self.set_faults = service.set_faults


@pytest.fixture(params=["fake", "http"])
def behind(request):
    """The port's two implementations, each with its switches."""
    if request.param == "fake":
        yield FakeBehind()
        return
    http = HttpBehind(request.getfixturevalue("service"))
    yield http
    http.database.close()
