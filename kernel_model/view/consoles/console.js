// The console's page: draws the state that Python sends, tells Python what the learner does.

const SIGNS = {
  ready: '<circle cx="6" cy="6" r="4.5"/>',
  asleep: '<path d="M9.8 7.6A4.6 4.6 0 1 1 5.2 1.6a3.8 3.8 0 0 0 4.6 6z"/>',
  stopped: '<path d="M3.5 2v8M8.5 2v8" stroke-width="2.4"/>',
  ended: '<path d="M2 2l8 8M10 2l-8 8" stroke-width="2"/>',
};
const WORDS = {ready: "can call", asleep: "asleep", stopped: "stopped", ended: "gone"};
const UNIQUE = Math.random().toString(36).slice(2, 8);  // another console may be in the page
let serial = 0;
const newId = () => `kbc-${UNIQUE}-${++serial}`;

function el(tag, given = {}, ...inner) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name === "on") for (const [event, fn] of Object.entries(value)) made.addEventListener(event, fn);
    else if (name in made && typeof value !== "string") made[name] = value;
    else if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...inner.filter((one) => one !== null && one !== undefined));
  // JupyterLab's own keys stay away from what can have the focus
  if (["INPUT", "SELECT", "BUTTON", "SUMMARY", "TEXTAREA"].includes(made.tagName) || made.tabIndex === 0)
    made.setAttribute("data-lm-suppress-shortcuts", "true");
  return made;
}

const code = (text) => el("code", {}, text);
const button = (text, press, given = {}) => el("button", {type: "button", on: {click: press}, ...given}, text);
const labelled = (text, input, help) => {
  input.id ||= newId();
  const told = help ? el("small", {id: `${input.id}-help`}, help) : null;
  if (told) input.setAttribute("aria-describedby", told.id);
  return el("div", {class: "field"}, el("label", {for: input.id}, text), input, told);
};

// What a field is shown with first: of a descriptor one of the actor's own, else the newest result
const firstOf = (field, actor) => (field.first ? field.first[actor] : field.choices.at(-1)?.value);

// Fields: each gives its element, value(), and text(), the value as a program would write it

const octal = (bits) => "0" + bits.toString(8).padStart(3, "0");
const listed = (parts) => parts.join(" | ") || "0";

function modeField(label, value, changed) {
  const input = el("input", {type: "text", class: "short mono", value, autocomplete: "off", spellcheck: "false"});
  const bits = [];
  const boxes = el("table", {class: "bits"}, el("caption", {class: "hidden"}, `${label}: who may do what`));
  const head = el("tr", {}, el("td", {}), ...["r", "w", "x"].map((c) => el("th", {scope: "col"}, c)));
  boxes.append(head);
  for (const [row, who] of ["owner", "group", "others"].entries()) {
    const line = el("tr", {}, el("th", {scope: "row"}, who));
    for (const [column, what] of ["read", "write", "execute (no meaning here)"].entries()) {
      const bit = 1 << (8 - 3 * row - column);
      const box = el("input", {type: "checkbox", "aria-label": `${who}: ${what}`, on: {change: () => {
        const now = parseInt(input.value, 8) || 0;
        input.value = octal(box.checked ? now | bit : now & ~bit);
        changed();
      }}});
      bits.push([bit, box]);
      line.append(el("td", {}, box));
    }
    boxes.append(line);
  }
  const show = () => bits.forEach(([bit, box]) => { box.checked = !!((parseInt(input.value, 8) || 0) & bit); });
  input.addEventListener("input", () => { show(); changed(); });
  show();
  const head2 = labelled(label, input);
  head2.append(boxes);
  return {node: head2, value: () => input.value, text: () => input.value || "0", set: (v) => { input.value = v; show(); }};
}

