"""How the counts of the rooms become figures: the statements of a tally, in their order.

The rooms' own counting statements (records, reports, passports) are the sources; everything stays in the database.
"""
# ruff: noqa: S608 -- statements are put together from constants of the code alone; values are parameters

from typing import Final

from vaxpass.passports.counting import ISSUED_BY_DAY, LIVE
from vaxpass.records.counting import ENTERED_BY_DAY, MENDED, PEOPLE, SIGNED_BY_DAY, STANDING
from vaxpass.reports.counting import FILED_BY_DAY
from vaxpass.reports.counting import STANDING as REPORTS_STANDING

LIMITS: Final = """
SET LOCAL work_mem = '64MB'; SET LOCAL hash_mem_multiplier = 2; SET LOCAL jit = off;
SET LOCAL max_parallel_workers_per_gather = 2
"""
"""Memory: a few times 128 MB in the database, whatever the number of records; more goes to temporary files."""

PLACING: Final = "SELECT md5(coalesce(string_agg(w::text, ';' ORDER BY office_id), '')) FROM offices_whereabouts w"

STANDING_DOSES: Final = f"CREATE TEMPORARY TABLE tally_standing AS {STANDING}"


def _changed(source: str, key: tuple[str, ...], columns: tuple[str, ...]) -> str:
    """Write what is new or other than before, and nothing else: no dead rows, no work for VACUUM, few locks."""
    table = source.replace("tally_", "oversight_")
    same = " AND ".join(f"d.{name} = n.{name}" for name in key)
    names = ", ".join(columns)
    values, before = (", ".join(f"{one}.{name}" for name in columns) for one in "nd")
    return f"""
INSERT INTO {table} ({", ".join(key)}, {names})
SELECT {", ".join(f"n.{name}" for name in key)}, {values} FROM {source} n
WHERE NOT EXISTS (SELECT FROM {table} d WHERE {same} AND ({before}) IS NOT DISTINCT FROM ({values}))
ON CONFLICT ({", ".join(key)}) DO UPDATE SET ({names}) = ({", ".join(f"EXCLUDED.{name}" for name in columns)})
"""


def _gone(source: str, key: tuple[str, ...]) -> str:
    same = " AND ".join(f"d.{name} = n.{name}" for name in key)
    table = source.replace("tally_", "oversight_")
    return f"DELETE FROM {table} d WHERE NOT EXISTS (SELECT FROM {source} n WHERE {same})"


# States by number: records/states.py. Of REPLACED (9) and WITHDRAWN (10) nothing stands.
_PLACED: Final = (
    "code", "name_vi", "name_en", "kind", "facility_class", "old_province", "old_district", "old_commune",
    "new_province", "new_commune",
)  # fmt: skip
_MEASURES: Final = (
    "people", "doses", "received", "unanswered", "mismatched", "incomplete", "to_sign", "attested", "certified",
    "refused", "exempt", "mended", "confirmed", "passports", "reports_open", "reports_overdue", "reports_answered",
    "reports_in_time", "given", "sign_since", "mend_since",
)  # fmt: skip
_COUNTED: Final = (
    f"CREATE TEMPORARY TABLE tally_people AS {PEOPLE}",
    f"CREATE TEMPORARY TABLE tally_mended AS {MENDED}",
    f"CREATE TEMPORARY TABLE tally_live AS {LIVE}",
    f"""
CREATE TEMPORARY TABLE tally_officefigures AS
SELECT o.id AS office_id, o.code, o.name_vi, o.name_en, w.kind, w.facility_class, w.old_province, w.old_district,
  w.old_commune, w.new_province, w.new_commune, coalesce(p.n, 0) AS people, coalesce(s.doses, 0) AS doses,
  coalesce(s.received, 0) AS received, coalesce(s.unanswered, 0) AS unanswered,
  coalesce(s.mismatched, 0) AS mismatched, coalesce(s.incomplete, 0) AS incomplete, coalesce(s.to_sign, 0) AS to_sign,
  coalesce(s.attested, 0) AS attested, coalesce(s.certified, 0) AS certified, coalesce(s.refused, 0) AS refused,
  coalesce(s.exempt, 0) AS exempt, coalesce(m.n, 0) AS mended,
  coalesce(s.to_sign + s.attested + s.certified, 0) AS confirmed, coalesce(l.n, 0) AS passports,
  coalesce(r.open, 0) AS reports_open, coalesce(r.overdue, 0) AS reports_overdue,
  coalesce(r.answered, 0) AS reports_answered, coalesce(r.in_time, 0) AS reports_in_time, coalesce(g.n, 0) AS given,
  s.sign_since, s.mend_since
FROM offices_office o JOIN offices_whereabouts w ON w.office_id = o.id
LEFT JOIN (
  SELECT office_id, sum(n) FILTER (WHERE state NOT IN (9, 10)) AS doses, sum(n) FILTER (WHERE state = 1) AS received,
    sum(n) FILTER (WHERE state = 2) AS mismatched, sum(n) FILTER (WHERE state = 3) AS incomplete,
    sum(n) FILTER (WHERE state = 4) AS unanswered, coalesce(sum(n) FILTER (WHERE state IN (5, 6)), 0) AS to_sign,
    sum(n) FILTER (WHERE state = 6) AS exempt, coalesce(sum(n) FILTER (WHERE state = 7), 0) AS attested,
    coalesce(sum(n) FILTER (WHERE state = 8), 0) AS certified, sum(n) FILTER (WHERE state = 11) AS refused,
    min(oldest) FILTER (WHERE state IN (5, 6)) AS sign_since, min(oldest) FILTER (WHERE state IN (2, 3)) AS mend_since
  FROM tally_standing GROUP BY 1) s ON s.office_id = o.id
LEFT JOIN tally_people p ON p.office_id = o.id
LEFT JOIN tally_mended m ON m.office_id = o.id
LEFT JOIN tally_live l ON l.office_id = o.id
LEFT JOIN ({REPORTS_STANDING}) r ON r.office_id = o.id
LEFT JOIN (SELECT office_id, sum(number) AS n FROM oversight_given GROUP BY 1) g ON g.office_id = o.id
""",
)
"""Each by itself, for only so does PostgreSQL count with several processes."""
FIGURES: Final = (
    *_COUNTED,
    _gone("tally_officefigures", ("office_id",)),
    _changed("tally_officefigures", ("office_id",), (*_PLACED, *_MEASURES)),
)

