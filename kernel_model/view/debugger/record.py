"""The calls of a debugger made into frames: what the page shows at each moment of them."""

from __future__ import annotations

import json
import re
from typing import Any

from kernel_model.debugger import Chunk, Debugger
from kernel_model.view.pictures.tracing import EMPTY, request_words
from kernel_model.view.pictures.words import STATES, View, event_words
from kernel_model.view.player.pack import Strings
from kernel_model.view.player.story import Step, Teller

KINDS = ("call", "return", "error", "end", "sleep", "wakeup", "signal", "stop", "exit",
         "instruction")  # fmt: skip
SHOWN = ("ptrace", "procxmt", "exec", "issig", "psig")  # whose steps are told
IMAGE = re.compile(r"Program\(name='(\w+)'.*\)", re.DOTALL)
Frame = tuple[int, int, int, int, int, int]


class Record:
    """Frames of a debugger, which grow with what it does.

    A frame is: who acts, what happens, how the trace structure and the processes are (numbers of
    texts), the lines that debugger and child are at (0: none), and how many calls are over.
    """

    def __init__(self, debugger: Debugger) -> None:
        self.debugger = debugger
        session = debugger.core.session
        self.teller = Teller(session.k.personality, session.trace.listings_by_name())
        self.strings = Strings()
        self.frames: list[Frame] = []
        self.ends: list[int] = []  # the frame after the last one of each chunk
        self._last: dict[str, str] = {}  # what was told last of a line, by process

    def catch_up(self) -> None:
        """Makes frames of the calls that are new."""
        for chunk in self.debugger.core.session.chunks[len(self.ends) :]:
            self._add(chunk, len(self.ends))
            self.ends.append(len(self.frames))

    def _add(self, chunk: Chunk, over: int) -> None:
        for step in self.teller.steps(chunk.events):
            told = self._told(step)
            if not told:
                continue
            world = json.dumps(self.world(step.view), ensure_ascii=False)
            numbers = (self.strings.number(text) for text in (step.proc, told, world))
            who, what, how = numbers
            self.frames.append((who, what, how, chunk.line or 0, chunk.child_line or 0, over))

    def _told(self, step: Step) -> str:
        """A step in a sentence; "" for one that the page leaves out."""
        if step.kind in KINDS:
            return IMAGE.sub(r"'\1'", step.text)
        name, _, words = step.stack[-1] if step.stack else ("", None, "")
        told = f"{step.proc}: {words}." if name in SHOWN and words else ""
        if step.kind != "line" or self._last.get(step.proc) == told:
            return ""
        self._last[step.proc] = told
        return told

    def world(self, view: View) -> list[Any]:
        """The four words of the structure, then each process with its state and what it awaits."""
        t = view.get("tracing", EMPTY)
        whose = {p["pid"]: p["name"] for p in view["procs"]}
        lock = whose.get(t["lock"], "0") if t["lock"] else "0"
        fields = [lock, request_words(t["req"]), f"{t['addr']:#x}", word_shown(t["data"])]
        return [fields, *(self._process(t, p) for p in view["procs"] if p["name"] != "sh")]

    def _process(self, t: View, p: View) -> list[Any]:
        kind, words, _ = STATES[p["state"]]
        why = f"until there is {event_words(p['wchan'])}" if p["state"] == "asleep" else ""
        stop = next((one for one in t["traced"] if one["pid"] == p["pid"]), None)
        if stop is not None and stop["cursig"] and p["state"] == "stopped":
            why = f"by {stop['cursig']}"
        return [p["name"], kind, words, p["call"] or "", why]


def word_shown(value: int) -> str:
    """A word as people read it: small numbers as such, others in hexadecimal digits."""
    return str(value) if abs(value) < 1 << 16 else f"{value % (1 << 64):#x}"
