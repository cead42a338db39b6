"""Drafting, publishing, amending, withdrawing: who may, whom it reaches, what stays."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories import NOW, make_office
from tests.unit.campaigns.conftest import DIRECTIVE, SIGN_ALL, Country
from vaxpass.campaigns import actions, following, queries
from vaxpass.campaigns.models import Acknowledgement, Addressee, Directive, Step, StepDone
from vaxpass.campaigns.rules import StepDraft, Target
from vaxpass.offices.models import Office, Placement, UnitSuccession
from vaxpass.offices.scope import Refused

TELL = StepDraft("Lập tổ công tác", None, Target.TOLD, None, None, None, date(2022, 4, 25), "")


def reached(directive_id: int) -> set[str]:
    rows = Addressee.objects.filter(directive_id=directive_id, until=None)
    return set(rows.values_list("office__code", flat=True))


def test_the_ministry_reaches_every_unit_and_a_province_its_own(country: Country) -> None:
    assert reached(country.publish(SIGN_ALL)) == {"40A01", "40A02", "40A03", "40X01", "T40", "01A01", "T01"}
    assert reached(country.publish(by="province", number="7/SYT")) == {"40A01", "40A02", "40A03", "40X01", "T40"}


def test_areas_kinds_and_classes_narrow_whom_it_reaches(country: Country) -> None:
    assert reached(country.publish(areas=["province:01"], kinds=["facility"])) == {"01A01"}
    other = country.publish(number="2/BYT", areas=["office:40A01", "commune:00001"])
    assert reached(other) == {"40A01", "40X01"}
    assert reached(country.publish(number="3/BYT", kinds=["facility"], classes=["ministry", "sector"])) == {
        "40A02",
        "40A03",
    }


@pytest.mark.parametrize("area", ["province:01", "office:01A01"])
def test_a_province_cannot_address_the_units_of_another(country: Country, area: str) -> None:
    draft = country.draft(by="province", areas=[area])
    with pytest.raises(Refused, match="DIRECTIVE_AREA_UNKNOWN"):
        actions.publish(country.actor("province"), draft, now=NOW)


def test_who_may_issue_is_who_holds_the_right_and_only_the_own_side_changes_a_draft(country: Country) -> None:
    with pytest.raises(Refused, match="RIGHT_MISSING"):
        actions.draft(country.actor("head"), DIRECTIVE, now=NOW)
    draft = country.draft(by="province")
    for stranger in ("hanoi", "operator"):
        with pytest.raises(Refused, match="DIRECTIVE_UNKNOWN"):
            actions.redraft(country.actor(stranger), draft, DIRECTIVE, now=NOW)
        with pytest.raises(Refused, match="DIRECTIVE_UNKNOWN"):
            actions.publish(country.actor(stranger), draft, now=NOW)
    with pytest.raises(Refused, match="DIRECTIVE_UNKNOWN"):
        queries.readable(country.actor("head"), draft)


def test_a_number_is_in_force_once_and_free_again_after_a_withdrawal(country: Country) -> None:
    first = country.publish()
    with pytest.raises(Refused, match="DIRECTIVE_NUMBER_TAKEN"):
        country.publish()
    actions.withdraw(country.actor("operator"), first, "Ban hành nhầm", now=NOW)
    country.publish()


def test_a_signature_in_the_future_and_a_directive_for_nobody_are_refused(country: Country) -> None:
    with pytest.raises(Refused, match="DIRECTIVE_SIGNED_LATER"):
        country.draft(signed_on=date(2022, 4, 16))
    with pytest.raises(Refused, match="DIRECTIVE_REACHES_NOBODY"):
        country.publish(by="hanoi", kinds=["commune"])


def test_a_published_directive_never_changes(country: Country) -> None:
    directive_id = country.publish(SIGN_ALL)
    operator = country.actor("operator")
    for change in (
        lambda: actions.redraft(operator, directive_id, DIRECTIVE, now=NOW),
        lambda: actions.put_step(operator, directive_id, SIGN_ALL),
        lambda: actions.discard(operator, directive_id),
        lambda: actions.attach(operator, directive_id, "a.pdf", b"%PDF-1.4\n%%EOF"),
        lambda: actions.publish(operator, directive_id, now=NOW),
    ):
        with pytest.raises(Refused, match="DIRECTIVE_NOT_DRAFT"):
            change()
    for rows, column in ((Directive.objects.filter(pk=directive_id), "title"), (Step.objects.all(), "title")):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**{column: "khác"})
    with pytest.raises(IntegrityError), transaction.atomic():
        Directive.objects.get(pk=directive_id).delete()


def test_an_amendment_takes_the_place_of_the_old_version_when_it_is_published(country: Country) -> None:
    old = country.publish(SIGN_ALL, TELL)
    step = Step.objects.get(directive_id=old, target="told")
    following.acknowledge(country.actor("head"), old, now=NOW)
    following.say_done(country.actor("head"), step.pk, "Quyết định 12", now=NOW)
    new = actions.amend(country.actor("operator"), old, now=NOW)
    assert queries.get_facts(old).in_force
    actions.publish(country.actor("operator"), new, now=NOW)
    assert not queries.get_facts(old).in_force
    assert queries.replaced_by(old) == new
    assert StepDone.objects.get(step__directive_id=new).note == "Quyết định 12"
    assert not Acknowledgement.objects.filter(directive_id=new).exists()
    with pytest.raises(Refused, match="DIRECTIVE_NOT_IN_FORCE"):
        actions.amend(country.actor("operator"), old, now=NOW)


def test_of_two_amendments_the_first_published_stands(country: Country) -> None:
    old, operator = country.publish(), country.actor("operator")
    drafts = [actions.amend(operator, old, now=NOW) for _ in range(2)]
    actions.publish(operator, drafts[0], now=NOW)
    with pytest.raises(Refused, match="DIRECTIVE_NOT_IN_FORCE"):
        actions.publish(operator, drafts[1], now=NOW)


def test_a_withdrawal_needs_a_reason_and_is_made_once(country: Country) -> None:
    directive_id, operator = country.publish(SIGN_ALL), country.actor("operator")
    with pytest.raises(Refused, match="DIRECTIVE_REASON_MISSING"):
        actions.withdraw(operator, directive_id, "  ", now=NOW)
    actions.withdraw(operator, directive_id, "Ban hành nhầm", now=NOW)
    with pytest.raises(Refused, match="DIRECTIVE_NOT_IN_FORCE"):
        actions.withdraw(operator, directive_id, "Lần nữa", now=NOW)
    with pytest.raises(Refused, match="DIRECTIVE_NOT_IN_FORCE"):
        following.acknowledge(country.actor("head"), directive_id, now=NOW)


def test_acknowledging_is_for_the_addressed_once_for_each_office(country: Country) -> None:
    directive_id = country.publish(areas=["province:40"])
    following.acknowledge(country.actor("head"), directive_id, "Đã phổ biến", now=NOW)
    following.acknowledge(country.actor("head"), directive_id, "lần hai", now=NOW)
    assert Acknowledgement.objects.get(directive_id=directive_id).note == "Đã phổ biến"
    assert queries.count_unread(country.actor("head")) == 0
    assert queries.count_unread(country.actor("commune")) == 1
    with pytest.raises(Refused, match="DIRECTIVE_UNKNOWN"):
        following.acknowledge(country.actor("head.hanoi"), directive_id, now=NOW)
    with pytest.raises(Refused, match="RIGHT_MISSING"):
        following.acknowledge(country.actor("signer"), directive_id, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Acknowledgement.objects.update(note="sửa")


def test_only_what_nothing_counts_is_said_to_be_done(country: Country) -> None:
    directive_id = country.publish(SIGN_ALL, TELL)
    counted, told = Step.objects.filter(directive_id=directive_id).order_by("place")
    with pytest.raises(Refused, match="STEP_IS_COUNTED"):
        following.say_done(country.actor("head"), counted.pk, now=NOW)
    following.say_done(country.actor("head"), told.pk, now=NOW)
    duties = queries.waiting_for(country.offices["40A01"]).duties
    assert [(duty.step.id, duty.said_done) for duty in duties] == [(told.pk, True), (counted.pk, False)]
    actions.withdraw_step(country.actor("operator"), directive_id, told.pk, now=NOW)
    with pytest.raises(Refused, match="STEP_UNKNOWN"):
        following.say_done(country.actor("commune"), told.pk, now=NOW)


def test_a_unit_that_closed_or_changed_its_class_is_asked_no_longer_and_a_new_one_is(country: Country) -> None:
    directive_id = country.publish(kinds=["facility"], classes=["provincial"])
    assert reached(directive_id) == {"40A01", "01A01"}
    Office.objects.filter(code="01A01").update(closed_on=date(2022, 4, 20))
    Office.objects.filter(code="40A01").update(facility_class="ministry")
    Office.objects.filter(code="40A02").update(facility_class="provincial")
    actions.refresh(now=NOW + timedelta(days=6))
    assert reached(directive_id) == {"40A02"}
    assert Addressee.objects.filter(directive_id=directive_id).count() == 3  # who was asked stays written


def test_a_merge_of_provinces_brings_a_directive_to_nobody_new_but_offices_opened_after_it(country: Country) -> None:
    directive_id = country.publish(areas=["province:40"], kinds=["facility"])
    assert reached(directive_id) == {"40A01", "40A02", "40A03"}
    day = date(2025, 7, 1)
    UnitSuccession.objects.create(level="province", old_code="40", new_code="01", on=day)
    for placement in Placement.objects.filter(province_code="40", until=None):
        Placement.objects.filter(pk=placement.pk).update(until=day)
        Placement.objects.create(
            office_id=placement.office_id, since=day, province_code="01", facility_class=placement.facility_class
        )
    Office.objects.filter(province_code="40").update(province_code="01")
    later = make_office("01A09", province_code="01")
    Office.objects.filter(pk=later).update(opened_on=date(2025, 8, 1))
    actions.refresh(now=NOW + timedelta(days=1300))
    assert reached(directive_id) == {"40A01", "40A02", "40A03", "01A09"}


def test_what_a_merged_province_issued_its_successor_goes_on_with(country: Country) -> None:
    directive_id = country.publish(by="province")
    Office.objects.filter(province_code="40").update(province_code="01")
    assert queries.issued_by(country.actor("hanoi")).filter(pk=directive_id).exists()
    actions.withdraw(country.actor("hanoi"), directive_id, "Sắp xếp đơn vị", now=NOW)


def test_every_step_of_an_issuer_is_an_act(country: Country) -> None:
    directive_id = country.publish(SIGN_ALL)
    actions.withdraw(country.actor("operator"), directive_id, "Ban hành nhầm", now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT verb FROM offices_act WHERE subject = %s ORDER BY id", [f"directive/{directive_id}"])
        assert [verb for (verb,) in cursor.fetchall()] == ["publish_directive", "withdraw_directive"]


def test_a_province_watches_the_ministry_s_directives_that_reach_it_and_no_other_province_s(country: Country) -> None:
    here, there = country.publish(areas=["province:40"]), country.publish(number="2/BYT", areas=["province:01"])
    own = country.publish(by="province", number="3/SYT")
    assert set(queries.watched_by(country.actor("province")).values_list("pk", flat=True)) == {here, own}
    assert set(queries.watched_by(country.actor("operator")).values_list("pk", flat=True)) == {here, there, own}
    with pytest.raises(Refused, match="DIRECTIVE_UNKNOWN"):
        queries.readable(country.actor("hanoi"), own)


def test_a_mailbox_is_named_by_the_own_office_or_its_province(country: Country) -> None:
    facility = country.offices["40A01"]
    following.set_contact(country.actor("head"), facility, "coso@example.vn", now=NOW)
    following.set_contact(country.actor("province"), facility, "vanthu@example.vn", now=NOW)
    assert queries.mailboxes([facility]) == {facility: "vanthu@example.vn"}
    for stranger in ("hanoi", "head.hanoi", "commune"):
        with pytest.raises(Refused, match="OFFICE_UNKNOWN"):
            following.set_contact(country.actor(stranger), facility, "ai@example.vn", now=NOW)
    following.set_contact(country.actor("head"), facility, "", now=NOW)
    assert queries.mailboxes([facility]) == {}
