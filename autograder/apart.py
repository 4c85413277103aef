"""How the tables of two kernels differ, field by field, in words that a person can compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from autograder.example import TIMES, View
from kernel_model.scenario.errors import show
from kernel_model.targets.model import KEYS

Row = tuple[str, str, str, str]  # a field: its name, before, expected, got
NAMES = {
    "msgque": "queue", "procs": "process", "msgpool": "pool", "shmem": "segment", "sema": "set",
    "sems": "semaphore", "pipes": "pipe", "inodes": "inode", "sockets": "socket",
    "tracing": "trace structure",
}  # fmt: skip
BY = ("slot", "name", "number", "pid", "id", "fd", "inode")  # what an entry of a table is known by
FRAMES, WORD = ("frames", "text"), 8  # where the text of memory stands; bytes of a word
LONG = 60  # characters of a value
MOST = 40  # fields of one view; what comes from a broken kernel may be anything
Path = tuple[str, ...]
ABSENT = object()


def rows(
    before: View,
    expected: View,
    got: View,
    strict: bool = False,
    pids: Mapping[str, int] | None = None,
) -> list[Row]:
    """The fields in which two views differ, with what stood there before.

    Times count as zero or not, unless this is strict. What comes from a submission's kernel may
    hold anything; it is told as it is, shortened. None where it cannot be read: that is all to say.
    """
    if "unreadable" in got:
        return []
    found: list[Row] = []
    names = {pid: proc for proc, pid in (pids or {}).items()}
    for path, one, other in apart((), expected, got):
        if path == FRAMES:
            found += words_apart(at(before, path), one, other)
            continue
        if path[-1] in TIMES and not strict and bool(one) == bool(other):
            continue
        if path[0] == "passages" or (path[0] == "procs" and path[-1] in ("pri", "call")):
            continue  # what sockets hold, and the state, tell as much
        if path[0] == "fds" and path[-1] == "entry":  # entries are numbered as they are met
            continue
        was, wanted, came = (said(path[-1], v, names) for v in (at(before, path), one, other))
        found.append((name(path), was, wanted, came))
        if len(found) >= MOST:
            break
    return found[:MOST]


def apart(path: Path, one: Any, other: Any) -> Iterator[tuple[Path, Any, Any]]:
    """The smallest parts in which two pieces of JSON differ, and where they are."""
    if repr(one) == repr(other):
        return
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys([*one, *other]):
            yield from apart((*path, str(key)), one.get(key, ABSENT), other.get(key, ABSENT))
    elif is_table(one) and is_table(other) and path[-1:] != ("messages",):
        first, second = by_name(one), by_name(other)
        for key in dict.fromkeys([*first, *second]):
            yield from apart((*path, key), first.get(key, ABSENT), second.get(key, ABSENT))
    else:
        yield path, one, other


def words_apart(before: Any, expected: Any, got: Any) -> list[Row]:
    """The first word in which each frame of memory differs; None is no frame, or not so long."""
    was, wanted, came = (contents(one) for one in (before, expected, got))
    found = []
    for frame in sorted(wanted.keys() | came.keys()):
        sides = [side.get(frame, []) for side in (was, wanted, came)]
        places = range(max(map(len, sides[1:])))
        of = [[side[place] if place < len(side) else None for side in sides] for place in places]
        place = next((n for n, (_, one, other) in enumerate(of) if one != other), None)
        if place is not None:
            words = ("none" if word is None else f"{word:#x}" for word in of[place])
            found.append((f"frame {frame}: word at byte {WORD * place}", *words))
    return [(name, one, two, three) for name, one, two, three in found]


def contents(given: Any) -> dict[int, list[int]]:
    """The words of each frame, without the zeros at the end; {} where this is no memory."""
    found = {}
    for pair in given if isinstance(given, list) else []:
        match pair:
            case [int(frame), str(text)]:
                data = text.encode("latin-1", "replace")
                cut = [data[at : at + WORD] for at in range(0, len(data), WORD)]
                found[frame] = [int.from_bytes(word, "little") for word in cut]
    return found


def is_table(given: Any) -> bool:
    """Is this a list of entries?"""
    return isinstance(given, list) and all(isinstance(entry, dict) for entry in given)


def is_run(given: Any) -> bool:
    """Is this a run of segments: the first, and how many?"""
    return isinstance(given, list) and [type(part) for part in given] == [int, int]


def by_name(table: list[dict[str, Any]]) -> dict[str, Any]:
    """The entries by what they are known by, else by their place.

    Several sockets have one name: that of who listened, and of those that it made.
    """
    return {
        str(next((e[key] for key in keys(e) if e.get(key) not in ("", None)), place)): e
        for place, e in enumerate(table)
    }


def keys(entry: dict[str, Any]) -> tuple[str, ...]:
    """What an entry may be known by, the best first."""
    return ("number",) if "peer" in entry else BY


def at(view: Any, path: Path) -> Any:
    """What stands at a place of a view; ABSENT if nothing does."""
    for key in path:
        if is_table(view):
            view = by_name(view)
        view = view.get(key, ABSENT) if isinstance(view, dict) else ABSENT
    return view


def name(path: Path) -> str:
    """A place in words: `queue 0: qnum`, `process B: state`, `region 3: inode`."""
    if path[:2] == ("regions", "entries"):
        path = ("region", *path[2:])
    if path[0] == "fds" and len(path) > 3:
        return f"{path[1]}'s descriptor {': '.join(path[3:])}"[:LONG]
    head = NAMES.get(path[0], path[0])
    middle = " ".join(NAMES.get(part, part) for part in path[1:-1] if part)
    if len(path) == 1:
        return head
    if len(path) == 2:
        return f"{head}: {path[1]}" if path[0] in ("msgpool", "tracing") else f"{head} {path[1]}"
    return f"{head} {middle}: {path[-1]}"[:LONG]


def said(field: str, value: Any, names: Mapping[int, str]) -> str:
    """A value as people write it: modes in octal, keys by number, messages as type and text."""
    if value is ABSENT:
        return "not there"
    if value is None:
        return "none"
    if field.endswith("pid") and type(value) is int:
        return names.get(value, "nobody" if value == 0 else str(value))
    if field == "mode" and type(value) is int:
        return f"0o{value:03o}"
    if field == "key" and type(value) is int and value > KEYS:
        return str(value - KEYS)
    if field == "messages" and is_table(value):
        texts = [f"{m.get('mtype')} {str(m.get('text'))[:12]!r}" for m in value]
        return (", ".join(texts) or "none")[:LONG]
    if field == "chunks" and isinstance(value, list):
        return (", ".join(map(chunk_said, value)) or "none")[:LONG]
    if field == "free" and isinstance(value, list) and all(map(is_run, value)):
        return (", ".join(f"{first} + {count}" for first, count in value) or "none")[:LONG]
    if isinstance(value, dict):
        return "there"
    return value[:LONG] if isinstance(value, str) else show(value)[:LONG]


def chunk_said(chunk: Any) -> str:
    """A piece that a socket holds: its length, and who has sent it."""
    match chunk:
        case [int(size), str(sender), *_]:
            return f"{size} byte{'s' if size != 1 else ''}" + (f" from {sender}" if sender else "")
    return show(chunk)
