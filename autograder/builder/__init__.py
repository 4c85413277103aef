"""Builds the notebooks: from reviewed sources (`name.py`, jupytext percent) to executed `.ipynb`.

The build goes one way and gives the same bytes each time: ids come from a cell's position, the
texts and solutions from the exercises and the kernel itself, the outputs from running it. A cell
that measures the machine it runs on is tagged `nbval-ignore-output`; what it gave is kept for as
long as its source stays.

    build_notebooks()             writes every notebook
    build_notebooks(check=True)   writes nothing; names those that their source would not give
"""

from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("course/source/*/*.py", "notebooks/*.py")


def sources(root: Path = ROOT) -> list[Path]:
    """Every reviewed source of a notebook."""
    found = [path for pattern in SOURCES for path in sorted(root.glob(pattern))]
    return [path for path in found if "# %%" in path.read_text(encoding="utf-8")]


def build_notebooks(check: bool = False) -> int:
    """The command: writes every notebook that has changed, or with `check` only names them.

    Gives an exit status: 1 when `check` finds a notebook that its source would not give.
    """
    changed = built(sources(), check)
    for target in changed:
        what = "differs from its source; run `make build`" if check else "written"
        print(f"{target.relative_to(ROOT)}: {what}")
    return 1 if check and changed else 0


def built(chosen: Iterable[Path], check: bool = False) -> list[Path]:
    """Builds the notebooks of some sources, and gives those that changed or, with `check`, would.

    Raises BuildError, which names source and cell, when one cannot be built.
    """
    from autograder.builder.execution import executed
    from autograder.builder.measured import keep_measured
    from autograder.builder.source import filled, written
    from autograder.builder.widgets import keep_packed

    changed = []
    for source in chosen:
        target = source.with_suffix(".ipynb")
        before = target.read_text(encoding="utf-8") if target.exists() else ""
        made = executed(filled(source), source)
        if before:
            keep_measured(made, before)
            keep_packed(made, before)
        text = written(made)
        if before == text:
            continue
        changed.append(target)
        if not check:
            target.write_text(text, encoding="utf-8")
    return changed


class BuildError(RuntimeError):
    """A source that gives no notebook; the message says which cell of it, and what to do."""
