"""Who keeps something gets fresh cells for every kernel (autograder/stateless.py)."""

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from autograder.demo.answers import model_solution
from autograder.exercise import SCENARIOS, exercises
from autograder.sandbox import Sandbox
from autograder.servers import server
from autograder.session import Session
from autograder.stateless import stateless
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
    "a dict": (
        "kept = {'times': 0}\ndef msgctl(*_):\n    kept['times'] += 1\n    return kept['times']"
    ),
    "a list in a dict": (
        "kept = {0: []}\ndef msgctl(*_):\n    kept[0].append(1)\n    return len(kept[0])"
    ),
    "a set": "kept = set()\ndef msgctl(*_):\n    kept.add(len(kept))\n    return len(kept)",
    "an object of a class": (
        "class Kept:\n    pass\nkept = Kept()\nkept.times = 0\n"
        "def msgctl(*_):\n    kept.times += 1\n    return kept.times"
    ),
    "a base class": (
        "class Kept:\n    times = 0\nclass Used(Kept):\n"
        "    def more(self):\n        super().__self_class__\n        Kept.times += 1\n"
        "def msgctl(*_):\n    Used().more()\n    return Used.times"
    ),
    "the class of an object": (
        "from dataclasses import dataclass\n@dataclass\nclass Call:\n    flags: int\n"
        "    def made(self):\n        type(self).times = getattr(self, 'times', 0) + 1\n"
        "        return self.times\ndef msgctl(*_):\n    return Call(0).made()"
    ),
    "a method's attribute": (
        "class Call:\n    @staticmethod\n    def made():\n"
        "        Call.made.times = getattr(Call.made, 'times', 0) + 1\n"
        "        return Call.made.times\ndef msgctl(*_):\n    return Call.made()"
    ),
    "a cell that a method stores in": (
        "def made():\n    times = 0\n    class Call:\n        def made(self):\n"
        "            nonlocal times\n            times += 1\n            return times\n"
        "    return Call\nCall = made()\ndef msgctl(*_):\n    return Call().made()"
    ),
    "a list in a cell": (
        "def made(kept):\n    def msgctl(*_):\n        kept.append(1)\n        return len(kept)\n"
        "    return msgctl\nmsgctl = made([])"
    ),
    "what makes a default": (
        "from dataclasses import dataclass, field\nfrom itertools import count\n"
        "@dataclass\nclass Call:\n    number: int = field(default_factory=count(1).__next__)\n"
        "def msgctl(*_):\n    return Call().number"
    ),
    "a member of an enumeration": (
        "from enum import Enum\nclass Kind(Enum):\n    ONE = 1\nKind.ONE.times = 0\n"
        "def msgctl(*_):\n    Kind.ONE.times += 1\n    return Kind.ONE.times"
    ),
    "a cache": (
        "from functools import lru_cache\n@lru_cache\ndef kept():\n    return []\n"
        "def msgctl(*_):\n    kept().append(1)\n    return len(kept())"
    ),
    "the order of a dict": (
        "turns = {1: 1, 2: 2}\ndef msgctl(*_):\n    first = next(iter(turns))\n"
        "    turns[first] = turns.pop(first)\n    return first"
    ),
    "a list in a caller of methods": (
        "from operator import methodcaller\nkept = methodcaller('add', [])\nclass Call:\n"
        "    def add(self, all):\n        all.append(1)\n        return len(all)\n"
        "def msgctl(*_):\n    return kept(Call())"
    ),
    "a static method of a kind of its own": (
        "class Counted(staticmethod):\n    times = 0\n    def __get__(self, *_):\n"
        "        self.times += 1\n        return self.times\nclass Call:\n    @Counted\n"
        "    def made():\n        pass\ndef msgctl(*_):\n    return Call.made"
    ),
    "what is equal to everything": (
        "class Equal:\n    times = 1\n    def __eq__(self, other):\n        return True\n"
        "kept = [None]\ndef msgctl(*_):\n    if kept[0] is None:\n        kept[0] = Equal()\n"
        "    else:\n        kept[0].times += 1\n    return kept[0].times"
    ),
    "a decorator's cell": (
        "from functools import wraps\ndef counted(function):\n    times = 0\n"
        "    @wraps(function)\n    def wrapper(*_):\n        nonlocal times\n        times += 1\n"
        "        return times\n    return wrapper\n@counted\ndef msgctl(*_):\n    pass"
    ),
}
KEEPING_NOTHING = {
    "a dataclass": (
        "from dataclasses import dataclass, field\n@dataclass(order=True)\nclass Call:\n"
        "    flags: int = 0\n    parts: list = field(default_factory=list)\n"
        "    @property\n    def told(self):\n        return len(self.parts)\n"
        "    @classmethod\n    def made(cls):\n        return cls(1)\n"
        "def msgctl(*_):\n    return Call.made().told"
    ),
    "an exception and a class with a base": (
        "class Done(Exception):\n    pass\nclass Call:\n    __slots__ = ('flags',)\n"
        "class Other(Call):\n    def __init__(self):\n        super().__init__()\n"
        "        self.flags = 0\n"
        "def msgctl(*_):\n    try:\n        Other()\n        raise Done\n"
        "    except Done:\n        return 0"
    ),
    "tables that stay as they are": (
        "WAYS = {0: [len, max], 1: {1, 2}}\nONE = lambda *_: 0\nALL = {'one': ONE}\n"
        "def msgctl(*_):\n    return ALL['one'](WAYS[1])"
    ),
    "a decorator": (
        "from functools import wraps\ndef shown(function):\n    @wraps(function)\n"
        "    def wrapper(*args):\n        return function(*args)\n    return wrapper\n"
        "@shown\ndef msgctl(*_):\n    return 0"
    ),
    "a context manager": (
        "from contextlib import contextmanager\n@contextmanager\ndef locked(what):\n"
        "    yield what\ndef msgctl(*_):\n    with locked(0) as found:\n        return found"
    ),
    "a function in one, with a cell of its own, and a method named open": (
        "from operator import attrgetter\nFLAGS = attrgetter('flags')\n"
        "class Box:\n    def open(self):\n        return 0\n"
        "def msgctl(*_):\n    count = 0\n    def more():\n        nonlocal count\n"
        "        count += Box().open()\n        return count\n    return more()"
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


@pytest.mark.parametrize("way", KEEPING)
def test_a_function_that_may_keep_something_is_not_called_stateless(way: str) -> None:
    function = defined(KEEPING[way])[NAME]
    found = stateless([function])
    if found is None:
        return
    assert found.untouched()
    function(0)

    assert not found.untouched()


@pytest.mark.parametrize("way", KEEPING_NOTHING)
def test_code_and_tables_that_nobody_changes_need_no_fresh_cells(way: str) -> None:
    function = defined(KEEPING_NOTHING[way])[NAME]
    found = stateless([function])
    assert found is not None
    assert function(0) == function(0) == 0

    assert found.untouched()


def test_the_kernel_s_own_functions_are_stateless_as_answers() -> None:
    for one in exercises():
        if one.kind == SCENARIOS:
            names = defined(model_solution(one))
            found = stateless([names[name] for name in one.functions])

            assert found is not None, one.name
            assert found.untouched()


ODD = {
    "tuples within each other": "odd = None\nfor n in range(3000): odd = n, odd",
    "tuples that are shared": "odd = ()\nfor _ in range(24): odd = odd, odd\nodd = odd, []",
    "an object that raises": (
        "class Odd:\n    def __getattribute__(self, name):\n        raise KeyError(name)\n"
        "odd = Odd()"
    ),
    "a table of tables": "odd = [[0] * 900 for _ in range(900)]",
}


@pytest.mark.parametrize("way", ODD)
def test_odd_things_that_a_right_answer_names_do_no_harm(way: str, sandbox: Sandbox) -> None:
    session = Session(NAME, [f"{ODD[way]}\ndef msgctl(*_):\n    odd\n    return 7"], sandbox)
    assert session.fresh() is None
    target = session.target()
    target.start(Setup({"A": 0}, {}, {}))

    assert target.call("A", NAME, [0, 0]) == {"ret": 7}
    session.close()


def test_a_long_table_is_not_compared_before_every_kernel() -> None:
    assert (
        stateless([defined("kept = [*range(2000)]\ndef msgctl(*_):\n    return kept")[NAME]])
        is None
    )


def test_helpers_constants_and_the_library_are_no_state() -> None:
    names = defined(
        "import math\nfrom kernel_model import *\nfrom heapq import heappush\nMOST = (1, 'two')\n"
        "def helper(n=3):\n    return math.floor(n), heappush([], n), MOST, MSG_R, Errno.EINVAL\n"
        "def msgctl(u, *args, flags=0):\n    return [helper(n) for n in args], KernelError, ipcget"
    )
    found = stateless([names[NAME]])

    assert found is not None
    assert found.seen >= {id(names[NAME]), id(names["helper"])}
