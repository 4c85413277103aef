"""Who keeps something gets fresh cells for every kernel (autograder/stateless.py)."""

import sys
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

import pytest

from autograder.demo.answers import model_solution
from autograder.exercise import SCENARIOS, exercises
from autograder.sandbox import Sandbox
from autograder.servers import server
from autograder.session import Session
from autograder.stateless import stateless, untouched
from kernel_model.targets import Setup

NAME = "msgctl"
KEEPING = {
    "a global": "times = 0\ndef msgctl(*_):\n    global times\n    times += 1\n    return times",
    "a helper's global": (
        "times = 0\ndef one_more():\n    global times\n    times += 1\n"
        "def msgctl(*_):\n    one_more()\n    return times"
    ),
    "a list": "kept = []\ndef msgctl(*_):\n    kept.append(1)\n    return len(kept)",
    "a list in a tuple": (
        "kept = ([],)\ndef msgctl(*_):\n    kept[0].append(1)\n    return len(kept[0])"
    ),
    "a default": "def msgctl(*_, kept=[]):\n    kept.append(1)\n    return len(kept)",
    "an attribute": (
        "def msgctl(*_):\n    msgctl.times = getattr(msgctl, 'times', 0) + 1\n"
        "    return msgctl.times"
    ),
    "an attribute that was not there": (
        "def msgctl(*_):\n    try:\n        msgctl.times += 1\n"
        "    except AttributeError:\n        msgctl.times = 1\n    return msgctl.times"
    ),
    "a closure": (
        "def made():\n    times = 0\n    def msgctl(*_):\n        nonlocal times\n"
        "        times += 1\n        return times\n    return msgctl\nmsgctl = made()"
    ),
    "a class": (
        "class Kept:\n    times = 0\ndef msgctl(*_):\n    Kept.times += 1\n    return Kept.times"
    ),
    "an object": (
        "from itertools import count\ncounter = count(1)\ndef msgctl(*_):\n    return next(counter)"
    ),
    "the names of the module": (
        "times = 0\ndef msgctl(*_):\n    globals()['times'] += 1\n    return times"
    ),
    "methods of a list": (
        "kept = []\nadd, last = kept.append, kept.pop\n"
        "def msgctl(*_):\n    try:\n        was = last()\n    except IndexError:\n"
        "        was = 0\n    add(was + 1)\n    return was + 1"
    ),
    "a module of one's own": (
        "import types\nown = types.ModuleType('own')\nown.times = 0\n"
        "def msgctl(*_):\n    own.times += 1\n    return own.times"
    ),
    "a lambda of a library": (
        "import functools\nkept = []\n"
        "msgctl = functools.partial(lambda k, *_: (k.append(1), len(k))[1], kept)"
    ),
}


def defined(source: str) -> dict[str, Any]:
    """What a cell leaves, in a module of the name that submissions have."""
    module = ModuleType("submission")
    sys.modules["submission"] = module
    exec(compile(source, "<cell 1>", "exec"), module.__dict__)
    return module.__dict__


@pytest.fixture(autouse=True)
def no_submission_stays() -> Iterator[None]:
    yield
    sys.modules.pop("submission", None)


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return server(NAME)


@pytest.mark.parametrize("way", KEEPING)
def test_what_a_function_keeps_does_not_reach_the_next_kernel(way: str, sandbox: Sandbox) -> None:
    session = Session(NAME, [KEEPING[way]], sandbox)
    assert session.fresh() is None
    came = []
    for _ in range(3):
        target = session.target()
        target.start(Setup({"A": 0}, {}, {}))
        came += [target.call("A", NAME, [0, 0])["ret"] for _ in range(2)]
    session.close()

    assert came == [1, 2, 1, 2, 1, 2]


@pytest.mark.parametrize("way", [*KEEPING][:-1])
def test_a_function_that_may_keep_something_is_not_called_stateless(way: str) -> None:
    found = stateless([defined(KEEPING[way])[NAME]])
    if found is None:
        return
    found[0](0)

    assert not untouched(found)


def test_the_kernel_s_own_functions_are_stateless_as_answers() -> None:
    for one in exercises():
        if one.kind == SCENARIOS:
            names = defined(model_solution(one))
            found = stateless([names[name] for name in one.functions])

            assert found is not None, one.name
            assert untouched(found)


def test_helpers_constants_and_the_library_are_no_state() -> None:
    names = defined(
        "import math\nfrom kernel_model import *\nfrom heapq import heappush\nMOST = (1, 'two')\n"
        "def helper(n=3):\n    return math.floor(n), heappush([], n), MOST, MSG_R, Errno.EINVAL\n"
        "def msgctl(u, *args, flags=0):\n    return [helper(n) for n in args], KernelError, ipcget"
    )
    found = stateless([names[NAME]])

    assert found == [names[NAME], names["helper"]]
    assert all(type(one) is FunctionType for one in found)
