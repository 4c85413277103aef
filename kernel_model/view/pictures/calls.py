"""A run call by call, a lane a process, up to the call at which another kernel parts from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from kernel_model.view.pictures.svg import (
    WIDTH,
    Picture,
    arrow,
    fitted,
    group,
    listed,
    path,
    rect,
    shortened,
    text,
    token,
)
from kernel_model.view.pictures.words import STATES

MOST = 7  # calls that are drawn; of a longer run the last ones
NAMES, TOP, LANE, TALL = 84, 58, 66, 46  # width of the names; where lanes begin; a lane; a call
BROAD, NARROW = 176, 96  # of a column
CAPITAL = 9.5  # a capital letter of an outcome
ASLEEP = "asleep"  # what came of a call that sleeps
AWAY = (ASLEEP, "stopped")  # or whose process is stopped: it has not come back
Came = Mapping[str, str]  # what came of a call, in a word or two, by process


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the run, and for whom something came of it: the caller, and those it woke."""

    proc: str
    name: str
    came: Came


def calls(run: Sequence[Call], other: Came, since: int | None = None) -> Picture:
    """The timeline of a run; its last call has two columns: the run's own, and the other kernel's.

    other  what came of the last call on the other kernel
    since  the call, from 0, after which the tables of the two are no longer the same
    """
    first = max(len(run) - MOST, 0)
    shown, before = run[first:], run[:first]
    procs = list(dict.fromkeys(name for call in run for name in (call.proc, *call.came)))
    procs += [name for name in other if name not in procs]
    columns = len(shown) + 1
    wide = max(NARROW, min(BROAD, (2 * WIDTH - NAMES) / columns))
    tall, width = TOP + LANE * len(procs), NAMES + wide * columns
    body = "".join(
        path(f"M0 {TOP + LANE * n}H{width:g}", "rule")
        + token(0, TOP + LANE * n + 18, name, f"lane:{name}")
        for n, name in enumerate(procs)
    )
    body += _heads(first, len(shown), wide, tall)
    if since is not None and first <= since < len(run) - 1:
        x = NAMES + wide * (since - first) + wide / 2
        body += path(f"M{x:g} {tall - 8}V{tall + 6}", "wire lost")
        body += text(x + 6, tall + 12, f"after call {since + 1} the tables differ", "label")
    body += _sleeps(before, shown, other, procs, wide)
    for at, call in enumerate(shown):
        body += _column(call, call.came, procs, NAMES + wide * at, wide)
    last = NAMES + wide * (columns - 1)
    body += _column(shown[-1], other, procs, last, wide)
    frame = rect(last + 2, 26, wide - 4, tall - 28, round_=8)
    body += group(frame, "cell differs")
    return Picture("Where the two kernels part", _words(run, other, since), tall + 18, body, width)


def _heads(first: int, count: int, wide: float, tall: float) -> str:
    """The numbers of the calls, and the line at which the kernels part."""
    x = NAMES + wide * (count - 1)
    drawn = "".join(
        text(NAMES + wide * at + wide / 2, 46, f"call {first + at + 1}", "label middle")
        for at in range(count - 1)
    )
    if first:
        drawn += text(0, 46, f"1 to {first} …" if first > 1 else "call 1 …", "label")
    drawn += path(f"M{x:g} 0V{tall}", "wire lost")
    drawn += text(x + 8, 16, f"call {first + count}: here the two kernels part", "strong")
    drawn += text(x + wide / 2, 46, "expected", "strong middle")
    return drawn + text(x + wide * 1.5, 46, "got", "strong middle")


def _column(call: Call, came: Came, procs: list[str], x: float, wide: float) -> str:
    """What a call came to: a box in its caller's lane, and in the lanes of those it woke."""
    drawn, boxes, y = "", "", TOP + LANE * procs.index(call.proc) + (LANE - TALL) / 2
    for name in came:
        if name != call.proc:
            to = TOP + LANE * procs.index(name) + (LANE - TALL) / 2
            down = to > y
            tip = to - 1 if down else to + TALL + 1
            way = f"M{x + wide / 2:g} {y + TALL if down else y:g}V{tip:g}"
            drawn += path(way, "wire") + arrow(x + wide / 2, tip, 90 if down else -90)
            boxes += _box("wakes", came[name], x, to, wide)  # over an arrow that goes further
    return drawn + boxes + _box(call.name, came.get(call.proc, ASLEEP), x, y, wide)


def _box(name: str, what: str, x: float, y: float, wide: float) -> str:
    away = what in AWAY
    most = int((wide - 26) / 8.4)
    box = rect(x + 6, y, wide - 12, TALL, "sleeps" if what == ASLEEP else "box")
    box += text(x + 14, y + 19, shortened(name, most), "mono strong")
    if away:
        place = f"translate({x + 14:g} {y + 33:g})"
        box += f'<g transform="{place}">{path(STATES[what][2], "sign")}</g>'
    told = text(x + (30 if away else 14), y + 38, shortened(what, most - 2 * away), "outcome")
    if what.isupper():  # the name of an error, whole
        told = fitted(x + 14, y + 38, what, wide - 26, CAPITAL, "outcome")
    return f"<g><title>{escape(f'{name}: {what}')}</title>{box}{told}</g>"


def _sleeps(
    before: Sequence[Call], shown: Sequence[Call], other: Came, procs: list[str], wide: float
) -> str:
    """A thick line in the lane of a process, from the call that sleeps or is stopped to its end."""
    drawn, since, last = "", dict[str, int](), len(shown) - 1
    for at, call in enumerate([*before, *shown[:-1]], -len(before)):
        for name, what in call.came.items():
            if what in AWAY:
                since[name] = at
            elif name in since:
                drawn += _sleep(since.pop(name), at, procs.index(name), wide)
    for name, at in since.items():
        drawn += _sleep(at, last, procs.index(name), wide)
        for column, came in ((last, shown[-1].came), (last + 1, other)):
            if name not in came:
                drawn += _sleep(column - 1, column + 1, procs.index(name), wide)
    return drawn


def _sleep(start: int, end: int, lane: int, wide: float) -> str:
    """The line from the right edge of one column to the left edge of another."""
    left, right = NAMES + wide * max(start + 1, 0) - 6, NAMES + wide * end
    y = TOP + LANE * lane + LANE / 2
    return path(f"M{left:g} {y:g}H{right + (6 if right > left else -6):g}", "asleep")


def _words(run: Sequence[Call], other: Came, since: int | None) -> str:
    told = [f"{n}. {_said(call, call.came)}" for n, call in enumerate(run[:-1], 1)]
    last = run[-1]
    told.append(f"{len(run)}. Expected: {_said(last, last.came)}")
    told += [f"Got: {_said(last, other)} Here the two kernels part."]
    if since is not None and since < len(run) - 1:
        told.append(f"After call {since + 1} their tables differ.")
    return " ".join(told)


def _said(call: Call, came: Came) -> str:
    woken = [f"{name} wakes, {what}" for name, what in came.items() if name != call.proc]
    own = f"{call.proc}'s {call.name}: {came.get(call.proc, ASLEEP)}"
    return f"{own}; {listed(woken)}." if woken else f"{own}."