_UNITS = """
CASE GROUPING(old_province, new_province, facility_class)
  WHEN 3 THEN 'province' WHEN 5 THEN 'province' WHEN 6 THEN 'class' ELSE 'country' END AS level,
CASE GROUPING(old_province, new_province, facility_class) WHEN 5 THEN 'new' ELSE 'old' END AS scheme,
coalesce(CASE GROUPING(old_province, new_province, facility_class)
  WHEN 3 THEN old_province WHEN 5 THEN new_province WHEN 6 THEN facility_class END, '') AS code
"""
_CAUSE_KEY: Final = ("office_id", "state", "reason")
_UNIT_CAUSE_KEY: Final = ("level", "scheme", "code", "state", "reason")
CAUSES: Final = (
    """
CREATE TEMPORARY TABLE tally_officecause AS
SELECT office_id, state, reason, sum(n)::bigint AS count, min(oldest) AS oldest, ARRAY[
  coalesce(sum(n) FILTER (WHERE age = 0), 0), coalesce(sum(n) FILTER (WHERE age = 1), 0),
  coalesce(sum(n) FILTER (WHERE age = 2), 0), coalesce(sum(n) FILTER (WHERE age = 3), 0),
  coalesce(sum(n) FILTER (WHERE age = 4), 0)]::bigint[] AS ages
FROM tally_standing JOIN tally_officefigures USING (office_id) WHERE state = ANY (%(waiting)s::int2[])
GROUP BY 1, 2, 3
""",
    _gone("tally_officecause", _CAUSE_KEY),
    _changed("tally_officecause", _CAUSE_KEY, ("count", "oldest", "ages")),
    f"""
CREATE TEMPORARY TABLE tally_unitcause AS
SELECT {_UNITS}, state, reason, sum(count)::bigint AS count, min(oldest) AS oldest,
  ARRAY[{", ".join(f"sum(ages[{place}])" for place in range(1, 6))}]::bigint[] AS ages
FROM tally_officecause JOIN tally_officefigures USING (office_id)
GROUP BY GROUPING SETS ((state, reason), (state, reason, old_province), (state, reason, new_province),
  (state, reason, facility_class))
""",
    _gone("tally_unitcause", _UNIT_CAUSE_KEY),
    _changed("tally_unitcause", _UNIT_CAUSE_KEY, ("count", "oldest", "ages")),
)

# One row for each office, day, kind of event and, of spans of time, value: the bins of models.DayRow.
EVENTS: Final = """
CREATE TEMPORARY TABLE tally_event (office_id bigint, day date, what text, value int, n bigint)
"""


def _bin(value: str, exact: int, step: int) -> str:
    """Whole numbers as they are up to a limit, above it rounded up to steps: exact where deadlines are, few bins."""
    return (
        f"CASE WHEN {value} <= 0 THEN 0 WHEN {value} <= {exact} THEN {value} "
        f"ELSE ({value} + {step - 1}) / {step} * {step} END"
    )


