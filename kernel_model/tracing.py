"""The one trace structure of the kernel, and who traces whom, as tables (Bach 11.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from kernel_model.constants import SIGNAL_NAMES
from kernel_model.process import State

if TYPE_CHECKING:
    from kernel_model.kernel import Kernel

View = dict[str, Any]
TRACING = ("procs", "tracing")  # what the invariants look at
CHANNEL = "trace"
INIT = 1  # the first process, which is not in the table


@dataclass(slots=True)
class Tracing:
    """A request on its way from a tracer to the process that it traces, or the answer to it."""

    event: ClassVar[str] = CHANNEL  # tracers, and those who wait for the lock, sleep on it
    FAILED: ClassVar[int] = -1  # in `req`: the request could not be done

    lock: int = 0  # process id of the one that the request is for; 0: nobody uses the structure
    req: int = 0  # what it is to do; 0 once it is done, FAILED when that could not be
    addr: int = 0
    data: int = 0  # what it is to write; then what it has read


def tracing_of(k: Kernel) -> Tracing:
    """The trace structure, which is made when it is first asked for."""
    if k.tracing is None:
        k.tracing = Tracing()
    return k.tracing


def look_tracing(k: Kernel) -> tuple[Any, ...] | None:
    """The structure, and each process that is traced; None while nobody has ever traced."""
    t = k.tracing
    if t is None:
        return None
    traced = tuple(
        (p.name, p.pid, p.tracer, p.cursig, p.step, tuple((p.regs or {}).items()))
        for p in k.procs.values()
        if p.tracer is not None
    )
    return (t.lock, t.req, t.addr, t.data), traced


def show_tracing(seen: tuple[Any, ...] | None) -> View:
    """What `look_tracing` saw: `tracing`; {} while nobody has ever traced.

    lock    the process that a request is for; 0: the structure is free
    req     the request, its address and its data
    traced  who is traced by whom, the signal it stopped at, its registers if there are any
    """
    if seen is None:
        return {}
    (lock, req, addr, data), traced = seen
    return {
        "tracing": {
            "lock": lock, "req": req, "addr": addr, "data": data,
            "traced": [
                {"name": name, "pid": pid, "tracer": tracer,
                 "cursig": SIGNAL_NAMES.get(sig, str(sig)) if sig else None,
                 "step": step, "regs": dict(regs)}
                for name, pid, tracer, sig, step, regs in traced
            ],
        }
    }  # fmt: skip


def broken_tracing(view: View) -> list[str]:
    """The structure is free or one traced process's; whoever is traced has somebody to go to."""
    tracing = view.get("tracing")
    if tracing is None:
        return []
    procs = {p["pid"]: p for p in view["procs"]}
    traced = {one["pid"]: one for one in tracing["traced"]}
    found = []
    if tracing["lock"] and tracing["lock"] not in traced:
        found.append(f"the trace structure is locked for {tracing['lock']}, which nobody traces")
    if tracing["req"] and not tracing["lock"]:
        found.append(f"request {tracing['req']} is in the trace structure, but it is not locked")
    waiting = [p["name"] for p in procs.values() if p["wchan"] == CHANNEL]
    if waiting and not tracing["lock"]:
        found.append(f"{', '.join(waiting)} waits for the trace structure, which is free")
    for one in traced.values():
        tracer = procs.get(one["tracer"])
        stopped = procs[one["pid"]]["state"] == State.STOPPED
        if (
            stopped
            and one["tracer"] != INIT
            and (tracer is None or tracer["state"] == State.ZOMBIE)
        ):
            found.append(f"{one['name']} is stopped, and its tracer has ended")
    return found
