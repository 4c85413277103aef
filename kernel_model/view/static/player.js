// The trace player: shows a step of a run by swapping ready-made pictures, and moves what moved.
// Everything comes once from Python (player/pack.py); stepping needs no kernel.

const SPEEDS = [0.5, 1, 2, 4, 8];
const EVENTS = ["part", "sleep", "wakeup", "error", "crash", "signal", "fault", "stop", "end", "exit",
  "lost", "time"];
const KINDS = ["proc", "queue", "msg", "mode", "set", "sem", "region", "frame"]; // the order of highlighting
const FLAT = ["regions", "segments", "frames", "undo", "waits", "table", "map", "layers"]; // pictures below the algorithm
const MOVE = 320; // milliseconds of a movement
const LETTER = 7.6; // pixels that a letter of a call is wide in the timeline
const KEYS = [
  ["→ ←", "one step forward, back"],
  ["Shift + → ←, n p", "next, previous event: a sleep, a wake-up, an error, a page fault, a lost packet, an end"],
  ["c, C", "next, previous system call"],
  ["Home, End", "first, last step"],
  ["Space", "play, pause"],
  ["+ −", "faster, slower"],
  ["g", "go to the step with a number"],
  ["h, H", "highlight the next, previous process, queue, message, semaphore, region or frame everywhere"],
  ["s", "save the pictures as SVG"],
  ["?", "show or hide these keys"],
  ["Esc", "end the highlight, hide the keys"],
];

// A picture, which may be kept as the numbers of its pieces
const joined = (strings, number) => (strings[number][0] !== "+" ? strings[number]
  : strings[number].slice(1).split(" ").map((piece) => strings[piece]).join(""));

// One side: a run's code and pictures
class Side {
  constructor(data, side, grown) {
    this.data = data;
    this.grown = grown;
    this.side = side;
    this.at = -1;
    this.listings = {};
    this.crumbs = el("ol", { class: "kb-stack", "aria-label": "open functions" });
    this.code = el("div", { class: "kb-code", role: "group", "aria-label": "algorithm",
      tabindex: "0", [QUIET]: "true" });
    this.pictures = data.places.map((place, n) => {
      const box = el("div", { class: "kb-picture", "data-place": place.name });
      grown[n].boxes.push(box);
      return { box, shown: -1, n };
    });
    const flat = this.pictures.filter(({ n }) => FLAT.includes(data.places[n].name));
    const tall = this.pictures.filter((one) => !flat.includes(one));
    this.root = el("div", { class: "kb-side", role: "group", "aria-label": side.name || "the run" },
      ...(side.name ? [el("div", { class: "kb-name" }, side.name)] : []),
      el("div", { class: "kb-algorithm" }, this.crumbs, this.code),
      el("div", { class: "kb-tall" }, ...tall.map(({ box }) => box)),
      el("div", { class: "kb-flat" }, ...flat.map(({ box }) => box)));
  }

  text(column, at) {
    return this.data.strings[this.side[column][at]];
  }

  // Shows a step; `actor` is who acts between the step before and this one, if they are neighbours
  show(at, actor, time) {
    if (at === this.at) return;
    this.at = at;
    const stale = this.pictures.filter((p) => p.shown !== this.side.pictures[p.n][at]);
    const before = time ? this.places() : null;
    const ghosts = [];
    for (const picture of stale) {
      const number = this.side.pictures[picture.n][at];
      picture.shown = number;
      const old = before && picture.box.firstElementChild;
      picture.box.innerHTML = joined(this.data.strings, number);
      this.grow(this.grown[picture.n], picture.box.firstElementChild.viewBox.baseVal.height);
      if (old) for (const left of old.querySelectorAll("[data-home]")) ghosts.push([left, picture.box]);
    }
    if (before && stale.length) this.move(stale, before, ghosts, actor, time);
    this.showCode(at);
  }

  // Keeps room for the tallest picture so far, and no more: none jumps back, and little is white
  grow(place, height) {
    if (height <= place.height) return;
    place.height = height;
    for (const box of place.boxes) box.style.aspectRatio = `560 / ${height}`;
  }

