"""Where a host is while a packet passes its layers, in words: functions of many, as one."""

from __future__ import annotations

from kernel_model.trace import Event, Listing
from kernel_model.view.player.socket_words import PASSAGE

Frame = tuple[str, int | None, str]
UP, DOWN = "an interrupt", "down the layers"
STEPS = {
    "time": "the timer has run out: send again what is not acknowledged",
    ("device", "up"): "device layer: take the packet from the wire",
    ("protocol", "up"): "protocol layer: whose is it, is it new, and is it next?",
    ("socket", "up"): "socket layer: put the bytes into the buffer of the socket",
    "wakeup": "wake who waits for it",
    ("socket", "down"): "socket layer: take the bytes from the process",
    ("protocol", "down"): "protocol layer: make a packet, with number, acknowledgement and window",
    ("device", "down"): "device layer: put the packet on the wire",
}
LAYERS = ("socket", "protocol", "device")
GOES_DOWN = tuple(STEPS[layer, "down"] for layer in LAYERS)
COMES_UP = tuple(words for key, words in STEPS.items() if key != ("socket", "down"))


def _listing(name: str, steps: tuple[str, ...]) -> Listing:
    return Listing(name, True, [], 1, dict(enumerate(steps, 1)), {})


LISTINGS = {UP: _listing(UP, COMES_UP), DOWN: _listing(DOWN, GOES_DOWN)}


def layered(event: Event, stack: tuple[Frame, ...], interrupt: bool) -> tuple[Frame, ...]:
    """The stack with the step of the layers that an event tells of.

    interrupt  it is done in no process's name
    """
    words = ""
    if event.kind == "packet" and (hit := PASSAGE.fullmatch(event.text)) is not None:
        words = STEPS.get((hit[1], hit[2]), "")
    elif event.kind in ("sent", "lost", "doubled"):
        words = STEPS["device", "down"]
    elif event.kind == "arrived":
        words = STEPS["device", "up"]
    elif event.kind in ("time", "wakeup"):
        words = STEPS[event.kind]
    if interrupt:
        return ((UP, None, words),)
    return (*stack, (DOWN, None, words)) if words in GOES_DOWN else stack