def bin_of(value: int, exact: int, step: int) -> int:
    """Give the bin of a value as the statements do."""
    return max(value, 0) if value <= exact else -(-value // step) * step


DAYS_BIN: Final = (60, 7)
HOURS_BIN: Final = (96, 24)
ENTERED: Final = f"""
INSERT INTO tally_event SELECT office_id, day, what, 0, n FROM ({ENTERED_BY_DAY}) e,
LATERAL (VALUES ('entered', entered), ('mended', mended)) AS one (what, n) WHERE n > 0
"""
SIGNED: Final = (
    f"CREATE TEMPORARY TABLE tally_signed AS {SIGNED_BY_DAY}",
    """
INSERT INTO tally_event
SELECT office_id, day, CASE verb WHEN 'attest' THEN 'attested' ELSE 'certified' END, 0, sum(n)
FROM tally_signed GROUP BY 1, 2, 3
""",
    f"""
INSERT INTO tally_event
SELECT office_id, day, 'dose_to_signature', {_bin("dose_days", *DAYS_BIN)}, sum(n)
FROM tally_signed WHERE verb = 'attest' GROUP BY 1, 2, 4
""",
    f"""
INSERT INTO tally_event
SELECT office_id, day, 'entry_to_signature', {_bin("entry_hours", *HOURS_BIN)}, sum(n)
FROM tally_signed WHERE verb = 'attest' GROUP BY 1, 2, 4
""",
    "DROP TABLE tally_signed",
)
ISSUED: Final = f"INSERT INTO tally_event SELECT office_id, day, 'passports', 0, n FROM ({ISSUED_BY_DAY}) e"
FILED: Final = f"INSERT INTO tally_event SELECT office_id, day, 'reports', 0, n FROM ({FILED_BY_DAY}) e"
GIVEN: Final = """
INSERT INTO tally_event SELECT office_id, day, 'given', 0, number FROM oversight_given
WHERE day >= %(day)s AND number > 0
"""

# A report that was found right (3), the people whom it is about, before and after the mending, and the first passport
# that one of them got after the decision. Passports are found by the two indexes by person: of live (1) and ended ones.
CORRECTED: Final = f"""
WITH found AS (
  SELECT r.id, r.office_id, r.filed_at, r.decided_at,
         r.person_ids || ARRAY(
           SELECT v.person_id FROM records_doseversion v WHERE v.replaces_id = r.version_id) AS people
  FROM reports_report r WHERE r.status = 3 AND r.person_ids <> '{{}}'
), recent AS (
  SELECT person_id, recorded_at FROM passports_passport WHERE recorded_at >= %(since)s
), first AS (
  SELECT f.id, f.office_id, f.filed_at, f.decided_at, f.people, min(q.recorded_at) AS at
  FROM (SELECT *, unnest(people) AS person_id FROM found) f
  JOIN recent q ON q.person_id = f.person_id AND q.recorded_at >= f.decided_at
  GROUP BY 1, 2, 3, 4, 5
), hours AS (
  SELECT office_id, (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day,
         floor(date_part('epoch', at - filed_at) / 3600)::int AS hours
  FROM first
  WHERE NOT EXISTS (SELECT FROM passports_passport e WHERE e.person_id = ANY (people) AND e.status = 1
                    AND e.recorded_at >= decided_at AND e.recorded_at < at)
    AND NOT EXISTS (SELECT FROM passports_passport e WHERE e.person_id = ANY (people) AND e.status <> 1
                    AND e.recorded_at >= decided_at AND e.recorded_at < at)
)
INSERT INTO tally_event
SELECT office_id, day, 'report_to_passport', {_bin("hours", *HOURS_BIN)}, count(*) FROM hours GROUP BY 1, 2, 4
"""

_COUNTS = ("entered", "attested", "certified", "passports", "mended", "reports", "answered", "given")
_SPANS = ("dose_to_signature", "entry_to_signature", "report_to_answer", "report_to_passport")
_COLUMNS = ", ".join((*_COUNTS, *_SPANS))
_SUMMED = ",\n".join(
    (
        *(f"coalesce(sum(n) FILTER (WHERE what = '{name}'), 0)::bigint AS {name}" for name in _COUNTS),
        *(
            f"coalesce(array_agg((value::bigint << 32) + n ORDER BY value) FILTER (WHERE what = '{name}'), '{{}}')"
            f" AS {name}"
            for name in _SPANS
        ),
    )
)


def _each(table: str) -> str:
    return ", ".join(f"{table}.{name}" for name in (*_COUNTS, *_SPANS))


CLEAR_OFFICE_DAYS: Final = """
DELETE FROM oversight_officeday d WHERE day >= %(day)s
  AND NOT EXISTS (SELECT FROM tally_event e WHERE e.office_id = d.office_id AND e.day = d.day)
"""
OFFICE_DAYS: Final = f"""
INSERT INTO oversight_officeday (office_id, day, {_COLUMNS})
SELECT office_id, day, {_COLUMNS} FROM (
  SELECT office_id, day, {_SUMMED} FROM tally_event
  WHERE day >= %(day)s AND office_id IN (SELECT office_id FROM oversight_officefigures) GROUP BY office_id, day) n
WHERE NOT EXISTS (
  SELECT FROM oversight_officeday d WHERE d.day >= %(day)s AND d.office_id = n.office_id AND d.day = n.day
    AND ({_each("d")}) IS NOT DISTINCT FROM ({_each("n")}))
ON CONFLICT (office_id, day) DO UPDATE SET ({_COLUMNS}) = ({_each("EXCLUDED")})
"""

# Numbers of doses given are entered, and mended, for days long over: they are compared whole. Gives the days that
# changed, of which the days of units are summed anew.
GIVEN_DAYS: Final = """
WITH changed AS (
  INSERT INTO oversight_officeday (office_id, day, entered, attested, certified, passports, mended, reports,
    answered, given, dose_to_signature, entry_to_signature, report_to_answer, report_to_passport)
  SELECT office_id, day, 0, 0, 0, 0, 0, 0, 0, number, '{}', '{}', '{}', '{}'
  FROM oversight_given g JOIN oversight_officefigures USING (office_id)
  WHERE day < %(day)s AND number <> coalesce((
    SELECT d.given FROM oversight_officeday d WHERE d.office_id = g.office_id AND d.day = g.day), 0)
  ON CONFLICT (office_id, day) DO UPDATE SET given = EXCLUDED.given
  RETURNING day
)
SELECT coalesce(array_agg(DISTINCT day), '{}') FROM changed
"""

SUMMED_DAYS: Final = """
CREATE TEMPORARY TABLE tally_day AS
SELECT day FROM oversight_officeday WHERE day >= %(day)s
UNION SELECT day FROM oversight_unitday WHERE day >= %(day)s
UNION SELECT unnest(%(given)s::date[]);
ANALYZE tally_day
"""
"""The days whose units are summed anew."""

_SETS = "((day{0}), (day{0}, old_province), (day{0}, new_province), (day{0}, facility_class))"
CLEAR_UNIT_DAYS: Final = "DELETE FROM oversight_unitday WHERE day IN (SELECT day FROM tally_day)"
UNIT_EVENTS: Final = (
    """
CREATE TEMPORARY TABLE tally_unit_event
  (level text, scheme text, code text, day date, what text, value int, n bigint)
""",
    f"""
INSERT INTO tally_unit_event
SELECT {_UNITS}, day, what, value, sum(n)
FROM (
  SELECT f.old_province, f.new_province, f.facility_class, d.day, what, (bin >> 32)::int AS value, bin & 4294967295 AS n
  FROM oversight_officeday d JOIN oversight_officefigures f USING (office_id),
  LATERAL (VALUES {", ".join(f"('{name}', d.{name})" for name in _SPANS)}) AS span (what, bins),
  unnest(bins) AS bin
  WHERE d.day IN (SELECT day FROM tally_day)) b
GROUP BY GROUPING SETS {_SETS.format(", what, value")}
""",
    f"""
INSERT INTO tally_unit_event
SELECT level, scheme, code, day, what, 0, n FROM (
  SELECT {_UNITS}, day, {", ".join(f"sum(d.{name}) AS {name}" for name in _COUNTS)}
  FROM oversight_officeday d JOIN oversight_officefigures f USING (office_id)
  WHERE d.day IN (SELECT day FROM tally_day) GROUP BY GROUPING SETS {_SETS.format("")}) c,
LATERAL (VALUES {", ".join(f"('{name}', {name})" for name in _COUNTS)}) AS one (what, n) WHERE n > 0
""",
)
UNIT_DAYS: Final = f"""
INSERT INTO oversight_unitday (level, scheme, code, day, {_COLUMNS})
SELECT level, scheme, code, day, {_SUMMED} FROM tally_unit_event GROUP BY level, scheme, code, day
"""
END: Final = """
DROP TABLE tally_standing, tally_people, tally_mended, tally_live, tally_officefigures, tally_officecause,
  tally_unitcause, tally_event, tally_day, tally_unit_event
"""
