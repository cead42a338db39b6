-- Districts, communes and offices of an invented nation in the real provinces, before and after 1/7/2025.
-- Needs: nation.now (timestamp). Gives: nation_facility, and nation_slot, which picks a facility by its weight.

CREATE FUNCTION nation_u(n bigint, salt bigint) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT (hashint8extended(n, salt) & 2147483647) / 2147483648.0 $$;

CREATE FUNCTION nation_name(n bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT a[1 + n % 20] || ' ' || b[1 + (n / 20 + n * 7) % 21] FROM (SELECT
  ARRAY['Thanh','An','Bình','Hòa','Phú','Tân','Long','Vĩnh','Xuân','Đông','Tây','Hưng','Lộc','Mỹ','Sơn','Quang','Trung','Đại','Minh','Yên'] AS a,
  ARRAY['Lâm','Thủy','Giang','Hải','Khê','Lưng','Mạc','Ninh','Phong','Quế','Sơn','Tiến','Thọ','Thịnh','Trạch','Xá','Lạc','Điền','Bằng','Cường','Lĩnh'] AS b) words $$;

CREATE FUNCTION nation_plain(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT translate($1, 'àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđĐ',
                     'aaaaaaaaaaaaaaaaaeeeeeeeeeeeiiiiiooooooooooooooooouuuuuuuuuuuyyyyydD') $$;

CREATE UNLOGGED TABLE nation_province AS
SELECT u.code, u.name_vi, u.name_en, row_number() OVER (ORDER BY u.code)::int AS n,
       CASE WHEN u.code IN ('01', '79') THEN 4.0 ELSE 0.4 + 1.2 * nation_u(u.code::int, 1) END AS weight,
       coalesce(s.new_code, u.code) AS new_code
FROM offices_administrativeunit u
LEFT JOIN offices_unitsuccession s ON s.level = 'province' AND s.old_code = u.code AND s."on" = '2025-07-01'
WHERE u.level = 'province' AND u.valid_from <= '2021-01-01';

CREATE UNLOGGED TABLE nation_district AS
SELECT p.code AS province, p.new_code, ((p.n - 1) * 11 + d)::int AS n, lpad(((p.n - 1) * 11 + d)::text, 3, '0') AS code,
       nation_name((p.n - 1) * 11 + d) AS name
FROM nation_province p, generate_series(1, 11) d;

CREATE UNLOGGED TABLE nation_commune AS
SELECT d.province, d.code AS district, d.new_code AS new_province, ((d.n - 1) * 15 + c)::int AS n,
       lpad(((d.n - 1) * 15 + c)::text, 5, '0') AS code, nation_name((d.n * 3 + c * 11)::bigint) AS name,
       lpad(((d.n - 1) * 15 + (c - 1) / 3 * 3 + 1)::text, 5, '0') AS new_code
FROM nation_district d, generate_series(1, 15) c;

INSERT INTO offices_administrativeunit (level, code, parent_code, name_vi, name_en, valid_from, valid_to)
SELECT 'district', code, province, 'Huyện ' || name, nation_plain(name) || ' District', '2008-08-01'::date, '2025-07-01'::date FROM nation_district
UNION ALL
SELECT 'commune', code, district, 'Xã ' || name, nation_plain(name) || ' Commune', '2008-08-01', '2025-07-01' FROM nation_commune
UNION ALL
SELECT 'commune', code, new_province, 'Xã ' || name, nation_plain(name) || ' Commune', '2025-07-01', NULL FROM nation_commune WHERE code = new_code
ON CONFLICT DO NOTHING;

INSERT INTO offices_unitsuccession (level, old_code, new_code, "on")
SELECT 'commune', code, new_code, '2025-07-01' FROM nation_commune ON CONFLICT DO NOTHING;

CREATE UNLOGGED TABLE nation_office (
  id bigint PRIMARY KEY, code text, kind text, class text, name text, name_en text, province text, district text, commune text,
  new_province text, new_commune text, opened date, closed date, weight float8);

INSERT INTO nation_office
SELECT row_number() OVER (ORDER BY place, part, number), code, kind, class, name, nation_plain(name_en), province, district, commune,
       new_province, new_commune, opened, closed, weight
FROM (
  SELECT 0 AS place, 0 AS part, 0 AS number, 'BYT' AS code, 'ministry' AS kind, '' AS class, 'Bộ Y tế (mẫu)' AS name,
         'Ministry of Health (demo)' AS name_en, '' AS province, '' AS district, '' AS commune, '' AS new_province, '' AS new_commune,
         '2021-01-01'::date AS opened, NULL::date AS closed, 0.0 AS weight
  UNION ALL
  SELECT 1, p.n, 0, 'T' || p.code, 'province', '', 'Sở Y tế ' || p.name_vi, p.name_en || ' Department of Health', p.code, '', '',
         p.new_code, '', '2021-01-01', CASE WHEN p.code <> p.new_code THEN '2025-07-01'::date END, 0 FROM nation_province p
  UNION ALL
  SELECT 2, p.n, 0, 'CN' || p.code, 'support', '', 'Chi nhánh hỗ trợ ' || p.name_vi, p.name_en || ' support branch', p.code, '', '',
         p.new_code, '', '2021-01-01', CASE WHEN p.code <> p.new_code THEN '2025-07-01'::date END, 0 FROM nation_province p
  UNION ALL
  SELECT 3, d.n, 0, 'H' || d.code, 'district', '', 'Trung tâm Y tế huyện ' || d.name, d.name || ' district health centre', d.province, d.code, '',
         d.new_code, '', '2021-01-01', '2025-07-01', 0 FROM nation_district d
  UNION ALL
  SELECT 4, c.n, 0, 'X' || c.code, 'commune', '', 'Tổ làm sạch dữ liệu xã ' || c.name, c.name || ' cleaning team', c.province, c.district, c.code,
         c.new_province, c.new_code, '2021-01-01', NULL, 0 FROM nation_commune c WHERE c.n % 15 = 1
  UNION ALL
  SELECT 5, c.n, 0, c.province || 'X' || c.code, 'facility', 'provincial', 'Trạm Y tế xã ' || c.name, c.name || ' commune health station',
         c.province, c.district, c.code, c.new_province, c.new_code, '2021-01-01', NULL, 1 + 2 * nation_u(c.n, 2) FROM nation_commune c
  UNION ALL
  SELECT 6, d.n, k, d.province || 'D' || d.code || k, 'facility', 'provincial',
         CASE k WHEN 1 THEN 'Bệnh viện đa khoa huyện ' ELSE 'Điểm tiêm Trung tâm Y tế huyện ' END || d.name,
         d.name || CASE k WHEN 1 THEN ' district hospital' ELSE ' vaccination centre' END, d.province, d.code, c.code, d.new_code,
         c.new_code, '2021-01-01', NULL, 6 + 18 * nation_u(d.n, 2 + k)
  FROM nation_district d CROSS JOIN generate_series(1, 2) k JOIN nation_commune c ON c.n = (d.n - 1) * 15 + 1
  UNION ALL
  SELECT 7, p.n, k, p.code || 'S' || lpad(k::text, 3, '0'), 'facility', 'sector', 'Bệnh viện ngành, tư nhân số ' || k || ' ' || p.name_vi,
         'Sector hospital ' || k || ', ' || p.name_en, p.code, d.code, c.code, p.new_code, c.new_code, '2021-01-01', NULL, 2 + 6 * nation_u(p.n * 100 + k, 5)
  FROM nation_province p CROSS JOIN generate_series(1, 10) k JOIN nation_district d ON d.n = (p.n - 1) * 11 + k
  JOIN nation_commune c ON c.n = (d.n - 1) * 15 + 2
  UNION ALL
  SELECT 8, p.n, k, p.code || 'B' || lpad(k::text, 2, '0'), 'facility', 'ministry', 'Bệnh viện Trung ương số ' || k || ' tại ' || p.name_vi,
         'Central hospital ' || k || ' in ' || p.name_en, p.code, d.code, c.code, p.new_code, c.new_code, '2021-01-01', NULL, 30 + 60 * nation_u(p.n * 10 + k, 6)
  FROM nation_province p CROSS JOIN generate_series(1, 12) k JOIN nation_district d ON d.n = (p.n - 1) * 11 + 1 + k % 11
  JOIN nation_commune c ON c.n = (d.n - 1) * 15 + 3
  WHERE k <= CASE WHEN p.code IN ('01', '79') THEN 12 WHEN p.code IN ('46', '48', '92') THEN 4 WHEN p.n % 5 = 0 THEN 1 ELSE 0 END
  UNION ALL
  SELECT 9, p.n, k, p.code || 'N' || lpad(k::text, 2, '0'), 'facility', CASE k % 2 WHEN 0 THEN 'sector' ELSE 'provincial' END,
         'Cơ sở tiêm mới số ' || k || ' ' || p.name_vi, 'New vaccination site ' || k || ', ' || p.name_en, '', '', '', p.code, c.new_code,
         '2025-09-01', NULL, 3
  FROM nation_province p CROSS JOIN generate_series(1, 5) k
  JOIN nation_commune c ON c.n = (SELECT min(m.n) FROM nation_commune m WHERE m.new_province = p.code) + 3 * k
  WHERE p.code = p.new_code
) made;

INSERT INTO offices_office (id, code, kind, facility_class, name_vi, name_en, province_code, district_code, commune_code, opened_on, closed_on)
OVERRIDING SYSTEM VALUE
SELECT id, code, kind, class, left(name, 120), left(name_en, 120), new_province, CASE WHEN kind = 'district' THEN district ELSE '' END,
       new_commune, opened, closed FROM nation_office;

INSERT INTO offices_placement (office_id, since, until, province_code, district_code, commune_code, facility_class)
SELECT id, opened, '2025-07-01'::date, province, district, commune, class FROM nation_office WHERE opened < '2025-07-01'
UNION ALL
SELECT id, greatest(opened, '2025-07-01'), NULL, new_province, '', new_commune, class FROM nation_office WHERE closed IS NULL;

CREATE UNLOGGED TABLE nation_facility AS
SELECT o.id, o.code, o.new_province, o.opened, nation_u(o.id, 9) * sqrt(nation_u(coalesce(nullif(o.province, ''), o.new_province)::int, 10)) AS q,
       o.weight * coalesce(p.weight, 1) AS weight
FROM nation_office o LEFT JOIN nation_province p ON p.code = o.province WHERE o.kind = 'facility';
ALTER TABLE nation_facility ADD PRIMARY KEY (id);

CREATE UNLOGGED TABLE nation_slot AS
SELECT (row_number() OVER (ORDER BY f.id, k) - 1)::int AS slot, f.id AS facility, f.q::float4 AS q
FROM nation_facility f, generate_series(1, greatest(1, round(f.weight)::int)) k WHERE f.opened < '2025-01-01';
CREATE UNLOGGED TABLE nation_new AS
SELECT (row_number() OVER (ORDER BY id) - 1)::int AS slot, id AS facility FROM nation_facility WHERE opened > '2025-01-01';
ANALYZE nation_slot; ANALYZE nation_facility; ANALYZE nation_new; ANALYZE offices_office; ANALYZE offices_placement;