  // Where every named element is, by picture and name
  places() {
    const found = new Map();
    for (const { box } of this.pictures) {
      for (const one of box.querySelectorAll("[data-key]")) {
        found.set(`${box.dataset.place} ${one.dataset.key}`, one.getBoundingClientRect());
      }
    }
    return found;
  }

  // Lets what has a new place come from its old one, and what is new from where it belongs
  move(stale, before, ghosts, actor, time) {
    const home = (one) => {
      const name = one.dataset.home === "actor" ? actor && `proc:${actor}` : one.dataset.home;
      const row = name && this.root.querySelector(`[data-key="${CSS.escape(name)}"] .token`);
      return row && row.getBoundingClientRect();
    };
    const now = new Set();
    for (const { box } of stale) {
      const svg = box.firstElementChild;
      const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width || 1;
      for (const one of svg.querySelectorAll("[data-key]")) {
        const name = `${box.dataset.place} ${one.dataset.key}`;
        now.add(name);
        const old = before.get(name) || (one.dataset.home && home(one));
        if (!old) {
          one.animate([{ opacity: 0 }, { opacity: 1 }], { duration: time });
          continue;
        }
        const place = one.getBoundingClientRect();
        const x = (old.left - place.left) / scale, y = (old.top - place.top) / scale;
        if (Math.abs(x) + Math.abs(y) < 1) continue;
        if (one.dataset.home) svg.append(one); // above its neighbours
        one.animate([{ transform: `translate(${x}px,${y}px)`, opacity: before.has(name) ? 1 : 0.3 },
          { transform: "none", opacity: 1 }], { duration: time, easing: "cubic-bezier(.3,0,.2,1)" });
      }
    }
    for (const [gone, box] of ghosts) { // what left goes home, and is gone then
      if (now.has(`${box.dataset.place} ${gone.dataset.key}`)) continue;
      const svg = box.firstElementChild, to = home(gone);
      const old = before.get(`${box.dataset.place} ${gone.dataset.key}`);
      if (!to || !old) continue;
      const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width || 1;
      const ghost = gone.cloneNode(true);
      for (const name of ["key", "link", "cell", "home"]) delete ghost.dataset[name];
      ghost.setAttribute("aria-hidden", "true");
      svg.append(ghost);
      const x = (to.left - old.left) / scale, y = (to.top - old.top) / scale;
      ghost.animate([{ transform: "none", opacity: 1 },
        { transform: `translate(${x}px,${y}px)`, opacity: 0.3 }],
      { duration: time, easing: "cubic-bezier(.3,0,.2,1)" }).onfinish = () => ghost.remove();
    }
  }

  showCode(at) {
    const stack = JSON.parse(this.text("stack", at));
    this.crumbs.replaceChildren(
      el("li", { class: "kb-who", "data-link": `proc:${this.text("proc", at)}` }, this.text("proc", at)),
      ...stack.map(([name, line], n) => el("li", {}, n === stack.length - 1
        ? el("strong", {}, name)
        : button("frame", `show ${name}, which called ${stack[n + 1][0]}`,
          () => this.open(name, line), name))));
    const top = stack[stack.length - 1];
    this.open(...(top || ["", null]));
  }

  // Shows a function at a line; "" when the process is in none
  open(name, line) {
    const listed = this.side.code[name];
    if (!this.listings[name]) this.listings[name] = listing(name, listed);
    const made = this.listings[name];
    if (this.code.firstElementChild !== made) this.code.replaceChildren(made);
    const old = made.querySelector(".kb-now");
    const now = line && made.querySelector(`[data-line="${line}"]`);
    if (old && old !== now) {
      old.classList.remove("kb-now");
      old.removeAttribute("aria-current");
    }
    if (!now) return;
    now.classList.add("kb-now");
    now.setAttribute("aria-current", "step");
    this.reveal();
  }

  // The line that is next is in view; a page that is not drawn yet, or is drawn narrower, has it elsewhere
  reveal() {
    const pane = this.code, now = pane.querySelector(".kb-now");
    if (!now || !pane.clientHeight) return;
    const top = now.offsetTop, tall = pane.clientHeight;
    if (top < pane.scrollTop + 30 || top > pane.scrollTop + tall - 60) pane.scrollTop = top - tall / 2.6;
  }

