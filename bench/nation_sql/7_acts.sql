-- What officers did besides: signed in, looked at people, exported.

INSERT INTO offices_act (at, officer_id, office_id, verb, subject, facts)
SELECT day + interval '1 hour' + nation_u(o.id, n) * interval '9 hours', o.id, o.office_id, (ARRAY['sign_in','sign_in','sign_in','upload.staged','upload.confirmed','export'])[1 + (o.id + n) % 6],
       'officer/' || o.id, '{}'
FROM offices_officer o CROSS JOIN generate_series(1, current_setting('nation.acts')::int) n
CROSS JOIN LATERAL (SELECT '2021-03-08'::date + (nation_u(o.id * 1000 + n, 70) * (current_setting('nation.now')::date - '2021-03-09'::date))::int AS day) d;

INSERT INTO records_look (at, person_id, officer_id, office_id, purpose)
SELECT t_identity + interval '3 hours', person, 1000000 + facility, facility, (ARRAY['mend','search','report'])[1 + id % 3]
FROM nation_way WHERE t_identity IS NOT NULL AND nation_u(id, 71) < 0.04;

DROP TABLE nation_passport, nation_run;
