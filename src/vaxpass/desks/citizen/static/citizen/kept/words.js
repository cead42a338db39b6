// Words of the page. The keys are the English texts of the locale files.
export const CHOSEN = "vaxpass-kept-language"; // in the browser's store: the language of the page of what is kept
const LANGUAGES = ["vi", "en"];
const known = {};
let language = "vi";

export async function loadWords(base) {
  await Promise.all(
    LANGUAGES.map(async (one) => {
      known[one] = await (await fetch(`${base}words.${one}.json`)).json();
    }),
  );
}

export const languageNow = () => language;

export function speak(wanted) {
  language = LANGUAGES.includes(wanted) ? wanted : LANGUAGES[0];
  document.documentElement.lang = language;
}

// A text in the reader's language; `%(name)s` is filled from `values`.
export const t = (text, values = {}) =>
  (known[language]?.[text] ?? text).replace(/%\((\w+)\)[sd]/g, (_whole, name) => values[name]);

// Write the page's own texts: `data-t` holds the English words, from the first time on.
export function writeTexts(root) {
  for (const element of root.querySelectorAll("[data-t]")) {
    element.dataset.t ||= element.textContent.trim();
    element.textContent = t(element.dataset.t);
  }
  for (const element of root.querySelectorAll("[data-t-label]")) element.ariaLabel = t(element.dataset.tLabel);
}
