"""Pictures of interleavings: the cells, the schedule so far, and all states with all steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from kernel_model.explore.cells import Value
from kernel_model.view.interleavings import lists
from kernel_model.view.pictures import Picture
from kernel_model.view.pictures.svg import WIDTH, group, listed, path, rect, shortened, text

LEAST = 48  # width of a cell
ROW = 60  # height of a row of cells
LANE = 30  # height of a processor's lane
BAR = {
    "outside": 2,
    "ended": 2,
    "trying": 8,
    "running": 8,
    "inside": 22,
    "leaving": 6,
    "asleep": 4,
    "waiting": 4,
    "failed": 22,
}
LEVEL = 62  # between two levels of states
# The colours of the pictures' style sheet, by where a processor is
LOOK = {
    "outside": "",
    "ended": "",
    "trying": "ready",
    "running": "ready",
    "inside": "run",
    "leaving": "stop",
    "asleep": "sleep",
    "waiting": "sleep",
    "failed": "error",
}
# What the style sheet of all pictures does not have
RULES = (
    ".kb .turn{fill:var(--kb-ink);stroke:var(--kb-paper)}"
    ".kb .edge{fill:none;stroke:var(--kb-line);stroke-width:1}"
    ".kb .state circle{fill:var(--kb-paper);stroke:var(--kb-ink);stroke-width:1.5}"
    ".kb .state.seen circle{fill:var(--kb-message)}"
    ".kb .state.bad circle{fill:var(--kb-error)}"
    ".kb .state.here circle{stroke-width:4}"
    ".kb .state path{fill:none;stroke:#000;stroke-width:2}"
    f"{lists.RULES}"
)
STYLE = f"<style>{RULES}</style>"


def memory(
    names: Sequence[str],
    values: Sequence[str],
    domains: Sequence[Mapping[str, Value]],
    changed: Sequence[str] = (),
    before: Sequence[str] | None = None,
    width: float = WIDTH,
) -> Picture:
    """The shared memory: lists as nodes and arrows, other cells as boxes, an array in a row.

    domains  what each cell may hold, by its text: a box has room for the longest
    before   what the cells held a step ago
    """
    held = dict(zip(names, values, strict=True))
    may = dict(zip(names, domains, strict=True))
    then = dict(zip(names, before, strict=True)) if before is not None else None
    body, y = text(0, 16, "Shared memory", "head"), 26.0
    words: list[str] = []
    for one in lists.lists(names):
        height, part, told = lists.drawn(one, held, may, changed, then, width)
        body += f'<g transform="translate(0 {y:g})">{part}</g>'
        y, words = y + height, [*words, told]
        names = [name for name in names if name not in one.cells]
    if names:
        height, part = _boxes(names, held, may, changed, width)
        body += f'<g transform="translate(0 {y:g})">{part}</g>'
        y += height
    told = listed([f"{name} is {value}" for name, value in held.items()])
    return Picture("Shared memory", " ".join([f"{told}.", *words]), y, body, width)


def _boxes(
    names: Sequence[str],
    held: Mapping[str, str],
    may: Mapping[str, Mapping[str, Value]],
    changed: Sequence[str],
    width: float,
) -> tuple[float, str]:
    """Cells as boxes, as wide as what they may hold: how high they are, and their elements."""
    body, x, y = "", 0.0, 8.0
    for label, members in arrays(names).items():
        left = 9.2 * len(label) + 10
        longest = max(len(told) for name in members for told in [held[name], *may[name]])
        box = min(max(LEAST, 9.2 * longest + 16), (width - left) / len(members) - 4)
        if x and x + left + len(members) * (box + 4) > width:
            x, y = 0, y + ROW
        body += text(x, y + 22, label, "mono")
        x += left
        most = max(1, int((box - 12) / 9.2))
        for name, index in members.items():
            value = rect(x, y, box, 32, round_=4)
            value += text(x + box / 2, y + 21, shortened(held[name], most), "mono strong middle")
            kind = "cell changed" if name in changed else "cell"
            body += rect(x, y, box, 32, "box", 4)
            body += f'<g class="{kind}" data-cell="{escape(name)}" data-most="{most}">{value}</g>'
            body += text(x + box / 2, y + 47, index, "label middle") if index else ""
            x += box + 4
        x += 22
    return y + ROW, body


def arrays(names: Sequence[str]) -> dict[str, dict[str, str]]:
    """The cells by array, each with its index; a cell that is in none is an array of its own."""
    found: dict[str, dict[str, str]] = {}
    for name in names:
        array, _, index = name.rpartition("[") if name.endswith("]") else ("", "", "")
        found.setdefault(array or name, {})[name] = index.rstrip("]")
    return found


def schedule(
    names: Sequence[str], turns: Sequence[int], phases: Sequence[Sequence[str]]
) -> Picture:
    """Who did a step when, and who was where; two broad bars at the same time are two inside.

    phases  of every processor at each place, the first one included
    """
    left = 10 + 10 * max(map(len, names))
    step = min(40.0, (WIDTH - left) / max(len(turns), 1))
    body = STYLE + text(0, 16, "Schedule", "head") + _legend(phases)
    for p, name in enumerate(names):
        y = 30 + LANE * p
        body += text(0, y + 21, name, "strong") + path(f"M{left} {y + 15}H{WIDTH}", "rule")
        for at, phase in enumerate(phase[p] for phase in phases):
            tall = BAR[phase]
            if LOOK[phase] and step:
                box = rect(left + step * at, y + 15 - tall / 2, step, tall, round_=0)
                body += group(box, LOOK[phase])
        for at in (at for at, who in enumerate(turns) if who == p):
            x = left + step * at
            body += f'<circle cx="{x + step / 2:g}" cy="{y + 15}" r="4" class="turn"/>'
    order = ", ".join(names[p] for p in turns) or "nobody yet"
    return Picture("Schedule", f"Turns: {order}.", 36 + LANE * len(names), body)


def _legend(phases: Sequence[Sequence[str]]) -> str:
    """What the colours of a schedule are, those that are in it, beside its title."""
    there = {phase for place in phases for phase in place}
    drawn, x = "", 96.0
    for phase in (phase for phase in LOOK if LOOK[phase] and phase in there):
        drawn += group(rect(x, 7, 20, 9, round_=0), LOOK[phase]) + text(x + 26, 16, phase, "label")
        x += 44 + 8 * len(phase)
    return drawn


def graph(
    levels: Sequence[Sequence[str]],
    steps: Mapping[str, Sequence[str]],
    bad: Sequence[str],
) -> Picture:
    """All states, from left to right by the fewest steps that lead there.

    levels  the states, by level            steps  where the turn of each processor leads
    bad     states that must not be
    """
    tallest = max(map(len, levels))
    gap = max(15.0, min(34.0, 380 / tallest))
    across = min(LEVEL, (WIDTH * 1.6 - 40) / max(len(levels) - 1, 1))
    height = 40 + gap * tallest
    at = {
        key: (16 + across * x, 34 + height / 2 - 20 + gap * (row - (len(level) - 1) / 2))
        for x, level in enumerate(levels)
        for row, key in enumerate(level)
    }
    body = STYLE + text(0, 16, "All states", "head")
    for key, after in steps.items():
        for p, to in enumerate(after):
            if to != key:
                body += path(_edge(at[key], at[to]), f"edge p{p}")
    for key, (x, y) in at.items():
        kind = "state bad" if key in bad else "state"
        sign = f'<path d="M{x - 3:g} {y - 3:g}l6 6m0-6l-6 6"/>' if key in bad else ""
        body += (
            f'<g class="{kind}" data-state="{escape(key)}"><circle cx="{x:g}" cy="{y:g}" '
            f'r="6"/>{sign}</g>'
        )
    count = sum(map(len, levels))
    words = f"{count} states in {len(levels)} levels; {len(bad)} of them must not be."
    return Picture("All states", words, height + 20, body, 32 + across * (len(levels) - 1))


def _edge(start: tuple[float, float], end: tuple[float, float]) -> str:
    """The way of a step from state to state, bent so that there and back are two."""
    (x, y), (to, down) = start, end
    bend = -16 if to <= x else 3
    return f"M{x:g} {y:g}Q{(x + to) / 2:g} {(y + down) / 2 + bend:g} {to:g} {down:g}"
