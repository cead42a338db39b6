-- People and their doses, each with the whole of its way worked out. Needs: nation.people, nation.now.
-- OFFSET 0 keeps each step a step: the planner would otherwise write every expression out wherever it is used.

CREATE UNLOGGED TABLE nation_dose AS
WITH settings AS MATERIALIZED (
  SELECT current_setting('nation.now')::timestamptz AS now, (SELECT count(*) FROM nation_slot) AS slots, (SELECT count(*) FROM nation_new) AS news),
drawn AS (
  SELECT n AS person, s.slots, s.news, s.now, CASE WHEN nation_u(n, 20) < 0.12 THEN 1 WHEN nation_u(n, 20) < 0.5 THEN 2 WHEN nation_u(n, 20) < 0.88 THEN 3 ELSE 4 END AS doses,
         (nation_u(n, 21) * s.slots)::int % s.slots AS home,
         -- weeks since 8/3/2021: most in the campaign, some every week since
         CASE WHEN nation_u(n, 22) < 0.85 THEN (12 + 60 * power(nation_u(n, 23), 1.4))::int
              ELSE (72 + nation_u(n, 23) * ((s.now::date - '2021-09-01'::date) / 7 - 48))::int END AS week,
         nation_u(n, 24) < 0.008 AS foreigner, (nation_u(n, 25) * 1000)::int AS mixed
  FROM generate_series(1, current_setting('nation.people')::int) n, settings s OFFSET 0),
placed AS (
  SELECT d.*, slot.facility AS home_facility, slot.q FROM drawn d JOIN nation_slot slot ON slot.slot = d.home OFFSET 0),
given AS (
  SELECT p.person, (p.person::bigint - 1) * 4 + k AS id, k, p.now, p.foreigner, p.q, p.mixed,
         CASE WHEN k > 1 AND nation_u(p.person * 4 + k, 26) < 0.1 THEN (nation_u(p.person * 4 + k, 27) * p.slots)::int % p.slots ELSE p.home END AS slot,
         '2021-03-08'::date + 7 * (p.week + CASE k WHEN 1 THEN 0 WHEN 2 THEN 4 WHEN 3 THEN 22 ELSE 48 END + (nation_u(p.person * 4 + k, 28) * 4)::int % 4)
           + (p.home_facility % 6)::int AS given_on
  FROM placed p, generate_series(1, 4) k WHERE k <= p.doses OFFSET 0),
entered AS (
  SELECT g.person, g.id, g.k, g.now, g.foreigner, g.mixed, s.q, g.given_on,
         CASE WHEN g.given_on > '2025-09-01' AND nation_u(g.id, 29) < 0.1
              THEN (SELECT facility FROM nation_new WHERE nation_new.slot = (nation_u(g.id, 30) * 1000)::int % (SELECT news FROM settings)) ELSE s.facility END AS facility,
         g.given_on + interval '2 hours' + nation_u(g.id, 31) * interval '8 hours'
           + CASE WHEN nation_u(g.id, 32) < 0.7 THEN 0 WHEN nation_u(g.id, 32) < 0.9 THEN 1 + (nation_u(g.id, 33) * 5)::int
                  ELSE (nation_u(g.id, 33) * (20 + 300 * s.q))::int END * interval '1 day' AS entered_at
  FROM given g JOIN nation_slot s USING (slot) WHERE g.given_on < g.now::date OFFSET 0),
checked AS (
  SELECT e.*, e.entered_at + nation_u(e.id, 34) * CASE WHEN nation_u(e.id, 35) < 0.97 THEN interval '1 hour' ELSE interval '6 days' END AS t_identity,
         CASE WHEN e.foreigner THEN CASE WHEN nation_u(e.id, 36) < 0.8 THEN 6 ELSE 3 END
              WHEN nation_u(e.id, 36) < 0.02 + 0.12 * e.q THEN 2
              WHEN nation_u(e.id, 36) < 0.03 + 0.20 * e.q THEN 3
              WHEN nation_u(e.id, 36) < 0.035 + 0.20 * e.q THEN 4 ELSE 5 END AS outcome
  FROM entered e WHERE e.entered_at < e.now OFFSET 0)
