// A widget as a built notebook keeps it (packed.py): its script and style sheet are in a model that
// all widgets of its kind share, and what it shows is packed in itself.

const known = (globalThis.kernelbookScripts ??= new Map());

async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

async function load(model, id) {
  const kept = (await model.widget_manager.get_model(id)).get("saved");
  if (!known.has(kept)) known.set(kept, unpack(kept).then(begin));
  return known.get(kept);
}

async function begin({ esm, css, id }) {
  if (!document.getElementById(id)) {
    document.head.append(Object.assign(document.createElement("style"), { id, textContent: css }));
  }
  const place = URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
  return (await import(place)).default;
}

async function render({ model, el, ...others }) {
  const widget = await load(model, model.get("script").slice("IPY_MODEL_".length));
  const held = model.get("saved") ? await unpack(model.get("saved")) : {};
  const whole = {
    ...model,
    get: (name) => (name in held ? held[name] : model.get(name)),
    set: (name, value) => {
      delete held[name];
      model.set(name, value);
    },
  };
  return widget.render({ model: whole, el, ...others });
}

export default { render };
