"""Moves made one at a time on any target, and what came of each: the engine of the console.

A move is a call as a scenario writes it. What came of it is told as the steps of a scenario, with
names in place of numbers that differ from one machine to another: so it can be saved, and held
against what another target does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kernel_model.scenario import Names, Problem
from kernel_model.scenario.arguments import arguments
from kernel_model.scenario.calls import PAIRS, SIGNATURES
from kernel_model.scenario.run import CLASSIC_LIMITS
from kernel_model.targets import Outcome, Setup, Target
from kernel_model.view.consoles.seen import expected, free_name

Json = dict[str, Any]


class DeskError(ValueError):
    """What was asked for cannot be done; the message says why, to the learner."""


@dataclass(frozen=True, slots=True)
class Move:
    """A process makes a call."""

    proc: str
    call: str
    args: list[Any]
    save: str | None = None  # the name that keeps what it returns

    def step(self) -> Json:
        """The move as the step of a scenario, without an expectation."""
        step: Json = {"proc": self.proc, "call": self.call, "args": self.args}
        return step | ({"save": self.save} if self.save else {})


@dataclass(slots=True)
class Line:
    """What came of a move."""

    move: Move
    outcome: Outcome
    back: dict[str, tuple[str, Outcome]] = field(default_factory=dict)  # sleeping calls, come back
    got: dict[str, str] = field(default_factory=dict)  # names of what some of these have got
    ended: dict[str, Any] = field(default_factory=dict)  # processes that are gone now, and how
    states: dict[str, str] = field(default_factory=dict)  # those stopped now, or running again
    steps: list[Json] = field(default_factory=list)  # the same, as a scenario expects it
    view: Json = field(default_factory=dict)

    @property
    def kept(self) -> str | None:
        """The name under which the result is kept, if it is."""
        return self.move.save if type(self.outcome.get("ret")) is int else None

    @property
    def results(self) -> list[tuple[str, str, str]]:
        """Every result that is kept since: its name, who got it, and by which call."""
        own = [(self.kept, self.move.proc, self.move.call)] if self.kept else []
        return own + [(name, proc, self.back[proc][0]) for proc, name in self.got.items()]


class Run:
    """A target under way; raises Unsupported or Skip when it cannot be started."""

    def __init__(self, target: Target, setup: Setup) -> None:
        limits = setup.limits
        if target.personality == "linux":
            limits = {name: limits[name] for name in limits if name not in CLASSIC_LIMITS}
        self.target = target
        target.start(Setup(dict(setup.uids), dict(setup.gids), limits))
        self.names = Names(self._resolve, setup.limits | target.constants())
        self.who = list(setup.uids)
        self.keys: set[int] = set()
        self.sleeping: dict[str, tuple[str, str]] = {}  # process: the call, and on what
        self.wanted: dict[str, str] = {}  # process: the name for what its sleeping call will give
        self.gone: dict[str, str] = {}  # process: why it can call no more
        self.stopped: set[str] = set()

    def _resolve(self, kind: str, value: Any) -> Any:
        if kind == "pid" and value not in self.who:
            raise Problem(f"there is no process {value}; there are {', '.join(self.who)}")
        return self.target.resolve(kind, value)

    def cannot(self, proc: str) -> str:
        """Why this process cannot make a call now; empty when it can."""
        if proc not in self.who:
            return f"there is no process {proc}; there are {', '.join(self.who)}"
        if proc in self.gone:
            return f"{proc} {self.gone[proc]}"
        if proc in self.stopped:
            return f"{proc} is stopped"
        return f"{proc} is asleep in {self.sleeping[proc][0]}" if proc in self.sleeping else ""

    def make(self, move: Move) -> Line:
        """Makes the move; raises Problem for one that cannot be made or means nothing."""
        why = self.cannot(move.proc)
        if why:
            raise Problem(f"{why}; it cannot call {move.call}")
        if move.call not in SIGNATURES:
            raise Problem(f"no scenario may make the call {move.call}")
        args = arguments(move.args, move.call, self.names)
        self.keys |= {arg["key"] for arg in move.args if isinstance(arg, dict) and "key" in arg}
        line = Line(move, self.target.call(move.proc, move.call, args))
        self._note(move.proc, move.call, line.outcome)
        self.wanted[move.proc] = move.save or ""
        if move.call == "fork" and "ret" in line.outcome:
            self.who.append(args[0])
        if line.kept:
            halves = PAIRS.get(move.call, ())
            pair = {half: line.outcome[half] for half in halves}
            self.names.saved[line.kept] = pair or line.outcome["ret"]
        self._look(line)
        line.steps = self._told(line)
        line.view = self.target.view()
        return line

    def close(self) -> None:
        """Ends every process of the target."""
        self.target.close()

    def _note(self, proc: str, call: str, outcome: Outcome) -> None:
        self.sleeping.pop(proc, None)
        if "blocks" in outcome:
            self.sleeping[proc] = (call, outcome.get("on") or "")
        elif "ends" in outcome:
            self.gone[proc] = "has ended"

    def _look(self, line: Line) -> None:
        """What the move did to the others: who came back, ended, stopped, goes on."""
        for proc in self.who:
            if proc in self.gone:
                continue
            state = self.target.state(proc)
            if state == "ended":
                if line.outcome.get("ends") is None or proc != line.move.proc:
                    line.ended[proc] = self.target.ended(proc)
                self.sleeping.pop(proc, None)
                self.gone[proc] = "has ended"
                continue
            if proc in self.sleeping and proc != line.move.proc and not self.target.asleep(proc):
                outcome = self.target.finished(proc)
                if outcome is not None:
                    call = self.sleeping[proc][0]
                    line.back[proc] = (call, outcome)
                    self._keep(line, proc, outcome)
                    self._note(proc, call, outcome)
            if (state == "stopped") != (proc in self.stopped):
                line.states[proc] = "stopped" if state == "stopped" else "runs"
                self.stopped ^= {proc}
        if "execs" in line.outcome and line.move.proc not in self.gone:
            self.gone[line.move.proc] = "runs another program since its exec"

    def _keep(self, line: Line, proc: str, outcome: Outcome) -> None:
        """What a call that slept has given is kept by the name that was free then, or another."""
        name = self.wanted[proc]
        if not name or type(outcome.get("ret")) is not int:
            return
        if name in self.names.saved:
            name = free_name(line.back[proc][0], self.names.saved) or name
        line.got[proc] = name
        self.names.saved[name] = outcome["ret"]

    def _told(self, line: Line) -> list[Json]:
        """The move and what came of it, as steps of a scenario."""
        step = line.move.step()
        new = {name for name, *_ in line.results}
        saved = {name: value for name, value in self.names.saved.items() if name not in new}
        step["expect"] = expected(line.move.call, line.outcome, self, saved)
        if line.move.save and not line.kept:
            del step["save"]
        back = [
            {"wakes": proc, "expect": expected(call, outcome, self, saved)}
            | ({"save": line.got[proc]} if proc in line.got else {})
            for proc, (call, outcome) in line.back.items()
        ]
        ended = [{"ends": proc, "expect": status} for proc, status in line.ended.items()]
        return [step, *back, *ended, *({state: proc} for proc, state in line.states.items())]
