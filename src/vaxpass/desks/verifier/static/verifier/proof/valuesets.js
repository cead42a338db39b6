/**
 * Codes of the EU value sets, release 2.12.0 (eHealth Network), as far as remarks on a passport need them: products
 * with their holder and legal prophylaxis codes, holders, prophylaxis codes, and what was withdrawn. The same as
 * `vaxproof/data/valuesets.toml`; a test compares them. Names for people come with the published value sets.
 */

const PROPHYLAXIS = [
  "1119305005",
  "1119349007",
  "J07BX03",
  "1162643001",
  "1157024006",
  "29061000087103",
  "28531000087107",
  "30141000087107",
  "1187593009",
];
const HOLDERS = new Set([
  "ORG-100001699",
  "ORG-100030215",
  "ORG-100001417",
  "ORG-100031184",
  "ORG-100006270",
  "ORG-100013793",
  "ORG-100020693",
  "ORG-100010771",
  "ORG-100024420",
  "ORG-100032020",
  "Gamaleya-Research-Institute",
  "Vector-Institute",
  "Sinovac-Biotech",
  "Bharat-Biotech",
  "ORG-100001981",
  "Fiocruz",
  "ORG-100007893",
  "Chumakov-Federal-Scientific-Center",
  "ORG-100023050",
  "CIGB",
  "Sinopharm-WIBP",
  "ORG-100033914",
  "ORG-100000788",
  "ORG-100036422",
  "Instituto-Butantan",
  "NVSI",
  "Yisheng-Biopharma",
  "ORG-100026614",
  "ORG-100008549",
  "Finlay-Institute",
  "ORG-100036914",
]);
const WITHDRAWN = new Set([
  "J07BX03",
  "Inactivated-SARS-CoV-2-Vero-Cell",
  "NVX-CoV2373",
  "Vidprevtyn",
  "VLA2001",
  "ORG-100010771",
]);
/** Product, holder, places of its prophylaxis codes in the list above. @type {[string, string, number[]][]} */
const PRODUCTS = [
  ["EU/1/20/1528", "ORG-100030215", [1, 6]],
  ["EU/1/20/1507", "ORG-100031184", [1, 6]],
  ["EU/1/21/1529", "ORG-100001699", [5, 6]],
  ["EU/1/20/1525", "ORG-100001417", [5, 6]],
  ["CVnCoV", "ORG-100006270", [1, 6]],
  ["NVX-CoV2373", "ORG-100032020", [3, 6]],
  ["Sputnik-V", "Gamaleya-Research-Institute", [5, 6]],
  ["Convidecia", "ORG-100013793", [5, 6]],
  ["EpiVacCorona", "Vector-Institute", [3, 6]],
  ["BBIBP-CorV", "ORG-100020693", [4, 6]],
  ["Inactivated-SARS-CoV-2-Vero-Cell", "ORG-100010771", [4, 6]],
  ["CoronaVac", "Sinovac-Biotech", [4, 6]],
  ["Covaxin", "Bharat-Biotech", [4, 6]],
  ["Covishield", "ORG-100001981", [5, 6]],
  ["Covid-19-recombinant", "Fiocruz", [5, 6]],
  ["R-COVI", "ORG-100007893", [5, 6]],
  ["CoviVac", "Chumakov-Federal-Scientific-Center", [4, 6]],
  ["Sputnik-Light", "Gamaleya-Research-Institute", [5, 6]],
  ["Hayat-Vax", "ORG-100023050", [4, 6]],
  ["Abdala", "CIGB", [6]],
  ["WIBP-CorV", "Sinopharm-WIBP", [4, 6]],
  ["MVC-COV1901", "ORG-100033914", [3, 6]],
  ["EU/1/21/1618", "ORG-100032020", [3, 6]],
  ["Covovax", "ORG-100001981", [3, 6]],
  ["Vidprevtyn", "ORG-100000788", [6]],
  ["VLA2001", "ORG-100036422", [6]],
  ["Sputnik-M", "Gamaleya-Research-Institute", [5, 6]],
  ["EpiVacCorona-N", "Vector-Institute", [3, 6]],
  ["Covid-19-adsorvida-inativada", "Instituto-Butantan", [4, 6]],
  ["NVSI-06-08", "NVSI", [6]],
  ["YS-SC2-010", "Yisheng-Biopharma", [6]],
  ["SCTV01C", "ORG-100026614", [6]],
  ["Covifenz", "ORG-100008549", [6]],
  ["AZD2816", "ORG-100001699", [5, 6]],
  ["Soberana-02", "Finlay-Institute", [6]],
  ["Soberana-Plus", "Finlay-Institute", [6]],
  ["EU/1/21/1624", "ORG-100036422", [6]],
  ["EU/1/21/1580", "ORG-100000788", [6]],
  ["EU/1/22/1709", "ORG-100036914", [6]],
];
const BY_CODE = new Map(
  PRODUCTS.map(([mp, ma, vp]) => [mp, { ma, vp: vp.map((place) => PROPHYLAXIS[place]) }]),
);

/** The test result that says "detected". */
export const DETECTED = "260373001";

/** Everything in it, for comparison. */
export const VALUE_SETS = { products: BY_CODE, holders: HOLDERS, prophylaxis: PROPHYLAXIS, withdrawn: WITHDRAWN };

/**
 * What a reader should be told about three codes that stand in a signed passport; null: all is well. The withdrawn
 * prophylaxis code J07BX03 stood for every vaccine, so it contradicts no product.
 * @param {string} mp
 * @param {string} ma
 * @param {string} vp
 */
export function remarkOnTriple(mp, ma, vp) {
  const product = BY_CODE.get(mp);
  if (!product || !HOLDERS.has(ma) || !PROPHYLAXIS.includes(vp)) return "CODE_UNKNOWN";
  if (product.ma !== ma || (!product.vp.includes(vp) && !WITHDRAWN.has(vp))) return "WRONG_TRIPLE";
  return WITHDRAWN.has(mp) || WITHDRAWN.has(vp) ? "CODE_INACTIVE" : null;
}
