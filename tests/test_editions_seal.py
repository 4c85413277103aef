"""Sealed functions run as the open ones do and cannot be read (autograder/editions/seal.py)."""

import ast
import inspect
import textwrap
from pathlib import Path
from typing import Any

import pytest

from autograder.editions import sealed
from autograder.editions.functions import KERNEL, Exercised, contract, functions, module_name
from autograder.editions.minify import minify
from autograder.editions.seal import Book, kernel_files, seal_source, sealed_kernel
from kernel_model.messages import msgrcv
from tests.kernel_runs import TRACE, passing, put, ran, trace, verdicts, words

PS2 = Exercised(
    frozenset({"ipcget", "msgsnd", "msgrcv", "msgctl"}),
    frozenset({"kernel_model.linux.messages:find_message"}),
)


def minified(source: str) -> str:
    text = textwrap.dedent(source)
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    return minify(text, node).source


def call(source: str, *args: Any) -> Any:
    names: dict[str, Any] = {"outside": 100}
    exec(textwrap.dedent(source), names)
    return names["f"](*args)


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return put(tmp_path_factory.mktemp("sealed"), sealed_kernel(PS2))


# The whole kernel


def every_function() -> Exercised:
    """Every function and method of the kernel that stands by itself and has a name of its own."""
    places, inner = set(), set()
    for path in kernel_files():
        if path.suffix != ".py" or path.name == "__main__.py" or "targets" in path.parts:
            continue
        module, text = module_name(path), path.read_text("utf-8")
        tree = ast.parse(text)
        named = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
        named |= {n.name for n in ast.walk(tree) if isinstance(n, ast.AsyncFunctionDef)}
        for name, node in functions(tree, module, Exercised(frozenset(named))).items():
            try:
                minify(text, node)
            except ValueError:
                inner.add(f"{module}:{node.name}")
            else:
                if "." not in name:
                    places.add(f"{module}:{name}")
    return Exercised(frozenset(), frozenset(places - inner))


def test_a_kernel_with_every_function_sealed_still_passes_every_scenario(tmp_path: Path) -> None:
    everything = every_function()
    root = put(tmp_path, sealed_kernel(everything))

    assert len(everything.places) > 150
    for personality in ("classic", "linux"):
        assert verdicts(root, personality) == passing(personality)


def test_a_sealed_kernel_tells_the_same_steps_in_words_and_no_line_of_them(kernel: Path) -> None:
    for personality in ("classic", "linux"):
        shown = ran(kernel, f"{TRACE}\nprint(json.dumps(trace({personality!r})))")
        open_one = trace(personality)

        assert words(shown) == words(open_one)
        for name in PS2.names & open_one["functions"].keys():
            assert shown["functions"][name]["sealed"] is True
            assert shown["functions"][name]["source"] == []
            assert open_one["functions"][name]["source"] != []
        lines = {(e["function"], e["line"]) for e in shown["events"]}
        assert {("msgrcv", None), ("msgsnd", None), ("ipcget", None)} < lines
        assert {line for name, line in lines if name in PS2.names} == {None}
        assert None not in {e["line"] for e in shown["events"] if e["function"] == "msgget"}


def test_a_sealed_function_keeps_signature_and_docstring_and_has_no_source(kernel: Path) -> None:
    told = ran(
        kernel,
        "import inspect, traceback\n"
        "from kernel_model import Kernel, msgrcv\n"
        "sources = []\n"
        "for fn in (msgrcv, Kernel().sysent['msgrcv']):\n"
        "    try: sources.append(inspect.getsource(fn))\n"
        "    except OSError as error: sources.append(str(error))\n"
        "try: Kernel().sysent['msgrcv'](None, 1, 2, 3).send(None)\n"
        "except AttributeError as error: frames = traceback.extract_tb(error.__traceback__)\n"
        "print(json.dumps([str(inspect.signature(msgrcv)), inspect.getdoc(msgrcv), sources,\n"
        "    inspect.iscoroutinefunction(msgrcv.entered), frames[-1].filename, frames[-1].line]))",
    )

    reason = "could not get source code"
    assert told == [
        str(inspect.signature(msgrcv)),
        inspect.getdoc(msgrcv),
        [reason, reason],
        True,
        "<sealed msgrcv>",
        "",
    ]


def test_the_sealed_kernel_is_the_same_bytes_each_time() -> None:
    assert sealed_kernel(PS2) == sealed_kernel(PS2)


def test_without_exercises_the_kernel_is_as_it_is() -> None:
    files = sealed_kernel(Exercised(frozenset()))

    assert files == {path.relative_to(KERNEL): path.read_bytes() for path in kernel_files()}


def test_wrappers_of_real_calls_are_not_sealed() -> None:
    place = Path("targets/linux_messages.py")

    assert "def msgrcv(" in (KERNEL / place).read_text("utf-8")
    assert sealed_kernel(PS2)[place] == (KERNEL / place).read_bytes()


def test_sealing_what_is_not_there_says_so() -> None:
    with pytest.raises(ValueError, match="no function nosuch"):
        sealed_kernel(Exercised(frozenset({"msgrcv", "nosuch"})))
    with pytest.raises(ValueError, match=r"kernel_model\.ipc:nosuch"):
        sealed_kernel(Exercised(frozenset({"msgrcv"}), frozenset({"kernel_model.ipc:nosuch"})))


# One module


