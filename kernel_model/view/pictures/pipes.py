"""A pipe as a ring with its two offsets, and who has which descriptor for it (Bach 5.12)."""

from __future__ import annotations

from math import cos, pi, sin

from kernel_model.memory import PAGE
from kernel_model.view.pictures.svg import (
    WIDTH,
    Picture,
    cell,
    group,
    path,
    rect,
    shortened,
    text,
    token,
    token_width,
    tokens,
)
from kernel_model.view.pictures.words import View, number, sleepers_on

TOP, MIDDLE, OUTER, INNER = 34, 120, 104, 66  # of the ring: top, centre, radii
RIGHT = 290  # where the words beside it begin
FIELDS = ("readers", "writers", "roff", "woff")
NAMES = {"roff": "read offset", "woff": "write offset"}
WAITS = (("data", "wait for bytes"), ("room", "wait for room"),
         ("reader", "wait for a reader"), ("writer", "wait for a writer"))  # fmt: skip
SHOWN = 24  # characters of what is in it
LETTERS = 40  # bytes of the ring, up to which each has a place of its own


def pipe(view: View, inode: int | None = None) -> Picture:
    """A pipe by the number of its inode, or the first one there is."""
    every = view.get("pipes", [])
    one = next((p for p in every if inode in (None, p["inode"])), None)
    if one is None:
        title = f"Pipe {inode or ''}".strip()
        body = text(0, 16, title, "head") + rect(0, TOP, WIDTH, 2 * OUTER + 4, "open")
        body += text(WIDTH / 2, TOP + OUTER, "no pipe here", "label middle")
        return Picture(title, "There is no such pipe.", TOP + 2 * OUTER + 50, body)
    title = f"Pipe {one['inode']}" + (f": {one['name']}" if one["name"] else "")
    body = text(0, 16, title, "head") + _ring(one) + _beside(one)
    waiting, height = _waiting(view, one["inode"])
    return Picture(title, _words(one), height, group(body + waiting, link=f"pipe:{one['inode']}"))


def _ring(one: View) -> str:
    """The blocks, what is in them, and where reading and writing go on."""
    parts = one["slots"] or 10
    drawn = "".join(_arc(start, end, "taken") for start, end in filled(one))
    drawn += "".join(_arc(n / parts, (n + 1) / parts, "free") for n in range(parts))
    if not one["slots"]:
        capacity = max(number(one["capacity"]), 1)
        drawn += _bytes(one, capacity)
        drawn += _mark(number(one["woff"]) / capacity, "W", OUTER + 4, OUTER + 15)
        drawn += _mark(number(one["roff"]) / capacity, "R", INNER - 4, INNER - 17)
    left = MIDDLE - 4.5 * len(str(one["size"]))
    drawn += cell(left, TOP + MIDDLE - 4, 120, one["size"], f"pipe:{one['inode']}.size")
    return drawn + text(MIDDLE, TOP + MIDDLE + 18, f"of {one['capacity']}", "label middle")


def _bytes(one: View, capacity: float) -> str:
    """The bytes in a small ring, each where it lies."""
    if capacity > LETTERS:
        return ""
    drawn = ""
    for place, letter in enumerate(readable(one["text"]), int(number(one["roff"]))):
        x, y = _place((place + 0.5) / capacity, (INNER + OUTER) / 2)
        drawn += text(x, y + 5, letter, "byte")
    return drawn


def readable(words: str) -> str:
    """The bytes as letters; a dot for each that has none."""
    return "".join(letter if letter.isprintable() else "·" for letter in words)


def filled(one: View) -> list[tuple[float, float]]:
    """The parts of the ring that hold bytes, each from and to where, as shares of the ring."""
    if one["slots"]:
        pages = enumerate(one["pages"])
        at = [((one["tail"] + n) % one["slots"], offset, length) for n, (offset, length) in pages]
        return [((slot + offset / PAGE) / one["slots"], (slot + (offset + length) / PAGE)
                 / one["slots"]) for slot, offset, length in at]  # fmt: skip
    capacity = max(number(one["capacity"]), 1)
    start = number(one["roff"]) / capacity
    return [(start, start + number(one["size"]) / capacity)] if number(one["size"]) > 0 else []


