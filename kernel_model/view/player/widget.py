"""The player as a widget: the page has everything and moves by itself, kernel or no kernel."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from kernel_model.view.bundles import beside_widget, pictured
from kernel_model.view.pictures import Picture, style
from kernel_model.view.player.pack import Row, payload
from kernel_model.view.player.snapshot import snapshot_of
from kernel_model.view.player.story import Story

STATIC = Path(__file__).parents[1] / "static"


@cache
def static(name: str) -> str:
    """A file that goes to the page."""
    return (STATIC / name).read_text("utf-8")


class Player(anywidget.AnyWidget):
    """A run to be stepped through; `step` (from 0) is where it is."""

    _esm = static("parts.js") + static("player.js")
    _css = style.css() + static("player.css")
    data = traitlets.Dict().tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)

    def __init__(
        self,
        title: str,
        stories: list[Story],
        names: list[str],
        rows: Sequence[Row] | None = None,
        part: int | None = None,
        step: int | str = 0,
        keep: Sequence[str] = (),
    ) -> None:
        """A player of one story, or of several side by side; see player/pack.py."""
        self.keep = keep
        self.title, self.stories, self.names = title, stories, names
        self.rows = list(rows or [(n,) for n in range(len(stories[0].steps))])
        data = payload(title, stories, names, self.rows if rows else None, part, keep)
        super().__init__(data=data, step=self._place(step))

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return f"<Player of {self.title!r}, {len(self)} steps>"

    def snapshot(self, step: int | str | None = None) -> Picture:
        """A step (by default the one it is at) as a picture that does not move."""
        row = self.rows[self.step if step is None else self._place(step)]
        return snapshot_of(self.title, self.stories, self.names, row, self.keep)

    def _place(self, step: int | str) -> int:
        """A step from 0, or from the end if negative; or the first one that says these words.

        Raises ValueError past either end, and where no step says so.
        """
        if isinstance(step, str):
            for place, row in enumerate(self.rows):
                if step in self.stories[0].steps[row[0]].text:
                    return place
            raise ValueError(f"no step of {self.title!r} says {step!r}")
        if not -len(self) <= step < len(self):
            raise ValueError(f"step {step}; this run has the steps 0 to {len(self) - 1}")
        return step % len(self)

    def _repr_mimebundle_(self, **given: Any) -> Any:
        """The widget, and for pages without widgets a picture and words.

        They show the step that was chosen, or the last one.
        """
        made = super()._repr_mimebundle_(**given)
        return beside_widget(made, pictured(self, self.snapshot(self.step or -1)))
