"""What a learner has tried, kept in one small JSON file.

Where: the file that the environment names in KERNELBOOK_PROGRESS; else progress.json in the folder
`kernelbook` of XDG_DATA_HOME, which is ~/.local/share where it is not set. Not beside the notebook:
one that is fetched again, moved or handed in takes nothing along. KERNELBOOK_PROGRESS=off keeps
nothing longer than the notebook's kernel runs, and no times.

Two windows may write at once: each takes a lock, reads, adds its own and writes, to a file of its
own that then takes the place of the old one: whoever stops in the middle leaves the old one whole.
Where the system has no such locks (Windows, a browser), of two that write in the same instant one
try may be missing; the file is whole there too. A damaged file is put aside under another name and
told of; one of a newer format is left alone. Whatever goes wrong, a check still gives its result.
"""

from __future__ import annotations

import errno
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FORMAT = 1
RECENT = 20  # tries of each thing that are kept one by one
PATIENCE = 5.0  # seconds to wait for another window
STALE = 60.0  # seconds after which nobody writes to a file any more
NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL)  # some network folders


@dataclass(slots=True)
class Tried:
    """One exercise, or one question, and how often it was tried."""

    kind: str  # exercise or question
    count: int = 0  # tries
    good: int = 0  # of these, how often everything passed
    first_good: bool = False  # the first try was one of them
    passed: int = 0  # of the last try: cases that passed
    of: int = 0  # and how many there were
    first: str = ""  # times, ISO 8601 in UTC; "" when none is kept
    last: str = ""
    recent: list[list[Any]] = field(default_factory=list)  # [time, passed, of], the newest last

    def add(self, when: str, passed: int, of: int) -> None:
        """One more try."""
        good = 0 < of == passed
        self.first_good = good if self.count == 0 else self.first_good
        self.count, self.good = self.count + 1, self.good + good
        self.passed, self.of = passed, of
        self.first, self.last = self.first or when, when
        self.recent = [*self.recent, [when, passed, of]][-RECENT:]

    @property
    def passes(self) -> bool:
        """Everything passed at the last try."""
        return 0 < self.of == self.passed


class Damaged(ValueError):
    """The file is not what was once written."""


class Newer(ValueError):
    """The file has a format of a later version."""


def place() -> Path | None:
    """The file that keeps the history; None: it is not kept."""
    named = os.environ.get("KERNELBOOK_PROGRESS", "")
    if named:
        return None if named == "off" else Path(named).expanduser()
    data = os.environ.get("XDG_DATA_HOME", "")
    home = Path(data) if data.startswith("/") else Path("~/.local/share").expanduser()
    return home / "kernelbook" / "progress.json"


class History:
    """The tries of one learner."""

    def __init__(self, path: Path | None, clock: Callable[[], str] | None = None) -> None:
        self.path = path
        self.clock = clock or (now if path is not None else str)
        self.trouble = ""  # why the file cannot be used just now
        self.damage = ""  # that it was damaged, once that was found
        self.waiting: list[tuple[str, str, str, int, int]] = []  # tries not written (yet)

    @property
    def note(self) -> str:
        """What there is to say of how the tries are kept; usually nothing."""
        return " ".join(one for one in (self.damage, self.trouble) if one)

    def add(self, kind: str, name: str, passed: int, of: int) -> None:
        """Keeps one try; one that cannot be written now is written with a later one."""
        self.waiting.append((kind, name, self.clock(), passed, of))
        self._with_file(write=True)

    def tries(self) -> dict[str, Tried]:
        """Everything tried so far, by name, this kernel's own included."""
        return self._with_file(write=False)

    def _with_file(self, write: bool) -> dict[str, Tried]:
        found: dict[str, Tried] = {}
        if self.path is None:
            return self._merged(found)
        path, self.trouble = self.path, ""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path = path.resolve()  # where a link leads to
            with locked(path):
                found = self._read(path)
                if write:
                    store(path, self._merged(found))
                    found, self.waiting = self._merged(found), []
        except Newer as error:
            self.trouble = str(error)
        except OSError as error:
            self.trouble = (
                f"What you try is kept only while this notebook's kernel runs: {path} cannot be "
                f"used ({error.strerror or error})."
            )
        return found if write and not self.waiting else self._merged(found)

    def _read(self, path: Path) -> dict[str, Tried]:
        """The file, put aside first when it is damaged."""
        try:
            return loads(path.read_bytes(), path)
        except FileNotFoundError:
            return {}
        except Damaged as error:
            kept = put_aside(path)
            words = f"{path} was damaged ({error})"
            self.damage = f"{words}. It is kept as {kept.name}; a new one begins."
            return {}

    def _merged(self, found: dict[str, Tried]) -> dict[str, Tried]:
        """What the file has, and the tries that are not in it."""
        merged = {name: Tried(**asdict(one)) for name, one in found.items()}
        for kind, name, when, passed, of in self.waiting:
            merged.setdefault(name, Tried(kind)).add(when, passed, of)
        return merged


def now() -> str:
    """This second, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def loads(data: bytes, path: Path) -> dict[str, Tried]:
    """The tries that a file holds; raises Damaged or Newer."""
    try:
        given = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Damaged(f"it is no JSON: {error}") from None
    if not isinstance(given, dict) or type(given.get("format")) is not int:
        raise Damaged("it has no format")
    if given["format"] > FORMAT:
        raise Newer(
            f"{path} was written by a newer Kernelbook (format {given['format']}, this one knows "
            f"{FORMAT}). It is left as it is; what you try now is kept only while this notebook's "
            f"kernel runs."
        )
    tries = given.get("tries")
    if given["format"] != FORMAT or not isinstance(tries, dict):
        raise Damaged("it has no tries")
    return {name: one(name, tried) for name, tried in tries.items()}


def one(name: str, given: Any) -> Tried:
    """One entry; raises Damaged for what is none."""
    pattern = Tried("")
    kinds = {key: type(value) for key, value in asdict(pattern).items()}
    if not isinstance(given, dict) or given.keys() != kinds.keys():
        raise Damaged(f"{name} has other parts than it should")
    for key, kind in kinds.items():
        if type(given[key]) is not kind:
            raise Damaged(f"{key} of {name} is {given[key]!r}")
    for entry in given["recent"]:
        if not isinstance(entry, list) or [type(part) for part in entry] != [str, int, int]:
            raise Damaged(f"a try of {name} is {entry!r}")
    return Tried(**given)


def store(path: Path, tries: dict[str, Tried]) -> None:
    """Writes the file whole, or leaves the old one; raises OSError."""
    for left in path.parent.glob(f".{path.name}-*"):  # of a writer that was stopped
        with suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > STALE:
                left.unlink()
    given = {"format": FORMAT, "tries": {name: asdict(one) for name, one in tries.items()}}
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps(given, indent=1) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def put_aside(path: Path) -> Path:
    """Gives a damaged file another name, which none has yet; raises OSError."""
    number = 1
    while (kept := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    return path.rename(kept)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds the lock that goes with a file; TimeoutError when another holds it for too long."""
    if sys.platform == "win32" or sys.platform == "emscripten":
        yield
        return
    import fcntl

    with path.with_name(f"{path.name}.lock").open("ab") as lock:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"another window has held it for {PATIENCE:g} s") from None
                time.sleep(0.02)
            except OSError as error:
                if error.errno not in NO_LOCKS:
                    raise
                break
        try:
            yield
        finally:
            with suppress(OSError):
                fcntl.flock(lock, fcntl.LOCK_UN)
