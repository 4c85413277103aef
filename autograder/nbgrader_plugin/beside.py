"""What lies beside a submitted notebook, and could stop the class or lead out of the course.

Stock nbgrader copies every other file of a submission into autograded/. It follows links with the
instructor's rights, waits for ever at a pipe, and ends the whole run at a timestamp.txt that it
cannot read. Our own collect leaves such things out; here they are passed over once more, since a
submission may come into the course by other ways.
"""

import datetime
import glob
import os
import stat
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from nbgrader.utils import parse_utc

TIMESTAMP = "timestamp.txt"
MOST_BYTES = 1000  # of a time


def pass_over(converter: Any) -> None:
    """Makes a converter of nbgrader's leave what is odd in its submissions where it is."""
    course = converter.coursedir
    for folder in sorted(converter.assignments):
        for path in odd_files(Path(folder)):
            converter.log.warning("%s is a link or no ordinary file: it was not copied", path)
            # nbgrader takes names here; a whole path is matched as it stands
            course.ignore = [*course.ignore, glob.escape(str(path))]
    course.get_existing_timestamp = partial(timestamp, converter.log.warning)


def odd_files(folder: Path) -> list[Path]:
    """Links and what is no ordinary file, in a folder and those below it; all of a link's."""
    return [
        path
        for place, _, names in os.walk(folder)
        for path in (Path(place, name) for name in sorted(names))
        if folder.is_symlink() or not stat.S_ISREG(path.lstat().st_mode)
    ]


def timestamp(warn: Callable[..., None], folder: str) -> datetime.datetime | None:
    """When a submission was handed in, by its timestamp.txt; None if that tells no time."""
    path = Path(folder, TIMESTAMP)
    if not os.path.lexists(path):
        return None
    if not stat.S_ISREG(path.lstat().st_mode):
        warn("%s is no ordinary file: the submission counts as one without a time", path)
        return None
    with path.open("rb") as file:
        said = file.read(MOST_BYTES).decode("utf-8", "replace").strip()
    try:
        when: datetime.datetime = parse_utc(said)
    except (ValueError, OverflowError):
        warn("%s tells no time (%.40r): the submission counts as one without", path, said)
        return None
    return when
