"""Every exercise folder is sound: its suite measures what its text says, and nothing else."""

import importlib
import inspect
import json
import re
import tomllib
from typing import Any

import pytest

from autograder.exercise import SCENARIOS, Exercise, exercise, exercises
from kernel_model import IPC_CREAT, PAGE, PTRACE_TRACEME, SHM_RDONLY, SIGNALS, Kernel
from kernel_model.invariants import broken
from kernel_model.scenario import Scenario, run
from kernel_model.targets.model import ModelTarget, outcome
from tests.exercise_runs import failures, verdicts
from tests.needs import require

BESIDE_A_CALL = ("issig_psig", "ptrace")  # they also run where no call is made that could tell
ALL = [one for one in exercises() if one.kind == SCENARIOS]
SAYS = r'""".{15,}\."""'
NEEDED = {"kernel_model", "dataclasses", "functools", "itertools", "collections",
          "operator", "typing", "contextlib", "copy", "enum"}  # fmt: skip
ACCEPTED = [(one, name) for one in ALL for name in one.accepted()]


every = pytest.mark.parametrize("one", ALL, ids=[one.name for one in ALL])


def references(one: Exercise) -> dict[str, Any]:
    """The kernel's own functions, by name."""
    found = {}
    for place in one.places:
        module, name = place.split(":")
        function = getattr(importlib.import_module(module), name)
        found[name] = getattr(function, "entered", function)
    return found


def steps(scenario: Scenario) -> str:
    return json.dumps(scenario.to_json()["steps"])


