"""What the sandbox's server has made ahead serves one child; what that does to it ends there.

Attacks on kernels made ahead, on the short way of the star import, and on rows of tables.
"""

import pytest

from autograder import oracle
from autograder.demo.answers import model_solution
from autograder.exercise import exercise
from autograder.grades import Grade
from kernel_model import Kernel
from kernel_model.scenario import run
from kernel_model.targets.model import ModelTarget

NAME = "msgctl"
RIGHT = model_solution(exercise(NAME))
WRONG = next(iter(exercise(NAME).mutants().values()))
ATTACKS = {
    "kernels made ahead become ones with another msgget": """
import inside
inside.host.driven.target.ready[:] = inside.host.driven.target.ready[:1] * 64
for kernel in inside.host.driven.target.ready:
    kernel.sysent["msgget"] = lambda u, *rest: 0
""",
    "kernels made ahead are gone, and so are their tables": """
import inside
inside.host.driven.target.ready.clear()
inside.host.driven.target.stock = None
""",
    "the star import brings names of the submission's own": """
import importlib._bootstrap as bootstrap
import kernel_model
def mine(module, fromlist, import_, *, recursive=False):
    kernel_model.KernelError = ValueError
    return module
bootstrap._handle_fromlist = mine
from kernel_model import *
""",
    "a state is told to be the one before": """
from kernel_model import states
state_of, first = states.state_of, []
def unchanged(target):
    first.append(state_of(target))
    return first[0] if len(first) % 3 else first.pop()
states.state_of = unchanged
""",
    "digests are those of the states before": """
from kernel_model import states
digest, said = states.digest, ["0" * 40]
def late(state):
    said.append(digest(state))
    return said.pop(0)
states.digest = late
""",
}


def told(grade: Grade) -> object:
    return grade.score, grade.verdict, [(case.id, case.passed) for case in grade.cases]


@pytest.fixture(scope="module")
def honest() -> tuple[object, object]:
    """What the right answer and a wrong one get."""
    return tuple(told(oracle.grade(NAME, [source])) for source in (RIGHT, WRONG))


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_gains_nothing_and_reaches_nobody_after_it(
    attack: str, honest: tuple[object, object]
) -> None:
    right, wrong = honest
    tried = oracle.grade(NAME, [ATTACKS[attack], WRONG])

    assert tried.verdict == "fail"
    assert tried.problems == []  # it was tried
    assert tried.score <= wrong[0]
    assert told(oracle.grade(NAME, [RIGHT])) == right
    assert told(oracle.grade(NAME, [WRONG])) == wrong


def test_a_star_import_brings_what_is_in_the_package_by_then_and_others_are_as_ever() -> None:
    cells = [
        "import kernel_model\nkernel_model.IPC_NOWAIT = 'mine'",
        "from kernel_model import *\nseen = IPC_NOWAIT",
        "from kernel_model.ipc import ipcaccess, MSG_R\nfrom kernel_model import nothing",
        f"def {NAME}(u, *rest):\n    raise ValueError(seen)",
    ]
    made = oracle.grade(NAME, cells)

    assert [problem["cell"] for problem in made.problems] == [3]
    assert "cannot import name 'nothing'" in made.problems[0]["error"]
    assert "ValueError: mine" in made.cases[0].message


@pytest.mark.parametrize("name", ["msgctl", "shmat"])
def test_a_kernel_made_ahead_gives_the_records_of_one_made_when_it_is_needed(name: str) -> None:
    ahead, fresh = ModelTarget(), ModelTarget()
    suite = exercise(name).hidden()
    ahead.stock(len(suite))
    for scenario in suite:
        assert run(scenario, ahead).record == run(scenario, fresh).record
    with_limits = sum(bool(scenario.limits) for scenario in suite)

    assert len(ahead.ready) == with_limits
    assert all(isinstance(k, Kernel) and k.memory is None for k in ahead.ready)
