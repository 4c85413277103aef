"""The tables from one look to the next: what is the same as before need not be shown again.

A part is known by its bytes as `marshal` writes them, which tell 1 from True and from 1.0. What
it cannot write, because a function that was installed left it there, counts as changed.
"""

from __future__ import annotations

import marshal
from typing import TYPE_CHECKING, Any

from kernel_model import tables
from kernel_model.tables import Place, View

if TYPE_CHECKING:
    from kernel_model.kernel import Kernel

PLAIN = 2  # the version of marshal whose bytes say nothing of who else holds a value
NEVER = None  # what nothing is equal to


class Looks:
    """One look at a kernel's tables after another."""

    def __init__(self) -> None:
        self.known: dict[Place, bytes | None] = {}  # the parts, as they were

    def look(self, k: Kernel) -> tuple[bool, View]:
        """Every table, or what `merged` with the look before is every table; and is it the first?

        So is the first after an exception, and one that lacks what the one before had.
        """
        seen = tables.snapshot(k)
        known, self.known = self.known, {}  # of no use if there is an exception
        now = {place: part_bytes(part) for place, part in tables.parts(seen).items()}
        if not known or known.keys() - now.keys():
            first, shown = True, tables.show(seen)
        else:
            changed = [p for p, said in now.items() if said is NEVER or said != known.get(p)]
            first, shown = False, tables.show_parts(seen, changed)
        self.known = now
        return first, shown


def part_bytes(part: Any) -> bytes | None:
    """What a part is known by; NEVER for what cannot be told from another."""
    try:
        return marshal.dumps(part, PLAIN)
    except ValueError:
        return NEVER


def merged(view: View, changed: View) -> View:
    """A view with the parts that changed since; neither of the two is touched.

    A part that did not change is the same object in both; the view is, if nothing did.
    """
    if not changed:
        return view
    made = dict(view)
    for name, part in changed.items():
        before = made.get(name)
        both = isinstance(before, dict) and isinstance(part, dict)
        made[name] = before | part if both else part
    return made
