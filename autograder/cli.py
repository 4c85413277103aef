"""The command `kernelbook`: exercises, grading, audit, editions, notebooks, lab, measuring."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

Run = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; gives its exit status: 0 good, 1 not all right, 2 it could not be done."""
    args = parser().parse_args(argv)
    run: Run = args.run
    try:
        return run(args)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except (OSError, ValueError, RuntimeError) as error:
        print(f"kernelbook {args.command}: {error}", file=sys.stderr)
        return 2


def parser() -> argparse.ArgumentParser:
    """Every command with its options; nothing heavy is imported for it."""
    top = argparse.ArgumentParser(prog="kernelbook", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    one = commands.add_parser("exercises", help="list the exercises")
    one.add_argument("--json", action="store_true", help="as JSON")
    one.set_defaults(run=exercises)

    one = commands.add_parser("grade", help="grade one source file or notebook")
    one.add_argument("exercise", help="its name, as `kernelbook exercises` lists it")
    one.add_argument("file", type=Path, metavar="FILE", help="a .py or .ipynb file")
    one.add_argument("--json", action="store_true", help="as JSON")
    one.add_argument("--suites", type=Path, metavar="DIR", help="hidden suites of your own")
    one.add_argument(
        "--allow-unisolated",
        action="store_true",
        help="grade on a machine that cannot isolate, unofficially",
    )
    one.set_defaults(run=grade)

    one = commands.add_parser("audit", help="run mutants against the hidden suites")
    one.add_argument("exercise", nargs="?", help="its name (default: all)")
    one.add_argument("--json", action="store_true", help="as JSON")
    one.add_argument("--write", action="store_true", help="write docs/audit.md")
    one.add_argument("--suites", type=Path, metavar="DIR", help="hidden suites of your own")
    one.add_argument("--allow-unisolated", action="store_true", help="also without isolation")
    one.set_defaults(run=audit)

    one = commands.add_parser("vary", help="find a fresh hidden suite, as strong as the known one")
    one.add_argument("exercise", nargs="?", help="its name (default: all with scenarios)")
    one.add_argument("--seed", type=int, required=True, help="another number, another suite")
    one.add_argument("--to", type=Path, required=True, metavar="DIR", help="folder of the suites")
    one.add_argument("--suites", type=Path, metavar="DIR", help="known suites of your own")
    one.add_argument("--rounds", type=int, default=40, metavar="N", help="of the search (40)")
    one.add_argument("--allow-unisolated", action="store_true", help="also without isolation")
    one.set_defaults(run=vary)

    one = commands.add_parser("choose", help="choose hidden cases: the fewest that tell the same")
    one.add_argument("exercise", nargs="?", help="one exercise; without it, all with scenarios")
    one.add_argument("--seed", type=int, required=True, metavar="N", help="of what is found")
    one.add_argument("--suites", type=Path, metavar="DIR", help="what vary found with this seed")
    one.add_argument("--wrong", type=Path, metavar="DIR", help="more wrong answers, NAME/*.py")
    one.add_argument("--sample", type=int, default=150, metavar="N", help="accepted mutants (150)")
    one.add_argument("--kept", action="store_true", help="search nothing: the cases as they stand")
    one.add_argument("--write", action="store_true", help="write the cases and docs/chosen.md")
    one.add_argument("--allow-unisolated", action="store_true", help="also without isolation")
    one.set_defaults(run=choose)

    one = commands.add_parser("explore", help="check a lock or a system: every interleaving")
    one.add_argument(
        "file",
        type=Path,
        metavar="FILE.py",
        help="a lock, or a system (a file that defines program)",
    )
    one.add_argument("--processors", type=int, metavar="N", help="how many (2)")
    one.add_argument(
        "--property", choices=("mutex", "deadlock", "starvation"), help="only this one"
    )
    one.add_argument("--json", action="store_true", help="as JSON")
    one.add_argument("--engine", choices=("auto", "plain", "numpy"), default="auto")
    one.add_argument("--limit", type=int, metavar="STATES", help="give up beyond so many")
    one.set_defaults(run=explore)

    one = commands.add_parser("autograde", help="grade a whole class through nbgrader")
    one.add_argument("assignment", help="for example ps2")
    one.add_argument("--workers", type=int, metavar="N", help="processes that grade ahead")
    one.add_argument("--scheduler", metavar="ADDRESS", help="a scheduler of workers elsewhere")
    one.add_argument("--db", metavar="URL", help="the gradebook (default: the course's own)")
    one.add_argument("--course", type=Path, metavar="DIR", help="the course (default: here)")
    one.set_defaults(run=autograde)

    one = commands.add_parser("release", help="build the student edition")
    one.add_argument("--open", default="", metavar="PS,PS", help="assignments to unseal")
    one.add_argument("--to", type=Path, default=Path("student"), metavar="DIR", help="where to")
    one.add_argument(
        "--wheels", type=Path, metavar="DIR", help="only the wheels of both editions, into DIR"
    )
    one.set_defaults(run=release)

    one = commands.add_parser("build", help="build the notebooks from their sources")
    one.add_argument("--check", action="store_true", help="only tell which ones differ")
    one.set_defaults(run=build)

    one = commands.add_parser("demo", help="make a class, grade it and show the grades")
    one.add_argument("--to", type=Path, default=Path("demo-class"), metavar="DIR", help="where to")
    one.set_defaults(run=demo)

    one = commands.add_parser("lab", help="open JupyterLab: lectures, assignments, formgrader")
    one.add_argument("--to", type=Path, default=Path("lab"), metavar="DIR", help="its folder")
    one.add_argument("arguments", nargs="*", metavar="ARG", help="after --, for JupyterLab")
    one.set_defaults(run=lab)

    one = commands.add_parser("bench", help="measure, and print ratios")
    one.add_argument("--json", action="store_true", help="as JSON")
    words = "the counterexample of every mutant: in ten minutes"
    one.add_argument("--examples", action="store_true", help=words)
    one.set_defaults(run=bench)

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

    found = [
        {key: getattr(e, key) for key in ("name", "assignment", "title", "kind", "points")}
        for e in every()
    ]
    if args.json:
        print(json.dumps(found, indent=1))
        return 0
    for e in found:
        print(f"{e['assignment']:5} {e['name']:12} {e['points']:>4} points  {e['title']}")
    return 0


def grade(args: argparse.Namespace) -> int:
    """Grades one file; exit status 0 only for a pass."""
    from autograder.exercise import exercise
    from autograder.grades import Grade
    from autograder.submission import SubmissionError, read_submission

    wanted = exercise(args.exercise)
    try:
        cells = read_submission(args.file)
    except SubmissionError as error:
        made = Grade(wanted.name, 0.0, float(wanted.points), "error", "none", message=str(error))
    else:
        from autograder import oracle
        from autograder.sandbox import NotIsolated

        loose = args.allow_unisolated
        try:
            made = oracle.grade(wanted.name, cells, args.suites, allow_unisolated=loose)
        except NotIsolated as error:
            raise RuntimeError(f"{error} On this command line: --allow-unisolated.") from error
    if args.json:
        print(json.dumps(made.to_json(), indent=1))
    else:
        print(made.report())
        for case in made.cases:
            if not case.passed and not case.visible:
                print(f"  hidden case {case.id}: {case.message}")
        print(f"  tier {made.tier}, {made.seconds:.2f} s")
    return 0 if made.verdict == "pass" else 1


def audit(args: argparse.Namespace) -> int:
    """Measures the hidden suites; exit status 1 when a wrong solution would pass."""
    from autograder.audit.command import command

    return command(
        args.exercise,
        as_json=args.json,
        write=args.write,
        suites=args.suites,
        allow_unisolated=args.allow_unisolated,
    )


def vary(args: argparse.Namespace) -> int:
    """Finds fresh suites; exit status 1 when one is weaker than the known one."""
    from autograder.vary.command import command

    rounds, loose = args.rounds, args.allow_unisolated
    return command(args.exercise, args.seed, args.to, args.suites, rounds=rounds, loose=loose)


def choose(args: argparse.Namespace) -> int:
    """Chooses hidden cases; exit status 1 when they, or what is said of them, should change."""
    from autograder.vary.choosing import command, kept

    if args.kept:
        return kept(args.exercise, args.seed, writes=args.write)
    paths, sample, loose = (args.suites, args.wrong), args.sample, args.allow_unisolated
    given = (args.exercise, args.seed, *paths)
    return command(*given, sample=sample, writes=args.write, loose=loose)


def explore(args: argparse.Namespace) -> int:
    """Checks a lock; exit status 0 only if all that was asked for holds."""
    from kernel_model.explore.command import explore as search

    return search(args.file, args.processors, args.property, args.json, args.engine, args.limit)


def autograde(args: argparse.Namespace) -> int:
    """Grades a class."""
    from autograder.classrun import autograde_class

    return autograde_class(
        args.assignment,
        workers=args.workers,
        scheduler=args.scheduler,
        db=args.db,
        course=args.course,
    )


def release(args: argparse.Namespace) -> int:
    """Builds the student edition, or the wheels of both."""
    from autograder import editions

    opened = tuple(filter(None, args.open.split(",")))
    if args.wheels is not None:
        for wheel in editions.wheels(args.wheels, opened):
            print(wheel)
    else:
        print(editions.release(args.to, opened))
    return 0


def build(args: argparse.Namespace) -> int:
    """Builds the notebooks, or tells which have drifted from their sources."""
    from autograder.builder import build_notebooks

    return build_notebooks(check=args.check)


def demo(args: argparse.Namespace) -> int:
    """The whole path, with a class of our own making."""
    from autograder.demo import demo as show

    return show(args.to)


def lab(args: argparse.Namespace) -> int:
    """JupyterLab with everything in it."""
    from autograder.lab import lab as open_lab

    open_lab(args.to, args.arguments)


def bench(args: argparse.Namespace) -> int:
    """The figures."""
    from autograder.bench import all_examples
    from autograder.bench import bench as measure

    return (all_examples if args.examples else measure)(as_json=args.json)


def measure(args: argparse.Namespace) -> int:
    """Copy or map, on this machine."""
    from autograder.measure.command import measure as copy_or_map

    return copy_or_map(args.quick, args.two, args.to)


if __name__ == "__main__":
    sys.exit(main())