  mark(kind, cells) {
    for (const one of this.root.querySelectorAll(`[data-cell].${kind}`)) one.classList.remove(kind);
    for (const name of cells) {
      for (const one of this.root.querySelectorAll(`[data-cell="${CSS.escape(name)}"]`)) {
        one.classList.add(kind);
      }
    }
  }
}

// The lines of an open function, or the steps of a sealed one
function listing(name, listed) {
  if (!listed) return el("p", { class: "kb-none" }, name ? `${name} is not shown line by line` : "in user mode");
  if (listed.sealed) {
    return el("ol", { class: "kb-steps" }, ...listed.steps.map((words, n) =>
      el("li", { "data-line": n + 1 }, words)));
  }
  const table = el("div", { class: "kb-lines" });
  const [from, to] = listed.fold.length ? listed.fold : [0, -1];
  listed.lines.forEach((html, n) => {
    if ((n + 1 >= from && n + 1 <= to) || listed.unseen.includes(n + 1)) return;
    const line = el("div", { "data-line": n + 1, "data-n": n + 1 });
    const indent = html.search(/\S|$/);
    line.innerHTML = `<code style="padding-left:${indent + 4}ch;text-indent:-4ch">${html.slice(indent)}`
      + `${n + 2 === from ? " …" : ""}</code>`;
    table.append(line);
  });
  return table;
}

// A stretch of the timeline has the name of its call where there is room for all of it
function named(chart) {
  if (!chart.clientWidth) return; // not in view
  const room = (call) => call.width.baseVal.valueInSpecifiedUnits * chart.clientWidth / 100;
  const calls = [...chart.querySelectorAll(".call")], words = calls.map((call) => call.firstElementChild);
  for (const one of words) one.style.display = "";
  const cut = calls.map((call, n) => LETTER * words[n].textContent.length + 11 > room(call));
  words.forEach((one, n) => { one.style.display = cut[n] ? "none" : ""; });
}

