// Questions whose answers are not here: they come from Python when the learner has committed.

const UNIQUE = Math.random().toString(36).slice(2, 8);  // other questions are in the same page
let serial = 0;

function el(tag, given = {}, ...inner) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === "string") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...inner.filter((one) => one !== null));
  if (["INPUT", "BUTTON"].includes(made.tagName)) made.setAttribute("data-lm-suppress-shortcuts", "true");
  return made;
}

// Python has escaped all of it
const marked = (tag, given, html) => Object.assign(el(tag, given), {innerHTML: html});

const SIGNS = {
  right: '<path d="M2 6.5l3 3 5-6.5" fill="none" stroke-width="2"/>',
  wrong: '<path d="M2.5 2.5l7 7M9.5 2.5l-7 7" fill="none" stroke-width="2"/>',
};
const sign = (name) => marked("span", {class: `sign ${name}`}, `<svg viewBox="0 0 12 12" width="13" height="13" aria-hidden="true">${SIGNS[name]}</svg>`);

function render({model, el: root}) {
  const state = () => model.get("state");
  const style = el("style", {}, state().style);
  const score = el("p", {class: "score", role: "status"});
  const frame = el("div", {class: "kb kbq", role: "group", "aria-label": state().title || "A question"}, style);
  if (state().title) frame.append(el("p", {class: "title"}, state().title));
  const cards = state().items.map((item, at) => card(item, at));
  frame.append(...cards.map(({node}) => node), score);
  root.replaceChildren(frame);

  function card(item, at) {
    const id = `kbq-${UNIQUE}-${++serial}`;
    const inputs = [];
    const place = el("div", {class: "options"});
    if (item.kind === "text") {
      const input = el("input", {type: "text", id, autocomplete: "off", spellcheck: false});
      inputs.push(input);
      place.append(el("label", {for: id}, "Your answer"), input);
    } else
      for (const [number, html] of item.options.entries()) {
        const input = el("input", {type: item.kind === "one" ? "radio" : "checkbox", name: id, id: `${id}-${number}`, value: String(number)});
        inputs.push(input);
        place.append(el("div", {class: "option"}, input, marked("label", {for: input.id}, html)));
      }
    const press = el("button", {type: "submit", class: "primary"}, "Commit");
    const say = el("p", {class: "say", role: "status"});
    const told = el("div", {class: "told", role: "status", tabIndex: -1});
    const many = item.kind === "many" ? el("p", {class: "hint"}, "Choose all that are right.") : null;
    const field = el("fieldset", {}, marked("legend", {}, (state().items.length > 1 ? `<span class="number">${at + 1}</span> ` : "") + item.text), many, place);
    const form = el("form", {}, field, el("div", {class: "go"}, press, say), told);
    let waiting = 0;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const given = item.kind === "text" ? inputs[0].value : inputs.filter((one) => one.checked).map((one) => Number(one.value));
      say.textContent = "";
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        say.textContent = "There is no answer here: it is kept by the notebook's kernel, which is not running, or is busy. Run this cell again, then commit.";
      }, 4000);
      model.send({do: "commit", name: item.name, given});
    });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
      event.preventDefault();
      form.requestSubmit(press);
    });
    function draw(now, moved) {
      clearTimeout(waiting);
      say.textContent = now.say;
      if (!now.done || told.childNodes.length) return;
      press.hidden = true;
      inputs.forEach((one) => { one.disabled = true; });
      if (item.kind === "text") inputs[0].value = now.done.given;
      else
        inputs.forEach((one, number) => {
          const chosen = now.done.given.includes(number), right = now.done.places.includes(number);
          one.checked = chosen;
          const option = one.parentElement;
          if (right || chosen) option.prepend(sign(right ? "right" : "wrong"));
          option.className = `option ${right ? "isright" : chosen ? "iswrong" : ""}`;
          const word = right ? (chosen ? "right, and yours" : "right") : chosen ? "yours" : "";
          if (word) option.append(el("span", {class: "word"}, word));
        });
      told.className = `told ${now.done.right ? "right" : "wrong"}`;
      told.append(el("p", {class: "verdict"}, sign(now.done.right ? "right" : "wrong"), now.done.right ? "Right." : "Not so."));
      if (!now.done.right && item.kind === "text") told.append(marked("p", {}, `The answer: ${now.done.answer}`));
      told.append(marked("p", {}, now.done.why));
      if (moved) told.focus();
    }
    return {node: form, draw};
  }

  function draw(moved) {
    state().items.forEach((item, at) => cards[at].draw(item, moved && item.name === state().last));
    score.textContent = state().score;
    score.hidden = !state().score;
  }
  const changed = () => draw(true);
  model.on("change:state", changed);
  draw(false);
  return () => model.off("change:state", changed);
}

export default {render};
