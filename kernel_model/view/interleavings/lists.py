"""Linked lists among the cells, drawn as nodes and arrows.

A list is found by the names of its cells: `next` with a `head` beside it, or `forp` and `backp`
(explore/structures.py). Every arrow that a pointer may ever be is drawn once and says when it is
there (`data-when`, the value of its cell); the page shows those that are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from kernel_model.explore.cells import Value
from kernel_model.view.pictures.svg import arrow, group, listed, rect, text

TALL = 26  # of a node's row
BESIDE = 58  # room for the rows' names
PITCH = 96  # from node to node, at most
GAP = 26  # between two nodes
NAMED = 58  # width of a node that has room for more than its number
Texts = Mapping[str, str]  # what cells hold, by name
RULES = (
    ".kb .link.off{display:none}"
    ".kb .link path:first-child{fill:none;stroke:var(--kb-line);stroke-width:1.8}"
    ".kb .link.changed path:first-child{stroke:var(--kb-ink);stroke-width:3.5}"
    ".kb .link.was path{stroke:var(--kb-error-edge);stroke-dasharray:4 4}"
    ".kb .node.out>.box{fill:none;stroke-dasharray:5 4}"
    ".kb .node.out>.strong{font-weight:400;fill:var(--kb-muted)}"
)


@dataclass(frozen=True, slots=True)
class Linked:
    """A list: the cell that leads to its first node, if there is one, and pointers by way."""

    name: str
    head: str | None  # None: node 0 is the header of a ring
    ways: Mapping[str, tuple[str, ...]]  # next; or forp and backp: the cell of each node

    @property
    def size(self) -> int:
        """How many nodes there are, in the list or not."""
        return len(next(iter(self.ways.values())))

    @property
    def cells(self) -> list[str]:
        """The names of all cells that are drawn with it."""
        heads = [self.head] if self.head else []
        return heads + [cell for way in self.ways.values() for cell in way]


def lists(names: Sequence[str]) -> list[Linked]:
    """The lists among cells of these names."""
    found = []
    for before in [one[: -len("next[0]")] for one in names if one.endswith("next[0]")]:
        if f"{before}head" in names:
            found.append(Linked(before.rstrip("."), f"{before}head", _ways(names, before, "next")))
    for before in [one[: -len("forp[0]")] for one in names if one.endswith("forp[0]")]:
        if f"{before}backp[0]" in names:
            found.append(Linked(before.rstrip("."), None, _ways(names, before, "forp", "backp")))
    return found


def _ways(names: Sequence[str], before: str, *ways: str) -> dict[str, tuple[str, ...]]:
    return {way: tuple(one for one in names if one.startswith(f"{before}{way}[")) for way in ways}


def targets(one: Linked, domain: Mapping[str, Value]) -> dict[str, int]:
    """The node that each text of a cell leads to; a text that leads nowhere is not there.

    A pointer may have a count beside it, as in `(node, count)`.
    """
    found = {}
    for told, value in domain.items():
        node = value[0] if isinstance(value, tuple) and value else value
        if isinstance(node, int) and not isinstance(node, bool) and 0 <= node < one.size:
            found[told] = node
    return found


def within(one: Linked, held: Texts, domains: Mapping[str, Mapping[str, Value]]) -> list[int]:
    """The nodes that are in the list, in order, up to where one comes again."""
    way = next(iter(one.ways.values()))
    to = {cell: targets(one, domains[cell]) for cell in one.cells}
    found: list[int] = [] if one.head else [0]
    cell = one.head or way[0]
    while (node := to[cell].get(held[cell])) is not None and node not in found:
        found.append(node)
        cell = way[node]
    return found


def drawn(
    one: Linked,
    held: Texts,
    domains: Mapping[str, Mapping[str, Value]],
    changed: Collection[str] = (),
    before: Texts | None = None,
    width: float = 560,
) -> tuple[float, str, str]:
    """The list from (0, 0) down: its height, elements and words.

    before   what the cells held a step ago: where an arrow has gone
    """
    columns = one.size + (1 if one.head else 0)
    left = BESIDE if one.head is None else 0
    pitch = min(PITCH, (width - left) / columns)
    far = 30 + 11 * min(one.size, 5)  # what the longest arrow over the nodes needs
    draft = _Drawing(one, left, pitch, far, far if _back(one, domains) else 12)
    inside = within(one, held, domains)
    body = text(0, 14, one.name, "mono") if one.name else ""
    for node in range(one.size):
        body += draft.node(node, held, changed, node in inside)
    body += draft.head(held, changed) if one.head else draft.rows()
    for cell in one.cells:
        for told, node in targets(one, domains[cell]).items():
            kind = "" if held[cell] == told else "off"
            if cell in changed:
                now, then = held[cell] == told, before is not None and before[cell] == told
                kind = "changed" if now else "was" if then else "off"
            body += draft.link(cell, told, node, kind)
    out = [str(node) for node in range(one.size) if node not in inside]
    order = " then ".join(map(str, inside)) or "no node"
    words = f"{one.name or 'The list'} has {order}; not in it: {listed(out, 'none')}."
    return draft.height, body, words


def _back(one: Linked, domains: Mapping[str, Mapping[str, Value]]) -> bool:
    """May an arrow lead back, below the nodes?"""
    ways = enumerate(one.ways.get("next", ()))
    return one.head is None or any(
        to <= at for at, cell in ways for to in targets(one, domains[cell]).values()
    )


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Where the parts of a list are."""

    one: Linked
    left: float
    pitch: float
    top: float  # of the nodes
    low: float  # room below them

    @property
    def _wide(self) -> float:
        return self.pitch - GAP

    @property
    def _tall(self) -> float:
        return TALL * (1 + len(self.one.ways))

    @property
    def height(self) -> float:
        """Of everything, with the arrows below the nodes."""
        return self.top + self._tall + self.low

    def _x(self, node: int) -> float:
        return self.left + self.pitch * (node + (1 if self.one.head else 0))

    def _y(self, cell: str) -> float:
        """The top of a cell: in a ring forward pointers are above the name, back ones below."""
        if cell == self.one.head:
            return self.top + TALL
        if self.one.head is None and cell in self.one.ways["forp"]:
            return self.top
        return self.top + self._tall - TALL

    def node(self, node: int, held: Texts, changed: Collection[str], inside: bool) -> str:
        """A node with its pointers."""
        x, y = self._x(node), self.top + (TALL if self.one.head is None else 0)
        name = f"node {node}" if self._wide >= NAMED else str(node)
        name = "header" if self.one.head is None and node == 0 else name
        body = rect(x, self.top, self._wide, self._tall, "box", 4)
        body += text(x + self._wide / 2, y + 18, name, "strong middle")
        body += "".join(self._value(way[node], x, held, changed) for way in self.one.ways.values())
        kind = "node" if inside else "node out"
        return f'<g class="{kind}" data-node="{escape(self.one.name)} {node}">{body}</g>'

    def head(self, held: Texts, changed: Collection[str]) -> str:
        """The cell that leads to the first node."""
        cell = self.one.head or ""
        body = rect(self.left, self._y(cell), self._wide, TALL, "box", 4)
        body += text(self.left + self._wide / 2, self.top + 18, "head", "strong middle")
        return body + self._value(cell, self.left, held, changed)

    def rows(self) -> str:
        """The names of the pointers."""
        cells = {way: of[0] for way, of in self.one.ways.items()}
        return "".join(text(0, self._y(cell) + 18, way, "mono") for way, cell in cells.items())

    def _value(self, cell: str, x: float, held: Texts, changed: Collection[str]) -> str:
        y = self._y(cell)
        body = rect(x + 2, y + 2, self._wide - 4, TALL - 4, round_=3)
        body += text(x + self._wide / 2, y + 18, held[cell], "mono middle")
        return group(body, "cell changed" if cell in changed else "cell", cell=cell)

    def link(self, cell: str, told: str, to: int, kind: str) -> str:
        """An arrow: straight to the next node, else over the nodes; back, and in a ring, below."""
        back = self.one.head is None and cell in self.one.ways["backp"]
        head = cell == self.one.head
        way = next(cells for cells in [*self.one.ways.values(), (cell,)] if cell in cells)
        at = -1 if head else way.index(cell)
        x, end = self.left if head else self._x(at), self._x(to)
        if self.one.head is not None and to == at + 1:
            y = self._y(cell) + TALL / 2
            line, tip = f"M{x + self._wide:g} {y:g}H{end - 4:g}", arrow(end, y)
        else:
            below = back or (self.one.head is not None and to <= at)
            over = _arc(x, end, self._wide / 2, at == to)
            y = self.top + self._tall if below else self.top
            rise = (16 + 11 * max(1, abs(to - at))) * (1 if below else -1)
            line = (
                f"M{over[0]:g} {y:g}C{over[0]:g} {y + rise:g} {over[1]:g} {y + rise:g} "
                f"{over[1]:g} {y + (4 if below else -4):g}"
            )
            tip = arrow(over[1], y, -90 if below else 90)
        given = f'class="{f"link {kind}".rstrip()}" data-when="{escape(cell)}={escape(told)}"'
        return f'<g {given}><path d="{line}"/>{tip}</g>'


def _arc(x: float, end: float, half: float, loop: bool) -> tuple[float, float]:
    """Where an arrow over the nodes begins and ends, so that two do not share a place."""
    if loop:
        return x + half - 12, x + half + 12
    side = 9 if end > x else -9
    return x + half + side, end + half - side