SELECT c.id, c.id AS dose_id, 1::int2 AS version_no, NULL::int8 AS replaces, c.person, c.facility, c.k::int2 AS k, c.mixed::int2 AS mixed, c.q, c.given_on, c.foreigner,
       c.entered_at, CASE WHEN c.t_identity < c.now THEN c.t_identity END AS t_identity, c.outcome::int2 AS outcome,
       CASE WHEN c.outcome IN (2, 3) AND nation_u(c.id, 37) < 0.75 - 0.5 * c.q
            THEN c.t_identity - ln(1 - nation_u(c.id, 38)) * interval '25 days' END AS t_mended,
       NULL::timestamptz AS t_attested, NULL::timestamptz AS t_certified, NULL::timestamptz AS t_ended, 0::int2 AS state
FROM checked c;

INSERT INTO nation_dose
SELECT id + 100000000, dose_id, 2, id, person, facility, k, mixed, q, given_on, foreigner, t_mended, t_mended + nation_u(id, 39) * interval '1 hour',
       CASE WHEN foreigner THEN 6 ELSE 5 END, NULL, NULL, NULL, NULL, 0
FROM nation_dose WHERE t_mended < current_setting('nation.now')::timestamptz;

CREATE UNLOGGED TABLE nation_way AS
WITH attested AS (
  SELECT d.*, current_setting('nation.now')::timestamptz AS now,
         CASE WHEN d.outcome IN (5, 6) AND nation_u(d.id, 40) > 0.01 + 0.2 * d.q
              THEN greatest(d.t_identity, '2022-04-08 02:00+00') + CASE WHEN nation_u(d.id, 41) < 0.5 THEN nation_u(d.id, 42) * interval '6 hours'
                   ELSE -ln(1 - nation_u(d.id, 42)) * (2 + 40 * d.q) * interval '1 day' END END AS at_facility
  FROM nation_dose d OFFSET 0),
certified AS (
  SELECT a.*, CASE WHEN a.at_facility < a.now AND nation_u(a.id, 43) > 0.015
                   THEN date_trunc('week', greatest(a.at_facility, '2022-04-11 00:00+00') - ln(1 - nation_u(a.id, 44)) * interval '5 days') + interval '11 days 4 hours' END AS at_ministry
  FROM attested a OFFSET 0)
SELECT id, dose_id, version_no, replaces, person, facility, k, mixed, given_on, entered_at, t_identity, outcome, foreigner,
       CASE WHEN t_mended < now THEN t_mended END AS t_mended, CASE WHEN at_facility < now THEN at_facility END AS t_attested,
       CASE WHEN at_ministry < now THEN at_ministry END AS t_certified,
       CASE WHEN at_ministry + interval '60 days' < now AND nation_u(id, 45) < 0.004 THEN at_ministry + nation_u(id, 46) * interval '60 days' END AS t_ended,
       (CASE WHEN at_ministry + interval '60 days' < now AND nation_u(id, 45) < 0.001 THEN 11
             WHEN at_ministry + interval '60 days' < now AND nation_u(id, 45) < 0.004 THEN 10
             WHEN t_mended < now THEN 9 WHEN at_ministry < now THEN 8 WHEN at_facility < now THEN 7
             WHEN t_identity IS NULL OR t_identity > now THEN 1 WHEN outcome = 6 THEN 6 ELSE outcome END)::int2 AS state,
       CASE outcome WHEN 2 THEN CASE WHEN id % 3 = 0 THEN 'IDENTITY_NUMBER_UNKNOWN' ELSE 'IDENTITY_FIELDS_DIFFER' END
                    WHEN 3 THEN CASE WHEN foreigner THEN 'IDENTITY_STATEMENT_MISSING' ELSE (ARRAY['IDENTITY_NUMBER_MISSING', 'IDENTITY_NUMBER_LENGTH', 'IDENTITY_BIRTH_DATE_FORM'])[1 + id % 3] END
                    WHEN 4 THEN 'IDENTITY_NO_ANSWER' ELSE '' END AS reason
FROM certified;
DROP TABLE nation_dose;
ANALYZE nation_way;
