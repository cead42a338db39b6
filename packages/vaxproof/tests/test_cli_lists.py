"""`vaxproof verify` with signed lists, foreign lists and proofs of the log."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest
from vaxproof import RevocationList, TrustList, issue
from vaxproof._cli import main
from vaxproof.trust import documents
from vaxproof.trust.publications import sign_publication
from vaxproof.trust.revocation_filter import RevocationFilter
from vaxproof.trust.revocation_list import hash_of_identifier

from packages.vaxproof.tests.pki import NOW, did_list, did_method, party, pem

MADE, DUE = NOW - timedelta(hours=1), NOW + timedelta(days=1)
PUBLISHER = party("Publisher", "VN")
CSCA = party("CSCA", authority=True)
DSC = party("DSC", above=CSCA)


@pytest.fixture
def text(vaccination):
    return issue.issue(vaccination(), DSC.signer, NOW - timedelta(days=1), NOW + timedelta(days=1))


@pytest.fixture
def run(text, tmp_path, capsys):
    """The answer to this text, with options; names of files are below the test's folder."""

    def verify(*options, source=text):
        found = [str(tmp_path / o) if (tmp_path / str(o)).exists() else str(o) for o in options]
        with pytest.raises(SystemExit) as ended:
            main(["verify", "--at", NOW.isoformat(), "--json", *found, source])
        said = capsys.readouterr()
        return ended.value.code, json.loads(said.out)["code"] if said.out else "", said.err

    return verify


@pytest.fixture
def files(tmp_path, vaccination):
    trust = TrustList.from_der([DSC.der]).to_json(MADE, DUE)
    listed = RevocationList.of(MADE, DUE, UCI=[hash_of_identifier(vaccination().uvci)])
    foreign = did_list([did_method(DSC, CSCA)])
    contents = {
        "publisher.pem": pem(PUBLISHER.der),
        "other.pem": pem(party("Other").der),
        "csca.pem": pem(CSCA.der),
        "trust.json": trust,
        "trust.jws": sign_publication(trust, PUBLISHER.signer),
        "cut.jws": sign_publication(trust, PUBLISHER.signer)[:-9],
        "none.jws": sign_publication(RevocationList.of(MADE, DUE).to_json(), PUBLISHER.signer),
        "revoked.jws": sign_publication(listed.to_json(), PUBLISHER.signer),
        "filter.jws": sign_publication(RevocationFilter.of(listed).to_json(), PUBLISHER.signer),
        "filter.json": RevocationFilter.of(listed).to_json(),
        "rules.jws": sign_publication(documents.encode("vaxproof-rules", MADE, DUE, sets=[]), PUBLISHER.signer),
        "who.json": foreign,
        "dev.json": did_list([did_method(DSC, CSCA)], "did:web:tng-cdn-dev.who.int:v2:trustlist:DCC:-:DSC"),
    }
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    return sha256(foreign).hexdigest()


SIGNED = ("--trust", "trust.jws", "--publisher", "publisher.pem")


@pytest.mark.parametrize(
    ("options", "code", "reason"),
    [
        (("--trust", "trust.json"), 0, "VALID"),
        (SIGNED, 0, "VALID"),
        ((*SIGNED, "--publisher", "other.pem"), 0, "VALID"),
        (("--trust", "trust.jws"), 2, "PUBLICATION_SIGNER_UNKNOWN"),
        (("--trust", "trust.jws", "--publisher", "other.pem"), 2, "PUBLICATION_SIGNER_UNKNOWN"),
        (("--trust", "cut.jws", "--publisher", "publisher.pem"), 2, "PUBLICATION_UNREADABLE"),
        (("--trust", "rules.jws", "--publisher", "publisher.pem"), 2, "PUBLICATION_UNEXPECTED"),
        ((*SIGNED, "--revocations", "none.jws"), 0, "VALID"),
        ((*SIGNED, "--revocations", "revoked.jws"), 1, "REVOKED"),
        ((*SIGNED, "--revocations", "filter.jws"), 2, "POSSIBLY_REVOKED"),
        ((*SIGNED, "--revocations", "filter.json"), 2, "POSSIBLY_REVOKED"),
        ((*SIGNED, "--revocations", "trust.jws"), 2, "PUBLICATION_UNEXPECTED"),
        (("--trust", "who.json", "--anchor", "csca.pem"), 0, "VALID"),
        (("--trust", "who.json", "--anchor", "other.pem"), 2, "TRUST_LIST_MISSING"),
        (("--trust", "who.json"), 2, "TRUST_LIST_MISSING"),
        (("--trust", "dev.json", "--anchor", "csca.pem"), 2, "FOREIGN_LIST_NOT_PRODUCTION"),
    ],
)
@pytest.mark.usefixtures("files")
def test_lists(run, options, code, reason):
    assert run(*options)[:2] == (code, reason)


def test_a_foreign_list_compared_as_a_whole(run, files):
    assert run("--trust", "who.json", "--list-digest", files)[:2] == (0, "VALID")
    assert run("--trust", "who.json", "--list-digest", "0" * 64)[:2] == (2, "TRUST_LIST_MISSING")


def test_it_says_what_of_a_foreign_list_was_checked(run, files):
    said = run("--trust", "who.json", "--anchor", "csca.pem")[2]
    assert "1 of 1 keys are believed: each chains to a pinned authority of its country" in said
    assert "The signature on the list as a whole was not checked." in said
    assert files in said
    assert "No authority is pinned" in run("--trust", "who.json")[2]


@pytest.mark.usefixtures("files")
def test_misuse(run):
    assert run(*SIGNED, "--list-digest", "abc")[0] == 64
    assert run(*SIGNED, "--proof", "trust.json")[0] == 64
    assert run(*SIGNED, "--publisher", "missing.pem")[0] == 64
