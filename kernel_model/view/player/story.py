"""A trace as a story: steps with a plain sentence, a stack of functions and a view to draw.

The views are followed through the run: a message keeps its number from view to view, and entries
that were freed stay known. Rounds of a loop in which nothing changes are left out but for a few.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Any

from kernel_model import tables
from kernel_model.signal_tables import show_signals
from kernel_model.sockets.watching import WireTrace
from kernel_model.trace import Event, Listing, Trace
from kernel_model.view.pictures.words import View, real_messages
from kernel_model.view.player.exchanging import with_exchange
from kernel_model.view.player.hosts import HostsFollower
from kernel_model.view.player.layered import LISTINGS, layered
from kernel_model.view.player.rounds import without_rounds
from kernel_model.view.player.sentences import sentence

Frame = tuple[str, int | None, str]  # a function, its line (None: sealed, or not in it), its step
ENDS = ("return", "error", "end", "crash")
BROKEN = ("error", "crash")
TURNS = ("interrupt", "issig", "psig")  # one after the other, on the way to user mode
MARKS = ("sleep", "wakeup", "error", "crash", "signal", "fault", "stop", "end", "exit", "lost",
         "time")  # fmt: skip


@dataclass(slots=True)
class Step:
    """One step of a run as it is shown."""

    kind: str
    proc: str
    call: str
    text: str  # a plain sentence
    stack: tuple[Frame, ...]  # the outermost function first
    view: View = field(repr=False)


def outcome(step: Step) -> str:
    """What an event tells, without the reason for an error."""
    return step.text.partition(": ")[0] if step.kind == "error" else step.text.rstrip(".")


@dataclass(slots=True)
class Story:
    """A run as it is shown; `functions` are those that it comes through."""

    title: str
    steps: list[Step]
    functions: dict[str, Listing]
    note: str = ""


def story_of(trace: Trace, title: str, note: str = "") -> Story:
    """The story that a trace tells."""
    listings = trace.listings_by_name() | LISTINGS
    teller = Teller(trace.k.personality, listings)
    if isinstance(trace, WireTrace):
        teller.follow, teller.hosts = HostsFollower(trace), list(trace.wire.hosts)
    steps = with_exchange(teller.steps(trace.events))
    met = {frame[0] for step in steps for frame in step.stack}
    return Story(
        title, steps, {name: listings[name] for name in sorted(met) if name in listings}, note
    )


class Teller:
    """Tells events as steps, some now and others later."""

    def __init__(self, personality: str, listings: dict[str, Listing]) -> None:
        self.follow: Follower | HostsFollower = Follower(personality)
        self.stacks, self.listings = Stacks(), listings
        self.hosts: list[str] = []  # they act by themselves, at interrupts
        self.woken: tuple[View, str, View] = ({}, "", {})  # the last answer of `running`

    def steps(self, events: list[Event]) -> list[Step]:
        """The steps of the next events."""
        steps: list[Step] = []
        for event, left_out in without_rounds(events):
            stack = self.stacks.after(event)
            if self.hosts:
                stack = layered(event, stack, event.proc in self.hosts)
            if event.kind == "wakeup" and event.number + 1 < len(events):  # told before it is done
                event = replace(event, view=events[event.number + 1].view)
            call = event.call or (stack[0][0] if stack else "")
            text = sentence(event, left_out, _code(event, self.listings))
            view = self.follow.view(event.view)
            if event.kind == "line":
                view = self.running(view, event.proc)
            steps.append(Step(event.kind, event.proc, call, text, stack, view))
        return steps

    def running(self, view: View, name: str) -> View:
        """The view of a step that a process makes: it runs, even if it was only ready before."""
        if not any(p["name"] == name and p["state"] == "ready" for p in view["procs"]):
            return view
        if self.woken[:2] != (view, name):
            now = {"state": "kernel", "wchan": None}
            procs = [p | now if p["name"] == name else p for p in view["procs"]]
            self.woken = view, name, view | {"procs": procs}
        return self.woken[2]


def _code(event: Event, listings: dict[str, Listing]) -> str:
    """The line of an event, where its function has no words for it."""
    listing = listings.get(event.function)
    if event.words or event.line is None or listing is None or event.line > len(listing.source):
        return ""
    return listing.source[event.line - 1].strip()


class Stacks:
    """Which functions each process is in."""

    def __init__(self) -> None:
        self.of: dict[str, list[Frame]] = {}

    def after(self, event: Event) -> tuple[Frame, ...]:
        """The stack of the process of an event."""
        stack = self.of.setdefault(event.proc, [])
        if event.kind == "call":
            stack[:] = [(event.call, None, "")]
        elif event.kind in ENDS and not event.function:
            where = tuple(stack)
            stack.clear()
            if event.kind in BROKEN:  # at the line that it stopped at
                return where
            return tuple((name, None, "") for name, _, _ in where[:1])
        elif event.function:
            names = [name for name, _, _ in stack]
            ended = TURNS if event.function in TURNS else (event.function,)
            if at := [names.index(name) for name in ended if name in names]:
                del stack[min(at) :]
            stack.append((event.function, event.line, event.words))
        return tuple(stack)


class Follower:
    """Makes views of snapshots one after another; remembers what a single one cannot tell."""

    def __init__(self, personality: str) -> None:
        self.keeps_entries = personality == "classic"
        self.last: tuple[Any, View] = (None, {})
        self.messages: dict[int, list[tuple[Any, int]]] = {}  # of each queue, with their numbers
        self.count = 0
        self.freed: dict[int, int] = {}  # reuse counts by slot

    def view(self, snapshot: Any) -> View:
        """The view of a snapshot; the same one as long as nothing changes."""
        if snapshot is self.last[0]:
            return self.last[1]
        view = tables.show(snapshot) | {"size": snapshot[2]}
        view |= show_signals(getattr(snapshot, "signals", None))
        before = {q["slot"]: q for q in self.last[1].get("msgque", ())}
        now = {q["slot"] for q in view["msgque"]}
        for slot, q in before.items():
            if slot not in now and self.keeps_entries:
                self.freed[slot] = q["seq"] + 1
                self.messages.pop(slot, None)
        view["freed"] = {slot: seq for slot, seq in self.freed.items() if slot not in now}
        for q in view["msgque"]:
            self._name_messages(q)
        self.last = (snapshot, view)
        return view

    def _name_messages(self, q: View) -> None:
        """Gives each message of a queue its number: the one it had, or a new one."""
        now = [(m["mtype"], m["text"], m["spot"]) for m in real_messages(q)]
        before = self.messages.get(q["slot"], [])
        matcher = SequenceMatcher(None, [what for what, _ in before], now, autojunk=False)
        numbers: dict[int, int] = {}
        for old, new, length in matcher.get_matching_blocks():
            numbers |= {new + n: before[old + n][1] for n in range(length)}
        for place in range(len(now)):
            if place not in numbers:
                self.count += 1
                numbers[place] = self.count
        for place, message in enumerate(real_messages(q)):
            message["id"] = numbers[place]
        self.messages[q["slot"]] = [(what, numbers[place]) for place, what in enumerate(now)]
