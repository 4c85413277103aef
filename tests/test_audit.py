"""Mutants by machine (autograder/audit): each operator on a small function, and all together."""

import ast
import textwrap

import pytest

from autograder.audit import operators
from autograder.audit.command import audited
from autograder.audit.mutants import Mutant, mutants_of
from autograder.audit.operators import EVERY, OPERATORS
from autograder.audit.source import HEAD, bare, solution, submission
from autograder.exercise import BREAKS, Exercise, exercise

LOOP = """
while True:
    if q.qnum:
        break
    await sleep(u, q.arrival, PMSG)
    msgconv(u, n)
"""
WALK = """
for x in q:
    n = x
"""
TAKE = """
copyout(u, q)
q.qnum -= 1
"""
CHOOSE = """
if n:
    q = 1
else:
    q = 2
"""

LOCK = """
await Pprim(q.lock)
await store(q.flag, 1)
await Vprim(q.lock)
"""
WAIT = """
while await load(q.flag):
    n = n + 1
"""

# operator: a body, and each body that it makes of it
EXAMPLES: dict[str, tuple[str, list[str]]] = {
    "lock kept": (LOCK, [LOCK.replace("await Vprim(q.lock)", "")]),
    "lock not taken": (LOCK, [LOCK.replace("await Pprim(q.lock)\n", "")]),
    "nobody woken": ("await wakeup_one(q.queue)\nreturn 0", ["return 0"]),
    "not asleep": ("await swtch(q.queue)\nreturn 0", ["return 0"]),
    "looks once": (
        WAIT,
        [WAIT.replace("while", "if"), "seen_ = await load(q.flag)\nwhile seen_:\n    n = n + 1"],
    ),
    "steps swapped": (
        "n = q.size\nawait store(q.first, n)\nawait store(q.last, 1)\nreturn n",
        ["n = q.size\nawait store(q.last, 1)\nawait store(q.first, n)\nreturn n"],
    ),
    "step elsewhere": (
        LOCK,
        [
            "await store(q.flag, 1)\nawait Vprim(q.lock)\nawait Pprim(q.lock)",
            "await Vprim(q.lock)\nawait Pprim(q.lock)\nawait store(q.flag, 1)",
        ],
    ),
    "made twice": ("await store(q.a, 1)", ["await store(q.a, 1)\nawait store(q.a, 1)"]),
    "not awaited": ("return await load(q.a)", ["return load(q.a)"]),
    "wrong step": (
        "await swtch(q.a)\nreturn await swap(q.a, 1)",
        [
            "await sleep(q.a)\nreturn await swap(q.a, 1)",
            "await swtch(q.a)\nreturn await load(q.a)",
        ],
    ),
    "wrong cell": (
        "await store(q.a, q.val[0])\nreturn q.b",
        ["await store(q.b, q.val[0])\nreturn q.b", "await store(q.a, q.val[0])\nreturn q.a"],
    ),
    "wrong processor": (
        "return q.val[u]",
        [f"return q.val[{at}]" for at in ("(u + 1) % n", "(u - 1) % n", "0")],
    ),
    "wrong count": ("return u % n", ["return u % (n + 1)", "return u % (n - 1)"]),
    "boundary": ("return n < 5", ["return n <= 5"]),
    "direction": ("return n <= 5", ["return n >= 5"]),
    "opposite": ("return n is q", ["return n is not q"]),
    "equality": ("return n > 5", ["return n != 5", "return n == 5"]),
    "none": ("return n is not None", ["return n"]),
    "negated": ("if n:\n    q()", ["if not n:\n    q()"]),
    "always": ("if n:\n    q()", ["if True:\n    q()"]),
    "never": ("if n:\n    q()", ["if False:\n    q()"]),
    "connective": ("return n and q", ["return n or q"]),
    "part left out": ("return 0 <= n < q", ["return 0 <= n", "return n < q"]),
    "not left out": ("return not n", ["return n"]),
    "branches swapped": (CHOOSE, ["if n:\n    q = 2\nelse:\n    q = 1"]),
    "branch left out": (CHOOSE, ["if n:\n    q = 1"]),
    "superuser exempt": ("if n:\n    raise q", ["if n and u.euid != 0:\n    raise q"]),
    "left out": ("q.lrpid = 1\nreturn n", ["return n"]),
    "not raised": ("if n:\n    raise q", ["if n:\n    pass"]),
    "no recheck": (LOOP, [LOOP.replace("\n    msgconv(u, n)", "")]),
    "one of several": ("q.first = q.last = n", ["q.last = n", "q.first = n"]),
    "returned": ("return (n, q)", ["return", "return (q, n)"]),
    "too early": (TAKE, ["q.qnum -= 1\ncopyout(u, q)"]),
    "too late": (TAKE, ["q.qnum -= 1\ncopyout(u, q)"]),
    "only once": (WALK, ["for x in q:\n    n = x\n    break"]),
    "goes over": (
        WALK,
        [f"for x in list(q)[{part}]:\n    n = x" for part in ("::-1", "1:", ":-1")],
    ),
    "no wakeup": ("wakeup(u, q.space)\nreturn 0", ["return 0"]),
    "no sleep": ("await sleep(u, q.space, PMSG)\nreturn 0", ["return 0"]),
    "no retest": (
        LOOP,
        [
            LOOP.replace("PMSG)\n", "PMSG)\n    break\n"),
            LOOP + "    break",
            LOOP.replace("while True", "for _ in range(2)"),
        ],
    ),
    "wrong event": ("wakeup(u, q.space)", ["wakeup(u, u.k.msgpool.freed)"]),
    "wrong end": ("return free[0]", ["return free[-1]"]),
    "wrong field": ("return q.first", ["return q.last"]),
    "wrong name": ("return MSG_R", ["return MSG_W"]),
    "wrong error": ("raise KernelError(Errno.EACCES)", ["raise KernelError(Errno.EPERM)"]),
    "wrong variable": ("return n", ["return q"]),
    "arguments swapped": ("return f(u, q, n)", ["return f(u, n, q)"]),
    "argument left out": ("return f(u, n, a=q)", ["return f(u, a=q)", "return f(u, n)"]),
    "wrong default": ("return q.get(n, 7)", ["return q.get(n, 0)"]),
    "number": ("return 7", ["return 8", "return 6"]),
    "mask": ("return n & 0o777", ["return n & 63", "return n & 504", "return n & 4095"]),
    "length": ("return len(q)", ["return len(q) + 1", "return len(q) - 1"]),
    "truth": ("return True", ["return False"]),
    "key": ("return q['uid']", ["return q['uid_']"]),
    "arithmetic": ("q.cbytes -= n", ["q.cbytes += n"]),
    "bits": ("return n & q", ["return n | q"]),
    "operand": ("return n + q", ["return n", "return q"]),
    "sign": ("return n & ~q", ["return n & q"]),
    "sets": ("q.qnum += 1", ["q.qnum = 1"]),
    "whole word": ("if n & q:\n    f()", ["if n == q:\n    f()"]),
    "slices": (
        "return q[:n]",
        ["return q", "return q[n:]", "return q[:n + 1]", "return q[:n - 1]"],
    ),
}


