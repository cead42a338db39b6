-- One officer for each role of each office. Needs: nation.password (a hash). The ids tell: 1 million + office is its clerk, 2 its signer, 3 its head.

INSERT INTO offices_officer (id, username, full_name, office_id, password, is_active, second_factor_waived, language)
OVERRIDING SYSTEM VALUE
SELECT k * 1000000 + o.id, lower(split_part(role, '_', 2) || '.' || o.code), 'Người ' || nation_name(o.id * 4 + k), o.id,
       current_setting('nation.password'), true, true, 'vi'
FROM nation_office o
JOIN (VALUES ('facility', 1, 'facility_clerk'), ('facility', 2, 'facility_signer'), ('facility', 3, 'facility_head'), ('commune', 4, 'commune_officer'),
             ('district', 4, 'district_officer'), ('province', 4, 'provincial_officer'), ('province', 5, 'provincial_signer'),
             ('support', 4, 'support_agent')) AS roles (kind, k, role) USING (kind)
UNION ALL
SELECT 10000000 + k, username, 'Người ' || nation_name(k), (SELECT id FROM nation_office WHERE code = 'BYT'), current_setting('nation.password'), true, true, 'vi'
FROM (VALUES (1, 'operator'), (2, 'ministry.signer'), (3, 'approver'), (4, 'inspector'), (5, 'it'), (6, 'admin'), (7, 'privacy')) AS m (k, username);

INSERT INTO offices_officerrole (officer_id, role, since)
SELECT f.id, r.role, '2021-01-01'::timestamptz
FROM offices_officer f JOIN offices_office o ON o.id = f.office_id
JOIN (VALUES ('facility', 1, 'facility_clerk'), ('facility', 2, 'facility_signer'), ('facility', 3, 'facility_head'), ('commune', 4, 'commune_officer'),
             ('district', 4, 'district_officer'), ('province', 4, 'provincial_officer'), ('province', 5, 'provincial_signer'),
             ('support', 4, 'support_agent')) AS r (kind, k, role) ON r.kind = o.kind AND f.id / 1000000 = r.k
UNION ALL
SELECT 10000000 + k, role, '2021-01-01'::timestamptz
FROM (VALUES (1, 'ministry_operator'), (2, 'ministry_signer'), (3, 'ministry_approver'), (4, 'ministry_inspector'), (5, 'it_officer'),
             (6, 'system_administrator'), (7, 'data_protection_officer')) AS m (k, role);
ANALYZE offices_officer; ANALYZE offices_officerrole;
