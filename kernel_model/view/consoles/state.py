"""What the console's page shows, as plain JSON made of a desk; the page adds nothing of its own."""

from __future__ import annotations

from typing import Any

from kernel_model.scenario import dumps
from kernel_model.signal_tables import look_signals, show_signals
from kernel_model.view.consoles.desk import Desk
from kernel_model.view.consoles.forms import about, fields_of
from kernel_model.view.consoles.people import Person, families
from kernel_model.view.consoles.real import Tried
from kernel_model.view.consoles.runs import DeskError, Line
from kernel_model.view.consoles.sensible import held, sensible
from kernel_model.view.consoles.words import did, effects, written
from kernel_model.view.pictures import beside as beside_each
from kernel_model.view.pictures import (
    descriptors,
    entries_of,
    frames,
    ipc_table,
    layers,
    locks,
    message_map,
    pipe,
    posix_queue,
    processes,
    queue,
    region_table,
    segment_table,
    semaphore_set,
    signals,
    sleepers,
    spaces,
    style,
    trace_structure,
    undo_structures,
)

Json = dict[str, Any]
DESCRIPTOR_FIELDS = ("fd", "newfd", "mqd")
QUEUES = 3  # pictures of queues at most, of the newest; and of sets


def state_of(desk: Desk, say: Json, tried: Tried | None = None, scenario: str = "") -> Json:
    """Everything the page needs.

    say       what there is to say: {"kind": "", "done" or "error", "text", "at": what was asked}
    tried     the comparison with real Linux, when it is open
    scenario  the scenario as JSON text, when it is shown
    """
    people, names = desk.people(), held(desk.lines)
    calls = [
        {
            "name": name,
            "about": about(name, desk.kernel),
            "fields": _fields(desk, name, people, names),
            "keeps": desk.free_name(name),
        }
        for name in desk.calls
    ]
    return {
        "kernel": kernel_told(desk),
        "people": [
            {key: getattr(one, key) for key in ("name", "pid", "uid", "gid", "state", "told")}
            for one in people
        ],
        "families": families(desk.calls, desk.family),
        "calls": calls,
        "free": free_letter(desk),
        "log": [logged(line) for line in desk.lines],
        "say": say,
        "scenario": scenario,
        "real": beside(tried, desk) if tried else None,
        "pictures": drawn(desk),
    }


def _fields(
    desk: Desk, call: str, people: list[Person], names: dict[str, dict[str, int]]
) -> list[Json]:
    """The fields of a call, and of a descriptor which one each process is shown first."""
    fields = fields_of(call, desk.personality, desk.made_by, people, desk.owners)
    for field in fields:
        if field["name"] in DESCRIPTOR_FIELDS:
            offered = [one["value"].removeprefix("$") for one in field["choices"]]
            field["first"] = {
                who: f"${name}" for who, name in sensible(call, names, desk.kernel, offered).items()
            }
    return fields


def logged(line: Line) -> Json:
    """A line of the log, in parts."""
    call = written(line.move.call, line.move.args)
    head, _, detail = did(line).partition(": ")
    kind = "returned"
    if line.outcome.keys() & {"raised", "unsupported"}:
        kind = "broke"
    elif "errno" in line.outcome:
        kind = "failed"
    elif "blocks" in line.outcome:
        kind = "slept"
    elif line.back:
        kind = "woke"
    key = " ".join([line.move.proc, call, head, detail, *effects(line)])
    return {"proc": line.move.proc, "call": call, "did": head, "detail": detail,
            "effects": effects(line), "kind": kind, "key": key}  # fmt: skip


def kernel_told(desk: Desk) -> str:
    """Which kernel this is, and what is not as usual in it."""
    which = {"classic": "The classic kernel, System V Release 2", "linux": "Linux"}
    unusual = [f"{name} {value}" for name, value in desk.setup.limits.items()]
    unusual += [f"your {fn.__name__}" for fn in desk.functions]
    return which[desk.personality] + (f", with {', '.join(unusual)}" if unusual else "")


def free_letter(desk: Desk) -> str:
    """A name for the next process."""
    letters = (chr(code) for code in range(ord("A"), ord("Z") + 1))
    return next((letter for letter in letters if letter not in desk.run.who), "P1")


def beside(tried: Tried, desk: Desk) -> Json:
    """The comparison with real Linux."""
    apart = sum(not row.same for row in tried.rows)
    calls = f"{len(tried.rows)} call" + ("s" if len(tried.rows) != 1 else "")
    summary = f"{calls}, the same on both sides" if not apart else f"{apart} of {calls} differ"
    rows = [
        {key: getattr(row, key) for key in ("proc", "call", "model", "real", "same", "why")}
        for row in tried.rows
    ]
    model = f"the model ({desk.personality})"
    return {"where": tried.where, "note": tried.note, "model": model, "summary": summary,
            "rows": rows}  # fmt: skip


def drawn(desk: Desk) -> Json:
    """The tables as pictures: memory, queues, sets, which stand beside the log; all others."""
    view = desk.view() | entries_of(desk.kernel) | show_signals(look_signals(desk.kernel))
    queues = [signals(view)] if "signals" in view or desk.family == "Signals" else []
    if "tracing" in view or desk.family == "Tracing":
        queues.append(trace_structure(view))
    queues += [queue(view, one["slot"]) for one in view["msgque"][-QUEUES:]]
    rest = [[processes(view), sleepers(view)]]
    if desk.family == "Messages" or view["msgque"]:
        rest.append([ipc_table(view), message_map(view)])
    if "spaces" in view:
        queues = [spaces(view), *queues]
        rest = [[region_table(view), frames(view)], [segment_table(view), processes(view)]]
        rest += [[sleepers(view), ipc_table(view), message_map(view)]] if view["msgque"] else []
    queues += [posix_queue(view, one["number"]) for one in view.get("mqueues", [])[-QUEUES:]]
    if any(view.get(name) for name in ("mutexes", "conditions", "semaphores")):
        queues.append(locks(view))
    if "sema" in view:
        queues += [semaphore_set(view, one["slot"]) for one in view["sema"][-QUEUES:]]
        queues += [undo_structures(view)] if view["undo"] else []
    if view.get("sockets"):
        queues.append(layers(view))
    if view.get("pipes"):
        queues += [pipe(view, one["inode"]) for one in view["pipes"][-QUEUES:]]
        queues.append(descriptors(view))
    return {
        "style": style.css(),
        "queues": "".join(one.fragment() for one in queues),
        "rest": "".join(beside_each("Tables", column).fragment() for column in rest),
    }


def scenario_text(desk: Desk, name: str) -> str:
    """The scenario as it would stand in a file; empty while there is none."""
    try:
        return dumps([desk.scenario(name)])
    except DeskError:
        return ""
