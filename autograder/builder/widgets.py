"""The widgets of a built notebook: kept with their state, under ids that are the same each time.

A trusted notebook then shows its players as soon as it is opened, with no kernel. Models that no
output shows, not even inside another, are left out.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.builder.packed import MODEL, packed, steady

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"


def settle(notebook: NotebookNode, stem: str) -> None:
    """Gives every model that is shown an id made from its place in the notebook, in place."""
    kept = notebook.metadata.pop("widgets", {}).get(STATE, {})
    models: dict[str, Any] = kept.get("state", {})
    names: dict[str, str] = {}
    for data in _shown(notebook):
        outermost = data[VIEW]["model_id"]
        if outermost not in models:  # closed again: it shows nothing
            del data[VIEW]
            continue
        for model in _reached(outermost, models):
            place = f"{stem} {len(names)}"
            names.setdefault(model, hashlib.sha256(place.encode()).hexdigest()[:32])
        data[VIEW]["model_id"] = names[outermost]
    if names:
        state = {name: _renamed(models[old], names) for old, name in names.items()}
        small = packed(state, stem)
        notebook.metadata["widgets"] = {STATE: {**kept, "state": dict(sorted(small.items()))}}


def keep_packed(notebook: NotebookNode, before: str) -> None:
    """Keeps what is packed as it was in the text of the notebook before, where it says the same."""
    earlier = nbformat.reads(before, as_version=4)
    new, old = (one.metadata.get("widgets", {}).get(STATE, {}) for one in (notebook, earlier))
    steady(new.get("state", {}), old.get("state", {}))


def _shown(notebook: NotebookNode) -> Iterator[dict[str, Any]]:
    """The data of every output that shows a widget."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if VIEW in output.get("data", {}):
                yield output["data"]


def _reached(model: str, models: dict[str, Any]) -> Iterator[str]:
    """A model and those inside it, outermost first."""
    todo, seen = [model], set()
    while todo:
        name = todo.pop(0)
        if name in models and name not in seen:
            seen.add(name)
            yield name
            todo += _references(models[name])


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value.startswith(MODEL):
        yield value.removeprefix(MODEL)
    elif isinstance(value, dict):
        for key in sorted(value):
            yield from _references(value[key])
    elif isinstance(value, list):
        for part in value:
            yield from _references(part)


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, str) and value.startswith(MODEL):
        return MODEL + names[value.removeprefix(MODEL)]
    if isinstance(value, dict):
        return {key: _renamed(part, names) for key, part in value.items()}
    if isinstance(value, list):
        return [_renamed(part, names) for part in value]
    return value