def function(body: str) -> ast.Module:
    """An async function of u, q and n."""
    return ast.parse(f"async def f(u, q, n):\n{textwrap.indent(body.strip(), '    ')}")


def bodies(found: list[Mutant]) -> list[str]:
    """The bodies of mutants of `function`."""
    return [
        textwrap.dedent(one.source.removeprefix(HEAD).partition("\n")[2]).strip() for one in found
    ]


@pytest.mark.parametrize("name", EVERY)
def test_an_operator_makes_just_these_changes(name: str) -> None:
    body, after = EXAMPLES[name]
    found = mutants_of(function(body), [EVERY[name]])

    assert bodies(found) == [text.strip() for text in after]
    assert {one.operator for one in found} == {name}


def test_what_an_error_says_and_the_signature_have_no_mutants() -> None:
    text = 'def f(u, n=5):\n    """Fails for 7."""\n    raise KernelError(Errno.EIO, f"{n + 1}")'
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.FunctionDef)
    found = mutants_of(ast.Module([bare(node)], []))

    assert [one.change for one in found] == ["raise KernelError(Errno.EIO), in: def f(u, n=5):"]


def test_a_mutant_tells_its_change_its_statement_and_its_line() -> None:
    found = mutants_of(function("a = n\nreturn q.first.mtype"), [OPERATORS["wrong field"]])

    assert [(one.name, one.line) for one in found] == [
        ("wrong field: q.first -> q.last, in: return q.first.mtype", 3)
    ]


def test_two_changes_with_the_same_words_have_different_names() -> None:
    found = mutants_of(function("return n.qnum + n.qnum"), [OPERATORS["wrong field"]])

    assert [one.name for one in found] == [
        "wrong field: n.qnum -> n.cbytes, in: return n.qnum + n.qnum",
        "wrong field: n.qnum -> n.cbytes, in: return n.qnum + n.qnum (2)",
    ]


def test_methods_have_mutants_as_functions_do() -> None:
    method = "class Lists:\n    kept = 0\n\n    def first(self):\n        return self.kept\n"
    function = method.partition("\n\n")[2].replace("\n    ", "\n").lstrip()

    changes = [one.change for one in mutants_of(ast.parse(method))]
    assert changes == [one.change for one in mutants_of(ast.parse(function))] != []


def test_two_operators_that_give_the_same_code_give_one_mutant() -> None:
    chosen = [OPERATORS["too early"], OPERATORS["too late"]]

    assert [one.operator for one in mutants_of(function(TAKE), chosen)] == ["too early"]


MADE = [one for one in audited() if one.kind != BREAKS]  # scenarios have no mutants of their own
every = pytest.mark.parametrize("one", MADE, ids=lambda one: one.name)


@every
def test_an_exercise_has_the_same_many_different_mutants_each_time(one: Exercise) -> None:
    tree = solution(one)
    before = submission(tree)
    found = mutants_of(tree, operators(one))

    assert submission(tree) == before
    assert mutants_of(solution(one), operators(one)) == found
    assert len(found) > 30
    assert len({one.name for one in found}) == len(found)
    assert len({one.source for one in found} | {before}) == len(found) + 1
    assert all(one.line > 0 for one in found)


def test_sealed_functions_that_the_solution_calls_are_part_of_it() -> None:
    text = submission(solution(exercise("msgctl")))

    assert "def set_perm(perm, wanted):" in text
    assert "find_message" not in submission(solution(exercise("msgrcv")))
