"""`python -m kernel_model.scenario FILE.json`: runs a file of scenarios, tells how each went."""

import argparse
import json
import os
import sys
from collections import Counter
from pathlib import Path

from kernel_model.scenario.errors import ScenarioError
from kernel_model.scenario.format import Scenario, load
from kernel_model.scenario.run import Result, run
from kernel_model.targets import Skip, Target

WORDS = {"pass": "passed", "fail": "failed", "error": "in error", "skip": "skipped"}


def main(argv: list[str] | None = None) -> int:
    """The exit status: 0 nothing failed, 1 something did, 2 there was nothing to run."""
    asked = _parser().parse_args(argv)
    if asked.target == "linux" and asked.personality == "classic":
        _parser().error("--target linux has the linux personality only")
    try:
        scenarios = load(asked.file)
    except ScenarioError as error:
        return _nothing(f"{asked.file}: {error}")
    except OSError as error:
        return _nothing(f"{asked.file}: cannot be read: {error.strerror}")
    chosen = [
        one
        for one in scenarios
        if asked.only in one.id and (asked.topic is None or asked.topic == one.topic)
    ]
    if not chosen:
        return _nothing(f"{asked.file}: none of its {len(scenarios)} scenarios is chosen")
    results = []
    for one in chosen:
        results.append(_run(one, asked.target, asked.personality or "classic"))
        if not asked.json:
            print(line(results[-1]), flush=True)
    if asked.json:
        print(json.dumps([result.to_json() for result in results], indent=1))
    else:
        print(summary(results, asked.target, asked.personality or "classic"))
    return int(any(failed(result, asked.target) for result in results))


def make_target(name: str, personality: str = "classic") -> Target:
    """The target of that name; raises Skip where this machine cannot have it."""
    if name == "model":
        from kernel_model.targets.model import ModelTarget

        return ModelTarget(personality)
    from kernel_model.targets.linux import LinuxTarget

    return LinuxTarget()


def failed(result: Result, target: str) -> bool:
    """Whether a result counts as failed.

    What the model does not know is a failure. A skip is one where everything is required
    (KERNELBOOK_REQUIRE is set), unless the scenario is for the other side.
    """
    if result.verdict == "unsupported":
        return target == "model"
    if result.verdict == "skip":
        return bool(os.environ.get("KERNELBOOK_REQUIRE")) and not result.elsewhere
    return result.verdict != "pass"


def line(result: Result) -> str:
    """A result as a line of text."""
    at = "" if result.step is None else f", steps[{result.step}]"
    message = f"{at}: {result.message}" if result.message else ""
    return f"{result.verdict:11} {result.id}{message}"


def summary(results: list[Result], target: str, personality: str) -> str:
    """How many of each verdict."""
    counts = Counter(result.verdict for result in results)
    told = [f"{counts[verdict]} {WORDS.get(verdict, verdict)}" for verdict in counts]
    on = "Linux" if target == "linux" else f"the model ({personality})"
    many = f"{len(results)} scenario{'s' if len(results) != 1 else ''}"
    return f"{many} on {on}: {', '.join(told)}"


def _run(scenario: Scenario, target: str, personality: str) -> Result:
    try:
        return run(scenario, make_target(target, personality), views=False)
    except Skip as skip:
        return Result(scenario.id, scenario.topic, "skip", message=str(skip))


def _nothing(message: str) -> int:
    print(message, file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m kernel_model.scenario",
        description="Run a file of scenarios on the model or on this machine's own kernel.",
    )
    parser.add_argument("file", metavar="FILE.json", type=Path)
    parser.add_argument("--target", choices=("model", "linux"), default="model")
    parser.add_argument(
        "--personality", choices=("classic", "linux"), help="of the model; default: classic"
    )
    parser.add_argument("--topic", metavar="T", help="only the scenarios of this topic")
    parser.add_argument(
        "--only", metavar="SUBSTR", default="", help="only those whose id contains this"
    )
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
