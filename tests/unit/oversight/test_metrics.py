"""/metrics: who may read it, that it parses, that labels are few and nothing personal is among them."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.factories import NOW, make_office, make_officer, received
from vaxpass.oversight.alarms import report
from vaxpass.oversight.health import note_probe
from vaxpass.oversight.health_facts import Finding, ProbeName
from vaxpass.records.facts import Origin
from vaxpass.records.receiving import receive

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _published(settings, tmp_path):
    settings.PUBLISH_DIR = tmp_path


def read(client, **headers):
    answer = client.get("/metrics", **headers)
    assert answer.status_code == 200, answer.content
    families = text_string_to_metric_families(answer.content.decode())
    return {(s.name, *sorted(s.labels.items())): s.value for family in families for s in family.samples}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"HTTP_AUTHORIZATION": "Bearer wrong"},
        {"HTTP_AUTHORIZATION": "Bearer "},
        {"HTTP_AUTHORIZATION": "the-token"},
        {"HTTP_AUTHORIZATION": "Bearer thé-token"},
    ],
)
def test_without_the_token_nothing_is_told(client, settings, headers):
    settings.METRICS_TOKEN = "the-token"
    answer = client.get("/metrics", **headers)
    assert answer.status_code == 403
    assert answer.content.startswith(b"METRICS_TOKEN_MISSING: ")


def test_the_token_opens_from_anywhere(client, settings):
    settings.METRICS_TOKEN = "the-token"
    assert read(client, HTTP_AUTHORIZATION="Bearer the-token", REMOTE_ADDR="192.0.2.7")


@pytest.mark.parametrize(
    "from_where",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"HTTP_FORWARDED": "for=192.0.2.7"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
    ],
)
def test_without_a_token_set_only_this_machine_itself_reads(client, from_where):
    assert client.get("/metrics", **from_where).status_code == 403


def test_numbers_of_alarms_keys_and_findings(client):
    note_probe(ProbeName.MINISTRY_KEY, "SIGNING_TOKEN_ABSENT", {}, now=NOW)
    report([Finding("HEALTH_DISK_LOW")], [], now=NOW)
    found = read(client)
    assert found["vaxpass_alarms", ("taken_on", "no")] == 1
    assert found["vaxpass_key_reachable", ("key", "ministry_key")] == 0
    assert found["vaxpass_findings", ("kind", "HEALTH_WORKERS_SILENT")] == 1
    assert found["vaxpass_publication_late", ("document", "trust-list")] == 1


def test_labels_are_bounded_and_nobody_is_named(client):
    before = len(read(client))
    facility = make_office()
    clerk = make_officer("clerk", facility, "facility_clerk")
    receive([received(n) for n in range(50)], Origin(facility, clerk, facility, NOW))
    text = client.get("/metrics").content.decode()
    assert len(read(client)) == before
    for personal in ("Nguyễn", "Hường", "040190", "40A01", "clerk", "0900000"):
        assert personal not in text
