// Zoom and turn of the citizens' photos. Without this file each photo is a plain link to itself.
(() => {
  "use strict";
  const LARGEST = 4;
  const QUARTERS = 4;

  const change = (figure, what) => {
    const zoom = Number(figure.dataset.zoom || 1);
    if (what === "larger") figure.dataset.zoom = String(Math.min(LARGEST, zoom + 1));
    if (what === "smaller") figure.dataset.zoom = String(Math.max(1, zoom - 1));
    if (what === "turn") figure.dataset.turn = String((Number(figure.dataset.turn || 0) + 1) % QUARTERS);
  };

  const begin = () => {
    for (const figure of document.querySelectorAll("[data-photo]")) {
      for (const button of figure.querySelectorAll("[data-photo-button]")) {
        button.hidden = false;
        button.addEventListener("click", () => change(figure, button.dataset.photoButton));
      }
    }
  };

  if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin);
  else begin();
})();
