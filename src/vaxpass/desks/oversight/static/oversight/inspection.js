// The checklist by keyboard. Everything works without this file.
//
// 1, 2, 3 answer the first open question; A answers all open ones "right"; Z goes back to the question before; Enter
// saves; F saves and writes a finding. Keys rest while somebody types, while a key is held down, and for a moment
// after the page opened, so that a key pressed twice in haste does not answer the next row unseen.
(() => {
  "use strict";
  const MOMENT = 400; // milliseconds
  let armed = false;
  let sent = false;

  const form = document.getElementById("checklist");
  if (!form || !form.querySelector("[data-save]")) return;
  const questions = [...form.querySelectorAll(".inspect-question")];
  const radios = (question) => [...question.querySelectorAll("input[type=radio]")];
  const isOpen = (question) => !radios(question).some((one) => one.checked);

  const mark = () => {
    const current = questions.find(isOpen);
    for (const one of questions) one.toggleAttribute("data-current", one === current);
    return current;
  };

  const answer = (question, place) => {
    const radio = radios(question)[place];
    radio.checked = true;
    radio.focus();
  };

  const back = () => {
    const answered = questions.filter((one) => !isOpen(one));
    const last = answered[answered.length - 1];
    if (!last) return;
    for (const one of radios(last)) one.checked = false;
    radios(last)[0].focus();
  };

  const send = (selector) => {
    if (sent) return; // the first press is on its way
    sent = true;
    form.requestSubmit(form.querySelector(selector));
  };

  const isTyping = (element) =>
    element.isContentEditable || element.matches("textarea, select, input:not([type=radio])");

  // The number row of a Vietnamese keyboard gives letters: the place of the key says which digit was meant.
  const nameOf = (event) => {
    const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
    if (digit && !event.shiftKey) return digit[1];
    return event.key.length === 1 ? event.key.toLowerCase() : event.key;
  };

  const onKey = (event) => {
    if (!armed || event.defaultPrevented || event.repeat || event.isComposing) return;
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    const name = nameOf(event);
    const current = questions.find(isOpen);
    if (/^[123]$/.test(name) && current) answer(current, Number(name) - 1);
    else if (name === "a") questions.filter(isOpen).forEach((one) => answer(one, 0));
    else if (name === "z") back();
    else if (name === "f") send("[data-find]");
    else if (name === "Enter" && !event.target.matches("a, button, summary")) send("[data-save]");
    else return;
    event.preventDefault();
    mark();
  };

  form.addEventListener("change", mark);
  document.addEventListener("keydown", onKey);
  addEventListener("pageshow", () => {
    sent = false; // back from the next page
  });
  setTimeout(() => {
    armed = true;
    document.documentElement.dataset.keys = "on";
  }, MOMENT);
  mark();
})();
