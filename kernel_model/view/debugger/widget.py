"""The debugger as a widget: commands by click, key or word, on a kernel of its own.

from kernel_model.view import debug
d = debug(SUM)
d.do("break loop")        the same as in the page
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any

import anywidget
import traitlets

from kernel_model.debugger import Debugger, Done
from kernel_model.debugger.child import Prepare
from kernel_model.instructions import Program
from kernel_model.view.bundles import beside_widget
from kernel_model.view.debugger.record import Record
from kernel_model.view.debugger.state import state_of
from kernel_model.view.pictures import Picture, style, view_of
from kernel_model.view.pictures.tracing import trace_structure
from kernel_model.view.player.widget import static

QUIET = {"kind": "", "text": ""}


class Debug(anywidget.AnyWidget):
    """A page of a debugger."""

    _esm = static("parts.js") + static("debugger.js")
    _css = style.css() + static("player.css") + static("debugger.css")
    packed = traitlets.Unicode().tag(sync=True)  # as one text, which a saved notebook keeps small

    def __init__(
        self,
        program: Program,
        commands: Sequence[str] = (),
        personality: str = "classic",
        uid: int = 1000,
        prepare: Prepare | None = None,
        look: Sequence[str] = ("registers",),
        title: str = "",
    ) -> None:
        self.program, self.title = program, title or f"A debugger, and {program.name}"
        self.given = (program, personality, uid, prepare, tuple(look))
        self.turn = 0  # how often the page was answered
        self.state: dict[str, Any] = {}  # what the page draws
        self._make(commands)
        super().__init__()
        self._show(QUIET)
        self.on_msg(self._heard)

    def _make(self, commands: Sequence[str]) -> None:
        """A fresh kernel, on which these commands are done."""
        self.debugger = Debugger(*self.given)
        for text in commands:
            self.debugger.do(text)
        self.record = Record(self.debugger)

    @property
    def commands(self) -> list[str]:
        """What was commanded, without the first run."""
        return [one.text for one in self.debugger.done[1:]]

    def do(self, text: str) -> Done:
        """A command, as in the page; gives its answer and its cost."""
        made = self._do(text)
        self._show(QUIET)
        return made

    def _do(self, text: str) -> Done:
        made, begun = self.debugger.do(text), self.debugger.done[0]
        if made is begun:  # everything is new
            self.record = Record(self.debugger)
        return made

    def undo(self, keep: int) -> None:
        """Makes only the first of the commands again, on a fresh kernel."""
        self._make(self.commands[:keep])

    def again(self) -> None:
        """Runs the program again from its beginning, with the breakpoints that there are."""
        self._do("run")

    def _show(self, say: dict[str, str]) -> None:
        self.turn += 1
        self.state = state_of(self.debugger, self.record, self.title, say) | {"turn": self.turn}
        self.packed = json.dumps(self.state, ensure_ascii=False, separators=(",", ":"))

    def _heard(self, page: Any, message: dict[str, Any], buffers: Any) -> None:
        """Does what the page asks for: {"do": a command, "at": the frame that is shown}."""
        say = QUIET
        at = message.get("at")
        text = str(message.get("do", ""))
        ends = [one["to"] for one in self.state["commands"]]
        if isinstance(at, int) and at < ends[-1]:
            keep = sum(end <= at for end in ends)
            gone = len(ends) - max(keep, 1)
            self.undo(max(keep, 1) - 1)
            later = "command has" if gone == 1 else "commands have"
            say = {"kind": "undone", "text": f"{gone} later {later} not happened."}
        if text == "undo":
            self.undo(max(len(self.commands) - 1, 0))
        elif text == "again":
            self.again()
        else:
            self._do(text)
        self._show(say)

    def snapshot(self) -> Picture:
        """The trace structure as it is now."""
        return trace_structure(view_of(self.debugger.core.session.k))

    def __repr__(self) -> str:
        calls = sum(one.calls for one in self.debugger.done)
        return f"<Debug {self.program.name}: {calls} calls of ptrace>"

    def _repr_mimebundle_(self, **given: Any) -> Any:
        """The widget, and for pages without widgets the commands with their answers."""
        made = super()._repr_mimebundle_(**given)
        rows = "".join(f"<li>{escape(repr(one))}</li>" for one in self.debugger.done)
        plain = "\n".join(map(repr, self.debugger.done))
        page = f"<p>A debugger: run this cell to use it.</p><ol>{rows}</ol>"
        told = {"text/plain": f"{self!r}\n{plain}", "text/html": page}
        return beside_widget(made, told)
