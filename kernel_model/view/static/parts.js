// What the pages of several widgets are made of; it stands before the code of each.

const QUIET = "data-lm-suppress-shortcuts"; // JupyterLab leaves keys alone on such an element
const ICONS = {
  first: "M4 3v14M16 3l-9 7 9 7z",
  back: "M14 3l-9 7 9 7z",
  play: "M5 3l11 7-11 7z",
  pause: "M6 3v14M14 3v14",
  forward: "M6 3l9 7-9 7z",
  last: "M16 3v14M4 3l9 7-9 7z",
  before: "M9 4l-6 6 6 6M17 4l-6 6 6 6",
  after: "M11 4l6 6-6 6M3 4l6 6-6 6",
  save: "M10 3v9M6 8l4 4 4-4M3 17h14",
  bad: "M4 4l12 12M16 4L4 16",
  keys: "M2 5h16v10H2zM5 8h1M9 8h1M13 8h2M5 12h10",
};

function el(tag, given = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...inside);
  return made;
}

const icon = (name) => {
  const box = el("span", { class: "kb-icon", "aria-hidden": "true" });
  box.innerHTML = `<svg viewBox="0 0 20 20"><path d="${ICONS[name]}"/></svg>`;
  return box;
};

const button = (name, label, act, ...inside) =>
  el("button", { type: "button", class: `kb-${name}`, "aria-label": label, title: label,
    [QUIET]: "true", onclick: act }, ...(inside.length ? inside : [icon(name)]));

const clamp = (n, low, high) => Math.max(low, Math.min(high, n));

