"""Two hosts as a widget: what is sent, how bad the wire is, and the player of what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ipywidgets import (  # type: ignore[import-untyped]
    HTML,
    HBox,
    IntSlider,
    SelectionSlider,
    ToggleButtons,
    VBox,
)

from kernel_model.sockets.conversation import Talk, talk
from kernel_model.view.bundles import beside_widget, pictured
from kernel_model.view.pictures.svg import listed
from kernel_model.view.player.story import Story, story_of
from kernel_model.view.player.widget import Player

KINDS = {"byte stream": "circuit", "datagrams": "datagrams"}
CHANCES = {"loss": ("lost, %", 50), "double": ("doubled, %", 50), "reorder": ("late, %", 80)}
WINDOWS = (256, 512, 1024, 2048, 4096)
SEEDS = 30
STYLE = {"description_width": "84px"}
WIDE = {"width": "300px"}


class Across(VBox):  # type: ignore[misc]
    """A client and a server with a wire between them; whatever is changed makes a new run."""

    def __init__(
        self,
        kind: str = "circuit",
        functions: Iterable[Callable[..., Any]] = (),
        step: int | str = 0,
        **chosen: int,
    ) -> None:
        """`chosen`: seed, loss, double, reorder and window, as the sliders have them at first."""
        self.functions, self.step = list(functions), step
        words = next(name for name, known in KINDS.items() if known == kind)
        self.kind = ToggleButtons(options=list(KINDS), value=words,
                                  style=STYLE | {"button_width": "110px"})  # fmt: skip
        self.sliders: dict[str, Any] = {"seed": _slider("seed", SEEDS, chosen.get("seed", 0))}
        for name, (told, most) in CHANCES.items():
            self.sliders[name] = _slider(told, most, chosen.get(name, 0))
        self.sliders["window"] = SelectionSlider(
            options=WINDOWS, value=chosen.get("window", 1024), description="window",
            continuous_update=False, style=STYLE, layout=WIDE,
        )  # fmt: skip
        self.told = HTML()
        for control in (self.kind, *self.sliders.values()):
            control.observe(lambda _: self.run(), "value")
        rows = list(self.sliders.values())
        flow = {"flex_flow": "row wrap"}
        self.controls = [self.kind, HBox(rows, layout=flow), self.told]
        self.player: Player | None = None
        super().__init__(self.controls)
        self.run()

    def run(self) -> None:
        """Lets both talk, as the sliders are now, and shows the run."""
        given = {name: slider.value for name, slider in self.sliders.items()}
        kind = KINDS[self.kind.value]
        self.sliders["window"].disabled = kind == "datagrams"
        ran = talk(kind, functions=self.functions, **given)
        assert ran.trace is not None, "it was recorded"
        title = f"A {self.kind.value.removesuffix('s')} from host to host, seed {given['seed']}"
        if kind == "datagrams":
            title = f"{len(ran.sent)} datagrams from host to host, seed {given['seed']}"
        story = story_of(ran.trace, title)
        self.player = Player(title, [story], [""], step=self.start(story))
        self.told.value = f"<p>{told(ran, kind)}</p>"
        self.children = [*self.controls, self.player]

    def start(self, story: Story) -> int | str:
        """Where the player starts: as was asked for, as far as a run with other sliders has it."""
        if not isinstance(self.step, str):
            return min(self.step, len(story.steps) - 1)
        said = any(self.step in one.text for one in story.steps)
        return self.step if said or self.player is None else 0

    def __repr__(self) -> str:
        return f"<Across by {self.kind.value}>"

    def _repr_mimebundle_(self, **given: Any) -> Any:
        """The widget, and for pages without widgets the player's picture and words."""
        made = super()._repr_mimebundle_(**given)
        if self.player is None:
            return beside_widget(made, {"text/plain": repr(self)})
        return beside_widget(made, pictured(self, self.player.snapshot(-1)))


def _slider(told: str, most: int, value: int) -> Any:
    return IntSlider(value, 0, most, 1, description=told, continuous_update=False, style=STYLE,
                     layout=WIDE)  # fmt: skip


def told(ran: Talk, kind: str) -> str:
    """What came of a conversation, in words."""
    packets = f"{ran.count('sent')} packets, {ran.count('lost')} of them lost"
    sent, got = b"".join(ran.sent), b"".join(ran.got)
    if kind == "circuit":
        came = "all of them, in order" if got == sent else f"{len(got)} of them"
        said = f"{len(sent)} bytes were sent, and there arrived <b>{came}</b>. "
        said += f"It took {packets} and {ran.again} sent again."
    else:
        numbers = " ".join(text.decode("latin-1").removeprefix("no. ") for text in ran.got)
        said = (
            f"{len(ran.sent)} datagrams were sent, and there arrived <b>{numbers or 'none'}</b>. "
        )
        said += f"It took {packets}; none is sent again."
    if ran.asleep:
        said += f" <b>{listed(list(ran.asleep))}</b> sleeps on: nothing more will come."
    return said