function ticks(field, changed, chosen) {
  const boxes = field.choices.map((one) => {
    const box = el("input", {type: "checkbox", value: one.value, id: newId(), checked: chosen.includes(one.value), on: {change: changed}});
    return [box, el("div", {class: "tick"}, box, el("label", {for: box.id}, code(one.label), one.help ? " " + one.help : ""))];
  });
  return {nodes: boxes.map(([, node]) => node), chosen: () => boxes.filter(([box]) => box.checked).map(([box]) => box.value)};
}

const MAKE = {
  number(field, changed) {
    const input = el("input", {type: "text", inputmode: "text", class: "short mono", value: String(field.value), autocomplete: "off", on: {input: changed}});
    return {node: labelled(field.label, input, field.help), value: () => input.value, text: () => input.value};
  },
  word: (field, changed) => MAKE.number(field, changed),
  key(field, changed) {
    const input = el("input", {type: "text", class: "short mono", value: String(field.value), autocomplete: "off", on: {input: changed}});
    const box = el("input", {type: "checkbox", id: newId(), on: {change: () => { input.disabled = box.checked; changed(); }}});
    const node = labelled(field.label, input, field.help);
    node.append(el("div", {class: "tick"}, box, el("label", {for: box.id}, code("IPC_PRIVATE"), " always a new one")));
    return {node, value: () => (box.checked ? {private: true} : {number: input.value}), text: () => (box.checked ? "IPC_PRIVATE" : `key ${input.value}`)};
  },
  flags(field, changed) {
    const {nodes, chosen} = ticks(field, changed, field.value || []);
    const mode = field.mode ? modeField("mode of a new one", field.mode, changed) : null;
    const node = el("fieldset", {class: "flags"}, el("legend", {}, field.label), ...nodes, mode && mode.node);
    return {node, value: () => ({flags: chosen(), mode: mode ? mode.value() : ""}),
      text: () => listed([...chosen(), ...(mode && mode.value() ? [mode.value()] : [])])};
  },
  signals(field, changed) {
    const {nodes, chosen} = ticks({choices: field.choices.slice(0, 6)}, changed, []);
    return {node: el("fieldset", {class: "flags"}, el("legend", {}, field.label), ...nodes), value: chosen, text: () => `{${chosen().join(", ")}}`};
  },
  mode: (field, changed) => modeField(field.label, field.value, changed),
  choice(field, changed) {
    const input = el("select", {on: {change: changed}}, ...field.choices.map((one) => el("option", {value: one.value}, one.label)));
    input.value = field.value;
    return {node: labelled(field.label, input, field.help), value: () => input.value, text: () => input.value, input};
  },
  signal: (field, changed) => MAKE.choice(field, changed),
  image: (field, changed) => MAKE.choice({...field, choices: ["exit 0", "exit 1", "sleep"].map((v) => ({value: v, label: v}))}, changed),
  other(field, changed, first) {
    // one of those there are, or any number
    const input = el("select", {on: {change: () => { free.hidden = input.value !== "other"; changed(); }}},
      ...field.choices.map((one) => el("option", {value: one.value}, one.label)), el("option", {value: "other"}, "another number"));
    const free = el("input", {type: "text", class: "short mono", value: "0", "aria-label": `${field.label}: the number`, on: {input: changed}});
    input.value = first ?? "other";
    free.hidden = input.value !== "other";
    const node = labelled(field.label, input, field.help);
    input.after(free);
    const value = () => (input.value === "other" ? free.value : input.value);
    return {node, value, text: () => value().replace(/^\$/, ""), input};
  },
  id: (field, changed, actor) => MAKE.other(field, changed, firstOf(field, actor)),
  json(field, changed) {
    // a word or a list needs more room than a number
    const made = MAKE.number(field, changed);
    made.node.querySelector("input").classList.replace("short", "mid");
    return made;
  },
  addr(field, changed) {
    // null, one that was kept, or any number; and so many bytes after it
    const null_ = {value: "null", label: "null"};
    const made = MAKE.other({...field, choices: [...field.choices, null_]}, changed, field.value || field.choices.at(-1)?.value);
    const off = el("input", {type: "text", class: "tiny mono", value: "0", autocomplete: "off", on: {input: changed}});
    made.node.append(el("div", {class: "line"}, labelled("bytes after it", off)));
    const moved = () => (Number(off.value) ? ` + ${off.value}` : "");
    return {...made, value: () => ({base: made.value(), off: off.value}), text: () => made.text() + moved()};
  },
  pid(field, changed) {
    const made = MAKE.other(field, changed, field.choices[field.choices.length > 2 ? 1 : 0]?.value);
    const plain = made.text;
    return {...made, text: () => (/^-?\d+$/.test(plain()) ? plain() : `pid of ${plain()}`)};
  },
  text(field, changed) {
    const input = el("input", {type: "text", class: "mono", value: field.value, autocomplete: "off", on: {input: changed}});
    const times = el("input", {type: "text", inputmode: "numeric", class: "tiny mono", value: "1", on: {input: changed}});
    const bad = el("input", {type: "checkbox", id: newId(), on: {change: () => { input.disabled = times.disabled = bad.checked; changed(); }}});
    const node = labelled(field.label, input, field.help);
    node.append(el("div", {class: "line"}, labelled("times", times),
      el("div", {class: "tick"}, bad, el("label", {for: bad.id}, "bad address"))));
    return {node, value: () => (bad.checked ? {bad: true} : {text: input.value, times: times.value}),
      text: () => (bad.checked ? "bad address" : `“${input.value}”${times.value === "1" ? "" : " × " + times.value}`)};
  },
  bad(field, changed) {
    const box = el("input", {type: "checkbox", id: newId(), on: {change: changed}});
    return {node: el("div", {class: "tick"}, box, el("label", {for: box.id}, `${field.label}: ${field.help}`)),
      value: () => (box.checked ? "bad" : ""), text: () => (box.checked ? "bad address" : "")};
  },
  set(field, changed) {
    const parts = field.parts.map((name) => {
      const input = el("input", {type: "text", class: "short mono", autocomplete: "off", on: {input: changed}});
      return [name, input, labelled(name, input)];
    });
    const bad = el("input", {type: "checkbox", id: newId(), on: {change: changed}});
    const node = el("fieldset", {class: "flags"}, el("legend", {}, field.label + ": what stays empty stays as it is"),
      el("div", {class: "line"}, ...parts.map(([, , one]) => one)), el("div", {class: "tick"}, bad, el("label", {for: bad.id}, "bad address")));
    const given = () => parts.filter(([, input]) => input.value.trim());
    return {node, value: () => (bad.checked ? "bad" : Object.fromEntries(given().map(([name, input]) => [name, input.value]))),
      text: () => (bad.checked ? "bad address" : given().length ? `{${given().map(([n, i]) => `${n} ${i.value}`).join(", ")}}` : "")};
  },
};

