// Interleavings by hand: the reader says whose turn it is, goes back, and takes another branch.
// The page has every processor's automaton (interleavings/pack.py); no kernel is needed to go on.

const KEYS = [
  ["1 2 3 4", "the turn of the first, second, third, fourth processor"],
  ["← →", "one step back, one step forward on this branch"],
  ["↑ ↓", "the branch above, below: another choice at the nearest fork"],
  ["Home, End", "to the beginning, to the end of this branch"],
  ["x", "find a bad schedule"],
  ["u", "on to a nearest state that has not been seen"],
  ["Space", "play, pause"],
  ["?", "show or hide these keys"],
];
const INSIDE = "critical section"; // the row of interleavings/listing.py
const WIDE = 26; // of a step on the timeline, at least
const LANE = 34;
const NS = "http://www.w3.org/2000/svg";

function svg(tag, given, ...inside) {
  const made = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(given)) made.setAttribute(name, value);
  made.append(...inside);
  return made;
}

// What the states in the picture of all of them are marked with
const LEGEND = [["here", "here"], ["seen", "seen"], ["bad", "must not be"]];
const dot = (kind) => svg("svg", { width: 16, height: 16, "aria-hidden": "true" },
  svg("g", { class: `state ${kind}` }, svg("circle", { cx: 8, cy: 8, r: 6 }),
    ...(kind === "bad" ? [svg("path", { d: "M5 5l6 6m0-6l-6 6" })] : [])));

// The nodes of a linked list (interleavings/pack.py), in order, up to where one comes again
function within({ head, first, next, to }, values) {
  const found = new Set(head < 0 ? [0] : []);
  let node = head < 0 ? to[0][values[next[0]]] : first[values[head]];
  for (; node !== undefined && !found.has(node); node = to[node][values[next[node]]]) found.add(node);
  return found;
}

// What can be done from where everybody stands; the reader's history is a tree of these
class Walk {
  constructor(data) {
    this.data = data;
    this.nodes = [{ up: null, by: null, text: data.begin, cell: -1, down: [], next: null, depth: 0,
      loop: null, ...this.first() }];
    this.at = 0;
    this.seen = new Set([this.key(this.nodes[0])]);
  }

  first() { return { stands: this.data.members.map(() => 0), values: this.data.first }; }

  get now() { return this.nodes[this.at]; }

  stand(node, p) { return this.data.members[p].stands[node.stands[p]]; }

  // The state as the explorer counts it
  key(node) {
    return `${node.stands.map((_, p) => this.stand(node, p).kind).join(",")}|`
      + this.data.shared.map((cell) => node.values[cell]).join(",");
  }

  // The move of processor p, if it has one
  move(node, p) {
    const { cell } = this.stand(node, p);
    const found = cell < 0 ? "" : node.values[cell];
    return this.data.members[p].moves[node.stands[p]].find((one) => one[0] === found);
  }

  // Takes a turn: the branch that is there already, or a new one
  turn(p) {
    const node = this.now, move = this.move(node, p);
    if (!move) return false;
    let to = node.down.find((one) => this.nodes[one].by === p);
    if (to === undefined) {
      to = this.nodes.push({ up: this.at, by: p, down: [], next: null, depth: node.depth + 1,
        loop: null, ...this.after(node, p, move) }) - 1;
      node.down.push(to);
    }
    node.next = to;
    this.at = to;
    this.seen.add(this.key(this.now));
    return true;
  }

  // What a turn makes of everything
  after(node, p, [, stand, value, text]) {
    const { cell } = this.stand(node, p);
    const stands = node.stands.slice(), values = node.values.slice();
    stands[p] = stand;
    if (cell >= 0) values[cell] = value;
    return { stands, values, text: this.data.texts[text], cell,
      wrote: cell >= 0 && value !== node.values[cell] };
  }

  // Shortest turns from somewhere to a state that is wanted; undefined: there is none
  way(from, wanted) {
    const seen = new Set(), todo = [[from, []]];
    for (const [node, turns] of todo) {
      const here = this.key(node);
      if (wanted(here)) return turns;
      if (seen.has(here)) continue;
      seen.add(here);
      this.data.members.forEach((_, p) => {
        const move = this.move(node, p);
        if (move) todo.push([this.after(node, p, move), [...turns, p]]);
      });
    }
    return undefined;
  }

