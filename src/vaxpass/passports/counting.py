"""Counting statements over passports, composed by oversight's tally: by facility, no person, no bytes.

Named parameters: %(now)s, %(since)s (moments).
"""

from typing import Final

LIVE: Final = """
SELECT facility_id AS office_id, count(*) AS n FROM passports_passport
WHERE status = 1 AND expires_at > %(now)s GROUP BY 1
"""
"""office_id, n: live passports, at the facility of the dose that they carry."""

ISSUED_BY_DAY: Final = """
SELECT facility_id AS office_id, (recorded_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day, count(*) AS n
FROM passports_passport WHERE recorded_at >= %(since)s GROUP BY 1, 2
"""
"""office_id, day, n."""
