from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from vaxproof.rules.judge import Outcome, judge

from packages.vaxproof.tests.rule_samples import VACCINATED, rule
from tests.factories import make_office, make_officer
from tests.factories.validity_rules import NOW, drafted, make_rule_officers, publish_starting_rules, published
from vaxpass.offices.models import Act, Officer, OfficerRole
from vaxpass.offices.queries import get_actor
from vaxpass.offices.scope import Refused
from vaxpass.validity_rules import actions, queries, samples
from vaxpass.validity_rules.models import Edition, Proposal, ProposedChange
from vaxpass.validity_rules.rules import Key, Kind, Status

pytestmark = pytest.mark.django_db
KEY = Key("VN", "entry", "VR-VN-0001")


@pytest.fixture
def officers():
    return make_rule_officers()


@pytest.fixture
def operator(officers):
    return officers[0]


@pytest.fixture
def approver(officers):
    return officers[1]


def refused(code, call, *arguments, **named):
    with pytest.raises(Refused) as caught:
        call(*arguments, **named)
    assert caught.value.code == code
    return caught.value


def versions(now=NOW):
    return [(r.identifier, r.version) for found in queries.published_sets(now) for r in found.rules]


def codes(proposal):
    return [remark.code for change in queries.changes_of(proposal) for remark in change.remarks]


# The way of a proposal


def test_one_proposes_another_approves_then_it_is_published(operator, approver):
    proposal = drafted(operator)
    assert versions() == []
    actions.send(operator, proposal, now=NOW)
    assert versions() == []
    assert queries.count_to_decide(approver.officer_id) == 1
    assert queries.count_to_decide(operator.officer_id) == 0
    assert actions.approve(approver, proposal, now=NOW) == 1
    assert versions() == [("VR-VN-0001", "1.0.0")]
    assert queries.count_to_decide(approver.officer_id) == 0
    verbs = list(Act.objects.filter(subject=f"rules-proposal/{proposal}").values_list("verb", flat=True).order_by("pk"))
    assert verbs == ["draft_rules", "propose_rules", "decide_rules"]


def test_who_proposed_never_approves_whatever_role_comes_later(operator, approver):
    proposal = drafted(operator)
    actions.send(operator, proposal, now=NOW)
    OfficerRole.objects.filter(officer_id=approver.officer_id).update(officer_id=operator.officer_id)
    both = get_actor(Officer.objects.get(pk=operator.officer_id))
    refused("RULES_PROPOSAL_OWN", actions.approve, both, proposal, now=NOW)
    refused("RULES_PROPOSAL_OWN", actions.refuse, both, proposal, "no", now=NOW)


def test_rights(operator, approver):
    other = get_actor(
        Officer.objects.get(pk=make_officer("signer", make_office("BYT2", "ministry"), "ministry_signer"))
    )
    for actor in (approver, other):
        refused("RIGHT_MISSING", drafted, actor)
        refused("RIGHT_MISSING", actions.propose_rule, actor, rule(), purpose="entry", note="", now=NOW)
        refused("RIGHT_MISSING", actions.propose_retirement, actor, KEY, note="", now=NOW)
    proposal = drafted(operator)
    for actor in (operator, other):
        refused("RIGHT_MISSING", actions.approve, actor, proposal, now=NOW)
        refused("RIGHT_MISSING", actions.refuse, actor, proposal, "x", now=NOW)
    refused("RIGHT_MISSING", actions.send, approver, proposal, now=NOW)


def test_a_draft_is_its_makers_alone(operator, approver):
    second = get_actor(Officer.objects.get(pk=make_officer("op2", operator.office_id, "ministry_operator")))
    proposal = drafted(operator)
    refused("RULES_PROPOSAL_UNKNOWN", queries.get_proposal, proposal, second.officer_id)
    refused("RULES_PROPOSAL_UNKNOWN", actions.send, second, proposal, now=NOW)
    refused("RULES_PROPOSAL_UNKNOWN", actions.approve, approver, proposal, now=NOW)
    actions.send(operator, proposal, now=NOW)
    refused("RULES_PROPOSAL_NOT_YOURS", actions.withdraw, second, proposal, now=NOW)
    assert queries.get_proposal(proposal, second.officer_id).status is Status.OPEN


