"""Two provinces with facilities of every class, a ministry, and their officers; a directive in two lines."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from tests.factories import NOW, make_office, make_officer
from vaxpass.campaigns import actions
from vaxpass.campaigns.facts import DirectiveDraft
from vaxpass.campaigns.rules import Function, StepDraft, Target
from vaxpass.offices.queries import get_actor_by_id
from vaxpass.offices.scope import Actor

DIRECTIVE = DirectiveDraft(
    number="1975/BYT-CNTT",
    signed_on=date(2022, 4, 14),
    title="Làm sạch dữ liệu và ký số",
    text="Các đơn vị hoàn thành theo thời hạn.",
    areas=(),
    kinds=("facility", "commune", "province"),
    classes=(),
    moves_deadlines=True,
)
SIGN_ALL = StepDraft("Ký số toàn bộ", None, Target.ALL_SIGNED, None, None, None, date(2022, 5, 5), "")


@dataclass
class Country:
    """Offices by code, and officers to act as."""

    offices: dict[str, int]
    officers: dict[str, int]

    def actor(self, name: str) -> Actor:
        return get_actor_by_id(self.officers[name])

    def publish(self, *steps: StepDraft, by="operator", now=NOW, **changed):
        directive_id = self.draft(*steps, by=by, now=now, **changed)
        actions.publish(self.actor(by), directive_id, now=now)
        return directive_id

    def draft(self, *steps: StepDraft, by="operator", now=NOW, **changed):
        directive_id = actions.draft(self.actor(by), replace(DIRECTIVE, **changed), now=now)
        for step in steps:
            actions.put_step(self.actor(by), directive_id, step)
        return directive_id


def closing(function=Function.INTAKE, opens=None, closes=None, facility_class=""):
    """A step that opens or closes a function."""
    return StepDraft("Chức năng", function, Target.TOLD, None, opens, closes, None, facility_class)


@pytest.fixture
def country(db):
    codes = {
        "40A01": make_office("40A01"),
        "40A02": make_office("40A02", facility_class="ministry"),
        "40A03": make_office("40A03", facility_class="sector"),
        "40X01": make_office("40X01", "commune", commune_code="00001"),
        "T40": make_office("T40", "province"),
        "01A01": make_office("01A01", province_code="01"),
        "T01": make_office("T01", "province", province_code="01"),
        "BYT": make_office("BYT", "ministry"),
    }
    people = {
        "head": ("40A01", "facility_head", "facility_clerk"),
        "signer": ("40A01", "facility_signer"),
        "head.ministry": ("40A02", "facility_head"),
        "commune": ("40X01", "commune_officer"),
        "province": ("T40", "provincial_officer"),
        "hanoi": ("T01", "provincial_officer"),
        "head.hanoi": ("01A01", "facility_head"),
        "operator": ("BYT", "ministry_operator"),
        "approver": ("BYT", "ministry_approver"),
    }
    officers = {name: make_officer(name, codes[code], *roles) for name, (code, *roles) in people.items()}
    return Country(codes, officers)