def test_a_sealed_source_has_only_decorators_signature_and_docstring() -> None:
    text = textwrap.dedent(
        '''\
        """A module."""
        import os

        @first
        @second(1)
        def f(
            a: int,  # the first
            b={"x": 1},
        ) -> int:  # gives nothing
            # what it does is secret
            """Adds."""
            #: add
            return a + len(b)

        class C:
            def f(self): return os
        '''
    )
    book = Book()

    made = seal_source(text, "m", Exercised(frozenset({"f"})), book)

    assert made == textwrap.dedent(
        '''\
        """A module."""
        import os
        from kernel_model.sealed import sealed

        @first
        @second(1)
        @sealed
        def f(
            a: int,  # the first
            b={"x": 1},
        ) -> int:
            """Adds."""

        class C:
            @sealed
            def f(self): ...
        '''
    )
    assert sorted(book.functions) == ["m:C.f", "m:f"]
    assert book.functions["m:f"].steps == {2: "add"}


def test_the_data_file_holds_no_word_of_what_is_sealed() -> None:
    data = sealed_kernel(PS2)[Path(sealed.FILE)]

    assert b"msgrcv" in sealed_kernel(PS2)[Path("messages.py")]
    for word in (b"msgrcv", b"KernelError", b"while", b"return"):
        assert word not in data
    assert sealed.masked(sealed.masked(data)) == data


def test_a_contract_is_signature_and_docstring_as_written() -> None:
    text = 'def f(a: "x:y" = {1: 2}[1], *, b: int = 3) -> int:\n    """Doc."""\n    return 1\n'
    node = ast.parse(text).body[0]

    assert isinstance(node, ast.FunctionDef)
    assert contract(text, node) == text.removesuffix("    return 1\n")


# One function made small


SOURCES = {
    "locals": ("def f(a):\n    b = a + 1\n    c, d = b, a\n    return b * c - d", (3,)),
    "defaults": ("def f(a, b=2, *, c=3):\n    e = a + b\n    return e + c", (1,)),
    "annotations": (
        "def f(a: int) -> int:\n    b: int\n    c: int = a\n    b = c\n    return b",
        (1,),
    ),
    "comprehensions": ("def f(a):\n    b = [c * d for c in a for d in a]\n    return b", ([1, 2],)),
    "a global of the same name": (
        "def f(a):\n    b = [outside for outside in a]\n    return b, outside",
        ([1],),
    ),
    "functions inside": (
        "def f(a):\n    b = 1\n    def g(c, d=2):\n        nonlocal b\n        e = b = c + d\n"
        "        return e\n    return g(a), b, (lambda x: x + a)(1)",
        (3,),
    ),
    "exceptions": (
        "def f(a):\n    try:\n        b = 1 // a\n    except ZeroDivisionError as error:\n"
        "        b = str(error)\n    return b",
        (0,),
    ),
    "matching": (
        "def f(a):\n    match a:\n        case {'x': x, **rest}:\n            y = x, rest\n"
        "        case [head, *tail]:\n            y = head, tail\n        case other:\n"
        "            y = other\n    return y",
        ([1, 2, 3],),
    ),
    "texts": (
        "def f(a):\n    b = {'k': a}\n    c = 7\n"
        '    return f\'{{x}} {b["k"]!r:>{c}}|{a:03o}|{f"{a}{c}"}|{b}\'',
        (8,),
    ),
    "walrus and keywords": (
        "def f(a):\n    while (b := len(a)) > 1:\n        a = a[1:]\n    return dict(b=b, a=a)",
        ([1, 2, 3],),
    ),
    "imports and del": (
        "def f(a):\n    import math\n    b = math.floor(a)\n    c = b\n    del b\n    return c",
        (2.5,),
    ),
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_function_made_small_gives_the_same(name: str) -> None:
    source, args = SOURCES[name]
    small = minified(source)
    heads = {"defaults": ("def f(a, b, *, c)", "def f(a, b=2, *, c=3)")}
    small = small.replace(*heads.get(name, ("", "")))

    assert call(small, *args) == call(source, *args)


def test_a_function_made_small_has_none_of_its_words() -> None:
    source = '''
        async def f(message: str, *, size: int = 3) -> int:
            """What it does."""
            # why
            total: int = 0
            for letter in message:
                total += size  # more
            return total
        '''

    assert minified(source) == (
        "async def f(message, *, size):\n    _2: 0 = 0\n    for _1 in message:\n"
        "        _2 += size\n    return _2"
    )


def test_steps_begin_where_their_statements_do() -> None:
    text = textwrap.dedent(
        """\
        def f(a):
            #: look
            b = (a
                 + 1)
            #: while there is more ...
            while b:
                #: ... one less
                b -= 1
                if b:
                    pass
                #: or stop
                elif a:
                    break
            #: nothing follows
        """
    )
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.FunctionDef)

    assert minify(text, node).steps == {
        2: "look",
        3: "while there is more ...",
        4: "... one less",
        7: "or stop",
    }


def test_no_small_source_needs_a_newer_python_than_the_oldest() -> None:
    for path in kernel_files():
        if path.suffix == ".py":
            text = path.read_text("utf-8")
            for node in ast.parse(text).body:
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    small = ast.parse(minify(text, node).source, feature_version=(3, 11))
                    # an f-string with quotes inside is where unparse differs from one to the next
                    assert not [n for n in ast.walk(small) if isinstance(n, ast.JoinedStr)]


def test_a_function_that_uses_names_around_it_cannot_be_sealed() -> None:
    text = "def f():\n    x = 1\n    def g():\n        return x\n    return g\n"

    with pytest.raises(ValueError, match="g uses names of a function around it"):
        seal_source(text, "m", Exercised(frozenset({"g"})), Book())
