// Esc does what the button does: the page is cleared for the next person.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") location.replace(document.getElementById("next").href);
});
