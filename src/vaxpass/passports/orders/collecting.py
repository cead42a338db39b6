"""What an order is about: found once, set by set, before anybody proposes it."""

from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection, transaction

from vaxpass.ministry_signing.rules import VIETNAM
from vaxpass.passports.models import RevocationOrder
from vaxpass.passports.orders.rules import Criterion, OrderState, Outcome
from vaxpass.passports.rules import DISEASE
from vaxpass.records.states import State

# Doses that stand, or stood when a passport counted them: a replaced one may still be counted by a live passport.
_STATES = [int(state) for state in (State.ATTESTED, State.CERTIFIED, State.REPLACED)]

_LISTED: dict[Criterion, str] = {
    Criterion.PERSON: """
SELECT s.version_id, s.person_id FROM records_versionstate s WHERE s.person_id = ANY (%(people)s)""",
    Criterion.UVCI: """
SELECT s.version_id, s.person_id FROM ministry_signing_runitem i
JOIN records_versionstate s ON s.version_id = ANY (i.version_ids) WHERE i.id = %(subject)s""",
    Criterion.FACILITY: """
SELECT s.version_id, s.person_id FROM records_versionstate s
WHERE s.facility_id = %(subject)s AND s.given_on BETWEEN %(first)s AND %(last)s""",
    Criterion.ENTERED_BY: """
SELECT s.version_id, s.person_id FROM records_doseversion v JOIN records_versionstate s ON s.version_id = v.id
WHERE v.entered_by_id = %(subject)s AND v.entered_at >= %(from)s AND v.entered_at < %(until)s""",
    Criterion.ATTESTED_BY: """
SELECT s.version_id, s.person_id FROM facility_signing_batch b
JOIN facility_signing_attestation a ON a.batch_id = b.id JOIN records_versionstate s ON s.version_id = a.version_id
WHERE b.signed_by_id = %(subject)s AND b.ended_at >= %(from)s AND b.ended_at < %(until)s""",
    Criterion.BATCH: """
SELECT s.version_id, s.person_id FROM facility_signing_attestation a
JOIN records_versionstate s ON s.version_id = a.version_id WHERE a.batch_id = %(subject)s""",
}

_COLLECT = """
CREATE TEMPORARY TABLE order_listed ON COMMIT DROP AS
SELECT l.version_id, l.person_id, s.state FROM ({listed}) AS l
JOIN records_versionstate s ON s.version_id = l.version_id WHERE s.state = ANY (%(states)s)
"""

# Each half of the union is answered by its own partial index of passports.
_PASSPORTS = """
WITH holders AS (SELECT DISTINCT person_id FROM order_listed), valid AS (
  SELECT p.id, p.person_id FROM holders h JOIN passports_passport p ON p.person_id = h.person_id
    AND p.disease = %(disease)s AND p.status = 1
  UNION ALL
  SELECT p.id, p.person_id FROM holders h JOIN passports_passport p ON p.person_id = h.person_id
    AND p.disease = %(disease)s AND NOT (p.status = 1) AND p.status = 2
)
INSERT INTO passports_revocationitem
  (order_id, person_id, passport_id, version_id, version_ids, holder, outcome, code, done_at)
SELECT %(order)s, valid.person_id, valid.id, max(l.version_id), array_agg(l.version_id ORDER BY l.version_id),
  %(supposed)s, %(waits)s, '', NULL
FROM valid JOIN ministry_signing_runitem i ON i.id = valid.id
JOIN order_listed l ON l.person_id = valid.person_id AND l.version_id = ANY (i.version_ids)
WHERE %(passport)s::bigint IS NULL OR valid.id = %(passport)s
GROUP BY valid.id, valid.person_id ORDER BY valid.id
"""

_BARE_DOSES = """
INSERT INTO passports_revocationitem
  (order_id, person_id, passport_id, version_id, version_ids, holder, outcome, code, done_at)
SELECT %(order)s, l.person_id, NULL, max(l.version_id), array_agg(l.version_id ORDER BY l.version_id), %(supposed)s,
  %(waits)s, '', NULL
FROM order_listed l WHERE l.state <> %(replaced)s AND NOT EXISTS (
  SELECT FROM passports_revocationitem i
  WHERE i.order_id = %(order)s AND i.person_id = l.person_id AND l.version_id = ANY (i.version_ids))
GROUP BY l.person_id ORDER BY l.person_id
"""


def collect(order_id: int) -> bool:
    """List the passports and doses of an order, once, in one transaction; say whether it was done now."""
    with transaction.atomic():
        order = RevocationOrder.objects.select_for_update().get(pk=order_id)
        if order.state != OrderState.COLLECTING:
            return False
        parameters = _parameters(order)
        with connection.cursor() as cursor:
            cursor.execute(_COLLECT.format(listed=_LISTED[Criterion(order.criterion)]), parameters)
            cursor.execute("ANALYZE order_listed")
            cursor.execute(_PASSPORTS, parameters)
            if order.criterion != Criterion.UVCI:
                cursor.execute(_BARE_DOSES, parameters)
            cursor.execute("DROP TABLE order_listed")
        RevocationOrder.objects.filter(pk=order_id).update(state=OrderState.DRAFT.value)
    return True


def _parameters(order: RevocationOrder) -> dict[str, Any]:
    return {
        "order": order.pk,
        "people": order.people,
        "subject": order.subject_id,
        "passport": order.subject_id if order.criterion == Criterion.UVCI else None,
        "first": order.first,
        "last": order.last,
        "from": datetime.combine(order.first, time(), VIETNAM) if order.first else None,
        "until": datetime.combine(order.last, time(), VIETNAM) + timedelta(days=1) if order.last else None,
        "states": _STATES,
        "replaced": int(State.REPLACED),
        "disease": DISEASE,
        "supposed": order.supposed,
        "waits": Outcome.WAITS.value,
    }
