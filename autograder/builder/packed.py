"""Widgets of a built notebook, small: what many have in common is kept once, the rest packed.

A widget brings its script, its style sheet and every picture that it may show. In the saved state
of a notebook all widgets of a kind share one model with script and style sheet, and what a widget
shows is one packed text; `saved.js`, which each of them has for its script, puts them together in
the page. Widgets of a running kernel are not touched.
"""

import base64
import hashlib
import json
import zlib
from functools import cache
from pathlib import Path
from typing import Any

MODEL = "IPY_MODEL_"  # begins a reference to a model
LONG = 300  # characters of a value that is worth packing
SHARED = {
    "model_module": "@jupyter-widgets/base",
    "model_module_version": "2.0.0",
    "model_name": "WidgetModel",
}


@cache
def loader() -> str:
    """The script that puts a saved widget together."""
    lines = (Path(__file__).parent / "saved.js").read_text("utf-8").splitlines()
    return "\n".join(line.lstrip() for line in lines if not line.startswith("//")).strip() + "\n"


def packed(models: dict[str, Any], stem: str) -> dict[str, Any]:
    """The models of a notebook with the same widgets in less room."""
    scripts: dict[str, str] = {}
    small = {name: _small(model, scripts, stem) for name, model in models.items()}
    shared = {name: {**SHARED, "state": {"saved": text}} for text, name in scripts.items()}
    return small | shared


def steady(models: dict[str, Any], before: dict[str, Any]) -> None:
    """Keeps packed texts that say the same as before: not every zlib packs alike. In place."""
    for name, model in models.items():
        new = model["state"].get("saved")
        old = before.get(name, {}).get("state", {}).get("saved")
        if new and old and unpacked(new) == unpacked(old):
            model["state"]["saved"] = old


def unpacked(text: str) -> Any:
    """What a packed text holds."""
    return json.loads(zlib.decompress(base64.b64decode(text)))


def _pack(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def _small(model: dict[str, Any], scripts: dict[str, str], stem: str) -> dict[str, Any]:
    """A model of anywidget with a reference to its script; any other as it is.

    scripts   packed scripts, each with the name of its model; a new one is added
    """
    state = model["state"]
    if "_esm" not in state:
        return model
    parts = {"esm": state["_esm"], "css": state.get("_css", ""), "id": state["_anywidget_id"]}
    script = _pack(parts)
    place = f"{stem} script {len(scripts)}"
    name = scripts.setdefault(script, hashlib.sha256(place.encode()).hexdigest()[:32])
    held = {key: value for key, value in state.items() if _worth(key, value)}
    kept = {key: value for key, value in state.items() if key not in held and key != "_css"}
    kept |= {"_esm": loader(), "script": MODEL + name}
    return {**model, "state": kept | ({"saved": _pack(held)} if held else {})}


def _worth(key: str, value: Any) -> bool:
    text = json.dumps(value)
    return not key.startswith("_") and len(text) > LONG and MODEL not in text
