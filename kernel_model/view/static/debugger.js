// The debugger's page: the moments of a run (view/debugger/record.py), what the debugger knew at each of
// them, and commands, which Python does on the kernel.

const KEYS = [
  ["s", "one instruction"],
  ["c", "continue"],
  ["b", "the breakpoint at the instruction that is next: write it, or take it out"],
  ["← →", "one moment back, forward"],
  ["p n", "to the end of the command before, of the next command"],
  ["Home, End", "to the beginning, to now"],
  ["Space", "play from the beginning of the command, pause"],
  ["/", "write a command"],
  ["?", "show or hide these keys"],
];
const SPEEDS = [2, 5, 10, 20];
const SAY = { ran: "runs", stop: "stopped by", end: "has ended", sleep: "sleeps" };

// All that the debugger knew at a frame
function knownAt(state, frame) {
  const known = { regs: {}, words: {}, text: {}, breaks: new Set(), status: "", fresh: new Set() };
  const command = state.commands.find(({ to }) => frame <= to) || state.commands.at(-1);
  for (const [since, kind, key, value] of state.facts) {
    if (since > frame) break;
    if (kind === "reg" || kind === "word") {
      known[kind === "reg" ? "regs" : "words"][key] = { value, old: false };
      if (since >= command.from) known.fresh.add(key);
    } else if (kind === "text") known.text[key] = value;
    else if (kind === "break") known.breaks.add(key);
    else if (kind === "gone") known.breaks.delete(key);
    else if (kind === "ran") {
      for (const all of [known.regs, known.words]) for (const one of Object.values(all)) one.old = true;
      known.fresh.clear();
    }
    if (SAY[kind]) known.status = [kind, key, value];
  }
  return known;
}