def _arc(start: float, end: float, kind: str) -> str:
    """A piece of the ring; shares go round from the top to the right."""
    end = min(end, start + 0.9999)
    (x1, y1), (x2, y2) = _place(start, OUTER), _place(end, OUTER)
    (x3, y3), (x4, y4) = _place(end, INNER), _place(start, INNER)
    far = int(end - start > 0.5)
    return path(
        f"M{x1} {y1}A{OUTER} {OUTER} 0 {far} 1 {x2} {y2}L{x3} {y3}"
        f"A{INNER} {INNER} 0 {far} 0 {x4} {y4}z",
        kind,
    )


def _place(share: float, radius: float) -> tuple[float, float]:
    angle = 2 * pi * share
    x, y = MIDDLE + radius * sin(angle), TOP + MIDDLE - radius * cos(angle)
    return round(x, 1), round(y, 1)


def _mark(share: float, letter: str, inner: float, outer: float) -> str:
    """A line across the ring with a letter at one end."""
    (x1, y1), (x2, y2) = _place(share, INNER - 4), _place(share, OUTER + 4)
    x, y = _place(share, outer if outer > inner else inner - 9)
    return path(f"M{x1} {y1}L{x2} {y2}", "wire") + text(x, y + 6, letter, "strong middle")


def _beside(one: View) -> str:
    """The fields of the inode, and what is in the pipe."""
    name, drawn = f"pipe:{one['inode']}", ""
    fields = FIELDS if not one["slots"] else FIELDS[:2]
    for place, field in enumerate(fields):
        y = TOP + 24 + 32 * place
        drawn += text(RIGHT, y, NAMES.get(field, field), "label")
        drawn += cell(RIGHT + 120, y, 130, one[field], f"{name}.{field}", "mono strong")
    y = TOP + 24 + 32 * len(fields)
    words = readable(one["text"])
    drawn += text(RIGHT, y, "next to be read", "label")
    told = f"“{shortened(words, SHOWN)}”" if words else "nothing"
    return drawn + cell(RIGHT, y + 28, 280, told, f"{name}.text")


def _waiting(view: View, inode: int) -> tuple[str, float]:
    """Who sleeps on an event of the pipe, and where that ends."""
    drawn, y = "", TOP + 2 * MIDDLE + 4
    for what, words in WAITS:
        names = sleepers_on(view, f"pipe[{inode}].{what}")
        if names:
            drawn += text(0, y + 20, words, "label")
            drawn += tokens(150, y, names, "sleep", "wait", WIDTH - 150)
            y += 38
    return drawn, y


def _words(one: View) -> str:
    text_ = readable(one["text"])
    said = f"{one['size']} of {one['capacity']} bytes, “{text_}”" if text_ else "empty"
    if not one["slots"]:
        said += f"; read offset {one['roff']}, write offset {one['woff']}"
    return f"{said}; {one['readers']} readers, {one['writers']} writers."


def descriptors(view: View) -> Picture:
    """Which descriptors each process has, and to what they lead."""
    names = {p["inode"]: p["name"] or f"pipe {p['inode']}" for p in view.get("pipes", [])}
    files = {one["number"]: one["name"] for one in view.get("inodes", [])}
    body, y, said = text(0, 16, "Descriptors", "head"), float(TOP), []
    for held in view.get("fds", []):
        body += token(0, y, held["name"], f"fds:{held['name']}")
        x = begin = max(token_width(held["name"]) + 14, 90)
        told = []
        for fd in held["fds"]:
            way = "↔" if fd["read"] and fd["write"] else "←" if fd["read"] else "→"
            where = names.get(fd["inode"]) or files.get(fd["inode"]) or "?"
            words = shortened(f"{fd['fd']} {way} {where}", 22)
            wide = 9.2 * len(words) + 16
            if x + wide > WIDTH and x > begin:
                x, y = begin, y + 38
            body += group(
                rect(x, y, wide, 30, "held" if fd["inode"] in names else "box")
                + text(x + 8, y + 21, words, "mono"),
                key=f"fd:{held['name']}.{fd['fd']}", link=f"pipe:{fd['inode']}",
            )  # fmt: skip
            x += wide + 8
            told.append(words)
        said.append(f"{held['name']}: {', '.join(told)}.")
        y += 40
    if not said:
        body += text(0, TOP + 20, "nobody has one", "label")
        y = TOP + 30
    return Picture("Descriptors", " ".join(said) or "Nobody has one.", y, body)
