-- What citizens said is wrong: half about doses that were mended, half about others; the newest still lie open, some of them too long.

CREATE UNLOGGED TABLE nation_report AS
SELECT row_number() OVER (ORDER BY filed_at) AS id, r.* FROM (
  SELECT w.id AS version, w.person, w.facility, f.new_province AS province, w.t_mended AS decided_at, w.t_mended - nation_u(w.id, 60) * interval '80 hours' AS filed_at, 3 AS status
  FROM nation_way w JOIN nation_facility f ON f.id = w.facility WHERE w.state = 9 AND nation_u(w.id, 61) < 0.12
  UNION ALL
  SELECT w.id, w.person, w.facility, f.new_province, filed.at + (4 + 90 * nation_u(w.id, 62) * (0.4 + f.q)) * interval '1 hour', filed.at,
         CASE WHEN nation_u(w.id, 63) < 0.03 THEN 5 WHEN nation_u(w.id, 63) < 0.45 THEN 3 WHEN nation_u(w.id, 63) < 0.94 THEN 4 ELSE 1 END
  FROM nation_way w JOIN nation_facility f ON f.id = w.facility
  CROSS JOIN LATERAL (SELECT w.entered_at + interval '2 days' + CASE WHEN nation_u(w.id, 66) < 0.12 THEN power(nation_u(w.id, 64), 0.01) ELSE power(nation_u(w.id, 64), 0.5) END * (current_setting('nation.now')::timestamptz - w.entered_at - interval '2 days') AS at) filed
  WHERE w.state = 8 AND nation_u(w.id, 65) < 0.006
) r WHERE filed_at < current_setting('nation.now')::timestamptz;

UPDATE nation_report SET status = CASE WHEN id % 7 = 0 THEN 2 ELSE 1 END, decided_at = NULL
WHERE decided_at > current_setting('nation.now')::timestamptz OR (status = 1 AND filed_at > current_setting('nation.now')::timestamptz - interval '120 days');
UPDATE nation_report SET status = 4 WHERE status = 1 AND decided_at IS NOT NULL;

INSERT INTO reports_report (id, number_key, number_sealed, twin_key, group_key, wrongs, person_ids, version_id, facility_id, claimed_sealed, note_sealed, proof,
  relation, reporter_name_sealed, reporter_phone_sealed, reporter_phone_key, reporter_email_sealed, address_key, language, filed_at, status, level, office_id,
  province_code, clock_from, due_at, asked_at, decided_by_id, decided_at, refusal, refused_by_id) OVERRIDING SYSTEM VALUE
SELECT r.id, decode(md5('receipt' || r.id), 'hex'), s.number, decode(md5('twin' || r.id), 'hex'), decode(md5('group' || r.facility || r.id % 3), 'hex'),
       ARRAY[(ARRAY['NAME','BIRTH_DATE','ID_NUMBER','DOSE_DATE','VACCINE','PHONE'])[1 + r.id % 6]], ARRAY[r.person::bigint], r.version, r.facility, s.claimed, '', 'PHONE',
       'SELF', s.number, s.phone, decode(md5('phone' || r.person / 2), 'hex'), '', decode(md5('address' || r.id % 5000), 'hex'), 'vi', r.filed_at, r.status,
       CASE WHEN r.status = 1 AND r.filed_at < current_setting('nation.now')::timestamptz - interval '4 days' THEN 1 ELSE 0 END, r.facility, r.province, r.filed_at,
       CASE WHEN r.status = 1 THEN r.filed_at + interval '2 days' END, CASE WHEN r.status = 2 THEN r.filed_at + interval '5 hours' END,
       CASE WHEN r.status IN (3, 4) THEN 3000000 + r.facility END, r.decided_at, CASE WHEN r.status = 4 THEN (ARRAY['CORRECTION_PROOF_INCOMPLETE','CORRECTION_PROOF_BLURRED','CORRECTION_NOTHING_AGREES'])[1 + r.id % 3] ELSE '' END,
       CASE WHEN r.status = 4 THEN 3000000 + r.facility END
FROM nation_report r JOIN nation_sealed s ON s.pick = r.id % 1000;

INSERT INTO reports_reportstep (report_id, at, kind, status, code, text_sealed, officer_id, office_id)
SELECT id, at, kind, step_status, code, '', officer, facility FROM (
  SELECT id, filed_at AS at, 'FILED' AS kind, 1 AS step_status, '' AS code, NULL::bigint AS officer, facility FROM nation_report
  UNION ALL
  SELECT id, filed_at + interval '5 hours', 'MORE_ASKED', 2, 'REPORT_MORE_WHICH_DOSE', 3000000 + facility, facility FROM nation_report WHERE status = 2
  UNION ALL
  SELECT id, filed_at + interval '4 days', 'ESCALATED', 1, 'PROVINCE', NULL, facility FROM nation_report
  WHERE coalesce(decided_at, current_setting('nation.now')::timestamptz) > filed_at + interval '4 days'
  UNION ALL
  SELECT id, decided_at, (ARRAY['UPDATED','REFUSED','WITHDRAWN'])[status - 2], status, CASE WHEN status = 4 THEN 'CORRECTION_PROOF_INCOMPLETE' ELSE '' END,
         CASE WHEN status < 5 THEN 3000000 + facility END, facility FROM nation_report WHERE decided_at IS NOT NULL
  UNION ALL
  SELECT id, decided_at + interval '2 days', 'OBJECTED', 1, '', NULL, facility FROM nation_report WHERE status = 4 AND id % 12 = 0
  UNION ALL
  SELECT id, decided_at + interval '3 days', 'UPHELD', 4, '', 3000000 + facility, facility FROM nation_report WHERE status = 4 AND id % 12 = 0
) steps ORDER BY id, at;
