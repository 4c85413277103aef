"""A sequence diagram: a life line a process and host, time downwards, what passes as arrows."""

from __future__ import annotations

from math import atan2, degrees

from kernel_model.view.pictures.lifelines import ROW, TOP, Row, life_line, y_of
from kernel_model.view.pictures.svg import (
    WIDTH,
    Picture,
    arrow,
    group,
    path,
    shortened,
    text,
    token,
    token_width,
)
from kernel_model.view.pictures.words import View

MOST = 16  # rows that are drawn: the last ones
TOLD = 6  # rows that are told in words
WIRE = 240  # the width between two hosts
EDGE = 20  # from the picture's edge to the outermost line
LETTER = 8.6  # the width of a letter of a label


def exchange(view: View) -> Picture:
    """What has passed so far, the last rows of it."""
    told = view.get("exchange", {"lines": [], "edges": [], "rows": []})
    rows: list[Row] = told["rows"]
    first = max(len(rows) - MOST, 0)
    lines = places(told["lines"], told["edges"])
    body = text(0, 16, "Who says what to whom", "head")
    if first:
        rows_ = "row" if first == 1 else "rows"
        body += text(WIDTH, 16, f"{first} earlier {rows_} above", "label end")
    body += "".join(_head(name, x, name in told["edges"]) for name, x in lines.items())
    last = TOP + ROW * max(len(rows) - first, 1)
    for name, x in lines.items():
        body += group(life_line(name, x, last, rows, first), key=f"life:{name}")
    said = ""  # all words lie above all arrows, so that none is crossed
    for number, row in enumerate(rows):
        if "to" in row and (shown := _arrow(row, number, first, lines, len(rows))):
            body += group(shown, key=f"row:{number}")
        if shown := _words(rows, number, first, lines, told["edges"]):
            said += group(shown, key=f"said:{number}")
    body += said
    height = TOP + ROW * min(max(len(rows), 1), MOST) + 4
    return Picture("Who says what to whom", words(rows) or "Nothing yet.", height, body)


def places(lines: list[str], edges: list[str]) -> dict[str, float]:
    """Where each life line is: between two hosts the wire, else all alike."""
    if len(edges) != 2:
        wide = WIDTH / max(len(lines), 1)
        return {name: EDGE + wide * n for n, name in enumerate(lines)}
    left, right = (WIDTH - WIRE) / 2, (WIDTH + WIRE) / 2
    here, there = (lines.index(name) for name in edges)
    found = {name: EDGE + (left - EDGE) * n / max(here, 1) for n, name in enumerate(lines[:here])}
    found |= {edges[0]: left, edges[1]: right}
    rest = lines[there + 1 :]
    step = (WIDTH - EDGE - right) / max(len(rest), 1)
    return found | {name: right + step * (n + 1) for n, name in enumerate(rest)}


def _head(name: str, x: float, edge: bool) -> str:
    if edge:
        return text(x, 50, name, "mono middle")
    wide = token_width(name)
    return token(min(max(x - wide / 2, 0), WIDTH - wide), 28, name, f"line:{name}")


def _arrow(row: Row, number: int, first: int, lines: dict[str, float], count: int) -> str:
    """An arrow to another line; of a segment one for each time that it arrives."""
    x1, x2, y = lines[row["who"]], lines[row["to"]], y_of(number, first)
    way = 1 if x2 > x1 else -1
    if row["kind"] == "data":
        return (
            ""
            if number < first
            else path(f"M{x1 + 6 * way:g} {y:g}H{x2 - 8 * way:g}", "wire")
            + _tip(x2 - 6 * way, y, way, 0)
        )
    kind = "wire again" if row["again"] else "wire"
    drawn = ""
    if row["lost"]:
        if number >= first:
            x = x1 + (x2 - x1) * 0.62
            drawn += path(f"M{x1:g} {y:g}L{x:g} {y + ROW * 0.4:g}", "wire lost")
            drawn += path(f"M{x - 6:g} {y + ROW * 0.4 - 6:g}l12 12m0-12l-12 12", "cross")
        return drawn
    for end in row["came"]:
        if end >= first:
            low = y_of(end, first)
            drawn += path(f"M{x1:g} {y:g}L{x2 - 7 * way:g} {low:g}", kind)
            drawn += _tip(x2, low, x2 - x1, low - y)
    waits = (2 if row["doubled"] else 1) - len(row["came"])
    if waits > 0:
        x, low = x1 + (x2 - x1) * 0.55, (y + y_of(count, first)) / 2
        drawn += path(f"M{x1:g} {y:g}L{x:g} {low:g}", f"{kind} maybe")
        drawn += f'<circle class="dot" cx="{x:g}" cy="{low:g}" r="5"/>'
    return drawn