def test_a_decision_is_made_once(operator, approver):
    proposal = published(operator, approver)
    refused("RULES_PROPOSAL_DECIDED_ALREADY", actions.approve, approver, proposal, now=NOW)
    refused("RULES_PROPOSAL_DECIDED_ALREADY", actions.refuse, approver, proposal, "x", now=NOW)
    refused("RULES_PROPOSAL_DECIDED_ALREADY", actions.withdraw, operator, proposal, now=NOW)
    refused("RULES_PROPOSAL_SENT_ALREADY", actions.send, operator, proposal, now=NOW)


def test_refusing_needs_a_reason_and_publishes_nothing(operator, approver):
    proposal = drafted(operator)
    actions.send(operator, proposal, now=NOW)
    refused("RULES_REASON_MISSING", actions.refuse, approver, proposal, "  ", now=NOW)
    actions.refuse(approver, proposal, "Sai ngày", now=NOW)
    facts = queries.get_proposal(proposal, operator.officer_id)
    assert (facts.status, facts.reason, facts.decided_by) == (Status.REFUSED, "Sai ngày", approver.officer_id)
    assert versions() == []


def test_a_draft_and_a_sent_proposal_can_be_withdrawn(operator):
    for sent in (False, True):
        proposal = drafted(operator)
        if sent:
            actions.send(operator, proposal, now=NOW)
        actions.withdraw(operator, proposal, now=NOW)
        assert queries.get_proposal(proposal, operator.officer_id).status is Status.WITHDRAWN


# Versions and retirement


def test_a_new_version_must_be_higher_and_both_are_published(operator, approver):
    published(operator, approver)
    (fault,) = queries.findings_of(drafted(operator, rule(Version="0.9.0")))[0].faults
    assert fault.code == "RULE_VERSION_NOT_HIGHER"
    published(operator, approver, rule(Version="1.0.1"))
    assert versions() == [("VR-VN-0001", "1.0.0"), ("VR-VN-0001", "1.0.1")]
    assert [version.rule.version for version in queries.get_rule(KEY)] == ["1.0.1", "1.0.0"]


def test_a_retired_rule_leaves_and_comes_back_only_with_a_higher_version(operator, approver):
    published(operator, approver)
    retirement = actions.propose_retirement(operator, KEY, note="x", now=NOW)
    actions.send(operator, retirement, now=NOW)
    actions.approve(approver, retirement, now=NOW)
    assert versions() == []
    refused("RULE_UNKNOWN", actions.propose_retirement, operator, KEY, note="", now=NOW)
    refused("RULE_UNKNOWN", queries.get_rule, KEY)
    assert queries.findings_of(drafted(operator))[0].faults[0].code == "RULE_VERSION_NOT_HIGHER"
    published(operator, approver, rule(Version="1.1.0"))
    assert versions() == [("VR-VN-0001", "1.1.0")]


def test_what_was_overtaken_is_not_approved(operator, approver):
    first, second = drafted(operator), drafted(operator)
    for proposal in (first, second):
        actions.send(operator, proposal, now=NOW)
    actions.approve(approver, first, now=NOW)
    assert refused("RULES_OVERTAKEN", actions.approve, approver, second, now=NOW).facts == {"rule": "VR-VN-0001"}
    ends = [actions.propose_retirement(operator, KEY, note="", now=NOW) for _ in range(2)]
    for proposal in ends:
        actions.send(operator, proposal, now=NOW)
    actions.approve(approver, ends[0], now=NOW)
    refused("RULES_OVERTAKEN", actions.approve, approver, ends[1], now=NOW)


