"""The legend of a player: what the bars and signs of its timeline mean, of those that it has."""

from __future__ import annotations

from kernel_model.view.player.story import MARKS, Step
from kernel_model.view.player.timeline import SIGNS, lanes, state_of

BARS = {
    "run": (12, "runs in the kernel"),
    "ready": (8, "ready to run"),
    "sleep": (4, "asleep"),
    "user": (2, "in user mode"),
    "stop": (2, "stopped or ended"),
}  # a kind of stretch: how thick it is drawn here, and its words
WORDS = {
    "sleep": "goes to sleep",
    "wakeup": "wakes another",
    "error": "its call fails",
    "crash": "its call breaks",
    "signal": "handles a signal",
    "fault": "page fault",
    "stop": "is stopped",
    "exit": "ends",
    "lost": "a packet is lost",
    "time": "the timers run out",
}
ARROW = "M0-7V6m-4-3.5l4 3.5 4-3.5"


def legend(runs: list[list[Step]]) -> str:
    """Each kind of bar and sign that occurs in the runs, with its words, as HTML."""
    steps = [step for run in runs for step in run]
    bars = {state_of(step, name) for run in runs for step in run for name in lanes(run)}
    signs = {"exit" if step.kind == "end" else step.kind for step in steps if step.kind in MARKS}
    drawn = [_bar(kind, *BARS[kind]) for kind in BARS if kind in bars]
    drawn += [_sign(kind, words) for kind, words in WORDS.items() if kind in signs]
    changed = '<svg width="14" height="14"><rect class="new" width="14" height="14"/></svg>'
    return "".join([*drawn, f"<span>{changed}changed by the last step</span>"])


def _bar(kind: str, thick: int, words: str) -> str:
    bar = f'<rect class="bar {kind}" y="{7 - thick / 2:g}" width="22" height="{thick}"/>'
    return f'<span><svg width="22" height="14">{bar}</svg>{words}</span>'


def _sign(kind: str, words: str) -> str:
    if kind == "wakeup":
        look, inside = "wake", f'<path d="{ARROW}"/>'
    else:
        look, way = SIGNS[kind]
        inside = f'<circle r="9"/><path d="{way}"/>'
    box = '<svg width="18" height="18" viewBox="-9 -9 18 18">'
    return f'<span>{box}<g class="mark {look}">{inside}</g></svg>{words}</span>'
