"""What a directive closes is refused at every door that leads there; nothing else is, and each door asks once."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import NOW, make_office
from tests.unit.campaigns.conftest import Country, closing
from vaxpass.campaigns import actions
from vaxpass.campaigns.models import Step
from vaxpass.campaigns.openings import check_facility_open, check_open, state_at
from vaxpass.campaigns.rules import Function
from vaxpass.facility_signing.actions import prepare_batch
from vaxpass.intake.actions import confirm, enter
from vaxpass.ministry_signing.actions import ask_for_run
from vaxpass.ministry_signing.rules import RunScope
from vaxpass.offices.scope import Refused
from vaxpass.reports.actions import file
from vaxpass.reports.rules import Claimed, Filing, Relation, ReporterProof, Wrong

TOMORROW = date(2022, 4, 16)
FILING = Filing(
    wrongs=(Wrong.LOT,), claimed=Claimed(lot="X1"), proof=ReporterProof.NONE, reporter_name="Lê A",
    reporter_phone="0912000001", reporter_email="", relation=Relation.SELF, version_id=None, person_ids=(),
    province_code="40", commune_office_id=None, facility_id=None, note="", language="vi", address="",
)  # fmt: skip


def test_entering_is_closed_where_the_directive_says_so_and_open_elsewhere(country: Country) -> None:
    country.publish(closing(opens=TOMORROW), areas=["province:40"])
    here, there = country.offices["40A01"], country.offices["01A01"]
    with pytest.raises(Refused, match="FUNCTION_CLOSED"):
        check_facility_open(Function.INTAKE, here, now=NOW)
    check_facility_open(Function.INTAKE, there, now=NOW)
    check_facility_open(Function.FACILITY_SIGNING, here, now=NOW)
    check_facility_open(Function.INTAKE, here, now=NOW + timedelta(days=1))


def test_a_class_narrows_what_is_closed(country: Country) -> None:
    country.publish(closing(closes=date(2022, 4, 14), facility_class="ministry"))
    check_facility_open(Function.INTAKE, country.offices["40A01"], now=NOW)
    with pytest.raises(Refused, match="FUNCTION_ENDED"):
        check_facility_open(Function.INTAKE, country.offices["40A02"], now=NOW)


def test_a_facility_that_opens_after_the_directive_is_closed_from_its_first_hour(country: Country) -> None:
    country.publish(closing(opens=TOMORROW))
    with pytest.raises(Refused, match="FUNCTION_CLOSED"):
        check_facility_open(Function.INTAKE, make_office("40A77"), now=NOW)


def test_a_directive_of_the_province_closes_nothing_in_another(country: Country) -> None:
    country.publish(closing(opens=TOMORROW), by="province")
    check_facility_open(Function.INTAKE, country.offices["01A01"], now=NOW)


@pytest.mark.parametrize("how", ["whole", "step"])
def test_a_step_withdrawn_while_it_runs_holds_nothing_closed_any_more(country: Country, how: str) -> None:
    directive_id, operator = country.publish(closing(opens=TOMORROW)), country.actor("operator")
    assert not state_at(Function.INTAKE, country.offices["40A01"], now=NOW).is_open
    if how == "whole":
        actions.withdraw(operator, directive_id, "Ban hành nhầm", now=NOW)
    else:
        actions.withdraw_step(operator, directive_id, Step.objects.get(directive_id=directive_id).pk, now=NOW)
    check_facility_open(Function.INTAKE, country.offices["40A01"], now=NOW)


def test_a_draft_and_a_replaced_version_close_nothing(country: Country) -> None:
    country.draft(closing(opens=TOMORROW), number="9/BYT")
    old, operator = country.publish(closing(opens=TOMORROW)), country.actor("operator")
    new = actions.amend(operator, old, now=NOW)
    actions.drop_step(operator, new, Step.objects.get(directive_id=new).pk)
    actions.publish(operator, new, now=NOW)
    check_facility_open(Function.INTAKE, country.offices["40A01"], now=NOW)


def test_every_door_refuses_what_is_closed(country: Country) -> None:
    country.publish(*(closing(function, opens=TOMORROW) for function in Function))
    head, operator = country.actor("head"), country.actor("operator")
    doors = (
        lambda: enter(head, {}, states_identity=True, now=NOW),
        lambda: confirm(head, uuid4(), states_foreigners=True, now=NOW),
        lambda: prepare_batch(country.actor("signer"), country.offices["40A01"], now=NOW),
        lambda: ask_for_run(operator, RunScope(), now=NOW),
        lambda: file(FILING, [], now=NOW),
    )
    for door in doors:
        with pytest.raises(Refused) as refused:
            door()
        assert (refused.value.code, refused.value.facts["opens"]) == ("FUNCTION_CLOSED", "16/04/2022")


def test_a_gate_is_one_question_however_many_directives_there_are(country: Country) -> None:
    for number in range(3):
        country.publish(closing(closes=date(2030, 1, 1)), number=f"{number}/BYT")
    with CaptureQueriesContext(connection) as asked:
        check_open(Function.INTAKE, now=NOW, office_id=country.offices["40A01"], facility_class="provincial")
    assert len(asked) == 1