def test_what_is_over_is_not_published_and_purposes_are_apart(operator, approver):
    published(operator, approver, rule(ValidTo="2026-07-01T00:00:00Z"), purpose="school")
    published(operator, approver)
    assert [(found.country, found.purpose) for found in queries.published_sets(NOW)] == [
        ("VN", "entry"),
        ("VN", "school"),
    ]
    assert [found.purpose for found in queries.published_sets(NOW + timedelta(days=40))] == ["entry"]
    assert [(s.country, s.purpose, s.rules) for s in queries.set_summaries()] == [
        ("VN", "entry", 1),
        ("VN", "school", 1),
    ]


# Files


def test_right_rules_are_drafted_beside_the_faulty_ones(operator):
    proposal = drafted(
        operator,
        rule(),
        rule(Identifier="VR-VN-0002", Engine="DROOLS"),
        rule(Identifier="VR-VN-0003", Logic={"or": [True, False]}),
        rule(Identifier="TR-VN-0004"),
        rule(Identifier="VR-VN-0005", Description=[{"lang": "vi", "desc": "Chỉ có tiếng Việt ở đây."}]),
        rule(),
        "no rule",
    )
    assert [change.key.identifier for change in queries.changes_of(proposal)] == ["VR-VN-0001"]
    assert [(one.identifier, [fault.code for fault in one.faults]) for one in queries.findings_of(proposal)] == [
        ("VR-VN-0002", ["RULE_ENGINE_UNKNOWN"]),
        ("VR-VN-0003", ["RULE_EXPRESSION_INVALID"]),
        ("TR-VN-0004", ["RULE_PREFIX_MISMATCH"]),
        ("VR-VN-0005", ["RULE_ENGLISH_MISSING"]),
        ("VR-VN-0001", ["RULE_TWICE_IN_FILE"]),
        ("", ["RULE_INVALID"]),
    ]
    (part,) = queries.findings_of(proposal)[1].faults[0].expression_faults()
    assert (part.kind, part.place) == ("OPERATION_UNKNOWN", "or")


def test_a_file_without_a_right_rule_cannot_be_sent(operator):
    proposal = drafted(operator, rule(Version="x"))
    refused("RULES_NOTHING_TO_PROPOSE", actions.send, operator, proposal, now=NOW)


def test_files_and_purposes_that_are_none(operator):
    refused("RULES_FILE_EMPTY", actions.import_file, operator, b"", "x", purpose="entry", now=NOW)
    refused("RULES_PURPOSE_ILLEGAL", drafted, operator, purpose="Nhập cảnh")
    refused("RULES_TOO_MANY", drafted, operator, *[rule()] * 2001)


def test_what_both_officers_should_know_is_remarked(operator):
    def remarks(**changes):
        return codes(drafted(operator, rule(**changes)))

    future = {"ValidFrom": "2026-06-05T00:00:00Z"}
    assert remarks(**future) == []
    assert remarks() == ["RULE_FROM_TOO_SOON"]
    only_english = [{"lang": "en", "desc": "Only English is to be read here."}]
    assert remarks(**future, Description=only_english) == ["RULE_VIETNAMESE_MISSING"]
    assert remarks(**future, AffectedFields=["v.0.mp"]) == ["RULE_FIELDS_DIFFER"]
    never = {"if": [True, False, {"var": "payload.v"}]}
    assert remarks(**future, Logic=never, AffectedFields=["v"]) == ["RULE_FAILS_EVERY_SAMPLE"]
    broken = {"+": [1, {"var": "payload.v"}]}
    assert remarks(**future, Logic=broken, AffectedFields=["v"]) == ["RULE_OPEN_ON_EVERY_SAMPLE"]
    foreign = rule(Identifier="VR-DE-0001", Country="DE", ValidTo="2026-05-01T00:00:00Z")
    assert codes(drafted(operator, foreign)) == ["RULE_OVER_ALREADY"]


def test_an_endless_reduce_ends_and_is_remarked(operator):
    logic: object = 0
    for _ in range(8):
        logic = {"reduce": [[0] * 50, logic, 0]}
    endless = rule(Logic={"===": [logic, {"var": "payload.v"}]}, AffectedFields=["v"])
    assert "RULE_OPEN_ON_EVERY_SAMPLE" in codes(drafted(operator, endless))


