"""What the page of a debugger gets: frames, facts, commands and the debugger's own text."""

from __future__ import annotations

from functools import cache
from inspect import getsourcelines
from typing import Any

from kernel_model.debugger import Debugger, Done
from kernel_model.debugger.child import Fact
from kernel_model.debugger.core import LOOKS
from kernel_model.debugger.loop import child, debugger
from kernel_model.instructions import SIZE
from kernel_model.tracewords import REGISTERS
from kernel_model.view.debugger.record import Record, word_shown
from kernel_model.view.player.listings import coloured

SIGNALS = ("SIGUSR1", "SIGUSR2", "SIGINT", "SIGTERM", "SIGSTOP", "SIGKILL")


@cache
def fixed() -> dict[str, Any]:
    """What stays: the text of the debugger's loop, names of registers and of signals."""
    rows: list[tuple[str, int]] = []
    for function in (child, debugger):
        lines, first = getsourcelines(function)
        told = [line.rstrip("\n").replace(": Any", "").replace(" -> None", "") for line in lines]
        doc = 1  # the row of the docstring
        shown = coloured("\n".join(told))
        rows += [(html, first + n) for n, html in enumerate(shown) if n != doc and html.strip()]
    return {"loop": rows, "registers": list(REGISTERS), "signals": list(SIGNALS),
            "looks": list(LOOKS)}  # fmt: skip


def state_of(d: Debugger, record: Record, title: str, say: dict[str, str]) -> dict[str, Any]:
    """All that the page draws."""
    record.catch_up()
    core = d.core
    named = {at: name for name, at in core.child.labels.items()}
    return fixed() | {
        "title": title,
        "program": core.child.program.name,
        "texts": record.strings.texts,
        "frames": [list(frame) for frame in record.frames],
        "facts": [_fact(fact, record) for fact in core.child.facts],
        "commands": _commands(d.done, record),
        "text": [[f"{at:#x}", named.get(at, "")] for at in core.child.places],
        "data": [[f"{at:#x}", named.get(at, "")] for at in core.child.data],
        "stack": f"{core.session.layout.highest:#x}",
        "size": SIZE,
        "stopped": core.stopped,
        "over": core.session.over,
        "look": sorted(core.look),
        "say": say,
    }


def _fact(fact: Fact, record: Record) -> list[Any]:
    """A fact with the frame from which on it is known."""
    since = record.ends[fact.since - 1] - 1 if fact.since else 0
    key = f"{fact.key:#x}" if isinstance(fact.key, int) else fact.key
    value = word_shown(fact.value) if isinstance(fact.value, int) else fact.value
    return [since, fact.kind, key, value]


def _commands(done: list[Done], record: Record) -> list[dict[str, Any]]:
    """The commands with their answers, and the frames that they have taken."""
    found, start = [], 0
    for one in done:
        end = record.ends[one.chunks - 1] if one.chunks else 0
        found.append({
            "text": one.text, "answer": one.answer, "bad": one.bad, "calls": one.calls,
            "switches": one.switches, "from": start, "to": max(end - 1, 0),
        })  # fmt: skip
        start = end
    return found
