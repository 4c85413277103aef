"""The timeline: a lane a process, from left to right what it did at each step of the run.

Places are in per cent of the width, so that the page may give it any width and its text stays.
"""

from __future__ import annotations

from html import escape

from kernel_model.view.player.story import ENDS, MARKS, Step

LANE = 30  # height of one
BAR = 18  # thickness of what runs
NAMED = 0.04  # of the width, from which on there may be room for the name of the call
SIGNS = {  # how an event is drawn, around (0, 0)
    "sleep": ("sleep", "M-5-5h9l-9 10h9"),
    "error": ("error", "M-5-5l10 10M5-5l-10 10"),
    "crash": ("error", "M-5-5l10 10M5-5l-10 10"),
    "signal": ("stop", "M1-7l-5 8h6l-3 7"),
    "fault": ("error", "M0-6v7M0 4v2"),
    "lost": ("error", "M-6 0h3M-1 0h2M3 0h3"),
    "time": ("stop", "M0-5v5l4 3"),
    "stop": ("stop", "M-5-5h10v10h-10z"),
    "end": ("stop", "M-6 0h12M0-6v12"),
    "exit": ("stop", "M-6 0h12M0-6v12"),
}


def lanes(steps: list[Step]) -> list[str]:
    """The names of all processes, in the order in which they appear."""
    return list(dict.fromkeys(p["name"] for step in steps for p in step.view["procs"]))


def timeline(steps: list[Step], rows: list[int] | None = None) -> str:
    """The lanes as SVG of any width.

    rows   the step of the run at each row, where it is shown beside another run
    """
    places = list(range(len(steps))) if rows is None else rows
    names = lanes(steps)
    drawn = "".join(
        f'<rect class="lane" x="0" y="{LANE * n}" width="100%" height="{LANE}" '
        f'data-link="proc:{escape(name)}"/>'
        for n, name in enumerate(names)
    )
    for n, name in enumerate(names):
        drawn += _stretches(steps, places, name, LANE * n)
    for row, at in enumerate(places):
        if steps[at].kind in MARKS and (row == 0 or places[row - 1] != at):
            drawn += _mark(steps[at], row, len(places), names)
    tall = LANE * len(names)
    return (
        f'<svg class="lanes" width="100%" height="{tall}" role="img" '
        f'aria-label="{escape(words(steps))}">{drawn}</svg>'
    )


def per_cent(row: float, rows: int) -> str:
    """Where a row is, so that the first is at the left edge and the last at the right one."""
    return f"{100 * row / max(rows - 1, 1):.2f}%"


def _stretches(steps: list[Step], places: list[int], name: str, y: float) -> str:
    """What a process was at each row, in stretches of the same kind."""
    kinds = [state_of(steps[at], name) for at in places]
    drawn, start = "", 0
    for row in range(1, len(kinds) + 1):
        if row == len(kinds) or kinds[row] != kinds[start]:
            if kinds[start]:
                drawn += _stretch(kinds[start], steps[places[start]], (start, row), len(kinds), y)
            start = row
    return drawn


def _stretch(kind: str, step: Step, span: tuple[int, int], rows: int, y: float) -> str:
    thick = {"run": BAR, "ready": 8, "sleep": 4}.get(kind, 2)
    low, high = max(span[0] - 0.5, 0), min(span[1] - 0.5, rows - 1)
    place = f'x="{per_cent(low, rows)}" width="{per_cent(high - low, rows)}"'
    top = y + (LANE - thick) / 2
    drawn = f'<rect class="bar {kind}" {place} y="{top:g}" height="{thick}"/>'
    if kind == "run" and (high - low) / max(rows - 1, 1) > NAMED:
        drawn += f'<svg {place} y="{top:g}" height="{thick}" class="call">'
        drawn += f'<text x="7" y="{thick - 5}">{escape(step.call)}</text></svg>'
    return drawn


def state_of(step: Step, name: str) -> str:
    """The kind of a stretch: run, ready, sleep, stop, user; "" where there is no such process."""
    p = next((p for p in step.view["procs"] if p["name"] == name), None)
    if p is None:
        return ""
    if step.proc == name and step.kind not in ("sleep", *ENDS):
        return "run"
    return {"kernel": "ready", "ready": "ready", "asleep": "sleep", "user": "user"}.get(
        p["state"], "stop"
    )


def _mark(step: Step, row: int, rows: int, names: list[str]) -> str:
    """A sign at an event; a wake-up is an arrow from who wakes to who is woken."""
    if step.proc not in names:
        return ""
    y, title = LANE * names.index(step.proc) + LANE / 2, f"<title>{escape(step.text)}</title>"
    if step.kind == "wakeup":
        woken = next((n for n in names if f"{step.proc} wakes {n}," in step.text), None)
        if woken is None:
            return ""
        to = LANE * names.index(woken) + LANE / 2
        tip = 7 if to > y else -7
        way = f"M0 {y:g}V{to - tip:g}m-4 {-tip / 2:g}l4 {tip:g}l4 {-tip:g}"
        return f'<svg x="{per_cent(row, rows)}" class="mark wake">{title}<path d="{way}"/></svg>'
    kind, way = SIGNS[step.kind]
    return (
        f'<svg x="{per_cent(row, rows)}" y="{y:g}" class="mark {kind}">{title}'
        f'<circle r="9"/><path d="{way}"/></svg>'
    )


def words(steps: list[Step]) -> str:
    """The timeline in words."""
    events = [f"step {n + 1}: {step.text}" for n, step in enumerate(steps) if step.kind in MARKS]
    return f"{len(steps)} steps. " + " ".join(events[:40])
