"""`nbgrader collect` without what is no file of the student's own.

Students put their submissions into the exchange themselves, and stock collect follows what links
are in them, with the instructor's rights: to another student's work, graded as theirs, or to the
gradebook, under a name that feedback hands out. A pipe stops it for the whole class.
"""

import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import ExchangeCollect


class CollectFiles(ExchangeCollect):  # type: ignore[misc]  # nbgrader has no types
    """Collects ordinary files and folders; the rest is left where it is, with a warning."""

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copies one submission into the course."""
        with tempfile.TemporaryDirectory() as room:
            kept = os.path.join(room, "submission")
            os.mkdir(kept)
            for path in copy_files(Path(src), Path(kept)):
                self.log.warning("%s is a link or no ordinary file: it was not collected", path)
            super().do_copy(kept, dest, log)


def copy_files(source: Path, target: Path) -> list[Path]:
    """Copies a folder's files and folders; what was left out."""
    if source.is_symlink():
        return [source]
    left = []
    for entry in sorted(source.iterdir()):
        mode = entry.lstat().st_mode
        if stat.S_ISDIR(mode):
            (target / entry.name).mkdir()
            left += copy_files(entry, target / entry.name)
        elif not (stat.S_ISREG(mode) and _copied(entry, target / entry.name)):
            left.append(entry)
    return left


def _copied(source: Path, target: Path) -> bool:
    """Copies a file, if it still is one: it may be changed at any time."""
    try:
        descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return False
        with target.open("wb") as copy:
            shutil.copyfileobj(file, copy)
    return True
