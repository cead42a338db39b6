// Small ways to make elements; texts are always text, never markup.
export const byId = (id) => document.getElementById(id);

export function el(name, options = {}, ...children) {
  const { className, ...attributes } = options;
  const element = document.createElement(name);
  if (className) element.className = className;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

// Label and value, as the desks show facts.
export const fact = (label, value) => el("div", {}, el("dt", {}, label), el("dd", {}, value));

export const facts = (pairs) => el("dl", { className: "facts" }, ...pairs.map(([label, value]) => fact(label, value)));

export const alert = (tone, ...children) => el("p", { className: `alert alert-${tone}` }, ...children);
