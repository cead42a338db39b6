"""Counting statements over the spine, composed by oversight's tally: facility by facility, set by set, no person.

Each is a SELECT whose columns are named here. Named parameters: %(since)s (a moment), %(edges)s (moments), %(waiting)s,
%(done)s, %(gone)s (states).
"""

from typing import Final

# Two readings are cheaper than one: only what waits, some tenth, is told apart by its reason and time.
STANDING: Final = """
SELECT facility_id AS office_id, state, '' AS reason, 0 AS age, count(*) AS n, NULL::timestamptz AS oldest
FROM records_versionstate WHERE state = ANY (%(done)s::int2[]) GROUP BY 1, 2
UNION ALL
SELECT facility_id, state, reason, 4 - width_bucket(since, %(edges)s::timestamptz[]), count(*), min(since)
FROM records_versionstate WHERE state = ANY (%(waiting)s::int2[]) GROUP BY 1, 2, 3, 4
"""
"""office_id, state, reason and oldest (of what waits), age (bucket 0 to 4 between `edges`, of what waits), n."""

# A person has one live dose a day, so the first in the order of one_live_dose_per_person_and_day, backwards, is the
# newest; that index holds the facility too, so nothing is sorted and no row read. Its condition is repeated word by
# word, or it would not be used.
PEOPLE: Final = """
SELECT facility_id AS office_id, count(*) AS n
FROM (SELECT DISTINCT ON (person_id) facility_id FROM records_versionstate WHERE NOT (state IN (9, 10, 11))
      ORDER BY person_id DESC, given_on DESC) p
GROUP BY 1
"""
"""office_id, n: people, each at the facility of the newest dose that stands."""

# Few versions replaced another: their states are looked up one by one.
MENDED: Final = """
SELECT facility_id AS office_id, count(*) AS n FROM records_doseversion v
WHERE replaces_id IS NOT NULL
  AND (SELECT NOT s.state = ANY (%(gone)s::int2[]) FROM records_versionstate s WHERE s.version_id = v.id)
GROUP BY 1
"""
"""office_id, n: versions that replaced another and stand."""

ENTERED_BY_DAY: Final = """
SELECT facility_id AS office_id, (entered_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day,
       count(*) FILTER (WHERE replaces_id IS NULL) AS entered,
       count(*) FILTER (WHERE replaces_id IS NOT NULL) AS mended
FROM records_doseversion WHERE entered_at >= %(since)s GROUP BY 1, 2
"""
"""office_id, day, entered, mended."""

SIGNED_BY_DAY: Final = """
SELECT v.facility_id AS office_id, (h.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day, h.verb,
       (h.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - v.given_on AS dose_days,
       floor(date_part('epoch', h.at - v.entered_at) / 3600)::int AS entry_hours, count(*) AS n
FROM records_history h JOIN records_doseversion v ON v.id = h.version_id
WHERE h.verb IN ('attest', 'certify') AND h.at >= %(since)s GROUP BY 1, 2, 3, 4, 5
"""
"""office_id, day, verb, dose_days and entry_hours since the dose and its entry, n."""
