"""Where two kernels part, as one picture: the calls, and the tables before and after the last."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kernel_model.view.pictures.calls import Call, Came, calls
from kernel_model.view.pictures.ipc_table import ipc_table
from kernel_model.view.pictures.kernel import GUTTER, beside, stacked
from kernel_model.view.pictures.layers import layers
from kernel_model.view.pictures.memory import message_map
from kernel_model.view.pictures.pipes import pipe
from kernel_model.view.pictures.processes import processes
from kernel_model.view.pictures.queue import queue
from kernel_model.view.pictures.regions import region_table
from kernel_model.view.pictures.segments import segment_table
from kernel_model.view.pictures.semaphores import semaphore_set, undo_structures
from kernel_model.view.pictures.svg import (
    WIDTH,
    Picture,
    fitted,
    group,
    path,
    rect,
    shortened,
    text,
)
from kernel_model.view.pictures.words import View, queue_at

Row = tuple[str, str, str, str]  # what differs: its name, before, expected, got
Draw = Callable[[View], Picture]
ROWS, TABLES = 8, 2  # that are shown, at most
NAME, VALUE = 8.4, 9.2  # a character of the name of a field, and of a value
LINE, LONGEST = 28, 37  # from one line to the next; characters of a value
COLUMNS = ((214, 11), (330, 11), (446, 12))  # where values begin, and how many characters fit
OTHERS: dict[str, Draw] = {
    "shmem": segment_table,
    "regions": region_table,
    "undo": undo_structures,
    "procs": processes,
    "msgpool": message_map,
}
NUMBERED: dict[str, tuple[str, Callable[[View, int], Picture]]] = {  # one picture an entry
    "sema": ("slot", semaphore_set),
    "pipes": ("inode", pipe),
}
TABLE = ("key", "uid", "gid", "cuid", "cgid", "mode", "seq")  # of a queue: fields of its entry


def parting(
    run: Sequence[Call],
    other: Came,
    views: tuple[View, View, View] | None,
    rows: Sequence[Row] = (),
    since: int | None = None,
) -> Picture:
    """The timeline, and below it the tables in which the two kernels differ.

    other  what came of the last call on the other kernel
    views  the tables before the last call, and after it: expected, got; None: they cannot be drawn
    rows   the fields that differ
    since  the call, from 0, after which the tables are no longer the same
    """
    above = calls(run, other, since)
    below = [fields(rows)] if rows else []
    if views is not None:
        before, expected, got = views
        drawn = differing(before, expected, got)
        earlier = since is not None and since < len(run) - 1  # the other kernel's are not these
        begins = f"Before call {len(run)}" + (", expected" if earlier else "")
        same = all(draw(expected).body == draw(got).body for draw in drawn)
        after = "After it, on both" if same else "After it, expected"
        after += ", but for what differs" if same and rows else ""
        columns = [
            [_headed(begins, draw(before)) for draw in drawn] + below,
            [_headed(after, draw(expected))
             for draw in drawn]
            + ([] if same else [_headed("After it, got", draw(got), True) for draw in drawn]),
        ]  # fmt: skip
    else:
        columns = [below]
    tables = beside("", *columns)
    body, tall = stacked([above, tables])
    width = max(above.width, tables.width if columns != [[]] else 0)
    return Picture(above.name, f"{above.words} {tables.words}".strip(), tall, body, width)


def differing(before: View, expected: View, got: View) -> list[Draw]:
    """The tables to draw: those that differ; else those that the call changed, or one at least."""
    if ended(expected) != ended(got):  # what else differs comes of that
        return [processes]
    for one, other in ((expected, got), (before, expected)):
        found = apart(one, other)
        if found:
            return found[:TABLES]
    slots = [q["slot"] for q in expected["msgque"]]
    return [_queue(slots[0])] if slots else [processes]


def ended(view: View) -> list[str]:
    """The processes that are no more than zombies."""
    return sorted(proc["name"] for proc in view["procs"] if proc["state"] == "zombie")


def apart(one: View, other: View) -> list[Draw]:
    """The pictures in which two views of the tables differ."""
    slots = sorted({q["slot"] for view in (one, other) for q in view["msgque"]})
    pairs = [(queue_at(one, slot), queue_at(other, slot)) for slot in slots]
    found = [
        _queue(slot)
        for slot, (first, second) in zip(slots, pairs, strict=True)
        if first and second and _without(first) != _without(second)
    ]
    if not found and any(first != second for first, second in pairs):
        found = [ipc_table]
    for name, (key, draw_one) in NUMBERED.items():
        found += [_entry(draw_one, number) for number in _changed(one, other, name, key)]
    if one.get("sockets") != other.get("sockets"):
        found.append(layers)
    for name, draw in OTHERS.items():
        if not found and one.get(name) != other.get(name):
            found = [_if_there(name, draw)]
    return found


def _changed(one: View, other: View, name: str, key: str) -> list[int]:
    """The entries of a table that are not the same in two views, by their numbers."""
    first, second = ({e[key]: e for e in view.get(name, [])} for view in (one, other))
    return sorted(n for n in {*first, *second} if first.get(n) != second.get(n))


def _entry(draw: Callable[[View, int], Picture], number: int) -> Draw:
    return lambda view: draw(view, number)


def _if_there(name: str, draw: Draw) -> Draw:
    """The picture of a table that is made when it is first used."""
    words = "Nobody has asked for memory yet."
    absent = Picture("Memory", words, 30, text(0, 16, words, "label"))
    return lambda view: absent if name in ("shmem", "regions") and name not in view else draw(view)


def _without(q: View) -> View:
    """A queue without the fields of its entry and the time of its last change."""
    return {name: value for name, value in q.items() if name not in (*TABLE, "ctime", "msqid")}


def _queue(slot: int) -> Draw:
    return lambda view: queue(view, slot)


def _headed(words: str, picture: Picture, differs: bool = False) -> Picture:
    """A picture under a heading, in a dashed frame if it is that of the other kernel."""
    body = text(0, 16, words, "strong") + path(f"M0 26H{WIDTH}", "rule")
    body += f'<g transform="translate(0 44)">{picture.body}</g>'
    if differs:
        frame = rect(-10, -8, WIDTH + 20, picture.height + 60, round_=8)
        body += group(frame, "cell differs")
    return Picture(f"{words}, {picture.name}", picture.words, picture.height + 52, body)


def fields(rows: Sequence[Row]) -> Picture:
    """The fields that differ: what stood there before, what was expected, what came."""
    body = text(0, 16, "What differs", "strong")
    for (x, _), name in zip(COLUMNS, ("before", "expected", "got"), strict=True):
        body += text(x, 16, name, "label")
    body += path(f"M0 26H{WIDTH}", "rule")
    y = 50
    for row in rows[:ROWS]:
        drawn, lines = field(row, y)
        body += drawn
        y += LINE * lines
    told = [f"{name}: expected {wanted}, got {came}" for name, _, wanted, came in rows[:ROWS]]
    if len(rows) > ROWS:
        body += text(0, y, f"and {len(rows) - ROWS} more", "label")
        y += LINE
    return Picture("What differs", "; ".join(told) + ".", y - 10, body, 2 * WIDTH + GUTTER)


def field(row: Row, y: float) -> tuple[str, int]:
    """A field that differs, and its lines: one, or one a value where a column is too narrow."""
    body = fitted(0, y, shortened(row[0], 30), COLUMNS[0][0] - 10, NAME, "label")
    long = any(len(words) > most for words, (_, most) in zip(row[1:], COLUMNS, strict=True))
    for n, (words, (x, _)) in enumerate(zip(row[1:], COLUMNS, strict=True)):
        told = shortened(words, LONGEST)
        kind = "mono strong" if n == 2 else "mono"
        body += text(min(x, WIDTH - VALUE * len(told)), y + LINE * n * long, told, kind)
    return body, 3 if long else 1