function render({ model, el: root }) {
  let state = JSON.parse(model.get("packed")), at = -1, timer = null, waiting = null, known = null, held = null;
  const count = () => state.frames.length;
  const text = (number) => state.texts[number];

  // The parts
  root.classList.add("kb", "kb-player", "kbd");
  const where = el("output", { class: "kb-where" });
  const say = el("p", { class: "kb-say", "aria-live": "off" });
  const answer = el("p", { class: "kbd-answer", role: "status" });
  const past = el("p", { class: "kbd-past", role: "status" });
  const wrong = el("p", { class: "kbd-wrong", role: "status" });
  const cost = el("p", { class: "kbd-cost" });
  const order = (name, label, words, title) => {
    const made = button(name, title, () => tell(typeof label === "function" ? label() : label), words);
    made.classList.add("kbd-do");
    made.removeAttribute("aria-label"); // its words are its name
    return made;
  };
  const withSignal = order("with", () => `continue ${state.stopped}`, "", "continue, and give it the signal");
  const signal = el("select", { "aria-label": "signal", [QUIET]: "true" });
  const line = el("input", { type: "text", class: "kbd-line", spellcheck: "false", autocomplete: "off",
    "aria-label": "command", placeholder: "break loop", [QUIET]: "true" });
  const form = el("form", { class: "kbd-form", onsubmit: (event) => {
    event.preventDefault();
    if (line.value.trim()) tell(line.value.trim());
    line.select();
  } }, el("label", {}, "sdb> ", line), el("button", { type: "submit", [QUIET]: "true" }, "Do"));
  const looks = el("span", { class: "kbd-looks", role: "group", "aria-label": "what is read at each stop" });
  const help = el("dl", { class: "kb-help", hidden: true }, ...KEYS.flatMap(([keys, words]) =>
    [el("dt", {}, keys), el("dd", {}, words)]));
  const helping = button("keys", "keys", () => {
    help.hidden = !help.hidden;
    helping.setAttribute("aria-expanded", String(!help.hidden));
  });
  helping.setAttribute("aria-expanded", "false");
  const doing = el("div", { class: "kb-bar kbd-orders", role: "toolbar", "aria-label": "commands" },
    order("step", "step", "Step", "one instruction"), order("continue", "continue", "Continue", "run on"),
    withSignal, order("kill", "kill", "Kill", "end the program"),
    order("again", "again", "Run again", "run the program from its beginning, with its breakpoints"),
    order("undo", "undo", "Undo", "take back the last command"),
    el("span", { class: "kbd-send" }, order("send", () => `send ${signal.value}`, "Send it", "send the program this signal"), signal),
    el("span", { class: "kb-fill" }), helping);
  const playing = button("play", "play", () => (timer ? stop() : play()));
  const slider = el("input", { type: "range", min: 0, class: "kb-slider", "aria-label": "moment",
    [QUIET]: "true", oninput: () => go(+slider.value) });
  const marks = el("div", { class: "kb-marks", "aria-hidden": "true" });
  const pace = el("select", { class: "kb-pace", "aria-label": "speed", [QUIET]: "true",
    onchange: () => { if (timer) { stop(); play(true); } } },
  ...SPEEDS.map((n) => el("option", { value: n, selected: n === 5 }, `${n} per s`)));
  const time = el("div", { class: "kbd-time" },
    el("div", { class: "kb-bar", role: "toolbar", "aria-label": "time" },
      button("first", "to the beginning", () => go(0)),
      button("before", "to the end of the command before", () => jump(-1)),
      button("back", "one moment back", () => go(at - 1)), playing,
      button("forward", "one moment forward", () => go(at + 1)),
      button("after", "to the end of the next command", () => jump(1)),
      button("last", "to now", () => go(count() - 1)), pace),
    el("div", { class: "kb-rail" }, slider, marks));
  const listing = el("div", { class: "kbd-text" });
  const regs = el("div", { class: "kbd-words", role: "group", "aria-label": "registers" });
  const words = el("div", { class: "kbd-words", role: "group", "aria-label": "memory" });
  const world = el("div", { class: "kbd-world" });
  const loop = el("div", { class: "kb-lines" });
  const log = el("ol", { class: "kbd-log" });
  const panel = (name, ...inside) => el("div", { class: "kbd-panel", role: "group", "aria-label": name },
    el("div", { class: "kbd-head" }, name), ...inside);
  const title = el("div", { class: "kb-title" });
  root.replaceChildren(
    el("div", { class: "kb-top" }, title, where), doing, form, wrong, answer, cost, help,
    el("div", { class: "kbd-main" },
      el("div", { class: "kbd-column" },
        panel("The program, as far as it was read", listing),
        panel("Registers as read", regs), panel("Memory as read", words),
        el("p", { class: "kbd-readsat" }, "read at each stop: ", looks)),
      el("div", { class: "kbd-column" },
        el("div", { class: "kbd-panel", role: "group", "aria-label": "What happens" }, el("div", { class: "kbd-head" }, "What happens"),
          time, past, say),
        panel("Trace structure and processes", world),
        panel("The debugger's own program", el("div", { class: "kb-code kbd-loop", tabindex: "0", role: "group",
          "aria-label": "the debugger's own program", [QUIET]: "true" }, loop)))),
    panel("Commands so far", el("div", { class: "kbd-logbox", tabindex: "0", role: "log", "aria-live": "off",
      "aria-label": "commands and answers", [QUIET]: "true" }, log)));
  root.tabIndex = 0;
  root.setAttribute(QUIET, "true");
  root.setAttribute("role", "group");

  // Telling Python
  function tell(command) {
    stop();
    wrong.textContent = "";
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      wrong.textContent = "There is no answer: the notebook's kernel is not running, or is busy. Run this cell again.";
    }, 6000);
    model.send({ do: command, at });
  }

  // Moving in time
  function go(wanted) {
    const to = clamp(Math.round(wanted) || 0, 0, count() - 1);
    if (to === at) return;
    at = to;
    show();
  }

  function jump(way) {
    const ends = state.commands.map(({ to }) => to);
    const found = way > 0 ? ends.find((end) => end > at) : ends.filter((end) => end < at).at(-1);
    go(found === undefined ? (way > 0 ? count() - 1 : 0) : found);
  }

  function play(on) {
    if (!on) {
      const now = state.commands.findLast(({ from, to }) => from <= at && to > from);
      if (now && at === now.to) go(now.from);
    }
    timer = setInterval(() => {
      go(at + 1);
      if (state.commands.some(({ to }) => to === at)) stop();
    }, 1000 / +pace.value);
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
  }

  // Showing
  function show() {
    const [who, what, how, row, own, over] = state.frames[at];
    known = knownAt(state, at);
    say.replaceChildren(el("span", {}, text(what)));
    where.textContent = `moment ${at} of ${count() - 1}`;
    slider.value = at;
    slider.setAttribute("aria-valuetext", `moment ${at}: ${text(what)}`);
    const later = state.commands.filter(({ to }) => to > at).length;
    past.textContent = later ? `This was before: a command given now takes back the ${later} after it.` : "";
    drawWorld(JSON.parse(text(how)), text(who));
    drawText();
    drawWords();
    for (const one of loop.children) {
      const line = +one.dataset.line;
      one.classList.toggle("kb-now", line === row);
      one.classList.toggle("kbd-own", line === own);
    }
    showCost();
    for (const [n, one] of [...log.children].entries()) {
      const { from, to } = state.commands[n];
      one.classList.toggle("now", at >= from && at <= to);
      one.classList.toggle("later", at < to && !(at >= from));
    }
  }

  function showCost() {
    const done = state.commands.filter(({ to }) => to <= at);
    const under = state.commands.find(({ from, to }) => from <= at && at < to);
    const told = under ? `${under.text} is under way …` : done.length ? done.at(-1).answer : "";
    answer.replaceChildren(...(state.say.text ? [el("small", {}, `${state.say.text} `)] : []), told);
    answer.classList.toggle("bad", !under && Boolean(done.at(-1)?.bad));
    const [calls, switches] = ["calls", "switches"].map((name) => done.reduce((sum, one) => sum + one[name], 0));
    const last = done.at(-1);
    cost.replaceChildren(...(last ? [el("b", {}, last.text), ` has cost ${plural(last.calls, "call")} of ptrace and `
      + `${plural(last.switches, "context switch", "context switches")}; all so far ${calls} and ${switches}.`] : []));
  }

  const plural = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

  function drawWorld([fields, ...processes], who) {
    const names = ["lock", "req", "addr", "data"];
    const before = at > 0 ? JSON.parse(text(state.frames[at - 1][2]))[0] : fields;
    const table = el("dl", { class: `kbd-structure${fields[0] !== "0" ? " locked" : ""}` },
      ...names.flatMap((name, n) => [el("dt", {}, name),
        el("dd", { class: fields[n] !== before[n] ? "changed" : "" }, fields[n])]));
    const cards = processes.map(([name, kind, words_, call, why]) => el("div",
      { class: `kbd-process ${kind}${name === who ? " acts" : ""}` },
      el("b", {}, name), el("span", { class: `kbd-state ${kind}` }, words_),
      el("code", {}, call), el("small", {}, why)));
    world.replaceChildren(cards[0], table, ...(cards[1] ? [cards[1]] : [el("div", { class: "kbd-process none" }, "no child")]));
  }

  function drawText() {
    const pc = known.regs.pc, here = pc && !pc.old ? pc.value : null;
    listing.replaceChildren(...state.text.map(([addr, label]) => {
      const set = known.breaks.has(addr), words_ = known.text[addr];
      const dot = el("button", { type: "button", class: "kbd-dot", "aria-pressed": String(set), [QUIET]: "true",
        "data-addr": addr, "aria-label": `breakpoint at ${label || addr}`, title: set ? "take the breakpoint out" : "write a breakpoint here",
        onclick: () => tell(`${set ? "clear" : "break"} ${addr}`) }, el("span", { "aria-hidden": "true" }, set ? "●" : "○"));
      return el("div", { class: `kbd-row${addr === here ? " kb-now" : ""}`, "aria-current": addr === here ? "step" : null },
        dot, el("span", { class: "kbd-pc" }, addr === here ? "▸" : ""), el("small", {}, addr),
        el("b", {}, label ? `${label}:` : ""), el("code", {}, words_ === undefined ? "?" : words_),
        el("small", { class: "kbd-bpt", title: set ? "a breakpoint is written over it" : null }, set ? "bpt" : ""));
    }));
  }

  function drawWords() {
    regs.replaceChildren(...state.registers.map((name) => word(name, name, known.regs[name], `set ${name}`, "registers")));
    const shown = state.data.map(([addr, label]) => [label || addr, addr]);
    const sp = known.regs.sp && known.regs.sp.value;
    const others = Object.keys(known.words).filter((addr) => !state.data.some(([one]) => one === addr)).sort();
    for (const addr of others) shown.push([addr === sp ? `${addr} (sp)` : addr, addr]);
    words.replaceChildren(...shown.map(([name, addr]) => word(name, addr, known.words[addr], `write ${addr}`, `read ${addr}`)));
  }

  // A word that can be read, and written once it was
  function word(name, key, found, write, read) {
    const fresh = known.fresh.has(key);
    const value = button("value", found ? `${name} is ${found.value}${found.old ? ", as it was read before the program ran" : ""}; change it`
      : `${name} was not read; read it`, () => (found ? edit() : tell(read)), found ? found.value : "read");
    const box = el("div", { class: `kbd-word${found && found.old ? " old" : ""}${fresh ? " fresh" : ""}` }, el("span", {}, name), value);
    function edit() {
      const input = el("input", { type: "text", value: found.value, "aria-label": `new value of ${name}`, [QUIET]: "true" });
      held = input;
      const end = (save) => {
        if (held !== input) return;
        held = null;
        if (save && input.value.trim() && input.value !== found.value) tell(`${write} ${input.value.trim()}`);
        drawWords();
      };
      input.addEventListener("keydown", (event) => {
        event.stopPropagation();
        if (event.key === "Enter") end(true);
        if (event.key === "Escape") end(false);
      });
      input.addEventListener("blur", () => end(false));
      value.replaceWith(input);
      input.focus();
      input.select();
    }
    return box;
  }

  // What is new from Python
  function renew() {
    clearTimeout(waiting);
    wrong.textContent = "";
    state = JSON.parse(model.get("packed"));
    title.textContent = state.title;
    root.setAttribute("aria-label", `debugger: ${state.title}`);
    slider.max = Math.max(count() - 1, 0);
    marks.replaceChildren(...state.commands.map(({ to }) => {
      const mark = el("i", { class: "kb-mark" });
      mark.style.left = `${count() > 1 ? (100 * to) / (count() - 1) : 0}%`;
      return mark;
    }));
    const given = state.stopped && state.stopped !== "SIGTRAP";
    withSignal.hidden = !given;
    withSignal.textContent = given ? `Continue with ${state.stopped}` : "";
    if (!signal.children.length) signal.append(...state.signals.map((name) => el("option", {}, name)));
    looks.replaceChildren(...state.looks.map((name) => {
      const box = el("input", { type: "checkbox", [QUIET]: "true", onchange: () => tell(`look ${name} ${box.checked ? "on" : "off"}`) });
      box.checked = state.look.includes(name);
      return el("label", {}, box, ` ${name}`);
    }));
    const longest = Math.max(0, ...state.text.map(([, label]) => label.length));
    listing.style.setProperty("--kbd-label", `${8.5 * longest + 16}px`);
    if (!loop.children.length) {
      for (const [html, number] of state.loop) {
        const row = el("div", { "data-line": number, "data-n": "" }), code = el("code");
        const indent = html.search(/\S|$/);
        code.innerHTML = html.slice(indent);
        code.style.paddingLeft = `${indent}ch`;
        row.append(code);
        loop.append(row);
      }
    }
    log.replaceChildren(...state.commands.map(({ text: told, answer: came, bad, calls, switches, to }) => el("li",
      { class: bad ? "bad" : "" },
      button("goto", `go to ${told}`, () => go(to), el("code", {}, told)), el("span", {}, came),
      el("small", {}, `${plural(calls, "call")}, ${plural(switches, "switch", "switches")}`))));
    log.lastElementChild.parentNode.parentNode.scrollTop = 1e6;
    const focused = document.activeElement, addr = focused && root.contains(focused) && focused.dataset.addr;
    at = -1;
    go(count() - 1);
    if (addr) root.querySelector(`[data-addr="${addr}"]`)?.focus();
  }

  // Keys
  const keys = {
    s: () => tell("step"), c: () => tell("continue"), b: () => {
      const pc = known.regs.pc;
      if (pc && !pc.old) tell(`${known.breaks.has(pc.value) ? "clear" : "break"} ${pc.value}`);
    },
    ArrowLeft: () => go(at - 1), ArrowRight: () => go(at + 1), p: () => jump(-1), n: () => jump(1),
    Home: () => go(0), End: () => go(count() - 1), " ": () => playing.click(), "/": () => line.focus(),
    "?": () => helping.click(), Escape: () => { if (!help.hidden) helping.click(); },
  };

  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const native = (event.key === " " || event.key === "Enter") && event.target.closest("button,select,input");
    const typing = event.target.closest("input[type=text],select") && event.key !== "Escape";
    if (event.key !== "Tab") event.stopPropagation();
    if (typing || native || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  model.on("change:packed", renew);
  renew();
  return () => {
    stop();
    clearTimeout(waiting);
    model.off("change:packed", renew);
  };
}

export default { render };