  // The nodes from the beginning through here to the end of this branch
  branch() {
    const way = [];
    for (let at = this.at; at !== null; at = this.nodes[at].up) way.unshift(at);
    for (let at = this.now.next; at !== null; at = this.nodes[at].next) way.push(at);
    return way;
  }

  // Another choice at the nearest fork: `way` is 1 or -1
  other(way) {
    for (let at = this.at; this.nodes[at].up !== null; at = this.nodes[at].up) {
      const fork = this.nodes[this.nodes[at].up], place = fork.down.indexOf(at) + way;
      if (place >= 0 && place < fork.down.length) {
        fork.next = fork.down[place];
        this.at = fork.next;
        return true;
      }
    }
    return false;
  }

  phase(node, p) {
    const { phase, waits } = this.stand(node, p);
    return waits && !this.move(node, p) ? waits : phase;
  }

  // What is wrong with a state by itself
  wrong(node) {
    const { data } = this, told = data.bad[this.key(node)];
    if (told) return told;
    const inside = node.stands.map((_, p) => p).filter((p) => this.phase(node, p) === "inside");
    if (inside.length > 1) {
      return `Processors ${inside.map((p) => data.members[p].name).join(" and ")} are inside at the same time.`;
    }
    const failed = node.stands.findIndex((_, p) => this.phase(node, p) === "failed");
    return failed < 0 ? "" : this.stand(node, failed).coming;
  }
}

// The same over states that are known one by one, of programs that run on a kernel
// (view/programs/pack.py): of each where everybody stands, where each turn leads, what is wrong,
// what else there is to say, and its pictures
class Known extends Walk {
  first() { return { state: 0 }; }

  here(node) { return this.data.states[node.state]; }

  stand(node, p) { return this.data.members[p].stands[this.here(node)[0][p]]; }

  key(node) { return String(node.state); }

  move(node, p) {
    const found = this.here(node)[1][p];
    return found && found[0] >= 0 ? found : undefined;
  }

  beyond(node, p) { return Boolean(this.here(node)[1][p]) && !this.move(node, p); }

  after(node, p, [state, text]) { return { state, text: this.data.texts[text], cell: -1, wrote: false }; }

  phase(node, p) { return this.stand(node, p).phase; }

  wrong(node) { return this.data.texts[this.here(node)[2]]; }

  note(node) { return this.data.texts[this.here(node)[3]]; }

  // Whose turn it is when chance decides: the same for the same number, here as in Python
  chance(seed) {
    const able = this.data.members.map((_, p) => p).filter((p) => this.move(this.now, p));
    const next = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return [able.length ? able[(next >>> 16) % able.length] : null, next];
  }
}

