"""Locks, conditions and semaphores in memory as plain data, decoded from the bytes of frames.

`look_marks` makes tuples that can be compared, and `show_marks` plain JSON of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kernel_model.futex import HOLDER, INCONSISTENT, NOTRECOVERABLE, OWNER_DIED, WORD
from kernel_model.marks import Mark, marks_of
from kernel_model.memory import PAGE, peek

if TYPE_CHECKING:
    from kernel_model.kernel import Kernel

# The words of each kind of object, and the one that processes sleep on
WORDS = {
    "mutex": ("lock", "count", "owner", "users", "kind"),
    "condition": ("signals", "waiters"),
    "semaphore": ("value", "waiters"),
}
TYPES = ("normal", "recursive", "error checking", "")
ROBUST, SHARED = 16, 128  # bits of the word `kind`


def look_marks(k: Kernel) -> tuple[Any, ...] | None:
    """The objects there are, with their words and who sleeps on them; None without any."""
    if not k.marks:
        return None
    pids = tuple((p.pid, p.name) for p in k.procs.values())
    return pids, tuple(_mark(k, one) for one in marks_of(k))


def _mark(k: Kernel, one: Mark) -> tuple[Any, ...]:
    words = tuple(_word(k, one, number * WORD) for number in range(len(WORDS[one.kind])))
    event = f"futex[{one.region.slot}+{one.offset}]"
    asleep = tuple(p.name for p in k.sleepers.get(event, ()))
    return one.kind, one.name, one.region.slot, one.offset, words, asleep


def _word(k: Kernel, one: Mark, offset: int) -> int:
    assert k.memory is not None, "an object in memory without memory"
    page, start = divmod(one.offset + offset, PAGE)
    frame = one.region.pages.get(page)
    if frame is None:
        return 0
    return int.from_bytes(peek(k.memory.frames, frame, start, WORD), "little")


def show_marks(seen: tuple[Any, ...] | None) -> dict[str, Any]:
    """What `look_marks` saw: `mutexes`, `conditions` and `semaphores`; {} without any.

    Each with the slot of its region, its offset there, its words, and who sleeps on it, in order.
    Of a mutex `state` says in a word how it is, and `holder` is the name of who holds it, or null.
    """
    if seen is None:
        return {}
    pids, marks = seen
    shown: dict[str, Any] = {"mutexes": [], "conditions": [], "semaphores": []}
    for kind, name, region, offset, words, asleep in marks:
        row = {"region": region, "offset": offset} | dict(zip(WORDS[kind], words, strict=True))
        row["waiting"] = list(asleep)
        if kind == "mutex":
            shown["mutexes"].append(_mutex(row, dict(pids)))
        elif kind == "condition":
            shown["conditions"].append(row)
        else:
            shown["semaphores"].append({"name": name} | row)
    return shown


def _mutex(row: dict[str, Any], names: dict[int, str]) -> dict[str, Any]:
    """A mutex with its kind taken apart."""
    kind, lock, owner = row.pop("kind"), row["lock"], row["owner"]
    robust = bool(kind & ROBUST)
    holder = (lock & HOLDER if robust else owner) if lock else 0
    if lock & HOLDER if robust else lock:
        state = "inconsistent" if owner == INCONSISTENT else "held"
    elif robust and lock & OWNER_DIED:
        state = "owner died"
    else:
        state = "not recoverable" if owner == NOTRECOVERABLE else "free"
    return row | {
        "type": TYPES[kind & 3], "robust": robust, "shared": bool(kind & SHARED), "state": state,
        "holder": names.get(holder),
    }  # fmt: skip
