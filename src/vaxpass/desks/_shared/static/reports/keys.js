// One key per decision: a key presses the button or link that names it. Everything works without this file.
//
// data-key="a"      pressed by A while no panel is open; on a <details> it opens and closes the panel
// data-choice="1"   the same inside an open panel, which then takes its keys before the page does
// Keys rest while somebody types, while a key is held down, and until the page has been seen for a moment: a key
// pressed twice in haste must not decide the next report unseen.
(() => {
  "use strict";
  const STORE = "vaxpass-report-keys";
  const MOMENT = 400; // milliseconds
  const TYPED = /^(?:checkbox|radio|button|submit|reset|file|range|color)$/;
  let armed = false;
  let pressed = false;

  const remembered = () => {
    try {
      return localStorage.getItem(STORE);
    } catch {
      return null; // storage is forbidden here: keys work, the choice is not kept
    }
  };
  const remember = (value) => {
    try {
      localStorage.setItem(STORE, value);
    } catch {
      // the same
    }
  };

  const isTyping = (element) =>
    element.isContentEditable ||
    element.matches("textarea, select") ||
    (element.matches("input") && !TYPED.test(element.type));

  // The number row of a Vietnamese keyboard gives letters: the place of the key says which digit was meant.
  const nameOf = (event) => {
    const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
    if (digit && !event.shiftKey) return digit[1];
    return event.key.length === 1 ? event.key.toLowerCase() : event.key;
  };

  const openPanel = () => document.querySelector("details[data-panel][open]");

  const find = (root, kind, name) =>
    [...root.querySelectorAll(`[data-${kind}]`)].find((one) => one.dataset[kind] === name && !one.disabled);

  // A panel with choices takes their keys first; where there is only something to write, writing begins at once.
  const firstOf = (panel) =>
    (panel.open && !panel.querySelector("[data-choice]") && panel.querySelector("textarea, input:not([type=hidden])")) ||
    panel.querySelector("summary");

  const openOrClose = (panel) => {
    const opening = !panel.open;
    for (const other of document.querySelectorAll("details[data-panel][open]")) other.open = false;
    panel.open = opening;
    firstOf(panel).focus();
    if (opening) panel.scrollIntoView({ block: "nearest" });
  };

  const press = (target) => {
    if (target.matches("details")) {
      openOrClose(target);
      return;
    }
    if (target.matches("a, button[type=submit], button:not([type])")) {
      if (pressed) return; // the first press is on its way
      pressed = true;
    }
    target.click();
    if (target.form && !target.form.checkValidity()) pressed = false;
  };

  const onKey = (event) => {
    if (!armed || event.defaultPrevented || event.repeat || event.isComposing) return;
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    const panel = openPanel();
    const name = nameOf(event);
    if (name === "Escape" && panel) {
      panel.open = false;
      panel.querySelector("summary").focus();
      return;
    }
    const target = (panel && find(panel, "choice", name)) || find(document, "key", name);
    if (!target) return;
    event.preventDefault();
    press(target);
  };

  const arm = (on) => {
    armed = on;
    document.documentElement.dataset.keys = on ? "on" : "off";
    for (const one of document.querySelectorAll("[data-keys-switch]")) one.setAttribute("aria-pressed", String(on));
  };

  const begin = () => {
    for (const one of document.querySelectorAll("[data-keys-switch]")) {
      one.hidden = false;
      one.addEventListener("click", () => {
        arm(!armed);
        remember(armed ? "on" : "off");
      });
    }
    document.addEventListener("keydown", onKey);
    if (remembered() === "off") arm(false);
    else setTimeout(() => arm(true), MOMENT);
  };

  addEventListener("pageshow", () => {
    pressed = false; // back from the next page
  });
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin);
  else begin();
})();
