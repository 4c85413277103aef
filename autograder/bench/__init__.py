"""`kernelbook bench`: how fast, as ratios from one run on one machine."""

import json
import sys
from dataclasses import asdict


def bench(as_json: bool = False) -> int:
    """Measures every figure and prints it against its target; 0 if all targets are met."""
    from . import (  # nbgrader: only when something is measured
        feedback,
        grading,
        kernel,
        locks,
        page,
        right,
        spin,
        start,
    )
    from .measure import Figure, lines_of

    figures = [
        start.help_page,
        start.child,
        kernel.round_trips,
        kernel.tracing,
        grading.one_exercise,
        grading.whole_class,
        feedback.right_answer,
        feedback.example_missing,
        feedback.example_size,
        feedback.shrinking,
    ]
    if why := page.missing():
        print(f"the player is not measured: {why}", file=sys.stderr)
    else:
        figures += [page.first_picture, page.key_press]
    if why := locks.missing():
        print(f"locks are not measured: {why}", file=sys.stderr)
    else:
        figures += [locks.verdict, locks.eisenberg_mcguire, locks.dijkstra]
        figures.append(locks.memory)
        if why := spin.missing():
            print(f"SPIN is not measured: {why}", file=sys.stderr)
        else:
            figures += [locks.numpy_and_spin, locks.numpy_and_spin_dijkstra]
            figures += [locks.plain_and_spin, locks.plain_and_spin_dijkstra]
    measured: list[Figure] = []
    for number, measure in enumerate(figures, 1):
        told = f"measuring, {number} of {len(figures) + 1}: {measure.__name__}"
        print(told, file=sys.stderr, flush=True)
        measured.append(measure())
    print("measuring, the last: right answers", file=sys.stderr, flush=True)
    measured += right.right_answers()
    if as_json:
        print(json.dumps([figure.to_json() for figure in measured], indent=1))
    else:
        print("\n".join(lines_of(measured)))
    return 0 if all(figure.met() for figure in measured) else 1


def all_examples(as_json: bool = False) -> int:
    """Looks at the example of every mutant written by hand; 0 if all targets are met."""
    from .examples import every, figures, lines_of
    from .measure import lines_of as table

    found = every(tell=lambda one: print(one.exercise, one.name, file=sys.stderr, flush=True))
    measured = figures(found)
    if as_json:
        told = {"mutants": [asdict(one) for one in found]}
        print(json.dumps(told | {"figures": [one.to_json() for one in measured]}, indent=1))
    else:
        print("\n".join([*lines_of(found), "", *table(measured)]))
    return 0 if all(figure.met() for figure in measured) else 1
