"""The player in this machine's Chromium: how soon it is there, how soon a key shows its picture."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .measure import Figure

if TYPE_CHECKING:
    from kernel_model.view.interleavings.widget import Interleave
    from kernel_model.view.player.widget import Player

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>A player</title>
<style>:root{color-scheme:light dark}body{margin:0;background:Canvas}%(css)s</style>
<main><h1>A player</h1><div id="place"></div></main>
<script id="data" type="application/json">%(data)s</script>
<script type="module">
%(esm)s
const state = JSON.parse(document.getElementById("data").textContent);
window.saved = [];
window.model = {
  get: (name) => state[name],
  set: (name, value) => { state[name] = value; },
  on: (name, call) => { window[name] = call; },
  off() {},
  save_changes: () => window.saved.push(state.turns ?? state.step),
};
window.draw = () => {
  const begun = performance.now(), place = document.createElement("div");
  document.getElementById("place").replaceChildren(place);
  widget.render({ model: window.model, el: place });
  document.querySelector("svg").getBoundingClientRect();
  return performance.now() - begun;
};
window.first = window.draw();
</script></html>"""
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run"]
FRAME = 0.016  # seconds: a picture of a screen
CALLS = [
    "q = A.msgget(1, IPC_CREAT | 0o666)",
    *(
        call
        for n in range(4)
        for call in (
            f"A.msgsnd(q, {n + 1}, 'message {n}')",
            f"B.msgrcv(q, 100, {n - 2}, IPC_NOWAIT)",
        )
    ),
    "C.msgrcv(q, 100, 77)",
    "A.msgctl(q, IPC_RMID)",
]


def page_of(player: Player | Interleave) -> str:
    """A page of its own that holds a player, with what a notebook gives it made of a few lines."""
    names = [name for name in ("data", "step", "turns") if player.has_trait(name)]
    state = json.dumps({name: getattr(player, name) for name in names}).replace("</", "<\\/")
    esm = player._esm.replace("export default", "const widget =")
    return PAGE % {"css": player._css, "data": state, "esm": esm}


def missing() -> str | None:
    """Why nothing can be measured here, if so."""
    try:
        import playwright  # noqa: F401
    except ImportError:
        return "the package playwright is not installed"
    return None if shutil.which("chromium") else "chromium is not installed"


@contextmanager
def opened() -> Iterator[Any]:
    """A player of about 300 steps in a page."""
    from playwright.sync_api import sync_playwright

    from kernel_model.view import play

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "player.html"
        file.write_text(page_of(play(CALLS)), encoding="utf-8")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), headless=True, args=FLAGS
        )
        page = browser.new_page()
        page.goto(file.as_uri())
        page.wait_for_function("window.first !== undefined")
        page.focus(".kb-player")
        yield page
        browser.close()


def first_picture() -> Figure:
    """From the moment the page has the trace until its first picture is laid out."""
    with opened() as page:
        times = [page.evaluate("window.first"), *(page.evaluate("window.draw()") for _ in range(4))]
    return Figure("first picture of a 300-step trace", sorted(times)[2] / 1000, None, most=0.5)


def key_press() -> Figure:
    """From a key press to its picture laid out, at the 95th percentile of 300 steps.

    In the processor's time of the page: what else runs on the machine is not its doing.
    """
    look = 'document.querySelector(".kb-picture svg").getBoundingClientRect().width'
    with opened() as page:
        chrome = page.context.new_cdp_session(page)
        chrome.send("Performance.enable", {"timeDomain": "threadTicks"})

        def spent() -> float:
            found = chrome.send("Performance.getMetrics")["metrics"]
            return float(next(one["value"] for one in found if one["name"] == "TaskDuration"))

        times = []
        for _ in range(280):
            before = spent()
            for kind in ("keyDown", "keyUp"):
                chrome.send("Input.dispatchKeyEvent", {"type": kind, "key": "ArrowRight"})
            chrome.send("Runtime.evaluate", {"expression": look})  # the layout is done
            times.append(spent() - before)
    late = sorted(times)[int(len(times) * 0.95)]
    return Figure("key press to picture, 95th percentile", late, None, most=FRAME)
