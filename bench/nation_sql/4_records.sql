-- The rows of the stations, each made of the ways of nation_way. Needs: nation_sealed (sealed numbers and phones that can be opened).

INSERT INTO records_person (id, key, created_at) OVERRIDING SYSTEM VALUE
SELECT n, decode(md5('person' || n), 'hex'), '2021-03-01' FROM generate_series(1, current_setting('nation.people')::int) n;

INSERT INTO records_identity (id, person_id, digest, full_name, name_folded, sex, birth_date, nationality, number_kind, number_sealed, number_key,
  phone_sealed, phone_key, address_sealed, created_at) OVERRIDING SYSTEM VALUE
SELECT n, n, decode(md5('identity' || n), 'hex'), name, lower(nation_plain(name)), 1 + n % 2, 1930 + n % 88 || '-0' || 1 + n % 9 || '-1' || n % 10,
       CASE WHEN foreigner THEN 'KR' ELSE 'VN' END, CASE WHEN foreigner THEN 3 ELSE 1 END, s.number, decode(md5('number' || n), 'hex'), s.phone,
       decode(md5('phone' || n / 2), 'hex'), '', '2021-03-01'
FROM (SELECT n, nation_u(n, 24) < 0.008 AS foreigner,
             (ARRAY['Nguyễn','Trần','Lê','Phạm','Hoàng','Phan','Vũ','Đặng','Bùi','Đỗ','Hồ','Ngô','Dương','Lý'])[1 + n % 14] || ' ' ||
             CASE n % 2 WHEN 0 THEN 'Văn ' ELSE 'Thị ' END || nation_name(n / 14) AS name
      FROM generate_series(1, current_setting('nation.people')::int) n) people
JOIN nation_sealed s ON s.pick = people.n % 1000;

INSERT INTO records_doseversion (id, dose_id, version_no, replaces_id, person_id, identity_id, facility_id, product, lot, given_on, dose_number, place,
  priority_group, facility_states_identity, entered_by_id, entered_at) OVERRIDING SYSTEM VALUE
SELECT id, dose_id, version_no, replaces, person, person, facility,
       (ARRAY['EU/1/20/1528','EU/1/21/1529','EU/1/20/1507','EU/1/20/1525'])[1 + mixed % 4], 'F' || 1000 + mixed, given_on, k, '', '', foreigner,
       1000000 + facility, entered_at
FROM nation_way;

INSERT INTO records_versionstate (version_id, person_id, facility_id, given_on, state, reason, since)
SELECT id, person, facility, given_on, state, CASE WHEN state IN (2, 3, 4) THEN reason WHEN state = 9 THEN 'CORRECTION_TYPED_WRONG' WHEN state IN (10, 11) THEN 'CORRECTION_NOT_GIVEN' ELSE '' END,
       CASE state WHEN 1 THEN entered_at WHEN 7 THEN t_attested WHEN 8 THEN t_certified WHEN 9 THEN t_mended WHEN 10 THEN t_ended WHEN 11 THEN t_ended ELSE t_identity END
FROM nation_way;

INSERT INTO records_history (at, version_id, verb, from_state, to_state, reason, officer_id, office_id)
SELECT entered_at, id, 'receive', NULL, 1, '', 1000000 + facility, facility FROM nation_way
UNION ALL
SELECT t_identity, id, (ARRAY['report_mismatch','report_unsendable','report_unanswered','confirm_identity','exempt'])[outcome - 1], 1, outcome, reason, NULL, NULL
FROM nation_way WHERE t_identity IS NOT NULL AND state <> 1
UNION ALL
SELECT t_mended, id, 'replace', outcome, 9, 'CORRECTION_TYPED_WRONG', 1000000 + facility, facility FROM nation_way WHERE state = 9
UNION ALL
SELECT t_attested, id, 'attest', outcome, 7, '', 2000000 + facility, facility FROM nation_way WHERE t_attested IS NOT NULL
UNION ALL
SELECT t_certified, id, 'certify', 7, 8, '', 10000003, 1 FROM nation_way WHERE t_certified IS NOT NULL
UNION ALL
SELECT t_ended, id, CASE state WHEN 10 THEN 'withdraw' ELSE 'refuse' END, 8, state, 'CORRECTION_NOT_GIVEN', 3000000 + facility, facility
FROM nation_way WHERE state IN (10, 11);

INSERT INTO identity_confirmation (identity_id, at)
SELECT person, max(t_identity) FROM nation_way WHERE outcome = 5 AND t_identity IS NOT NULL GROUP BY person;

INSERT INTO identity_check (identity_id, request_id, asked_at, answered_at, outcome, officer_code, office_id)
SELECT person, md5('ask' || id)::uuid, t_identity - interval '2 seconds', t_identity, CASE outcome WHEN 2 THEN 'NO_MATCH' WHEN 4 THEN 'NO_ANSWER' ELSE 'MATCH' END, '', facility
FROM nation_way WHERE outcome IN (2, 4, 5) AND t_identity > current_setting('nation.now')::timestamptz - interval '90 days';