function render({model, el: root}) {
  const say = el("p", {class: "say", role: "status"});
  const wrong = el("p", {class: "say error", role: "status"});
  const which = el("p", {class: "kernel"});
  const cards = el("div", {class: "cards"});
  const who = el("fieldset", {class: "who"}, el("legend", {}, "Who calls?"), cards);
  const call = el("select", {class: "mono call"});
  const about = el("p", {class: "about"});
  const place = el("div", {class: "fields"});
  const keep = el("input", {type: "text", class: "short mono", autocomplete: "off", placeholder: "q"});
  const keeping = labelled("keep the result as", keep, "empty: under the next free name");
  const preview = el("p", {class: "mono preview"});
  const press = el("button", {type: "submit", class: "primary"}, "Call");
  const form = el("form", {class: "make", "aria-label": "The call"}, labelled("System call", call), about, place, keeping,
    el("div", {class: "go"}, preview, press), wrong);
  const log = el("ol", {class: "log"});
  const live = el("div", {class: "live", role: "log", "aria-live": "polite", "aria-label": "Calls and what came of them", tabindex: "0"}, log);
  const none = el("p", {class: "none"}, "Nothing has been called yet. Choose who calls, choose a call, then press Call.");
  const undo = button("Undo the last call", () => tell({do: "undo"}));
  const afresh = button("Start afresh", () => tell({do: "afresh"}));
  const play = button("Play it", () => tell({do: "play"}), {title: "The same calls in the player, step by step"});
  const save = button("Save as scenario", () => { saving.hidden = !saving.hidden; save.setAttribute("aria-expanded", String(!saving.hidden)); if (!saving.hidden) { tell({do: "show"}); file.focus(); } }, {"aria-expanded": "false"});
  const real = button("Try it for real", () => { say.textContent = "Asking the real kernel …"; tell({do: "real"}); }, {title: "The same calls on this machine's Linux, side by side"});
  const tools = el("div", {class: "tools", role: "group", "aria-label": "With what was done"}, undo, afresh, play, save, real);
  const file = el("input", {type: "text", class: "mono", value: "my-scenario.json", autocomplete: "off"});
  const name = el("input", {type: "text", class: "mono", value: "my.first", autocomplete: "off"});
  const text = el("pre", {class: "json", tabindex: "0", "aria-label": "The scenario as JSON"});
  const saving = el("form", {class: "saving", hidden: true, "aria-label": "Save as scenario", on: {submit: (event) => { event.preventDefault(); tell({do: "save", file: file.value, name: name.value}); }}},
    el("div", {class: "line"}, labelled("name of the scenario", name), labelled("file", file), el("button", {type: "submit"}, "Write the file")), text);
  const beside = el("div", {class: "beside"});
  const queues = el("div", {class: "pictures"});
  const rest = el("div", {class: "pictures rest"});
  const style = el("style");
  const newName = el("input", {type: "text", class: "tiny mono", autocomplete: "off"});
  const newUid = el("input", {type: "text", class: "short mono", value: "1000", autocomplete: "off"});
  const newGid = el("input", {type: "text", class: "short mono", placeholder: "as uid", autocomplete: "off"});
  const spawn = el("details", {class: "spawn"}, el("summary", {}, "New process"), el("form", {class: "line", "aria-label": "New process", on: {submit: (event) => {
    event.preventDefault();
    tell({do: "spawn", name: newName.value, uid: newUid.value, gid: newGid.value});
  }}}, labelled("name", newName), labelled("uid", newUid), labelled("gid", newGid), el("button", {type: "submit"}, "Make it"),
  el("small", {}, "uid 0 is the superuser")));
  newName.addEventListener("input", () => { newName.dataset.touched = "1"; });
  const frame = el("div", {class: "kb kbc", role: "group", "aria-label": "Console: try system calls"}, style,
    el("div", {class: "left"}, which, who, spawn, form),
    el("div", {class: "right"}, el("p", {class: "title"}, "What happened"), none, live, say, tools, queues), saving, beside, rest);
  root.replaceChildren(frame);

  let actor = null, meant = null;  // who calls, and for whom the form was drawn
  let fields = [];
  let waiting = 0;
  const memory = {};  // what was chosen in each call, so that it is there when the call comes again
  const state = () => model.get("state");

  function tell(message) {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      wrong.textContent = "There is no answer: the notebook's kernel is not running, or is busy. Wait a moment; then restart it, and run this cell again.";
    }, message.do === "real" ? 30000 : 4000);
    model.send(message);
  }

  function values() {
    return Object.fromEntries(fields.filter((one) => !one.made.node.hidden).map((one) => [one.field.name, one.made.value()]));
  }

  function changed() {
    const now = values();
    for (const {field, made} of fields)
      if (field.when) made.node.hidden = !Object.entries(field.when).every(([name, good]) => good.includes(now[name]));
    const parts = fields.filter(({made}) => !made.node.hidden).map(({field, made}) => (field.optional && !made.text() ? null : made.text()));
    preview.textContent = actor === null
      ? "Nobody can make a call now: make a new process."
      : `${actor}: ${call.value}(${parts.filter((one) => one !== null).join(", ")})`;
    press.disabled = actor === null;
  }

  function drawForm() {
    const chosen = state().calls.find((one) => one.name === call.value);
    about.textContent = chosen.about;
    // the same form is only given its new choices; what was filled in stays
    const old = Object.fromEntries(fields.map(({field, made}) => [field.name, made]));
    const same = place.dataset.call === call.value;
    if (!same && place.dataset.call) memory[place.dataset.call] = fields;
    const kept = same ? fields : memory[call.value];
    fields = chosen.fields.map((field) => {
      const before = kept?.find((one) => one.field.name === field.name);
      if (before && JSON.stringify(before.field) === JSON.stringify(field)) return before;
      const made = MAKE[field.kind](field, changed, actor);
      const value = before?.made.input?.value;
      const fresh = before && (field.first ? firstOf(field, actor) !== firstOf(before.field, meant)
        : (field.kind === "id" || (field.kind === "addr" && !field.value)) && field.choices.length > before.field.choices.length);
      if (value && !fresh && made.input && [...made.input.options].some((one) => one.value === value)) {
        made.input.value = value;
        made.input.dispatchEvent(new Event("change"));
      }
      return {field, made};
    });
    const nodes = fields.map(({made}) => made.node);
    if (!same || nodes.some((node, at) => place.children[at] !== node) || place.children.length !== nodes.length) place.replaceChildren(...nodes);
    place.dataset.call = call.value;
    meant = actor;
    keeping.hidden = !chosen.keeps;
    keep.placeholder = chosen.keeps || "";
    changed();
  }

  // another process means its own descriptors
  function ownFirst() {
    for (const {field, made} of fields.filter((one) => one.field.first)) {
      made.input.value = firstOf(field, actor) ?? "other";
      made.input.dispatchEvent(new Event("change"));
    }
    meant = actor;
  }

  function drawWho() {
    const {people} = state();
    const focused = cards.contains(document.activeElement);
    cards.replaceChildren(...people.map((one) => {
      const can = one.state === "ready";
      const radio = el("input", {type: "radio", name: frameId, value: one.name, id: newId(), disabled: !can, checked: one.name === actor,
        on: {change: () => { actor = one.name; ownFirst(); drawWho(); changed(); }}});
      const sign = el("span", {class: `sign ${one.state}`});
      sign.innerHTML = `<svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">${SIGNS[one.state]}</svg>`;
      sign.append(WORDS[one.state]);
      const ids = one.uid === null ? "" : one.uid === 0 ? "superuser" : `uid ${one.uid}` + (one.gid === one.uid ? "" : `, gid ${one.gid}`);
      const label = el("label", {for: radio.id}, el("b", {class: "mono"}, one.name), el("span", {class: "ids"}, `${ids} pid ${one.pid}`), sign,
        one.state === "ready" || one.state === "ended" ? null : el("span", {class: "told"}, one.told));
      const card = el("div", {class: `card ${one.state}`}, radio, label);
      if (one.state === "asleep" || one.state === "stopped")
        card.append(button("signal it", () => signalTo(one), {class: "small", "aria-label": `signal ${one.name}`, disabled: actor === null}));
      return card;
    }));
    if (focused) cards.querySelector("input:checked")?.focus();
  }

  function signalTo(one) {
    call.value = "kill";
    drawForm();
    const to = fields.find(({field}) => field.name === "pid").made.input;
    const what = fields.find(({field}) => field.name === "sig").made.input;
    to.value = one.name;
    to.dispatchEvent(new Event("change"));
    if (one.state === "stopped") what.value = "SIGCONT";
    changed();
    what.focus();
  }

  function drawLog() {
    const lines = state().log;
    none.hidden = lines.length > 0;
    live.hidden = lines.length === 0;
    const same = (at) => log.children[at]?.dataset.key === lines[at].key;
    while (log.children.length && !(log.children.length <= lines.length && same(log.children.length - 1))) log.lastChild.remove();
    for (let at = log.children.length; at < lines.length; at++) {
      const line = lines[at];
      log.append(el("li", {class: line.kind, "data-key": line.key}, el("b", {class: "mono"}, line.proc), " ", el("span", {class: "mono"}, line.call), " ",
        el("span", {class: "did"}, line.did), line.detail ? `: ${line.detail}` : null, ...line.effects.flatMap((one) => ["; ", el("span", {class: "effect"}, one)])));
    }
    live.scrollTop = live.scrollHeight;
  }

  function drawReal() {
    const tried = state().real;
    beside.hidden = !tried;
    if (!tried) return beside.replaceChildren();
    const sides = (lines) => lines.map((one) => el("div", {}, one));
    const rows = tried.rows.flatMap((row, at) => {
      const line = el("tr", {class: row.same ? "" : "differs"}, el("th", {scope: "row"}, String(at + 1)), el("td", {class: "mono"}, `${row.proc}: ${row.call}`),
        el("td", {}, ...sides(row.model)), el("td", {}, ...sides(row.real)), el("td", {class: "verdict"}, row.same ? "same" : "differs"));
      return row.why.length ? [line, el("tr", {class: "why"}, el("td", {}), el("td", {colspan: "4"}, ...row.why.map((one) => el("p", {}, one))))] : [line];
    });
    const head = el("tr", {}, el("td", {}), ...["call", tried.model, tried.where, ""].map((one) => (one ? el("th", {scope: "col"}, one) : el("td", {}))));
    beside.replaceChildren(el("p", {class: "title"}, "For real"), tried.note ? el("p", {class: "note"}, tried.note) : "",
      rows.length ? el("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": "Model and real Linux, side by side"},
        el("table", {}, el("caption", {}, tried.summary), el("thead", {}, head), el("tbody", {}, ...rows))) : "",
      button("Close", () => tell({do: "unreal"})));
  }

  function draw() {
    clearTimeout(waiting);
    const now = state();
    const ready = now.people.filter((one) => one.state === "ready").map((one) => one.name);
    if (!ready.includes(actor)) actor = ready[0] ?? null;
    if (!call.options.length) {
      call.replaceChildren(...now.families.map(([title, names]) => el("optgroup", {label: title}, ...names.map((one) => el("option", {value: one}, one)))));
      call.value = now.calls[0].name;
    }
    drawWho();
    drawForm();
    drawLog();
    drawReal();
    which.textContent = now.kernel;
    const mine = now.say.at === "call";
    wrong.textContent = mine ? now.say.text : "";
    say.className = `say ${now.say.kind}`;
    say.textContent = mine ? "" : now.say.text;
    if (now.say.kind === "done") keep.value = "";
    if (now.say.kind === "done" && now.say.at === "spawn") delete newName.dataset.touched;
    if (!newName.dataset.touched) newName.value = now.free;
    undo.disabled = play.disabled = save.disabled = real.disabled = now.log.length === 0;
    if (now.log.length === 0) { saving.hidden = true; save.setAttribute("aria-expanded", "false"); }
    text.textContent = now.scenario;
    text.hidden = !now.scenario;
    style.textContent = now.pictures.style;
    queues.innerHTML = now.pictures.queues;
    rest.innerHTML = now.pictures.rest;
  }

  // JupyterLab keeps the Enter key from submitting a form by itself
  for (const one of [form, saving, spawn.querySelector("form")])
    one.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
      event.preventDefault();
      one.requestSubmit(one.querySelector("button[type=submit]"));
    });
  const frameId = newId();
  call.addEventListener("change", drawForm);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (actor !== null) tell({do: "call", proc: actor, call: call.value, values: values(), save: keeping.hidden ? "" : keep.value.trim()});
  });
  model.on("change:state", draw);
  draw();
  return () => { clearTimeout(waiting); model.off("change:state", draw); };
}

export default {render};
