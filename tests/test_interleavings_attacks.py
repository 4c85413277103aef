"""Code over cells that lies, hides state or hangs, graded in the sandbox: a clear verdict."""

import pytest

from autograder import oracle
from autograder.grades import Grade
from autograder.sandbox import probe
from tests.hidden_within import WITHIN, within
from tests.needs import require

NAME = "Pprim_Vprim"
HEAD = "from kernel_model.explore import Shared, load, store\n"
NO_LOCK = (
    "def semaphore(n):\n    return Shared(a=0)\n"
    "async def Pprim(sem, procid, n):\n    await load(sem.a)\n"
    "async def Vprim(sem, procid, n):\n    await load(sem.a)\n"
)


def graded(*cells: str) -> Grade:
    require(probe().isolated, "this machine cannot isolate")
    return oracle.grade(NAME, list(cells))


# the statements run because a function of the lock refers to what they define
FORGED_ANSWERS = """
from kernel_model.explore import budget
engine = budget.bounded.__globals__["sys"].modules
host = engine["answers"].Answers
def lock(self, n, most):
    back = [[1, "load", 0, [], 1, None]]
    book = {"states": back, "steps": %s}
    return {"memory": [["a", 0]], "processors": [book for _ in range(n)]}
host.lock = lock
"""
HOOK = "def unused():\n    return host\nPprim.host = unused\n"


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ("[[0, None, 0]]", "a processor is told to be where it cannot be"),  # never tries
        ("[[0, None, 7]]", "a state that was never told"),
        ("[[0, None, True]]", "a state that was never told"),
        ("[[0, None, 1], [1, None, 0]]", "two processors are inside at once"),  # walks in
        ("[[0, None]]", "a step has another form"),
        ("'x'", "a step has another form"),
    ],
)
def test_an_answer_that_no_processor_gives_earns_nothing(steps: str, said: str) -> None:
    made = graded(HEAD + FORGED_ANSWERS % steps + NO_LOCK + HOOK)

    assert made.verdict in ("fail", "error", "timeout")
    assert made.rules["exclusion"] is False
    assert made.score <= 4
    assert any(said in case.message for case in made.cases)


def test_what_is_kept_where_a_variable_is_not_is_graded_like_what_is_kept_in_one() -> None:
    names = "a made function's default", "the frames of a traceback", "an ordered dict's attribute"
    for name in names:
        made = graded(within(*WITHIN[name]))

        assert (made.verdict, made.rules["pair"], made.rules["exclusion"]) == ("fail", False, False)
        assert any("two processors are inside at once" in case.message for case in made.cases)


def test_replaced_load_and_store_do_not_change_a_verdict() -> None:
    trick = (
        "import kernel_model.explore.operations as operations\n"
        "class Zero:\n    def __await__(self):\n        return 0\n        yield\n"
        "def load(cell):\n    return Zero()\n"
        "operations.load = load\n"
    )

    made = graded(HEAD + trick + NO_LOCK)

    assert made.score <= 4
    assert made.rules["exclusion"] is False


def test_what_is_asked_is_not_where_the_code_runs() -> None:
    peek = (
        "import kernel_model.explore.budget as budget\n"
        "modules = budget.bounded.__globals__['sys'].modules\n"
        "names = [name for name in modules if 'claim' in name or 'grading' in name]\n"
        "open_ = budget.bounded.__builtins__['open']\n"
        "def semaphore(n):\n"
        "    try:\n        open_('hidden.json')\n"
        "    except OSError as error:\n"
        "        raise ValueError(f'{names} {type(error).__name__}')\n"
    )

    made = graded(HEAD + NO_LOCK + peek)

    assert "ValueError: [] FileNotFoundError" in made.cases[0].message


@pytest.mark.parametrize(
    ("lock", "said"),
    [
        (
            "owner = []\n" + NO_LOCK.replace("await load(sem.a)", "owner.append(procid)", 1),
            "something that outlives the call",
        ),
        (
            "owner = None\n"
            + NO_LOCK.replace("    await load(sem.a)", "    global owner\n    owner = procid", 1),
            "changes the global owner",
        ),
        (
            "import time\n" + NO_LOCK.replace("await load(sem.a)", "time.sleep(1)", 1),
            "time.sleep: what a lock does may only depend on what it reads from cells",
        ),
        (
            NO_LOCK.replace("await load(sem.a)", "\n    while True: pass", 1),
            "runs on without end",
        ),
        (
            NO_LOCK.replace("await load(sem.a)", "load(sem.a)", 1),
            "load(a) is never awaited",
        ),
        (NO_LOCK.replace("load(sem.a)", "store(sem.a, [])", 1), "a cannot hold a list"),
        (NO_LOCK.replace("load(sem.a)", "load(sem.b)", 1), "the memory has no cell b"),
        (NO_LOCK.replace("async def Vprim", "def Vprim").replace(
            "    await load(sem.a)\n", "    pass\n"), "Vprim is no coroutine"),
    ],
)  # fmt: skip
def test_wrong_use_is_told(lock: str, said: str) -> None:
    made = graded(HEAD + lock)

    assert made.verdict in ("error", "fail")
    assert any(said in case.message for case in made.cases), [c.message for c in made.cases]


def test_functions_may_come_from_several_cells_with_their_helpers_anywhere() -> None:
    cells = [
        "%matplotlib inline\nfrom kernel_model.explore import *\nfrom autograder import check",
        "def semaphore(n):\n    return Shared(level=[-1] * n, last=[None] * n)\nx = (",
        "def semaphore(n):\n    return Shared(level=[LOW] * n, last=[None] * n)",
        "async def Pprim(sem, procid, n):\n"
        "    for gate in range(n - 1):\n"
        "        await store(sem.level[procid], gate)\n"
        "        await store(sem.last[gate], procid)\n"
        "        for other in others(procid, n):\n"
        "            while (await load(sem.level[other]) >= gate\n"
        "                   and await load(sem.last[gate]) == procid):\n"
        "                pass\n"
        "async def Vprim(sem, procid, n):\n    await store(sem.level[procid], Names.LOW)\n"
        "check(Pprim, Vprim).require()",
        "OTHERS = {}\nfor n in range(1, 9):\n    for me in range(n):\n"
        "        OTHERS[me, n] = [p for p in range(n) if p != me]\n"
        "class Names: pass\nfor name in ('LOW',):\n    setattr(Names, name, -1)",
        "def others(procid, n):\n    return OTHERS[procid, n]",
        "while True:\n    print('this cell is not needed, so it does not run')",
        "LOW = -1",
    ]

    made = graded(*cells)

    assert (made.verdict, made.score) == ("pass", 40)
    assert [problem["cell"] for problem in made.problems] == [2]


def test_a_line_of_a_counterexample_is_known_by_its_cell() -> None:
    made = graded("from kernel_model.explore import *", NO_LOCK)

    assert made.counterexample is not None
    step = made.counterexample["stem"][0]
    assert (step["op"], step["cell"], step["line"], step["notebook_cell"]) == ("load", "a", 4, 2)
    assert "(line 4 of cell 2)" in made.counterexample["calls"][1]
    assert made.counterexample["sentence"] == "Two processors are inside at once."


def test_a_missing_function_is_told() -> None:
    made = graded(HEAD + "def semaphore(n):\n    return Shared(a=0)\n")

    assert (made.verdict, made.message) == ("error", "there is no function Pprim")
