"""A scenario as data, and files of scenarios: JSON in, JSON out, nothing lost between.

Anything that cannot be understood raises ScenarioError, which says which scenario, which step,
which key, what was found there and what is expected.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kernel_model.scenario.check import check_steps
from kernel_model.scenario.errors import Problem, ScenarioError, known_keys, part, show
from kernel_model.scenario.names import LIMITS
from kernel_model.scenario.steps import NOTES, SHAPES, Json, Step, step_from_json, step_to_json

KEYS = ("id", "topic", "uids", "gids", "limits", "scope", "steps", *NOTES)


@dataclass(frozen=True, slots=True)
class Scenario:
    """Which processes there are, and what they do one after another."""

    id: str
    topic: str
    uids: dict[str, int]  # in the order in which the processes start
    steps: list[Step]
    gids: dict[str, int] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=dict)
    scope: str | None = None
    notes: Json = field(default_factory=dict)

    @classmethod
    def from_json(cls, given: Any, index: int | None = None) -> "Scenario":
        """The scenario that the JSON means, checked whole; raises ScenarioError.

        index  its place in the file, which names it as long as it has no id
        """
        label = given.get("id") if isinstance(given, dict) else None
        label = label if isinstance(label, str) and label else index
        try:
            values = _head(given)
        except Problem as problem:
            raise ScenarioError(label, None, problem.key, problem.message) from None
        steps: list[Step] = []
        for number, step in enumerate(given["steps"]):
            try:
                steps.append(step_from_json(step))
            except Problem as problem:
                raise ScenarioError(label, number, problem.key, problem.message) from None
        check_steps(str(label), values["uids"], steps)
        return cls(**values, steps=steps, notes={key: given[key] for key in given if key in NOTES})

    def to_json(self) -> Json:
        """The scenario as it would stand in a file."""
        given: Json = {"id": self.id, "topic": self.topic, "uids": self.uids}
        given |= {"gids": self.gids} if self.gids else {}
        given |= {"limits": self.limits} if self.limits else {}
        given |= {"scope": self.scope} if self.scope else {}
        return given | self.notes | {"steps": [step_to_json(step) for step in self.steps]}


def load(source: Path | str) -> list[Scenario]:
    """The scenarios of a file, or of a text that begins with [ or {; raises ScenarioError.

    A file that cannot be read raises OSError.
    """
    if isinstance(source, Path) or not source.lstrip().startswith(("[", "{")):
        return loads(Path(source).read_bytes())
    return loads(source)


def loads(text: str | bytes) -> list[Scenario]:
    """The scenarios of a text; raises ScenarioError."""
    given = _json(text)
    if not isinstance(given, list):
        raise ScenarioError(None, None, "", f"a file is a list of scenarios, not {_type(given)}")
    if not given:
        raise ScenarioError(None, None, "", "the list holds no scenario")
    scenarios = [Scenario.from_json(one, index) for index, one in enumerate(given)]
    first: dict[str, int] = {}
    for index, scenario in enumerate(scenarios):
        if first.setdefault(scenario.id, index) != index:
            raise ScenarioError(
                index,
                None,
                "id",
                f"{show(scenario.id)} is the id of scenario "
                f"[{first[scenario.id]}] already; ids are unique",
            )
    return scenarios


def dumps(scenarios: list[Scenario]) -> str:
    """A file of scenarios, one step a line."""
    texts = []
    for scenario in scenarios:
        given = scenario.to_json()
        steps = ",\n  ".join(json.dumps(step) for step in given.pop("steps"))
        texts.append(f'{json.dumps(given)[:-1]}, "steps": [\n  {steps}]}}')
    return "[\n" + ",\n".join(texts) + "\n]\n"


def _json(text: str | bytes) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> Json:
        given = dict(pairs)
        if len(given) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise ScenarioError(None, None, twice, f"written twice in one dict: {show(given)}")
        return given

    def constant(word: str) -> Any:
        raise ScenarioError(None, None, "", f"malformed JSON: {word} is no JSON number")

    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8-sig")
        return json.loads(text, object_pairs_hook=once, parse_constant=constant)
    except json.JSONDecodeError as error:
        message = f"malformed JSON in line {error.lineno}, column {error.colno}: {error.msg}"
    except UnicodeDecodeError as error:
        message = f"malformed JSON: byte {error.start} is not UTF-8"
    except RecursionError:
        message = "malformed JSON: nested too deeply"
    raise ScenarioError(None, None, "", message)


def _head(given: Any) -> Json:
    """All of a scenario but its steps and notes, checked."""
    if not isinstance(given, dict):
        raise Problem(f"a scenario is a dict, not {_type(given)}")
    known_keys(given, KEYS, "a scenario")
    for key in ("id", "topic", "uids", "steps"):
        if key not in given:
            raise Problem("missing; a scenario has id, topic, uids and steps", key)
    for key in ("id", "topic"):
        if not isinstance(given[key], str) or not given[key]:
            raise Problem(f"{show(given[key])} is not a name", key)
    if not isinstance(given["steps"], list):
        raise Problem(f"a list of steps is expected, not {_type(given['steps'])}", "steps")
    values = {key: _numbers(given.get(key, {}), key) for key in ("uids", "gids", "limits")}
    if not values["uids"]:
        raise Problem('no process; a scenario has at least one, as in {"A": 0}', "uids")
    for key, known, what in (
        ("gids", values["uids"], "gids, where the processes of uids stand"),
        ("limits", LIMITS, "limits"),
    ):
        try:
            known_keys(values[key], known, what)
        except Problem as problem:
            raise problem.under(key) from None
    scope = part(given, "scope", SHAPES["scope"])
    return {"id": given["id"], "topic": given["topic"], "scope": scope, **values}


def _numbers(given: Any, key: str) -> dict[str, int]:
    if not isinstance(given, dict):
        raise Problem(f"a dict of numbers is expected, not {_type(given)}", key)
    for name, value in given.items():
        if type(value) is not int or value < 0:
            raise Problem(f"{show(value)} is not an integer from 0", f"{key}.{name}")
        if not name:
            raise Problem("an empty name", key)
    return given


def _type(given: Any) -> str:
    names = {
        dict: "a dict",
        list: "a list",
        str: "a string",
        bool: "a truth value",
        type(None): "null",
    }
    return names.get(type(given), "a number")