def _tip(x: float, y: float, across: float, down: float) -> str:
    """The tip of an arrow that ends in (x, y), and has come so far across and down."""
    turn = round(degrees(atan2(down, across)))
    return arrow(x, y, turn)


def _words(
    rows: list[Row], number: int, first: int, lines: dict[str, float], edges: list[str]
) -> str:
    """The words of a row; of a segment that was sent above the picture, where it arrives.

    There they lie below the tip, unless the next row has its words in that place.
    """
    row = rows[number]
    if number >= first:
        return _said(row, number, first, lines, edges)
    drawn = ""
    for end in row.get("came", []):
        if end >= first:
            x, right = lines[row["to"]], lines[row["to"]] > lines[row["who"]]
            told = row["text"].partition(" · ack")[0]
            at, kind = (x - 14, "halo said end") if right else (x + 14, "halo said")
            after = rows[end + 1] if end + 1 < len(rows) else {}
            down = -10 if after.get("who") == row["to"] and "to" in after else 17
            drawn += text(at, y_of(end, first) + down, told, kind)
    return drawn


def _said(row: Row, number: int, first: int, lines: dict[str, float], edges: list[str]) -> str:
    """The words of a row, beside the line that they belong to."""
    y = y_of(number, first) + 5
    if row["kind"] == "time":
        return path(f"M0 {y - 5:g}H{WIDTH}", "rule") + text(
            WIDTH / 2, y, row["text"], "label middle halo"
        )
    if row["kind"] == "arrived" or not row["text"]:
        return ""
    x = lines[row["who"]]
    if "to" in row:
        return _over(row, x, lines[row["to"]], y - 9)
    others = sorted(other for other in lines.values() if other != x)
    after = [other for other in others if other > x]
    if len(edges) == 2 and x > WIDTH / 2:
        room, at, end = x - max(o for o in others if o < x), x - 14, " end"
    else:
        room, at, end = (after[0] if after else WIDTH) - x, x + 14, ""
    most = int((room - 18) / LETTER)
    kind = "bad" if row["kind"] == "error" else ""
    return text(at, y, fitting(row["text"], most), f"halo said {kind}{end}".strip())


def _over(row: Row, x1: float, x2: float, y: float) -> str:
    """The words over an arrow, at its beginning."""
    if row["kind"] == "data":
        most = int((abs(x2 - x1) - 20) / LETTER)
        return text((x1 + x2) / 2, y - 3, shortened(row["text"], most), "halo near said middle")
    told, kind, y = row["text"], "halo near said", y - 2
    if row["again"] or row["lost"]:  # then the rest matters less
        told = told.partition(" · win")[0]
    if row["again"]:
        told, kind = f"again: {told}", f"{kind} strong"
    if row["lost"]:
        told, kind = f"{told}, lost", f"{kind} bad"
    told += ", doubled" if row["doubled"] else ""
    right = x2 > x1
    return text(x1 + (10 if right else -10), y, told, kind if right else f"{kind} end")


def fitting(told: str, most: int) -> str:
    """At most so many letters; what came of a call is kept, and if there is room whose it is."""
    call, came, result = told.rpartition(" = ")
    if len(told) <= most or not came:
        return shortened(told, most)
    name = call.partition("(")[0]
    for short in (f"{name}(…){came}{result}", f"{name}{came}{result}"):
        if len(short) <= most:
            return short
    return shortened(result, most)


def words(rows: list[Row]) -> str:
    """The rows in words."""
    told = []
    for row in rows[-TOLD:]:
        if row["kind"] == "arrived":
            told.append(f"{row['who']} gets packet {row['number']}")
        elif "to" in row:
            fate = " (lost)" if row.get("lost") else " (sent again)" if row.get("again") else ""
            told.append(f"{row['who']} to {row['to']}: {row['text']}{fate}")
        else:
            sleeps = " and sleeps" if "sleep" in row else ""
            told.append(f"{row['who']} {row['text']}{sleeps}".strip())
        if row.get("wakes"):
            told[-1] += f", which wakes {' and '.join(row['wakes'])}"
    return "; ".join(told) + "." if told else ""
