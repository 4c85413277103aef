"""The shell as a widget: a line to run, what may be forgotten in it, and the player of it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from ipywidgets import HTML, Button, Checkbox, Text, VBox  # type: ignore[import-untyped]

from kernel_model.shell import FORGET, Ran, run_line
from kernel_model.view.bundles import beside_widget, pictured
from kernel_model.view.pictures.svg import listed
from kernel_model.view.pictures.words import View
from kernel_model.view.player.story import Story, story_of
from kernel_model.view.player.widget import Player

FILES = {"f1": "pear\nfig\nplum\n", "f2": "lime\napple\nquince\n"}
WIDE = {"width": "auto"}


class Shell(VBox):  # type: ignore[misc]
    """A line of commands; Run makes a kernel that runs it, and a player that shows every call."""

    def __init__(
        self, line: str, files: Mapping[str, str], forget: tuple[str, ...], personality: str
    ) -> None:
        self.files, self.personality = dict(files), personality
        self.line = Text(line, description="$", continuous_update=False, layout=WIDE)
        self.boxes = {
            name: Checkbox(name in forget, description=words, indent=False, layout=WIDE)
            for name, words in FORGET.items()
        }
        self.button = Button(description="Run", tooltip="Run the line on a kernel of its own",
                             button_style="primary")  # fmt: skip
        self.told = HTML()
        self.player: Player | None = None
        super().__init__([self.line, *self.boxes.values(), self.button, self.told])
        self.button.on_click(lambda _: self.run())
        self.run()

    def run(self) -> None:
        """Runs the line as it is now, and shows the run."""
        forget = [name for name, box in self.boxes.items() if box.value]
        controls = [self.line, *self.boxes.values(), self.button, self.told]
        try:
            ran = run_line(self.line.value, self.files, forget, self.personality)
        except ValueError as error:
            self.player = None
            self.told.value = f"<p>{escape(str(error))}</p>"
            self.children = controls
            return
        title = f"$ {self.line.value}"
        story = story_of(ran.trace, title)
        step = -1 if ran.asleep else flows(story)
        self.player = Player(title, [story], [""], step=step)
        self.told.value = told(ran)
        self.children = [*controls, self.player]

    def __repr__(self) -> str:
        return f"<Shell {self.line.value!r}>"

    def _repr_mimebundle_(self, **given: Any) -> Any:
        """The widget, and for pages without widgets the player's picture and words."""
        made = super()._repr_mimebundle_(**given)
        if self.player is None:
            return beside_widget(made, {"text/plain": repr(self)})
        return beside_widget(made, pictured(self, self.player.snapshot(-1)))


def flows(story: Story) -> int:
    """The first step at which what was written is in a pipe; 0 if nothing ever is."""
    pipes = (step.view.get("pipes", []) for step in story.steps)
    return next((n for n, all_ in enumerate(pipes) if any(map(whole, all_))), 0)


def whole(pipe: View) -> bool:
    """Is there something in it, and none of it still to be copied into its block?"""
    behind = pipe["woff"] == (pipe["roff"] + pipe["size"]) % pipe["capacity"]
    return bool(pipe["text"]) and "\0" not in pipe["text"] and (behind or bool(pipe["slots"]))


def told(ran: Ran) -> str:
    """What came of a line, as HTML: what was printed, and who sleeps for ever."""
    printed = escape(ran.printed) or "<i>nothing was printed</i>"
    said = f"<pre>{printed}</pre>"
    if ran.asleep:
        who = listed([escape(name) for name in ran.asleep])
        said += f"<p><b>It hangs:</b> {who} wait for ever. "
        said += "The last step of the player shows on what.</p>"
    return said