function render({ model, el: root }) {
  const data = model.get("data");
  const walk = data.states ? new Known(data) : new Walk(data);
  const who = data.who || "processor";
  const Who = who[0].toUpperCase() + who.slice(1);
  const n = data.members.length;
  let timer = null, saving = null, found = "";
  let fitted = 0; // the width that the timeline was drawn for

  // The parts
  root.classList.add("kb", "kb-player", "kb-interleave", data.states ? "kb-drive" : "kb-lock");
  const say = el("p", { class: "kb-say", "aria-live": "polite", "aria-atomic": "true" });
  const where = el("output", { class: "kb-where" });
  const help = el("dl", { class: "kb-help", hidden: true }, ...KEYS.flatMap(([keys, words]) =>
    [el("dt", {}, keys), el("dd", {}, words)]));
  const helping = button("keys", "keys", () => {
    help.hidden = !help.hidden;
    helping.setAttribute("aria-expanded", String(!help.hidden));
  });
  helping.setAttribute("aria-expanded", "false");
  const playing = button("play", "play", () => (timer ? stop() : start()));
  const bar = el("div", { class: "kb-bar", role: "toolbar", "aria-label": "schedule" },
    button("first", "to the beginning", () => go(0)),
    button("back", "one step back", back), playing,
    button("forward", "one step forward on this branch", forward),
    button("last", "to the end of this branch", () => go(walk.branch().at(-1))),
    button("bad", "find a bad schedule", bad, icon("bad"), "find a bad schedule"),
    ...(data.states ? [byChance()] : []),
    el("span", { class: "kb-fill" }), helping);
  const cards = data.members.map((member, p) => {
    const phase = el("span", { class: "kb-phase" }), coming = el("code", {});
    const card = el("button", { type: "button", class: "kb-card", [QUIET]: "true",
      onclick: () => turn(p) },
    el("span", { class: "kb-cardhead" }, el("b", {}, `${who} ${member.name}`), phase,
      el("kbd", { "aria-hidden": "true" }, p + 1)), coming);
    return { card, phase, coming };
  });
  const chart = el("div", { class: "kb-chart kb-turns", tabindex: "0", role: "group",
    "aria-label": "timeline", [QUIET]: "true" });
  const listing = el("div", { class: "kb-lines" });
  const marks = data.rows.map(([kind, html, number]) => {
    const who = el("span", { class: "kb-who" });
    const words = el(kind === "line" ? "code" : "span", {});
    const indent = kind === "line" ? html.search(/\S|$/) : 0;
    words.innerHTML = html.slice(indent);
    if (kind === "line") Object.assign(words.style, { paddingLeft: `${indent + 3}ch`, textIndent: "-2ch" });
    listing.append(el("div", { class: `kb-row ${kind}${html === INSIDE ? " critical" : ""}`, "data-n": number || "" }, who, words));
    return who;
  });
  const longest = Math.max(...data.members.map(({ name }) => name.length));
  const widest = Math.max(...marks.map((mark) => mark.nextSibling.textContent.length
    + (parseInt(mark.nextSibling.style.paddingLeft, 10) || 3) - 3));
  listing.style.setProperty("--kb-whos", `${(data.states ? 1 : n) * (19 + 9 * longest) + 8}px`);
  listing.style.setProperty("--kb-widest", `${widest + 7}ch`);
  const code = el("div", { class: "kb-code", role: "group", "aria-label": "the code, and who is where",
    tabindex: "0", [QUIET]: "true" }, listing);
  const memory = el("div", { class: "kb-picture kb-memory" });
  memory.innerHTML = data.memory || "";
  const scenes = (data.scenes || []).map(() => el("div", { class: "kb-picture kb-scene" }));
  const tallest = scenes.map(() => 0);
  const values = data.cells.map((name) => memory.querySelector(`[data-cell="${CSS.escape(name)}"]`));
  const links = [...memory.querySelectorAll("[data-when]")].map((link) => {
    const [, cell, told] = link.dataset.when.match(/^(.*?)=(.*)$/s);
    return [link, data.cells.indexOf(cell), told];
  });
  const tree = el("div", { class: "kb-tree" });
  const states = el("div", { class: "kb-states" });
  states.innerHTML = data.graph || "";
  states.addEventListener("click", (event) => {
    const state = event.target.closest("[data-state]")?.dataset.state;
    if (state) follow(0, walk.way(walk.nodes[0], (key) => key === state));
  });
  const seen = el("span", {});
  const legend = el("p", { class: "kb-seen" }, seen, ...(data.graph ? LEGEND : [])
    .filter(([kind]) => kind !== "bad" || states.querySelector(".bad"))
    .map(([kind, words]) => el("span", { class: "kb-kind" }, dot(kind), words)));
  root.replaceChildren(
    el("div", { class: "kb-top" }, el("div", { class: "kb-title" }, data.title), where),
    bar, help, say,
    el("div", { class: "kb-cards", role: "group", "aria-label": "whose turn is it?" },
      ...cards.map(({ card }) => card)),
    chart, tree,
    el("div", { class: "kb-pair" }, el("div", { class: "kb-algorithm" }, code),
      el("div", { class: "kb-beside" }, memory, ...scenes, legend, states)));
  root.tabIndex = 0;
  root.setAttribute(QUIET, "true");
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", `interleavings: ${data.title}`);

  // Moving
  function turn(p) {
    if (p >= n) return;
    stop();
    if (walk.turn(p)) show();
    else if (data.states && walk.beyond(walk.now, p)) {
      tell([`This page has the first ${data.states.length} states, and this turn leads out of them.`]);
    } else {
      tell([`${Who} ${data.members[p].name} cannot go on: ${walk.phase(walk.now, p)}, `
        + `${walk.stand(walk.now, p).coming}.`]);
    }
  }

  // Turns by chance to the end, from here
  function byChance() {
    const seed = el("input", { type: "number", value: data.seed, min: 0, step: 1, class: "kb-seed",
      "aria-label": "seed", [QUIET]: "true" });
    const run = () => {
      stop();
      let p = null, state = Math.max(0, Math.floor(+seed.value) || 0);
      for (;;) {
        [p, state] = walk.chance(state);
        if (p === null || !walk.turn(p)) break;
      }
      show();
    };
    seed.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") run();
    });
    return el("span", { class: "kb-chance" },
      button("chance", "run to the end by chance", run, "run to the end by chance"),
      el("label", {}, "seed ", seed));
  }

  function go(to) {
    walk.at = to;
    show();
  }

  function back() {
    if (walk.now.up === null) return;
    walk.nodes[walk.now.up].next = walk.at;
    go(walk.now.up);
  }

  function forward() {
    const { next, loop } = walk.now;
    if (next !== null) return go(next);
    if (loop === null) return stop();
    found = `Everything is as after step ${walk.nodes[loop].depth}: this can go on for ever.`;
    return go(loop);
  }

  function bad() {
    stop();
    found = data.verdict;
    if (!data.stem.length && !data.cycle.length) return tell([data.verdict]);
    toldBad();
    return go(0);
  }

  // From a node on by these turns
  function follow(from, turns) {
    stop();
    walk.at = from;
    for (const p of turns || []) walk.turn(p);
    show();
  }

  function unseen() {
    const turns = walk.way(walk.now, (key) => !walk.seen.has(key));
    if (!turns) return tell(["All states that can be reached from here have been seen."]);
    return follow(walk.at, turns);
  }

  // The bad schedule from the beginning to its end
  function toldBad() {
    walk.at = 0;
    for (const p of data.stem) walk.turn(p);
    const begin = walk.at;
    for (const p of data.cycle) walk.turn(p);
    if (data.cycle.length) walk.now.loop = begin;
  }

  function start() {
    if (walk.now.next === null && walk.now.loop === null) walk.at = 0;
    if (walk.now.next === null) return show();
    timer = setInterval(forward, 1100);
    return face("pause");
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
  }

  // Showing
  function tell(words) {
    say.replaceChildren(...words.filter(Boolean).map((one, at) =>
      el("span", { class: at ? "kb-note" : "" }, one)));
  }

  function show() {
    const node = walk.now, way = walk.branch(), wrong = walk.wrong(node);
    tell([node.text, wrong, data.states && walk.note(node), found]);
    found = "";
    where.textContent = way.length > 1 ? `step ${node.depth} of ${way.length - 1}` : "no step yet";
    root.classList.toggle("kb-wrong", Boolean(wrong));
    cards.forEach(({ card, phase, coming }, p) => {
      const can = walk.move(node, p);
      phase.textContent = walk.phase(node, p);
      phase.className = `kb-phase ${phase.textContent}`;
      coming.textContent = walk.stand(node, p).coming;
      card.setAttribute("aria-disabled", String(!can));
      card.classList.toggle("acted", node.by === p);
    });
    values.forEach((cell, at) => {
      const value = node.values[at], most = +cell.dataset.most || value.length;
      cell.querySelector("text").textContent = value.length > most ? `${value.slice(0, most - 1)}…` : value;
      cell.classList.toggle("changed", at === node.cell && node.wrote);
      cell.classList.toggle("read", at === node.cell && !node.wrote);
    });
    drawLists(node);
    marks.forEach((mark) => { mark.replaceChildren(); mark.parentNode.classList.remove("kb-now"); });
    if (data.states) {
      walk.here(node)[4].forEach((scene, at) => {
        scenes[at].innerHTML = data.scenes[at][scene];
        tallest[at] = Math.max(tallest[at], scenes[at].firstElementChild.viewBox.baseVal.height);
        scenes[at].style.aspectRatio = `560 / ${tallest[at]}`;
      });
    }
    data.members.forEach((member, p) => {
      const mark = marks[walk.stand(node, p).row];
      mark.append(el("b", { class: walk.phase(node, p), title: `${who} ${member.name}` }, member.name));
      if (node.by === p) mark.parentNode.classList.add("kb-now");
    });
    keep(node);
    const most = data.total === null ? "" : ` of ${data.total.toLocaleString("en")}`;
    seen.textContent = `${walk.seen.size}${most} states seen so far`;
    drawTime(way);
    drawTree();
    drawStates();
    clearTimeout(saving);
    saving = setTimeout(() => {
      const turns = way.slice(1, node.depth + 1).map((at) => walk.nodes[at].by);
      if (String(model.get("turns")) !== String(turns)) {
        model.set("turns", turns);
        model.save_changes();
      }
    }, 200);
  }

  // Pointers as they are, the one just written, and where it led before
  function drawLists(node) {
    for (const [link, cell, told] of links) {
      const wrote = node.wrote && cell === node.cell, now = node.values[cell] === told;
      const was = wrote && walk.nodes[node.up].values[cell] === told;
      link.setAttribute("class", `link ${now ? (wrote ? "changed" : "") : was ? "was" : "off"}`);
    }
    for (const list of data.lists || []) {
      const found = within(list, node.values);
      list.next.forEach((_, at) => memory.querySelector(`[data-node="${CSS.escape(`${list.name} ${at}`)}"]`)
        .classList.toggle("out", !found.has(at)));
    }
  }

  // Scrolls the code to where everybody is; where that is too far apart, to who was last to move
  function keep(node) {
    const places = data.members.map((_, p) => marks[walk.stand(node, p).row].parentNode);
    const first = Math.min(...places.map((row) => row.offsetTop));
    const last = Math.max(...places.map((row) => row.offsetTop + row.offsetHeight));
    const [above, below] = last - first < code.clientHeight || node.by === null ? [first, last]
      : [places[node.by].offsetTop, places[node.by].offsetTop + places[node.by].offsetHeight];
    const { scrollTop, clientHeight } = code;
    if (below > scrollTop + clientHeight) code.scrollTop = below - clientHeight + 30;
    if (above < code.scrollTop) code.scrollTop = Math.max(0, above - 30);
  }

  // The timeline of this branch: broad where a processor is inside, a dot where it took its turn
  function drawTime(way) {
    fitted = chart.clientWidth;
    const left = 26 + 9 * longest;
    const room = Math.max(fitted || 900, 300) - left - 14;
    const steps = Math.max(way.length, 12), wide = Math.max(WIDE, Math.min(64, room / steps));
    const width = left + wide * steps + 12;
    const made = svg("svg", { width, height: LANE * n + 22, role: "img", "aria-label": timeWords(way) });
    const here = walk.now.depth;
    data.members.forEach((member, p) => {
      const y = LANE * p + LANE / 2 + 18;
      made.append(svg("path", { class: "lane", d: `M${left} ${y}H${width}` }));
      const name = svg("text", { x: 4, y: y + 5, class: "who" });
      name.textContent = member.name;
      made.append(name);
      way.forEach((at, column) => {
        const kind = walk.phase(walk.nodes[at], p);
        if (kind === "outside" || kind === "ended") return;
        const tall = { inside: 24, failed: 24, leaving: 6, asleep: 4, waiting: 4 }[kind] || 9;
        made.append(svg("rect", { class: `bar ${kind}${column > here ? " later" : ""}`,
          x: left + wide * column, y: y - tall / 2, width: wide, height: tall }));
      });
    });
    way.slice(1).forEach((at, column) => {
      const node = walk.nodes[at], y = LANE * node.by + LANE / 2 + 18;
      const x = left + wide * (column + 1);
      const dot = svg("g", { class: `turn${column + 1 > here ? " later" : ""}`, "data-at": at });
      dot.append(svg("rect", { x: x - wide / 2, y: y - LANE / 2, width: wide, height: LANE, class: "hit" }),
        svg("circle", { cx: x, cy: y, r: 6 }));
      const title = svg("title", {});
      title.textContent = `step ${column + 1}: ${node.text}`;
      dot.append(title);
      dot.addEventListener("click", () => go(at));
      made.append(dot);
      if (walk.wrong(node)) {
        made.append(svg("path", { class: "cross", d: `M${x - 5} 4l10 10m0-10l-10 10` }));
      }
    });
    const loop = walk.nodes[way.at(-1)].loop;
    if (loop !== null) {
      const from = left + wide * walk.nodes[loop].depth, to = left + wide * (way.length - 1);
      made.append(svg("path", { class: "again", d: `M${from} 22V15H${to}V22m-4 -5l4 6l4 -6` }));
      const words = svg("text", { class: "againwords", x: (from + to) / 2, y: 11 });
      words.textContent = "again and again";
      made.append(words);
    }
    const x = left + wide * here;
    made.append(svg("path", { class: "cursor", d: `M${x} 14V${LANE * n + 20}` }));
    chart.replaceChildren(made);
    if (x < chart.scrollLeft + left || x > chart.scrollLeft + chart.clientWidth - wide) {
      chart.scrollLeft = x - chart.clientWidth / 2;
    }
  }

  function timeWords(way) {
    const turns = way.slice(1).map((at) => data.members[walk.nodes[at].by].name);
    return turns.length ? `whose turn it was: ${turns.join(", ")}` : "nobody has had a turn yet";
  }

  // The tree of all branches taken, once there are two
  function drawTree() {
    const forks = walk.nodes.some(({ down }) => down.length > 1);
    tree.hidden = !forks;
    if (!forks) return;
    const at = [], todo = [0];
    let row = -1;
    while (todo.length) { // depth first; the first choice goes on in its row
      const one = todo.pop(), { up, down, depth } = walk.nodes[one];
      if (up === null || walk.nodes[up].down[0] !== one) row += 1;
      at[one] = [10 + 18 * depth, 10 + 18 * row];
      todo.push(...down.slice().reverse());
    }
    const on = new Set(walk.branch());
    const deepest = Math.max(...walk.nodes.map(({ depth }) => depth));
    const made = svg("svg", { width: 20 + 18 * deepest, height: 20 + 18 * row, role: "img",
      "aria-label": `${row + 1} branches taken so far` });
    walk.nodes.forEach(({ up }, one) => {
      if (up === null) return;
      const [x, y] = at[one], [fromX, fromY] = at[up];
      made.append(svg("path", { class: on.has(one) ? "on" : "", d: `M${fromX} ${fromY}V${y}H${x}` }));
    });
    walk.nodes.forEach((node, one) => {
      const [cx, cy] = at[one], wrong = walk.wrong(node);
      const dot = svg("circle", { cx, cy, r: one === walk.at ? 7 : 5,
        class: `${on.has(one) ? "on" : ""} ${wrong ? "wrong" : ""} ${one === walk.at ? "here" : ""}` });
      const title = svg("title", {});
      title.textContent = `step ${node.depth}: ${node.text}`;
      dot.append(title);
      dot.addEventListener("click", () => go(one));
      made.append(dot);
    });
    tree.replaceChildren(el("span", { class: "kb-treename" }, "branches taken"), made);
  }

  function drawStates() {
    if (!data.graph) return;
    const here = walk.key(walk.now);
    for (const one of states.querySelectorAll("[data-state]")) {
      const key = one.dataset.state;
      one.classList.toggle("seen", walk.seen.has(key));
      one.classList.toggle("here", key === here);
    }
  }

  // Keys
  const keys = {
    ArrowLeft: back, ArrowRight: () => { stop(); forward(); },
    ArrowUp: () => walk.other(-1) && show(), ArrowDown: () => walk.other(1) && show(),
    Home: () => go(0), End: () => go(walk.branch().at(-1)),
    x: bad, u: unseen, " ": () => playing.click(), "?": () => helping.click(),
    Escape: () => help.hidden || helping.click(),
  };

  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key !== "Tab") event.stopPropagation();
    const native = (event.key === " " || event.key === "Enter") && event.target.closest("button");
    const scrolls = event.target === code && /^Arrow(Up|Down)$|^Page|^Home|^End/.test(event.key);
    const act = /^[1-9]$/.test(event.key) ? () => turn(+event.key - 1) : keys[event.key];
    if (native || scrolls || !act) return;
    event.preventDefault();
    act();
  });
  const fits = new ResizeObserver(() => {
    if (chart.clientWidth !== fitted) drawTime(walk.branch());
  });
  fits.observe(chart);

  function take(turns) {
    if (turns.length && String(turns) === String([...data.stem, ...data.cycle])) {
      if (data.cycle.length) found = data.verdict; // else the last state says itself what is wrong
      toldBad();
    } else for (const p of turns) if (!walk.turn(p)) break;
    show();
  }

  take(model.get("turns"));
  return () => {
    stop();
    fits.disconnect();
    clearTimeout(saving);
  };
}

export default { render };
