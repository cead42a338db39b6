"""Counting statements over the spine, composed by oversight's tally: facility by facility, set by set, no person.

Each is a SELECT whose columns are named here. Named parameters: %(now)s, %(since)s (moments), %(waiting)s (states).
"""

from typing import Final

STANDING: Final = """
SELECT facility_id AS office_id, state, CASE WHEN waits THEN reason ELSE '' END AS reason,
       CASE WHEN waits THEN 4 - width_bucket(since, ARRAY[
         %(now)s - interval '90 days', %(now)s - interval '30 days', %(now)s - interval '7 days',
         %(now)s - interval '1 day']::timestamptz[]) ELSE 0 END AS age,
       count(*) AS n, min(since) AS oldest
FROM (SELECT *, state = ANY (%(waiting)s::int2[]) AS waits FROM records_versionstate) v
GROUP BY 1, 2, 3, 4
"""
"""office_id, state, reason, age (bucket 0 to 4 by oversight's edges, of what waits), n, oldest."""

# A person has one live dose a day (one_live_dose_per_person_and_day), so the day decides; day and facility go into one
# number, whose greatest is found without sorting.
PEOPLE: Final = """
SELECT newest & 1099511627775 AS office_id, count(*) AS n
FROM (SELECT max(((given_on - DATE '1900-01-01')::bigint << 40) | facility_id) AS newest
      FROM records_versionstate WHERE NOT state = ANY (%(ended)s::int2[]) GROUP BY person_id) p
GROUP BY 1
"""
"""office_id, n: people, each at the facility of the newest dose that stands."""

MENDED: Final = """
SELECT s.facility_id AS office_id, count(*) AS n
FROM records_doseversion v JOIN records_versionstate s ON s.version_id = v.id
WHERE v.replaces_id IS NOT NULL AND NOT s.state = ANY (%(gone)s::int2[]) GROUP BY 1
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
