"""Units changed and doses given entered as the role that the platform runs as: it may do this and rewrite nothing."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from tests.factories import make_office, make_officer
from vaxpass.jobs.units import change_units, import_units
from vaxpass.offices.models import Office
from vaxpass.offices.queries import get_actor_by_id
from vaxpass.offices.unit_changes import Merge, Reorganise
from vaxpass.offices.units import REORGANISED_ON, Level
from vaxpass.oversight import given
from vaxpass.oversight.given_rules import Typed

pytestmark = pytest.mark.django_db
ROLE = "vaxpass_app_units_tested"
NOW = datetime(2026, 2, 2, 3, tzinfo=UTC)
LIST = "Cấp,Mã,Tên,Mã cấp trên,Hiệu lực từ\nXã,18100,Xã Yên Trung,40,01/07/2025\n"


def test_what_the_platform_may() -> None:
    admin = get_actor_by_id(make_officer("admin", make_office("BYT", "ministry"), "system_administrator"))
    clerk = get_actor_by_id(make_officer("t40", make_office("T40", "province"), "provincial_officer"))
    make_office("02001", province_code="02")
    call_command("grant_app_role", ROLE)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        import_units(admin, LIST.encode(), now=NOW)
        change_units(admin, Reorganise(), on=REORGANISED_ON, basis="NQ 202", now=NOW)
        merged = Merge(Level.PROVINCE, ("40", "42"), "42", "Tỉnh Nghệ Tĩnh", "Nghe Tinh Province")
        change_units(admin, merged, on=NOW.date(), basis="NQ 1", now=NOW)
        given.enter(clerk, [Typed(1, "14/04/2022", "500")], now=NOW)
        for table in ("offices_unitsuccession", "oversight_dosesgiven"):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                cursor.execute(f"DELETE FROM {table}")
        cursor.execute("RESET ROLE")
    assert Office.objects.get(code="02001").province_code == "08"