def strings(value: Any) -> set[str]:
    """Every text in some JSON."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, dict):
        value = list(value.values())
    return set().union(*map(strings, value)) if isinstance(value, list) else set()


# What each source does


@every
def test_the_stub_counts_as_not_written(one: Exercise) -> None:
    scenarios = one.visible() + one.hidden()

    found = failures(one, one.stub, scenarios)

    assert found.keys() == {scenario.id for scenario in scenarios}
    told = [f"NotImplementedError: {one.functions[0]} is not" in said for said in found.values()]
    assert all(told) or (any(told) and one.name in BESIDE_A_CALL)


@every
def test_the_solution_passes_every_case_and_keeps_the_tables_sound(one: Exercise) -> None:
    for scenario in one.visible() + one.hidden():
        result = run(scenario, ModelTarget("classic"))
        damage = [said for entry in result.record["steps"] for said in broken(entry["view"])]

        assert (scenario.id, result.verdict, result.message) == (scenario.id, "pass", "")
        assert damage == []


@every
def test_every_mutant_passes_a_visible_case_and_fails_a_hidden_one_and_each_of_those_catches_one(
    one: Exercise,
) -> None:
    visible, hidden = one.visible(), one.hidden()
    caught: set[str] = set()
    blunt, kept = [], []  # mutants that pass no visible case, and that fail no hidden one
    for name, source in one.mutants().items():
        if all(said for _, said in verdicts(one, source, visible)):
            blunt.append(name)
        new = failures(one, source, [case for case in hidden if case.id not in caught])
        old = [case for case in hidden if case.id in caught]
        if not new and not any(said for _, said in verdicts(one, source, old)):
            kept.append(name)
        caught |= new.keys()

    assert blunt == [], "they pass no visible case"
    assert kept == [], "no hidden case catches them"
    assert caught == {case.id for case in hidden}


@pytest.mark.parametrize(("one", "name"), ACCEPTED, ids=[f"{a.name}-{b}" for a, b in ACCEPTED])
def test_a_right_answer_in_another_style_fails_nothing(one: Exercise, name: str) -> None:
    assert failures(one, one.accepted()[name], one.visible() + one.hidden()) == {}


@every
def test_the_cases_hold_on_real_linux_but_for_those_marked(one: Exercise) -> None:
    linux = pytest.importorskip("kernel_model.targets.linux")
    target = linux.LinuxTarget()
    for scenario in one.visible() + one.hidden():
        result = run(scenario, target)
        require(result.verdict != "skip" or result.elsewhere, result.message)

        wanted = "skip" if scenario.scope == "unix_only" else "pass"
        assert (scenario.id, result.verdict, result.message) == (
            scenario.id,
            wanted,
            result.message if result.elsewhere else "",
        )


# What is in a folder


@every
def test_there_are_enough_cases_mutants_and_right_answers(one: Exercise) -> None:
    assert 3 <= len(one.visible()) <= 10
    assert len(one.hidden()) >= 14
    assert len(one.mutants()) >= 10
    assert len(one.accepted()) >= 5


@every
def test_the_stub_has_the_signature_and_the_docstring_of_the_solution(one: Exercise) -> None:
    names: dict[str, Any] = {}
    exec(one.stub, names)

    for name, solution in references(one).items():
        stub, made = names[name], inspect.signature(solution)
        assert inspect.getdoc(stub) == inspect.getdoc(solution)
        assert inspect.iscoroutinefunction(stub) == inspect.iscoroutinefunction(solution)
        assert [
            (p.name, p.default, p.kind) for p in inspect.signature(stub).parameters.values()
        ] == [(p.name, p.default, p.kind) for p in made.parameters.values()]


@every
def test_the_pointers_lead_to_functions_of_the_kernel(one: Exercise) -> None:
    for pointer in (*one.places, *one.seal):
        module, name = pointer.split(":")

        assert module.startswith("kernel_model.")
        assert callable(getattr(importlib.import_module(module), name)), pointer


@every
def test_every_hidden_case_names_its_misconception_fact_and_rule(one: Exercise) -> None:
    for scenario in one.hidden():
        assert len(scenario.notes["why"]) > 20, scenario.id
        assert len(scenario.notes["fact"]) > 20, scenario.id
        assert scenario.topic in one.rules, scenario.id
        assert scenario.scope in (None, "unix_only"), scenario.id
        assert "source" in scenario.notes or scenario.scope is None, scenario.id


@every
def test_every_rule_has_hidden_cases(one: Exercise) -> None:
    topics = [scenario.topic for scenario in one.hidden()]

    assert all(topics.count(rule) >= 2 for rule in one.rules), topics
    assert {scenario.topic for scenario in one.visible()} <= one.rules.keys()
    assert one.tables in one.rules


def test_the_cases_of_all_exercises_have_different_names() -> None:
    names = [scenario.id for one in ALL for scenario in one.visible() + one.hidden()]

    assert len(names) == len(set(names))


@every
def test_no_case_is_there_twice(one: Exercise) -> None:
    texts = [steps(scenario) for scenario in one.visible() + one.hidden()]

    assert len(texts) == len(set(texts))


@every
def test_nothing_of_a_hidden_case_is_told_to_students(one: Exercise) -> None:
    told = "\n".join(
        [one.text, one.stub, one.after, *one.hints, (one.folder / "visible.json").read_text()]
    )
    for scenario in one.hidden():
        assert scenario.id not in told
        assert scenario.notes["why"] not in told
        assert steps(scenario) not in told
        long = {text for text in strings(scenario.to_json()["steps"]) if " " in text}
        assert not [text for text in long if text in told]


@every
def test_the_text_names_every_error_and_flag_that_a_case_needs(one: Exercise) -> None:
    calls = {DRIVEN_BY.get(one.name, one.name), "wakes"}
    needed = set()
    for scenario in one.visible() + one.hidden():
        for step in scenario.to_json()["steps"]:
            if step.get("call", "wakes") in calls:
                names = re.compile(r"E[A-Z0-9]{2,}|(IPC|MSG|SEM|SHM)_[A-Z]+")
                needed |= {word for word in strings(step) if names.fullmatch(word)}

    assert needed, "no case of it needs an error or a flag"
    assert [word for word in sorted(needed) if not re.search(rf"\b{word}\b", one.text)] == []


@every
def test_the_text_tells_what_is_given_to_write_fixed_and_free(one: Exercise) -> None:
    headings = re.findall(r"^#+ (.*)$", one.text, re.MULTILINE)

    assert headings[0].startswith(f"`{one.name}`: ")
    assert headings[1:] == ["Given", "To write", "Fixed", "Free", "Example"]
    assert "Bach" in one.text
    for name in one.functions:
        assert re.search(rf"^(async )?def {name}\(", one.text, re.MULTILINE)


@every
def test_the_services_that_the_text_names_come_with_the_star_import(one: Exercise) -> None:
    names: dict[str, Any] = {}
    exec("from kernel_model import *", names)
    given = one.text.partition("### Given")[2].partition("### To write")[0]
    called = re.findall(r"`(?:await )?([a-z_]+)\(", given)

    assert called, "under Given it names no service, as `wakeup(u, event)`"
    assert [name for name in called if name not in names] == []


@every
def test_the_hints_go_from_a_question_to_a_near_answer(one: Exercise) -> None:
    question, nudge, near = one.hints

    assert question.endswith("?")
    assert "?" not in near
    assert len(nudge) > 100 < len(near)


@every
def test_after_success_an_exercise_tells_where_real_kernels_differ_and_why(one: Exercise) -> None:
    told = one.after

    assert "Linux" in told
    assert re.search(r"\b(because|since|so that|for|rather)\b", told)
    assert 2 <= len(told.split("\n\n")) <= 4
    assert 80 <= len(told.split()) <= 250


@every
def test_a_mutant_says_in_its_first_line_what_is_wrong(one: Exercise) -> None:
    first = {name: source.splitlines()[0] for name, source in one.mutants().items()}

    assert {n: line for n, line in first.items() if not re.fullmatch(SAYS, line)} == {}


@every
def test_a_source_needs_nothing_but_the_kernel(one: Exercise) -> None:
    for name, source in (one.mutants() | one.accepted()).items():
        imported = re.findall(r"^(?:from|import) (\w+)", source, re.MULTILINE)

        assert "from kernel_model import *" in source, name
        assert set(imported) <= NEEDED, name


# The worked examples: who the processes are, and the limits

WORLDS: dict[str, tuple[dict[str, int], dict[str, int]]] = {
    "pipe_read": ({"A": 0}, {"PIPEBLK": 2}),
    "pipe_write": ({"A": 0}, {"PIPEBLK": 2}),
    "ipcget": ({"A": 1000}, {}),
    "msgsnd": ({"A": 0, "B": 0}, {"MSGMNB": 8}),
    "msgrcv": ({"A": 0, "B": 0, "C": 0}, {}),
    "msgctl": ({"A": 1000, "B": 1001, "R": 0}, {}),
    "allocreg": ({"A": 0}, {"NREGION": 5}),
    "attachreg": ({"A": 0}, {}),
    "detachreg": ({"A": 0}, {}),
    "shmget": ({"A": 0}, {"SHMMAX": 8192}),
    "shmat": ({"A": 1000, "B": 1001}, {}),
    "shmdt": ({"A": 0}, {}),
    "semop": ({"A": 0, "B": 0, "C": 0}, {}),
    "issig_psig": ({"A": 0, "B": 0}, {}),
    "ptrace": ({"A": 0}, {}),
    "accept": ({"A": 0, "B": 0}, {}),
    "connect": ({"A": 0, "B": 0, "C": 0}, {}),
    "recv": ({"A": 0}, {}),
}
DRIVEN_BY = {
    "pipe_read": "read",
    "pipe_write": "write",
    "ipcget": "msgget",
    "allocreg": "shmget",
    "detachreg": "shmat",
    "issig_psig": "pause",
}  # algorithms: the call that the cases reach them by
ADDRESSES = ("shmat",)  # calls that give one
QUEUE = [("q", "msgget", (1, IPC_CREAT | 0o600))]
SEGMENT = [("s", "shmget", (1, 2 * PAGE, IPC_CREAT | 0o660))]
ATTACHED = [("at", "shmat", (0, 0x10000000, 0)), ("again", "shmat", (0, 0x20000000, SHM_RDONLY))]
PIPED = [("p", "pipe", ()), ("c", "fork", ("B",))]
BOUND = [("s", "socket", ()), ("b", "bind", (3, "@s"))]
MADE_FIRST: dict[str, list[tuple[str, str, tuple[Any, ...]]]] = {  # what is there, by name
    "pipe_read": PIPED,
    "pipe_write": PIPED,
    "msgsnd": QUEUE,
    "msgrcv": QUEUE,
    "msgctl": QUEUE,
    "attachreg": [*SEGMENT, ATTACHED[0], ("p", "getpid", ())],
    "detachreg": SEGMENT + ATTACHED,
    "shmat": SEGMENT,
    "shmdt": SEGMENT + ATTACHED,
    "semop": [("s", "semget", (1, 2, IPC_CREAT | 0o600))],
    "ptrace": [("c", "fork", ("C",))],
    "accept": [*BOUND, ("l", "listen", (3, 5))],
    "connect": [*BOUND, ("l", "listen", (3, 1))],
    "recv": [("p", "socketpair", ()), ("c", "fork", ("B",))],
}
LINE = re.compile(r"(?P<proc>[A-Z]) +(?:(?P<call>\w+)\((?P<args>.*?)\) +)?(?P<said>\S.*)")


def told(made: dict[str, Any], address: bool) -> str:
    """An outcome as the examples put it; addresses in hexadecimal."""
    if "blocks" in made:
        return "stopped" if made["on"] == "stopped" else f"asleep on {made['on']}"
    if "errno" in made:
        return str(made["errno"])
    if "ends" in made:
        return "ended"
    texts = [f"type {made['mtype']}"] if "mtype" in made else []
    texts += [f'"{made["data"]}"'] if "data" in made else []
    return ", ".join([hex(made["ret"]) if address else str(made["ret"]), *texts])


@every
def test_the_worked_example_is_true(one: Exercise) -> None:
    assert one.name in WORLDS, "say there who the processes of its worked example are"
    users, limits = WORLDS[one.name]
    k = Kernel("classic", limits)
    for name, uid in users.items():
        k.spawn(name, uid)
    names: dict[str, Any] = dict(SIGNALS)
    exec("from kernel_model import *", names)
    for name, call, made_with in MADE_FIRST.get(one.name, []):
        names[name] = k.proc("A").call(call, *made_with).ret
    if one.name == "ptrace":
        k.proc("C").call("ptrace", PTRACE_TRACEME)
        names["w"] = k.proc("C").call("word_alloc", 42).ret
    asleep: dict[str, Any] = {}
    lines = one.text.partition("### Example")[2].split("```")[1].strip().splitlines()
    for line in lines:
        match = LINE.fullmatch(line)
        assert match is not None, line
        proc, call, args, said = match.groups()
        if call:
            made = k.proc(proc).call(call, *eval(f"[{args}]", names))
            asleep[proc] = made
        found = told(outcome(asleep[proc]), call in ADDRESSES)

        assert re.match(rf"{re.escape(found)}(?!\w)", said.removeprefix("slot ")), (line, found)
    assert len(lines) >= 7


# Reading folders


def test_exercises_come_by_assignment_and_place() -> None:
    assert [one.name for one in ALL if one.assignment == "ps2"] == [
        "ipcget",
        "msgsnd",
        "msgrcv",
        "msgctl",
    ]
    regions = ["allocreg", "attachreg", "detachreg"]
    assert [one.name for one in ALL if one.assignment == "ps1"] == ["pipe_read", "pipe_write"]
    assert [one.name for one in ALL if one.assignment == "ps3"] == regions
    assert [one.name for one in ALL if one.assignment == "ps4"] == ["shmget", "shmat", "shmdt"]
    assert [one.name for one in ALL if one.assignment == "ps5"] == ["semop"]
    assert [one.name for one in ALL if one.assignment == "ps6"] == ["issig_psig", "ptrace"]
    assert [one.name for one in ALL if one.assignment == "ps7"] == ["accept", "connect", "recv"]


def test_an_unknown_exercise_is_told_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"no exercise 'msgrvc'; did you mean msgrcv\?.*ipcget"):
        exercise("msgrvc")
    with pytest.raises(ValueError, match=r"no exercise '\.\./msgrcv'"):
        exercise("../msgrcv")


def test_without_hidden_cases_mutants_and_answers_an_exercise_still_reads(tmp_path: Any) -> None:
    one = exercise("msgrcv")
    (tmp_path / "msgrcv").mkdir()
    for name in ("exercise.toml", "text.md", "after.md", "stub.py", "visible.json"):
        (tmp_path / "msgrcv" / name).write_bytes((one.folder / name).read_bytes())

    (student,) = exercises(tmp_path)

    assert (student.hidden(), student.mutants(), student.accepted()) == ([], {}, {})
    assert (student.text, student.stub) == (one.text, one.stub)
    assert [scenario.id for scenario in student.visible()] == [
        scenario.id for scenario in one.visible()
    ]


def test_an_instructor_s_own_suite_takes_the_place_of_ours(tmp_path: Any) -> None:
    one = exercise("msgrcv")
    (tmp_path / "msgrcv").mkdir()
    (tmp_path / "msgrcv" / "hidden.json").write_bytes((one.folder / "visible.json").read_bytes())

    assert [scenario.id for scenario in one.hidden(tmp_path)] == [
        scenario.id for scenario in one.visible()
    ]
    with pytest.raises(FileNotFoundError, match="no hidden suite for msgrcv"):
        one.hidden(tmp_path / "elsewhere")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('name = "msgrcv"', 'name = "other"'), "name is 'other', but the folder is msgrcv"),
        (("points = 30", "points = 31"), "the rules have 30 points, the exercise has 31"),
        (('kind = "scenarios"', ""), "the key kind is missing"),
        (('kind = "scenarios"', 'kind = "scenarios"\ncolour = 1'), "colour"),
        (("points = 30", "points = ["), "Invalid value|Unclosed array"),
    ],
)
def test_a_malformed_folder_is_told(tmp_path: Any, change: tuple[str, str], said: str) -> None:
    text = (exercise("msgrcv").folder / "exercise.toml").read_text()
    (tmp_path / "msgrcv").mkdir()
    (tmp_path / "msgrcv" / "exercise.toml").write_text(text.replace(*change))

    with pytest.raises(ValueError, match=said) as caught:
        exercises(tmp_path)

    assert "exercise.toml" in str(caught.value)


def test_the_settings_are_what_the_loader_reads() -> None:
    for one in ALL:
        given = tomllib.loads((one.folder / "exercise.toml").read_text())

        assert given["rules"].keys() == one.rules.keys()
        assert one.folder.name == one.name


def test_a_kernel_with_a_reference_installed_is_the_kernel_it_was() -> None:
    for one in ALL:
        k = Kernel("classic")
        before = dict(k.sysent), dict(k.algorithms)
        for name, function in references(one).items():
            k.install(function, name)

        assert (dict(k.sysent), dict(k.algorithms)) == before
