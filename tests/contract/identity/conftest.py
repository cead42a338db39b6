import json

import pytest

from tests.contract.population.conftest import SimulatedService, connect, start_simulator, stop_simulator
from tests.factories import NOW, make_office, make_officer
from vaxpass.records.facts import Origin

KNOWN = 60


@pytest.fixture(scope="session")
def population_service(tmp_path_factory):
    """A simulator process that knows the first KNOWN people of tests.factories.received."""
    path = tmp_path_factory.mktemp("register") / "population.jsonl"
    people = (
        {
            "id_number": f"040190{serial:06d}",
            "old_number": "",
            "name": "NGUYỄN THỊ HƯỜNG",
            "sex": "F",
            "birth_date": "1990-05-17",
        }
        for serial in range(KNOWN)
    )
    path.write_text("".join(json.dumps(person) + "\n" for person in people), encoding="utf-8")
    process, url = start_simulator(path)
    service = SimulatedService(url)
    yield service
    service.close()
    stop_simulator(process)


@pytest.fixture
def service(population_service):
    yield population_service
    population_service.switch_outage(on=False)
    population_service.set_faults()


@pytest.fixture
def database(service):
    with connect(service.url) as database:
        yield database


@pytest.fixture
def origin():
    office = make_office()
    return Origin(office, make_officer("clerk", office, "facility_clerk"), office, NOW)
