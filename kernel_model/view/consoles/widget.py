"""The console: make processes, make system calls, see what comes of them.

    from kernel_model.view import console
    console()                                              # A and B, both of user 1000
    console("linux", processes={"A": 0, "B": 1000})        # another kernel, other processes
    console(functions=[msgrcv])                            # with a function of your own in it

A thin skin over a desk (`desk.py`), which can be used without a page: `c = console(); c.desk`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

import anywidget
import traitlets
from ipywidgets import VBox  # type: ignore[import-untyped]

from kernel_model.scenario import dumps
from kernel_model.view.consoles.desk import Desk
from kernel_model.view.consoles.filled import compose, number_of
from kernel_model.view.consoles.real import Tried, try_for_real
from kernel_model.view.consoles.runs import DeskError
from kernel_model.view.consoles.saving import save
from kernel_model.view.consoles.state import scenario_text, state_of

STATIC = Path(__file__).parent
QUIET = {"kind": "", "text": "", "at": ""}


class Page(anywidget.AnyWidget):
    """The page of a console: draws `state`, tells what the learner does."""

    _esm = (STATIC / "console.js").read_text(encoding="utf-8")
    _css = (STATIC / "desk.css").read_text(encoding="utf-8")
    state = traitlets.Dict().tag(sync=True)

    def __repr__(self) -> str:
        return "Page of a console"


class Console:
    """A desk with its page, and a place below it for the player; a notebook shows `widget`."""

    def __init__(self, desk: Desk, records: Sequence[dict[str, Any]] = ()) -> None:
        self.desk = desk
        self.records = list(records)
        self.tried: Tried | None = None
        self.scenario = ""  # the text shown under "Save as scenario"
        self.turn = 0  # how often the page was answered
        self.page = Page(state=state_of(desk, QUIET))
        self.page.on_msg(self._heard)
        self.widget = VBox([self.page])

    def __repr__(self) -> str:
        calls = len(self.desk.lines)
        told = f"{calls} call{'' if calls == 1 else 's'}"
        return f"<Console {self.desk.personality}: {', '.join(self.desk.run.who)}; {told}>"

    def _repr_mimebundle_(self, **given: Any) -> Any:
        lines = "".join(f"<li>{escape(line)}</li>" for line in self.desk.log())
        return self.widget._repr_mimebundle_(**given) | {
            "text/plain": repr(self),
            "text/html": f"<p>A console: run this cell to use it.</p><ol>{lines}</ol>",
        }

    def _heard(self, page: Any, message: dict[str, Any], buffers: Any) -> None:
        """Does what the learner asked for; whatever goes wrong is said in the page."""
        say = QUIET | {"at": message.get("do")}
        try:
            say |= {"kind": "done", "text": self.do(message)}
        except DeskError as error:
            say |= {"kind": "error", "text": f"{str(error)[:1].upper()}{str(error)[1:]}."}
        except KeyboardInterrupt:
            say |= {"kind": "error", "text": "Stopped: the call was taken back."}
        finally:
            self.turn += 1
            state = state_of(self.desk, say, self.tried, self.scenario)
            self.page.state = state | {"turn": self.turn}

    def do(self, message: dict[str, Any]) -> str:
        """One thing that the page asks for; gives what there is to say. Raises DeskError."""
        what = message.get("do")
        if what not in DO:
            raise DeskError(f"the console knows no {what!r}")
        said = DO[what](self, message)
        if what in ("call", "undo", "afresh", "spawn"):
            self.tried = None
            self.widget.children = (self.page,)
            self.scenario = scenario_text(self.desk, "my.first") if self.scenario else ""
        return said

    def call(self, message: dict[str, Any]) -> str:
        """A system call, filled in."""
        args = compose(message["call"], message.get("values", {}))
        self.desk.call(message["proc"], message["call"], args, message.get("save") or None)
        return ""

    def spawn(self, message: dict[str, Any]) -> str:
        """A new process."""
        name = str(message.get("name", "")).strip()
        uid = number_of(message.get("uid"), "uid")
        gid = message.get("gid")
        self.desk.spawn(name, uid, number_of(gid, "gid") if str(gid or "").strip() else None)
        return f"{name} is there now."

    def undo(self, message: dict[str, Any]) -> str:
        """Takes the last call back."""
        last = self.desk.undo()
        return f"{last.move.proc}'s {last.move.call} has not happened."

    def afresh(self, message: dict[str, Any]) -> str:
        """A fresh kernel."""
        self.desk.afresh()
        return "Here is a fresh kernel."

    def show(self, message: dict[str, Any]) -> str:
        """The scenario as text, in the page."""
        self.scenario = dumps([self.desk.scenario("my.first")])
        return ""

    def save(self, message: dict[str, Any]) -> str:
        """The scenario into a file."""
        scenario = self.desk.scenario(str(message.get("name", "")).strip())
        file = str(message.get("file", "")).strip()
        if not file:
            raise DeskError("a file needs a name")
        self.scenario = dumps([scenario])
        return f"{scenario.id} is in {save(scenario, file)}."

    def play(self, message: dict[str, Any]) -> str:
        """The player, on what was done, below the page."""
        from kernel_model.view import play

        desk = self.desk
        player = play(desk.scenario(), functions=desk.functions, personality=desk.personality)
        self.widget.children = (self.page, player)
        return "The player is below."

    def real(self, message: dict[str, Any]) -> str:
        """The same calls on real Linux."""
        self.tried = try_for_real(self.desk, self.records)
        if not self.tried.rows:
            return self.tried.note
        count = len(self.tried.rows)
        alike = f"All {count} calls come out the same on both kernels."
        return alike if self.tried.same else "Some calls differ: see the table."

    def unreal(self, message: dict[str, Any]) -> str:
        """Closes the comparison."""
        self.tried = None
        return ""


DO: dict[Any, Callable[[Console, dict[str, Any]], str]] = {
    "call": Console.call, "spawn": Console.spawn, "undo": Console.undo, "afresh": Console.afresh,
    "show": Console.show, "save": Console.save, "play": Console.play, "real": Console.real,
    "unreal": Console.unreal,
}  # fmt: skip
