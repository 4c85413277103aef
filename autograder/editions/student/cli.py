"""The command `kernelbook` of the student edition: exercises, check, measure."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; gives its exit status: 0 good, 1 not all right, 2 it could not be done."""
    args = parser().parse_args(argv)
    try:
        status: int = args.run(args)
    except (OSError, ValueError, RuntimeError) as error:
        print(f"kernelbook {args.command}: {error}", file=sys.stderr)
        return 2
    return status


def parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    top = argparse.ArgumentParser(prog="kernelbook", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    one = commands.add_parser("exercises", help="list the exercises")
    one.add_argument("--json", action="store_true", help="as JSON")
    one.set_defaults(run=exercises)

    one = commands.add_parser("check", help="run the visible cases on a function in a file")
    one.add_argument("exercise", help="its name, as `kernelbook exercises` lists it")
    one.add_argument("file", type=Path, metavar="FILE", help="a .py or .ipynb file")
    one.set_defaults(run=check)

    one = commands.add_parser("measure", help="measure how this machine communicates")
    one.add_argument("what", choices=("copy-or-map",), help="copies against shared memory")
    one.add_argument("--quick", action="store_true", help="few sizes, under three seconds")
    one.add_argument("--two", action="store_true", help="each process on its own processor")
    one.add_argument("--to", type=Path, default=Path(), metavar="DIR", help="where to (here)")
    one.set_defaults(run=measure)
    return top


def exercises(args: argparse.Namespace) -> int:
    """Lists the exercises."""
    from autograder.exercise import exercises as every

    names = ("name", "assignment", "title", "kind", "points")
    found = [{name: getattr(one, name) for name in names} for one in every()]
    if args.json:
        print(json.dumps(found, indent=1))
        return 0
    for one in found:
        print(f"{one['assignment']:5} {one['name']:12} {one['points']:>4} points  {one['title']}")
    return 0


def check(args: argparse.Namespace) -> int:
    """Runs a file and checks the function that it leaves; exit status 0 only if all cases pass."""
    from autograder.cells import clean_cell
    from autograder.checks import check as check_function
    from autograder.exercise import exercise_with
    from autograder.submission import SubmissionError, read_submission

    try:
        cells = [clean_cell(cell) for cell in read_submission(args.file)]
    except SubmissionError as error:
        raise ValueError(str(error)) from None
    names: dict[str, Any] = {"__name__": "__submission__", "In": ["", *cells]}  # as IPython has it
    for number, cell in enumerate(cells, 1):
        try:
            exec(compile(cell, f"cell {number}", "exec"), names)
        except Exception as error:  # as in grading: told, and the other cells still count
            print(f"cell {number}: {type(error).__name__}: {error}", file=sys.stderr)
    functions = exercise_with(args.exercise).functions
    if functions[-1] not in names:
        raise ValueError(f"{args.file} has no function {functions[-1]}")
    checked = check_function(names[functions[-1]])
    print(checked)
    return 0 if checked.passed else 1


def measure(args: argparse.Namespace) -> int:
    """Copy or map, on this machine."""
    from autograder.measure.command import measure as copy_or_map

    return copy_or_map(args.quick, args.two, args.to)


if __name__ == "__main__":
    sys.exit(main())
