import json
import os
import re
import subprocess
import sys
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from vaxpass.adapters.eid.oidc import EidConnection, OidcIdentity

SECRET = "secret of the tests / with signs"
BACK = "http://127.0.0.1:9/citizen/find/eid/back/"
PEOPLE = [
    {"name": "NGUYỄN THỊ ÁNH", "birth_date": "1984-05-07", "sex": "F", "number": "040184000001"},
    {"name": "Đặng Đình Đức", "birth_date": "1950", "sex": "M", "number": "001050000002"},
]


class SimulatedProvider:
    """A provider's process, its switches, and a browser that a person sits before."""

    def __init__(self, url):
        self.url = url
        self._browser = httpx.Client(trust_env=False)

    def switch(self, **switches):
        self._browser.post(f"{self.url}/_sim/switch", data=switches).raise_for_status()

    def choose(self, address, place=0):
        """Open the provider's page, choose a person, and give what the browser brings back."""
        page = self._browser.get(address)
        page.raise_for_status()
        hidden = dict(re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', page.text.replace("&amp;", "&")))
        answer = self._browser.post(f"{self.url}/authorize", data={**hidden, "person": str(place)})
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(hidden["redirect_uri"])
        return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))

    def cancel(self, address):
        return self.choose(address, place=999)

    def close(self):
        self._browser.close()


def start_provider(people_file, *options, secret=SECRET):
    command = [sys.executable, "-m", "vaxpass.adapters.eid.simulator", "--people", str(people_file), *options]
    environment = {**os.environ, "VAXPASS_EID_CLIENT_SECRET": secret}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    return process, process.stdout.readline().split()[-1]


def stop_provider(process):
    process.terminate()
    process.wait()
    process.stdout.close()


@pytest.fixture(scope="session")
def provider_process(tmp_path_factory):
    people = tmp_path_factory.mktemp("eid") / "people.json"
    people.write_text(json.dumps(PEOPLE), encoding="utf-8")
    process, url = start_provider(people)
    provider = SimulatedProvider(url)
    yield provider
    provider.close()
    stop_provider(process)


@pytest.fixture
def provider(provider_process):
    yield provider_process
    provider_process.switch()


@pytest.fixture
def identity(provider):
    return OidcIdentity(EidConnection(provider.url, "vaxpass", SECRET))
