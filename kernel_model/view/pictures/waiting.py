"""The wait-for graph: an arrow from each sleeper to whoever could wake it, and the deadlock."""

from __future__ import annotations

from math import atan2, cos, degrees, hypot, pi, sin, sqrt

from kernel_model.view.pictures.svg import (
    WIDTH,
    Picture,
    group,
    path,
    rect,
    shortened,
    text,
    token,
    token_width,
)
from kernel_model.view.pictures.words import STATES, View, event_words
from kernel_model.waiting import CHILD, GIVES, HAS, HOLDS, LAST, MAY, Wait, cycle, verdict_of, waits

TITLE = "Who waits for whom"
ROW = 42  # height of a sleeper's two lines below the graph
TOP = 64  # where the graph begins
Point = tuple[float, float]

REASONS = {
    HOLDS: "{} took it, with SEM_UNDO",
    LAST: "{} changed it last, to 0",
    GIVES: "{} can wake it",
    HAS: "{} has it",
    CHILD: "{} can end",
    MAY: "{} could do it",
}


def wait_for(view: View, found: list[Wait] | None = None, verdict: str | None = None) -> Picture:
    """Sleepers and those who could wake them, with an arrow for each "waits for".

    found, verdict   who waits for whom and whether somebody does for ever, where that is known
                     better than the tables tell it (kernel_model.waiting)
    """
    found = waits(view) if found is None else found
    if not found:
        body = text(0, 16, TITLE, "head") + text(0, 46, "nobody sleeps", "label")
        return Picture(TITLE, "Nobody sleeps.", 52, body)
    ring, verdict = cycle(found), verdict_of(found) if verdict is None else verdict
    dead = set(zip(ring, [*ring[1:], *ring[:1]], strict=True))
    names = [p["name"] for p in view["procs"]]
    there = {one.proc for one in found} | {name for one in found for name in one.of}
    places, tall = _places([name for name in names if name in there])
    body = text(0, 16, TITLE, "head") + _verdict(verdict)
    body += "".join(
        _edge(places, one.proc, to, one.how, (one.proc, to) in dead)
        for one in sorted(found, key=lambda one: one.proc in ring)
        for to in one.of
    )
    state = {p["name"]: p["state"] for p in view["procs"]}
    for name, (x, y) in places.items():
        kind = STATES[state[name]][0]
        body += token(x - token_width(name) / 2, y - 15, name, f"waits:{name}", kind)
    for place, one in enumerate(found):
        body += _line(one, TOP + tall + 14 + ROW * place)
    words = " ".join([verdict, *(f"{told(one)}: {reason(one)}." for one in found)]).strip()
    return Picture(TITLE, words, TOP + tall + ROW * len(found), body)


def told(one: Wait) -> str:
    """What a sleeper waits for."""
    return f"{one.proc} waits for {event_words(one.event)}"


def reason(one: Wait) -> str:
    """Who could wake it, and why we think so."""
    if not one.of:
        return "nobody could do it"
    if one.how == MAY:
        return REASONS[MAY].format(" or ".join(one.of))
    many = " or " if one.how == GIVES else " and "
    return REASONS[one.how].format(many.join(one.of))


def _verdict(words: str) -> str:
    if not words:
        return text(0, 40, "each of them could still be woken", "label")
    sign = path("M0-6l12 12M12-6l-12 12", "sign")
    inside = rect(0, 26, min(46 + 9.6 * len(words), WIDTH), 28, round_=14)
    inside += f'<g transform="translate(12 40)">{sign}</g>' + text(32, 46, words, "strong")
    return group(inside, "pill error")


def _line(one: Wait, y: float) -> str:
    words = text(0, y, shortened(told(one), 74), "outcome")
    words += text(14, y + 18, shortened(reason(one), 74), "label")
    return group(words, link=f"proc:{one.proc}")


def _places(names: list[str]) -> tuple[dict[str, Point], float]:
    """The middle of each token, on an ellipse, and the height of the graph."""
    n = len(names)
    if n <= 2:
        across = [WIDTH / 2] if n == 1 else [110, WIDTH - 110]
        return {name: (x, TOP + 40) for name, x in zip(names, across, strict=True)}, 92
    wide, tall = 200, min(50 + 18 * n, 130)
    turns = {name: 2 * pi * k / n - pi / 2 for k, name in enumerate(names)}
    middle = TOP + tall + 18
    placed = {
        name: (WIDTH / 2 + wide * cos(turn), middle + tall * sin(turn))
        for name, turn in turns.items()
    }
    return placed, max(y for _, y in placed.values()) - TOP + 34


def _edge(places: dict[str, Point], one: str, other: str, how: str, dead: bool) -> str:
    """An arrow from one token to another, bent to its right so that one back has room."""
    kind = "wire deadly" if dead else "wire maybe" if how == MAY else "wire"
    tip = "tip deadly" if dead else "tip"
    (x, y), (to_x, to_y) = places[one], places[other]
    if one == other:
        way = path(f"M{x - 10:g} {y - 15:g}c-40-38 60-38 22-2", kind)
        return way + _tip(x + 12, y - 16, 125, tip)
    long = hypot(to_x - x, to_y - y)
    bend = 0.16 * long
    mid = ((x + to_x) / 2 - bend * (to_y - y) / long, (y + to_y) / 2 + bend * (to_x - x) / long)
    (x, y), (to_x, to_y) = _border(places[one], mid, one), _border(places[other], mid, other, 4)
    turn = degrees(atan2(to_y - mid[1], to_x - mid[0]))
    way = path(f"M{x:.1f} {y:.1f}Q{mid[0]:.1f} {mid[1]:.1f} {to_x:.1f} {to_y:.1f}", kind)
    return way + _tip(to_x, to_y, turn, tip)


def _tip(x: float, y: float, turn: float, kind: str) -> str:
    place = f"translate({x:.1f} {y:.1f})rotate({turn:.1f})"
    return f'<path class="{kind}" d="M0 0-11-5.5v11z" transform="{place}"/>'


def _border(at: Point, toward: Point, name: str, gap: float = 0) -> Point:
    """Where a line from the middle of a token leaves it: a box with round ends."""
    high, half = 15 + gap, token_width(name) / 2 - 15
    across, down = toward[0] - at[0], toward[1] - at[1]
    long = hypot(across, down)
    across, down = across / long, down / long
    if high * abs(across) <= half * abs(down):
        way = high / abs(down)
    else:
        way = half * abs(across) + sqrt(high**2 - (half * down) ** 2)
    return at[0] + way * across, at[1] + way * down
