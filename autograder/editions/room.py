"""The judge's room: the root of a sandbox that holds the whole kernel and no student's code.

In it a student's scenarios, which are data, run on the right kernel and on wrong ones.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from autograder.editions.folders import kept
from autograder.editions.functions import Exercised
from autograder.editions.leave_out import GRADER, INSIDE, NEEDED, contents, imports_of, needed_files

JUDGE = "autograder.breaking.judge"  # the module that answers there
OURS = ("example.py", "loops.py", "parting.py", "breaking/claims.py", "breaking/judge.py")
PACKAGES = ("__init__.py", "breaking/__init__.py")


def judges_room(cache: Path | None = None) -> Path:
    """The folder; made when it is not there yet, and found again by what it was made from."""
    start = [*NEEDED, *(module for name in OURS for module in imports_of(GRADER / name))]
    sources = {path: path.read_bytes() for path in needed_files(start) if path not in INSIDE}
    own = {name: (GRADER / name).read_bytes() for name in OURS}
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for name, data in [*own.items(), *((path.as_posix(), data) for path, data in sources.items())]:
        digest.update(f"\n{name} {len(data)}\n".encode() + data)

    def make() -> dict[str, bytes]:
        files = contents(Exercised(frozenset()), sources)
        files |= {f"autograder/{name}": data for name, data in own.items()}
        return files | {f"autograder/{name}": b"" for name in PACKAGES}

    return kept("judge", digest.hexdigest(), make, cache)
