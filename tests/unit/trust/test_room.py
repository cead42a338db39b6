"""Keys are imported, proposed, accepted, removed and withdrawn; always by two officers."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from vaxproof.trust.entries import Usage

from packages.vaxproof.tests.pki import NOW, YEAR, did_list, did_method, party, pem
from tests.unit.trust.conftest import Country, Desk
from vaxpass.offices.models import Act
from vaxpass.offices.scope import Refused
from vaxpass.trust import actions, queries
from vaxpass.trust.models import Decision, KeyImport, Proposal, ProposalItem
from vaxpass.trust.rules import Compared, WithdrawalReason

pytestmark = pytest.mark.django_db
WORDS = "So với dấu vân tay trên công văn của WHO"
OURS = party("DSC Viet Nam", "VN")
CSCA = party("CSCA Viet Nam", "VN", authority=True)


def fingerprint(der: bytes) -> str:
    return sha256(der).hexdigest()


def propose(desk: Desk, data: bytes, compared: Compared = Compared.FILE, *picked: str, now: Any = NOW) -> int:
    found = actions.import_list(desk.operator, data, "who.json", now=now)
    return actions.propose_import(desk.operator, found, compared=compared, picked=picked, words=WORDS, now=now)


def accept(desk: Desk, proposal: int, now: Any = NOW) -> None:
    actions.decide(desk.approver, proposal, approve=True, now=now)


def believed(now: Any = NOW) -> set[tuple[str, str]]:
    return {(e.certificate.common_name, e.usage.value) for e in queries.published_entries(now)}


def refusal(act: Any, *args: Any, **options: Any) -> str:
    with pytest.raises(Refused) as refused:
        act(*args, **options)
    return refused.value.code


ALL = {("CSCA DE", "CSCA"), ("DSC 0", "DSC"), ("DSC 1", "DSC"), ("DSC 2", "DSC")}


class TestImport:
    def test_it_is_judged_and_kept_and_nothing_is_believed(self, desk: Desk, who: bytes, germany: Country) -> None:
        found = queries.get_import(actions.import_list(desk.operator, who, "who.json", now=NOW))
        assert (found.kind, found.name, found.sha256) == ("WHO-GDHCN", "who.json", sha256(who).hexdigest())
        assert (found.entries, found.acceptable, found.reasons) == (4, 3, {"FOREIGN_COUNTRY_DIFFERS": 1})
        (authority,) = queries.authorities(found.id)
        assert authority.key.fingerprint == fingerprint(germany.authority.der)
        assert (authority.signers, authority.accepted, authority.key.country) == (3, False, "DE")
        assert bytes(KeyImport.objects.get().data) == who
        assert believed() == set()
        assert Act.objects.filter(verb="import_keys").count() == 1

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"<html>", "FOREIGN_LIST_INVALID"),
            (b"", "FOREIGN_LIST_INVALID"),
            (b" " * 30_000_000, "TRUST_FILE_TOO_LARGE"),
            (did_list(["did:web:tng-cdn-dev.who.int:trustlist"]), "FOREIGN_LIST_REFERENCE"),
            (did_list([{}], "did:web:tng-cdn-dev.who.int:v2:trustlist:DCC:-:DSC"), "FOREIGN_LIST_NOT_PRODUCTION"),
        ],
    )
    def test_what_is_no_list_leaves_nothing(self, desk: Desk, data: bytes, code: str) -> None:
        assert refusal(actions.import_list, desk.operator, data, "x", now=NOW) == code
        assert not KeyImport.objects.exists()

    def test_a_cut_off_list(self, desk: Desk, who: bytes) -> None:
        assert refusal(actions.import_list, desk.operator, who[:-20], "x", now=NOW) == "FOREIGN_LIST_INVALID"

    def test_names_that_would_steer_a_page_or_a_database(self, desk: Desk, who: bytes) -> None:
        found = queries.get_import(actions.import_list(desk.operator, who, "a\0b\u202e" + "x" * 999, now=NOW))
        assert found.name == "a b " + "x" * 196

    def test_only_who_may_propose(self, desk: Desk, who: bytes) -> None:
        for actor in (desk.approver, desk.inspector):
            assert refusal(actions.import_list, actor, who, "x", now=NOW) == "RIGHT_MISSING"


class TestAccepting:
    def test_the_whole_file_compared(self, desk: Desk, who: bytes) -> None:
        proposal = propose(desk, who)
        assert believed() == set()
        accept(desk, proposal)
        assert believed() == ALL
        (signer, *_) = [one for one in queries.accepted_keys() if one.key.usage == "DSC"]
        assert (signer.proposed_by, signer.accepted_by) == (desk.operator.officer_id, desk.approver.officer_id)
        assert signer.key.origin["participant"] == "DEU"

    def test_chosen_authorities_compared(self, desk: Desk, who: bytes, germany: Country) -> None:
        accept(desk, propose(desk, who, Compared.AUTHORITIES, fingerprint(germany.authority.der)))
        assert believed() == ALL

    def test_nothing_compared_nothing_to_propose(self, desk: Desk, who: bytes) -> None:
        assert refusal(propose, desk, who, Compared.NOTHING) == "TRUST_NOTHING_CHOSEN"
        assert refusal(propose, desk, who, Compared.AUTHORITIES) == "TRUST_NOTHING_CHOSEN"

    def test_an_authority_that_is_not_in_the_list(self, desk: Desk, who: bytes) -> None:
        assert refusal(propose, desk, who, Compared.AUTHORITIES, "00" * 32) == "TRUST_AUTHORITY_UNKNOWN"

    def test_later_keys_below_an_accepted_authority_need_no_new_comparison(
        self, desk: Desk, who: bytes, germany: Country
    ) -> None:
        accept(desk, propose(desk, who))
        assert refusal(propose, desk, who) == "TRUST_NOTHING_CHOSEN"
        new = did_method(party("DSC new", above=germany.authority), None)
        accept(desk, propose(desk, did_list([*germany.methods(), new]), Compared.NOTHING))
        assert believed() == ALL | {("DSC new", "DSC")}

    def test_the_published_line_tells_where_it_came_from(self, desk: Desk, who: bytes, germany: Country) -> None:
        accept(desk, propose(desk, who))
        entry = next(e for e in queries.published_entries(NOW) if e.usage is Usage.DSC)
        assert entry.origin == {
            "source": "WHO-GDHCN",
            "list": "did:web:tng-cdn.who.int:v2:trustlist:DCC:-:DSC",
            "listed_at": "2026-08-22T17:05:32Z",
            "participant": "DEU",
            "authority": fingerprint(germany.authority.der),
            "accepted_at": "2026-08-22T00:00:00Z",
        }

    def test_expired_ones_leave_the_published_list_by_themselves(self, desk: Desk, who: bytes) -> None:
        accept(desk, propose(desk, who))
        assert believed(NOW + YEAR + timedelta(seconds=1)) == set()

    def test_certificates_in_pem(self, desk: Desk, germany: Country) -> None:
        accept(desk, propose(desk, pem(germany.authority.der) + pem(germany.signers[0].der)))
        assert believed() == {("CSCA DE", "CSCA"), ("DSC 0", "DSC")}


class TestTwoOfficers:
    def test_nobody_accepts_what_they_proposed(self, desk: Desk, who: bytes) -> None:
        found = actions.import_list(desk.both, who, "x", now=NOW)
        proposal = actions.propose_import(desk.both, found, compared=Compared.FILE, picked=(), words=WORDS, now=NOW)
        assert refusal(actions.decide, desk.both, proposal, approve=True, now=NOW) == "TRUST_OWN_PROPOSAL"
        assert refusal(actions.decide, desk.both, proposal, approve=False, words="x", now=NOW) == "TRUST_OWN_PROPOSAL"
        assert refusal(actions.decide, desk.operator, proposal, approve=True, now=NOW) == "RIGHT_MISSING"
        accept(desk, proposal)

    def test_the_database_demands_it_too(self, desk: Desk, who: bytes) -> None:
        row = Proposal.objects.get(pk=propose(desk, who))
        one, other = desk.operator.officer_id, desk.approver.officer_id
        for proposer, decider in ((one, one), (other, one)):
            with pytest.raises(IntegrityError), transaction.atomic():
                Decision.objects.create(
                    proposal=row, approved=True, proposed_by_id=proposer, decided_by_id=decider, at=NOW
                )

    def test_nothing_is_changed_or_added_afterwards(self, desk: Desk, who: bytes) -> None:
        proposal = propose(desk, who)
        accept(desk, proposal)
        item = ProposalItem.objects.filter(proposal_id=proposal).values().first()
        assert item
        with pytest.raises(IntegrityError), transaction.atomic():
            ProposalItem.objects.create(**item | {"id": None, "fingerprint": "00" * 32})
        for table in ("ownkey", "keyimport", "candidate", "importauthority", "proposal", "proposalitem", "decision"):
            for statement in (f"DELETE FROM trust_{table}", f"UPDATE trust_{table} SET {_column(table)} = NULL"):
                with connection.cursor() as cursor:
                    cursor.execute(f"SELECT count(*) FROM trust_{table}")
                    if cursor.fetchone() == (0,):
                        continue
                with pytest.raises(Exception, match="append"), transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(statement)

    def test_what_was_removed_meanwhile_does_not_come_back_with_an_older_proposal(
        self, desk: Desk, who: bytes, germany: Country
    ) -> None:
        accept(desk, propose(desk, who))
        newer = did_list([*germany.methods(), did_method(party("DSC new", above=germany.authority), None)])
        below_authority = propose(desk, newer, Compared.NOTHING)
        removal = actions.propose_removal(
            desk.operator, [fingerprint(germany.authority.der)], words="Nước đó báo khóa bị lộ", now=NOW
        )
        accept(desk, removal, NOW + timedelta(seconds=1))
        assert refusal(accept, desk, below_authority) == "TRUST_PROPOSAL_OVERTAKEN"
        assert believed() == set()

    def test_the_same_key_proposed_again_before_it_was_removed(self, desk: Desk, who: bytes) -> None:
        first, second = propose(desk, who), propose(desk, who)
        accept(desk, first)
        one = next(entry for entry in queries.accepted_keys() if entry.key.usage == "DSC")
        removal = actions.propose_removal(desk.operator, [one.key.fingerprint], words="Khóa bị lộ", now=NOW)
        accept(desk, removal, NOW + timedelta(seconds=1))
        assert refusal(accept, desk, second) == "TRUST_PROPOSAL_OVERTAKEN"
        later = NOW + timedelta(minutes=1)
        accept(desk, propose(desk, who, now=later), later)
        assert believed() == ALL

    def test_a_refusal_says_why_and_ends_it(self, desk: Desk, who: bytes) -> None:
        proposal = propose(desk, who)
        assert refusal(actions.decide, desk.approver, proposal, approve=False, now=NOW) == "TRUST_REASON_MISSING"
        actions.decide(desk.approver, proposal, approve=False, words="Chưa so vân tay", now=NOW)
        assert refusal(actions.decide, desk.approver, proposal, approve=True, now=NOW) == "TRUST_ALREADY_DECIDED"
        found = queries.get_proposal(proposal)
        assert (found.approved, found.decision_words) == (False, "Chưa so vân tay")
        assert believed() == set()

    def test_a_proposal_that_waited_too_long(self, desk: Desk, who: bytes) -> None:
        proposal, late = propose(desk, who), NOW + timedelta(days=30)
        assert refusal(actions.decide, desk.approver, proposal, approve=True, now=late) == "TRUST_PROPOSAL_STALE"
        actions.decide(desk.approver, proposal, approve=False, words="Quá cũ", now=late)

    def test_words_are_asked_for(self, desk: Desk, who: bytes) -> None:
        found = actions.import_list(desk.operator, who, "x", now=NOW)
        for words, code in (("  ", "TRUST_REASON_MISSING"), ("x" * 1001, "TRUST_REASON_TOO_LONG")):
            options = {"compared": Compared.FILE, "picked": (), "words": words, "now": NOW}
            assert refusal(actions.propose_import, desk.operator, found, **options) == code

    def test_unknown_numbers(self, desk: Desk) -> None:
        assert refusal(actions.decide, desk.approver, 99, approve=True, now=NOW) == "TRUST_PROPOSAL_UNKNOWN"
        assert refusal(queries.get_proposal, 99) == "TRUST_PROPOSAL_UNKNOWN"
        assert refusal(queries.get_import, 99) == "TRUST_IMPORT_UNKNOWN"


def _column(table: str) -> str:
    return {"ownkey": "common_name", "decision": "words", "proposal": "words"}.get(
        table, "name" if table == "keyimport" else "common_name"
    )


class TestRemoving:
    def test_one_key(self, desk: Desk, who: bytes, germany: Country) -> None:
        accept(desk, propose(desk, who))
        one = fingerprint(germany.signers[0].der)
        removal = actions.propose_removal(desk.operator, [one], words="Đức báo đã hủy khóa", now=NOW)
        assert believed() == ALL
        accept(desk, removal, NOW + timedelta(minutes=1))
        assert believed() == ALL - {("DSC 0", "DSC")}

    def test_an_authority_takes_its_keys_along(self, desk: Desk, who: bytes, germany: Country) -> None:
        accept(desk, propose(desk, who))
        above = fingerprint(germany.authority.der)
        accept(desk, actions.propose_removal(desk.operator, [above], words="x", now=NOW), NOW + timedelta(minutes=1))
        assert believed() == set()
        assert queries.accepted_authorities() == {}

    def test_what_was_removed_may_come_back(self, desk: Desk, who: bytes, germany: Country) -> None:
        accept(desk, propose(desk, who))
        one, later = fingerprint(germany.signers[0].der), NOW + timedelta(minutes=1)
        accept(desk, actions.propose_removal(desk.operator, [one], words="x", now=later), later)
        again = propose(desk, who, Compared.NOTHING, now=later)
        accept(desk, again, later + timedelta(minutes=1))
        assert believed() == ALL

    @pytest.mark.parametrize("fingerprints", [[], ["00" * 32]])
    def test_keys_that_nobody_accepted(self, desk: Desk, fingerprints: list[str]) -> None:
        assert refusal(actions.propose_removal, desk.operator, fingerprints, words="x", now=NOW) == "TRUST_KEY_UNKNOWN"


class TestOurKeys:
    @pytest.fixture(autouse=True)
    def noted(self, db: None) -> None:
        assert actions.note_own_keys([OURS.der], [CSCA.der], now=NOW) == 2
        assert actions.note_own_keys([OURS.der], [CSCA.der], now=NOW + YEAR) == 0

    def withdraw(self, desk: Desk, *, unless_logged: bool, now: Any = NOW) -> int:
        return actions.propose_withdrawal(
            desk.operator,
            fingerprint(OURS.der),
            reason=WithdrawalReason.KEY_STOLEN,
            unless_logged=unless_logged,
            words="Khóa bị sao chép",
            now=now,
        )

    def test_they_stay_for_ever(self) -> None:
        ours = {("DSC Viet Nam", "DSC"), ("CSCA Viet Nam", "CSCA")}
        assert believed() == believed(NOW + 20 * YEAR) == ours

    def test_a_withdrawal_by_two(self, desk: Desk) -> None:
        proposal = self.withdraw(desk, unless_logged=True)
        assert not queries.is_withdrawn(OURS.signer.key_id)
        accept(desk, proposal, NOW + timedelta(minutes=1))
        assert queries.is_withdrawn(OURS.signer.key_id)
        entry = next(e for e in queries.published_entries(NOW) if e.usage is Usage.DSC)
        assert entry.withdrawn
        found = entry.withdrawn
        assert (found.reason, found.unless_logged, found.at) == ("KEY_STOLEN", True, NOW + timedelta(minutes=1))

    def test_a_second_withdrawal_only_with_the_harder_word(self, desk: Desk) -> None:
        first, second = self.withdraw(desk, unless_logged=True), self.withdraw(desk, unless_logged=True)
        accept(desk, first)
        assert refusal(accept, desk, second) == "TRUST_KEY_ALREADY_WITHDRAWN"
        assert refusal(self.withdraw, desk, unless_logged=True) == "TRUST_KEY_ALREADY_WITHDRAWN"
        accept(desk, self.withdraw(desk, unless_logged=False))
        entry = next(e for e in queries.published_entries(NOW) if e.usage is Usage.DSC)
        assert entry.withdrawn
        assert not entry.withdrawn.unless_logged
        assert refusal(self.withdraw, desk, unless_logged=False) == "TRUST_KEY_ALREADY_WITHDRAWN"

    @pytest.mark.parametrize("reason", ["KEY_STOLEN", "KEY_MISUSED", "KEY_LOST", "KEY_REPLACED"])
    def test_a_second_certificate_of_a_stolen_key_goes_with_it(self, desk: Desk, reason: str) -> None:
        both = reason != "KEY_REPLACED"
        again = party("DSC Viet Nam 2", "VN", key=OURS.key)
        other = party("DSC Viet Nam 3", "VN")
        actions.note_own_keys([again.der, other.der], [], now=NOW)
        proposal = actions.propose_withdrawal(
            desk.operator,
            fingerprint(OURS.der),
            reason=WithdrawalReason(reason),
            unless_logged=False,
            words="Khóa bị sao chép",
            now=NOW,
        )
        accept(desk, proposal)
        withdrawn = {e.certificate.common_name for e in queries.published_entries(NOW) if e.withdrawn}
        assert withdrawn == {"DSC Viet Nam"} | ({"DSC Viet Nam 2"} if both else set())
        assert queries.is_withdrawn(again.signer.key_id) is both
        assert not queries.is_withdrawn(other.signer.key_id)

    def test_roots_and_strangers_are_not_withdrawn(self, desk: Desk) -> None:
        for key in (CSCA.der, b"x"):
            code = refusal(
                actions.propose_withdrawal,
                desk.operator,
                fingerprint(key),
                reason=WithdrawalReason.KEY_LOST,
                unless_logged=False,
                words="x",
                now=NOW,
            )
            assert code == "TRUST_KEY_UNKNOWN"

    def test_no_foreign_list_brings_in_a_key_of_our_country(self, desk: Desk) -> None:
        impostor = party("CSCA Viet Nam", "VN", authority=True)
        below = party("DSC by another", "VN", above=impostor)
        data = did_list([did_method(below, impostor, participant={"code": "#VNM"}), did_method(OURS, CSCA)])
        found = actions.import_list(desk.operator, data, "x", now=NOW)
        assert queries.get_import(found).reasons["TRUST_OWN_COUNTRY"] == 1
        assert queries.authorities(found) == []
        assert refusal(propose, desk, data) == "TRUST_NOTHING_CHOSEN"
