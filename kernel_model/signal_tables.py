"""What each process does with signals, as a table: pending, blocked, its actions (Bach 7.2).

The table is for whoever looks at a trace. Records of scenarios go without it: there the signals
that are pending stand in the process table, and what a signal does is seen when it comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kernel_model.constants import SIGNAL_NAMES

if TYPE_CHECKING:
    from kernel_model.kernel import Kernel
    from kernel_model.process import Process

View = dict[str, Any]


class Seen(tuple[Any, ...]):
    """A snapshot of the tables that also knows what was seen of signals."""

    signals: tuple[Any, ...] | None = None


def look_signals(k: Kernel) -> tuple[Any, ...] | None:
    """Of each process that has blocked or set something what is not as at its birth; or None."""
    found = tuple([_look(p) for p in k.procs.values() if p.hold or p.actions or p.caught])
    return found or None


def _look(p: Process) -> tuple[Any, ...]:
    known = sorted(p.sig | p.hold | p.actions.keys() | p.caught.keys())
    return p.name, tuple(
        (n, n in p.sig, n in p.hold, p.actions.get(n, "SIG_DFL"), p.caught.get(n, 0)) for n in known
    )


def show_signals(seen: tuple[Any, ...] | None) -> View:
    """What `look_signals` saw: `signals`; {} where there is nothing to tell.

    A row for each signal of each process: pending, blocked, action, ran (how often its handler)
    """
    if seen is None:
        return {}
    fields = ("sig", "pending", "blocked", "action", "ran")
    return {
        "signals": [
            {
                "name": name,
                "rows": [dict(zip(fields, (named(n), *rest), strict=True)) for n, *rest in rows],
            }
            for name, rows in seen
        ]
    }


def named(sig: int) -> str:
    """A signal by name, as far as it has one."""
    return SIGNAL_NAMES.get(sig, f"signal {sig}")