function render({ model, el: root }) {
  const data = model.get("data");
  const { count } = data;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const grown = data.places.map(() => ({ height: 0, boxes: [] })); // of each picture, on all sides
  const sides = data.sides.map((side) => new Side(data, side, grown));
  let row = -1, timer = null, speed = 2, link = null, pinned = false, saving = null;

  data.marks.sort((a, b) => a[0] - b[0]);
  const at = (n) => (data.rows ? data.rows[n] : [n]);

  // The parts
  root.classList.add("kb", "kb-player", `kb-of-${sides.length}`);
  const say = el("p", { class: "kb-say", "aria-live": "polite", "aria-atomic": "true" });
  const where = el("output", { class: "kb-where" });
  const slider = el("input", { type: "range", min: 0, max: Math.max(count - 1, 0), value: 0,
    class: "kb-slider", "aria-label": "step", [QUIET]: "true", oninput: () => go(+slider.value) });
  const goto = el("input", { type: "number", min: 0, max: count - 1, class: "kb-goto",
    "aria-label": "go to step", [QUIET]: "true", onchange: () => goto.value !== "" && go(+goto.value) });
  const pace = el("select", { class: "kb-pace", "aria-label": "speed", [QUIET]: "true",
    onchange: () => { speed = +pace.value; if (timer) { stop(); start(); } } },
  ...SPEEDS.map((n) => el("option", { value: n, selected: n === speed }, `${n} steps/s`)));
  const playing = button("play", "play", () => (timer ? stop() : start()));
  const help = el("dl", { class: "kb-help", hidden: true }, ...KEYS.flatMap(([keys, words]) =>
    [el("dt", {}, keys), el("dd", {}, words)]));
  const helping = button("keys", "keys", () => {
    help.hidden = !help.hidden;
    helping.setAttribute("aria-expanded", String(!help.hidden));
  });
  helping.setAttribute("aria-expanded", "false");
  const bar = el("div", { class: "kb-bar", role: "toolbar", "aria-label": "steps" },
    button("first", "first step", () => go(0)),
    button("before", "previous event", () => jump(-1, EVENTS)),
    button("back", "one step back", () => go(row - 1)),
    playing,
    button("forward", "one step forward", () => go(row + 1)),
    button("after", "next event", () => jump(1, EVENTS)),
    button("last", "last step", () => go(count - 1)),
    el("label", { class: "kb-field" }, "step ", goto, ` of ${count - 1}`), pace,
    el("span", { class: "kb-fill" }),
    button("save", "save as SVG", save, icon("save"), "SVG"),
    button("save", "save as PNG", savePng, icon("save"), "PNG"), helping);
  const lanes = sides.map(({ side }) => {
    const chart = el("div", { class: "kb-chart" });
    chart.innerHTML = side.time;
    const cursor = el("div", { class: "kb-cursor" });
    chart.append(cursor);
    const names = el("div", { class: "kb-names" }, ...side.lanes.map((name) =>
      button("lane", `highlight process ${name}`, () => pin(`proc:${name}`), name)));
    for (const one of names.children) one.dataset.link = `proc:${one.textContent}`;
    names.style.setProperty("--kb-lane", `${data.lane}px`);
    const which = side.name ? [el("div", { class: "kb-which" }, side.name)] : [];
    return { which, names, chart, cursor };
  });
  const marks = el("div", { class: "kb-marks", "aria-hidden": "true" });
  for (const [place, kind] of data.marks) {
    if (kind === "call") continue;
    const mark = el("i", { class: `kb-mark ${kind}` });
    mark.style.left = share(place);
    marks.append(mark);
  }
  const fresh = el("ul", { class: "kb-fresh", "aria-label": "what has changed since the last step" });
  const apart = el("ul", { class: "kb-apart", "aria-label": "where the two runs differ" });
  const time = el("div", { class: "kb-time" },
    el("span"), el("div", { class: "kb-rail" }, slider, marks),
    ...lanes.flatMap(({ which, names, chart }) => [...which, names, chart]));
  const signs = el("div", { class: "kb-legend" });
  signs.innerHTML = data.legend;
  root.replaceChildren(
    el("div", { class: "kb-top" }, el("div", { class: "kb-title" }, data.title), where),
    bar, help, time, signs, say, el("div", { class: "kb-news" }, el("b", {}, "just changed"), fresh,
      ...(data.differs ? [el("b", {}, data.sides.map(({ name }) => name).join(" → ")), apart] : [])),
    el("div", { class: "kb-main" }, ...sides.map((side) => side.root)));
  root.tabIndex = 0;
  root.setAttribute(QUIET, "true");
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", `trace player: ${data.title}`);

  function share(n) {
    return `${count > 1 ? (100 * n) / (count - 1) : 0}%`;
  }

  // Goes to a row
  function go(wanted, quick) {
    const to = clamp(Math.round(wanted) || 0, 0, count - 1);
    if (to === row) return;
    const near = Math.abs(to - row) === 1 && row >= 0;
    const acting = at(Math.max(to, row));
    const places = at(to);
    const span = still.matches || row < 0 || quick ? 0 : timer ? Math.min(MOVE, 700 / speed) : MOVE;
    row = to;
    sides.forEach((side, n) => side.show(places[n], near ? side.text("proc", acting[n]) : null, span));
    const [cells, words] = news(places);
    sides.forEach((side, n) => side.mark("changed", cells[n]));
    fresh.replaceChildren(...(words.length ? words : ["nothing"]).map((one) => el("li", {}, one)));
    if (data.differs) {
      const [differ, told] = JSON.parse(data.strings[data.differs[to]]);
      for (const side of sides) side.mark("differs", differ);
      apart.replaceChildren(...(told.length ? told : ["nothing"]).map((one) => el("li", {}, one)));
      root.classList.toggle("kb-parted", told.length > 0);
    }
    const told = sides.map((side, n) => (side.side.name ? `${side.side.name}: ` : "")
      + side.text("text", places[n]));
    const note = to === count - 1 ? sides.map(({ side }) => side.note).filter(Boolean) : [];
    say.replaceChildren(...told.map((one) => el("span", {}, one)),
      ...note.map((one) => el("span", { class: "kb-note" }, one)));
    where.textContent = `step ${to} of ${count - 1}`;
    slider.value = goto.value = to;
    slider.setAttribute("aria-valuetext", `step ${to}: ${told.join(" ")}`);
    for (const { cursor } of lanes) cursor.style.left = share(to);
    if (link) light();
    clearTimeout(saving);
    saving = setTimeout(() => {
      if (model.get("step") !== row) { model.set("step", row); model.save_changes(); }
    }, 200);
  }

  // What has changed between the row before and this one, for each side
  function news(places) {
    const before = row > 0 ? at(row - 1) : places;
    const found = sides.map((side, n) => (places[n] === before[n] ? [[], []]
      : JSON.parse(side.text("new", places[n]))));
    return [found.map(([cells]) => cells), [...new Set(found.flatMap(([, words]) => words))]];
  }

  function jump(way, kinds) {
    const there = data.marks.filter(([n, kind]) => kinds.includes(kind) && (way > 0 ? n > row : n < row));
    if (there.length) go(there[way > 0 ? 0 : there.length - 1][0]);
    else go(way > 0 ? count - 1 : 0);
  }

  function start() {
    if (row >= count - 1) go(0, true);
    timer = setInterval(() => { go(row + 1); if (row >= count - 1) stop(); }, 1000 / speed);
    face("pause");
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    face("play");
  }

  function face(name) {
    playing.replaceChildren(icon(name));
    playing.title = name;
    playing.setAttribute("aria-label", name);
    say.setAttribute("aria-live", name === "pause" && speed > 1 ? "off" : "polite");
  }

  // Highlighting: everything that belongs to the same thing
  function light() {
    for (const one of root.querySelectorAll("[data-link]")) {
      one.classList.toggle("linked", link !== null && one.dataset.link.split(" ").includes(link));
    }
  }

  function highlight(name) {
    if (name === link) return;
    link = name;
    light();
  }

  function pin(name) {
    pinned = !(pinned && link === name);
    highlight(pinned ? name : null);
  }

  function cycle(way) {
    const names = [...new Set([...root.querySelectorAll("[data-link]")]
      .map((one) => one.dataset.link.split(" ")[0]).filter(Boolean))];
    names.sort((a, b) => KINDS.indexOf(a.split(":")[0]) - KINDS.indexOf(b.split(":")[0])
      || a.localeCompare(b));
    const next = names.indexOf(link) + way;
    pinned = true;
    highlight(names[link === null ? (way > 0 ? 0 : names.length - 1) : (next + names.length) % names.length]);
    const [what, name] = link.split(":");
    say.replaceChildren(el("span", {},
      `highlighted: ${{ proc: "process", msg: "message", queue: "queue", mode: "permission", sem: "semaphore" }[what] || what} ${name}`));
  }

  // Saving
  function drawing() {
    const look = getComputedStyle(root), gap = 32, wide = 560 + 2 * gap;
    let body = "", tall = 0;
    sides.forEach((side, n) => {
      let y = gap + 44;
      for (const { box } of side.pictures) {
        const svg = box.firstElementChild.cloneNode(true), high = svg.viewBox.baseVal.height;
        svg.setAttribute("x", gap + n * wide);
        svg.setAttribute("y", y);
        svg.setAttribute("width", 560);
        svg.setAttribute("height", high);
        svg.setAttribute("overflow", "visible");
        svg.removeAttribute("role");
        svg.removeAttribute("aria-label");
        body += new XMLSerializer().serializeToString(svg);
        y += high + gap;
      }
      tall = Math.max(tall, y);
    });
    const names = ["paper", "ink"].map((name) => `--kb-${name}:${look.getPropertyValue(`--kb-${name}`)};`);
    const words = say.textContent.replace(/[<&]/g, (c) => ({ "<": "&lt;", "&": "&amp;" })[c]);
    const width = wide * sides.length;
    return [`<svg xmlns="http://www.w3.org/2000/svg" class="kb" viewBox="0 0 ${width} ${tall}" `
      + `width="${width}" height="${tall}"><title>${words}</title><style>${data.style}`
      + `.kb{${names.join("")}}</style><rect class="paper" width="100%" height="100%"/>`
      + `<text class="head" x="${gap}" y="${gap + 12}">${words}</text>${body}</svg>`, width, tall];
  }

  function download(address, kind) {
    el("a", { href: address, download: `step-${row}.${kind}` }).click();
  }

  function save() {
    const address = URL.createObjectURL(new Blob([drawing()[0]], { type: "image/svg+xml" }));
    download(address, "svg");
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }

  function savePng() {
    const [svg, width, height] = drawing(), image = new Image();
    image.onload = () => {
      const canvas = el("canvas", { width: 2 * width, height: 2 * height });
      canvas.getContext("2d").drawImage(image, 0, 0, 2 * width, 2 * height);
      download(canvas.toDataURL("image/png"), "png");
    };
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  }

  // Keys
  const keys = {
    ArrowRight: () => go(row + 1), ArrowLeft: () => go(row - 1),
    "Shift+ArrowRight": () => jump(1, EVENTS), "Shift+ArrowLeft": () => jump(-1, EVENTS),
    n: () => jump(1, EVENTS), p: () => jump(-1, EVENTS),
    c: () => jump(1, ["call"]), "Shift+C": () => jump(-1, ["call"]),
    Home: () => go(0), End: () => go(count - 1), " ": () => playing.click(),
    "+": () => faster(1), "-": () => faster(-1), g: () => { goto.focus(); goto.select(); },
    h: () => cycle(1), "Shift+H": () => cycle(-1), s: save, "?": () => helping.click(),
    Escape: () => { pinned = false; highlight(null); if (!help.hidden) helping.click(); },
  };

  function faster(way) {
    speed = SPEEDS[clamp(SPEEDS.indexOf(speed) + way, 0, SPEEDS.length - 1)];
    pace.value = speed;
    if (timer) { stop(); start(); }
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const letter = event.key.length === 1 && !/[A-Z]/.test(event.key);
    const name = event.shiftKey && !letter ? `Shift+${event.key}` : event.key;
    const typing = event.target === goto && !["Escape", "g", "n", "p", "s", "h", "?"].includes(event.key);
    const native = (event.key === " " || event.key === "Enter")
      && event.target.closest("button,select");
    const choosing = event.target === pace && /^Arrow|Home|End/.test(event.key);
    if (event.key !== "Tab") event.stopPropagation();
    if (typing || native || choosing || !keys[name]) return;
    event.preventDefault();
    keys[name]();
  }

  root.addEventListener("keydown", onKey);
  root.addEventListener("pointerover", (event) => {
    const one = event.target.closest && event.target.closest("[data-link]");
    if (!pinned) highlight(one ? one.dataset.link.split(" ")[0] : null);
  });
  root.addEventListener("pointerleave", () => pinned || highlight(null));
  root.addEventListener("focusin", (event) => {
    const one = event.target.closest("[data-link]");
    if (one && !pinned) highlight(one.dataset.link);
  });
  for (const { chart } of lanes) {
    const place = (event) => {
      const box = chart.getBoundingClientRect();
      go(((event.clientX - box.left) / box.width) * (count - 1));
    };
    chart.addEventListener("pointerdown", (event) => { chart.setPointerCapture(event.pointerId); place(event); });
    chart.addEventListener("pointermove", (event) => event.buttons && place(event));
  }
  for (const side of sides) {
    side.root.addEventListener("click", (event) => {
      const one = event.target.closest("svg [data-link]");
      if (one) pin(one.dataset.link.split(" ")[0]);
    });
  }

  const fits = new ResizeObserver(() => {
    sides.forEach((side) => side.reveal());
    for (const { chart } of lanes) named(chart);
  });
  fits.observe(root);

  const onStep = () => model.get("step") !== row && go(model.get("step"));
  model.on("change:step", onStep);
  go(model.get("step"), true);
  return () => {
    stop();
    clearTimeout(saving);
    fits.disconnect();
    model.off("change:step", onStep);
  };
}

export default { render };