# Our own set


def test_our_own_set_does_what_it_says(operator, approver):
    proposal = publish_starting_rules(operator, approver)
    assert queries.findings_of(proposal) == []
    assert set(codes(proposal)) <= {"RULE_FROM_TOO_SOON"}
    sets = queries.published_sets(NOW)
    outcomes = {sample.code: judge(sets, sample.make(NOW), country="VN", at=NOW).outcome for sample in samples.SAMPLES}
    failing = {code for code, outcome in outcomes.items() if outcome is Outcome.FAILED}
    assert failing == {
        "SAMPLE_COMPLETE_FRESH",
        "SAMPLE_FIRST_OF_TWO",
        "SAMPLE_TEST_OLD",
        "SAMPLE_TEST_POSITIVE",
        "SAMPLE_RECOVERED_LONG_AGO",
    }
    assert Outcome.OPEN not in outcomes.values()


def test_sets_with_a_proposals_changes(operator, approver):
    published(operator, approver)
    change = drafted(operator, rule(Version="2.0.0", Logic={"if": [True, False, {"var": "payload.v.0.dt"}]}))
    now_sets = {("VN", "entry"): queries.rule_set("VN", "entry")}
    then_sets = queries.with_changes(now_sets, queries.changes_of(change))
    assert judge(now_sets.values(), VACCINATED, country="VN", at=NOW).outcome is Outcome.PASSED
    assert judge(then_sets.values(), VACCINATED, country="VN", at=NOW).outcome is Outcome.FAILED
    ended = queries.with_changes(
        now_sets, queries.changes_of(actions.propose_retirement(operator, KEY, note="", now=NOW))
    )
    assert ended["VN", "entry"].rules == ()


# The database's own locks


def denied(work):
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        work()


def test_nothing_that_was_decided_or_published_changes(operator, approver):
    proposal = published(operator, approver)
    denied(lambda: Edition.objects.update(version="9.9.9"))
    denied(lambda: Edition.objects.all().delete())
    denied(lambda: ProposedChange.objects.update(version="9.9.9"))
    denied(lambda: ProposedChange.objects.all().delete())
    denied(lambda: Proposal.objects.filter(pk=proposal).update(status=Status.OPEN))
    denied(lambda: Proposal.objects.filter(pk=proposal).update(note="x"))
    denied(lambda: Proposal.objects.filter(pk=proposal).delete())


def test_the_database_wants_two_people_too(operator, approver):
    proposal = drafted(operator)
    actions.send(operator, proposal, now=NOW)
    own = {"status": Status.APPROVED, "decided_by_id": operator.officer_id, "decided_at": NOW}
    denied(lambda: Proposal.objects.filter(pk=proposal).update(**own))
    denied(lambda: Proposal.objects.filter(pk=proposal).update(status=Status.APPROVED))
    change = ProposedChange.objects.get(proposal=proposal)
    row = {"kind": Kind.PUT, "country": "VN", "purpose": "entry", "identifier": "VR-VN-0001", "version": "1.0.0"}
    denied(lambda: Edition.objects.create(proposal_id=proposal, **row, rule=change.rule, at=NOW))
    later = row | {"version": "2.0.0"}
    denied(lambda: ProposedChange.objects.create(proposal_id=proposal, **later, rule={}, remarks=[]))
    actions.approve(approver, proposal, now=NOW)
    denied(lambda: Edition.objects.create(proposal_id=proposal, **later, rule=change.rule, at=NOW))


def test_the_applications_role_may_not_even_try(operator, approver):
    call_command("grant_app_role", "rules_app")
    with connection.cursor() as cursor:
        for table in ("validity_rules_edition", "validity_rules_proposedchange"):
            for right in ("UPDATE", "DELETE", "TRUNCATE"):
                cursor.execute("SELECT has_table_privilege('rules_app', %s, %s)", [table, right])
                assert cursor.fetchone() == (False,), (table, right)
