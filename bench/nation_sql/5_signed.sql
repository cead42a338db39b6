-- Batches of the facilities, runs of the ministry, passports.

INSERT INTO facility_signing_batch (number, facility_id, office_id, status, count, left_out, root, manifest, prepared_by_id, prepared_at, signed_by_id,
  credential_id, algorithm, jws, ended_at, ended_reason)
SELECT 'B' || facility || '-' || to_char(day, 'YYYYMMDD'), facility, facility, 'signed', count(*), 0, decode(md5(facility::text || day), 'hex'), '\x',
       2000000 + facility, max(t_attested), 2000000 + facility, 1, 'ES256', 'none', max(t_attested) + interval '2 minutes', ''
FROM (SELECT facility, t_attested, (t_attested AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day FROM nation_way WHERE t_attested IS NOT NULL) signed
GROUP BY facility, day;

CREATE UNLOGGED TABLE nation_run AS
SELECT row_number() OVER (ORDER BY t_certified) AS id, t_certified AS at, count(*) AS items FROM nation_way WHERE t_certified IS NOT NULL GROUP BY t_certified;

INSERT INTO ministry_signing_survey (id, begun_at, finished_at, last_person, considered, ready, held, reasons, for_run) OVERRIDING SYSTEM VALUE
SELECT id, at - interval '2 hours', at - interval '1 hour', 0, items, items, 0, '{}', true FROM nation_run;

INSERT INTO ministry_signing_run (id, state, province_code, size_limit, prepared_by_id, asked_at, issued_at, expires_at, kid, algorithm, issuer_name, bursts,
  decided_by_id, decided_at, decision_reason, chunks_open, recorded, dropped, finished_at, trouble, survey_id, kind) OVERRIDING SYSTEM VALUE
SELECT id, 'DONE', '', 10000000, 10000001, at - interval '2 hours', at, at + interval '1 year', '\x0102030405060708', 'ES256', 'Bộ Y tế', '[]',
       10000003, at - interval '30 minutes', '', 0, items, 0, at, '', id, 'ORDINARY' FROM nation_run;

CREATE UNLOGGED TABLE nation_passport AS
SELECT id, person, facility, k, t_certified, state,
       row_number() OVER (PARTITION BY person ORDER BY given_on DESC) AS newest, count(*) OVER (PARTITION BY person) AS doses
FROM nation_way WHERE state IN (8, 10, 11) AND t_certified IS NOT NULL;

INSERT INTO passports_passport (id, uvci, person_id, disease, version_id, facility_id, dose_number, series_size, kid, algorithm, cose, issued_at, expires_at,
  recorded_at, status, status_since, status_reason)
SELECT id, 'URN:UVCI:01:VN:' || facility || '/' || upper(md5('uvci' || id)), person, '840539006', id, facility, doses, doses, '\x0102030405060708', 'ES256',
       decode(repeat(md5(id::text), 8), 'hex'), t_certified, t_certified + interval '10 years', t_certified,
       CASE WHEN state <> 8 THEN 3 WHEN newest = 1 THEN 1 ELSE 2 END, t_certified, CASE WHEN state <> 8 THEN 'REPORT_ACCEPTED' ELSE '' END
FROM nation_passport WHERE newest = 1 OR state <> 8 OR nation_u(id, 50) < 0.15;

-- What the brakes held back, and what the approver said.
INSERT INTO ministry_signing_runitem (id, run_id, person_id, facility_id, version_id, version_ids, dose_number, series_size, uvci, payload)
SELECT w.id, r.id, w.person, w.facility, w.id, ARRAY[w.id], w.k, w.k, 'URN:UVCI:01:VN:' || w.facility || '/' || upper(md5('held' || w.id)), '\x'
FROM (SELECT *, row_number() OVER () AS n FROM nation_way WHERE state = 7 AND nation_u(id, 43) <= 0.015) w
JOIN nation_run r ON r.id = 1 + w.n % (SELECT count(*) FROM nation_run);

INSERT INTO ministry_signing_runhold (item_id, run_id, version_id, codes, prepared_by_id, decision, decided_by_id, decided_at)
SELECT i.id, i.run_id, i.version_id, ARRAY['FACILITY_BURST'], 10000001, 'KEPT', 10000003, r.at FROM ministry_signing_runitem i JOIN nation_run r ON r.id = i.run_id;
