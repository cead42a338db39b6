"""Doses given in the demo: two departments enter a few more than their facilities have entered so far."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import connection

from vaxpass.offices.scope import Actor
from vaxpass.oversight.given import enter
from vaxpass.oversight.given_rules import Typed

DEPARTMENTS: Final = ("province", "province.hanoi")
_ENTERED: Final = """
SELECT v.given_on, count(*) FROM records_versionstate s JOIN records_doseversion v ON v.id = s.version_id
JOIN offices_office o ON o.id = s.facility_id
WHERE o.province_code = %s AND v.given_on BETWEEN DATE '2021-03-08' AND %s GROUP BY 1 ORDER BY 1
"""


def enter_demo_given(actors: Iterable[Actor], now: datetime) -> None:
    """Enter for each day that has doses a number a little above what was entered, for each department's officer."""
    for actor in actors:
        with connection.cursor() as cursor:
            cursor.execute(_ENTERED, [actor.province_code, now.date()])
            days = cursor.fetchall()
        rows = [
            Typed(row, f"{day:%d/%m/%Y}", str(count + count // 9 + row % 3))
            for row, (day, count) in enumerate(days, start=1)
        ]
        enter(actor, rows, now=now, sure=range(1, len(rows) + 1))
