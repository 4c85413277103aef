"""The one trace structure: who has put what into it, for whom, and who sleeps meanwhile."""

from __future__ import annotations

from kernel_model.constants import REQUESTS
from kernel_model.tracing import CHANNEL, Tracing
from kernel_model.view.pictures.processes import pill
from kernel_model.view.pictures.svg import (
    WIDTH,
    Picture,
    arrow,
    cell,
    group,
    listed,
    path,
    rect,
    text,
    token,
    token_width,
)
from kernel_model.view.pictures.words import View, name_of, sleepers_on

TITLE = "Trace structure"
LEFT, BOX = 166, 228  # where the structure begins, and how wide it is
TOP, TALL, FIELD = 34, 142, 30
EMPTY = {"lock": 0, "req": 0, "addr": 0, "data": 0, "traced": []}


def trace_structure(view: View) -> Picture:
    """The structure between tracers on the left and the processes that they trace on the right."""
    t = view.get("tracing", EMPTY)
    traced = t["traced"]
    tracers = list(dict.fromkeys(one["tracer"] for one in traced))
    state = f"locked for {name_of(view, t['lock'])}" if t["lock"] else "free"
    body = text(0, 16, TITLE, "head") + text(WIDTH, 16, state, "label end")
    body += group(_fields(view, t), key="trace", link="trace:structure")
    for place, pid in enumerate(tracers):
        body += _side(view, pid, 0, TOP + 72 * place, "traces")
    for place, one in enumerate(traced):
        why = f"by {one['cursig']}" if one["cursig"] else "is traced"
        body += _side(view, one["pid"], WIDTH - 130, TOP + 72 * place, why)
    body += _way(t, tracers)
    if not traced:
        body += text(WIDTH - 130, TOP + 30, "nobody is traced", "label")
    most = max(len(tracers), len(traced))
    tall = max(TOP + TALL, TOP + 72 * most)
    return Picture(TITLE, _words(view, t, state), tall, body)


def _fields(view: View, t: View) -> str:
    """Its four words: the lock, the request, the address, the data."""
    box = rect(LEFT, TOP, BOX, TALL, "held" if t["lock"] else "box")
    shown = {
        "lock": name_of(view, t["lock"]) if t["lock"] else "0",
        "req": request_words(t["req"]),
        "addr": f"{t['addr']:#x}",
        "data": _data(t["data"]),
    }
    for place, (name, words) in enumerate(shown.items()):
        base = TOP + 28 + place * FIELD
        box += text(LEFT + 12, base, name, "label")
        box += cell(LEFT + 60, base, BOX - 66, words, f"trace:{name}", "mono strong")
    return box


def request_words(req: int) -> str:
    """A request by name; what is left of one that was done, or could not be."""
    if req == Tracing.FAILED:
        return "failed"
    return REQUESTS.get(req, str(req)).removeprefix("PTRACE_") if req else "0"


def _data(value: int) -> str:
    return str(value) if abs(value) < 1 << 20 else f"{value:#x}"


def _side(view: View, pid: int, x: float, y: float, why: str) -> str:
    """A process beside the structure, and how it is."""
    p = next((p for p in view["procs"] if p["pid"] == pid), None)
    if p is None:
        return ""
    wide = token_width(p["name"])
    drawn = token(x, y, p["name"], f"trace:{p['name']}", home=f"proc:{p['name']}")
    drawn += text(x + wide + 6, y + 20, why, "label") if wide < 60 else ""
    drawn += pill(x, y + 36, p["state"], f"trace:{p['name']}.state")
    return group(drawn, link=f"proc:{p['name']}")


def _way(t: View, tracers: list[int]) -> str:
    """An arrow from the tracer into the structure, one out of it, while a request is there."""
    if not t["lock"] or not tracers:
        return ""
    y = TOP + 51
    asked = path(f"M132 {y}h20", "bold") + arrow(LEFT - 2, y)
    there = path(f"M{LEFT + BOX + 2} {y}h18", "bold")
    tip = arrow(WIDTH - 133, y) if t["req"] > 0 else arrow(LEFT + BOX + 3, y, 180)
    return asked + there + tip


def _words(view: View, t: View, state: str) -> str:
    """The same in sentences."""
    told = [f"The structure is {state}"]
    if t["lock"]:
        told.append(f"request {request_words(t['req'])}, address {t['addr']:#x}, data {t['data']}")
    for one in t["traced"]:
        by = name_of(view, one["tracer"])
        stop = f", stopped by {one['cursig']}" if one["cursig"] else ""
        told.append(f"{by} traces {one['name']}{stop}")
    asleep = sleepers_on(view, CHANNEL)
    if asleep:
        told.append(f"{listed(asleep)} asleep until the structure changes")
    return "; ".join(told) + "."
