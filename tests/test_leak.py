"""The student edition gives nothing away, and what finds leaks finds them (editions/leaks.py)."""

import ast
import base64
import bz2
import gzip
import html
import io
import json
import lzma
import tarfile
import textwrap
import urllib.parse
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from autograder.editions import leaks
from autograder.editions.assignments import ReleaseError
from autograder.editions.edition import refuse_leaks
from autograder.editions.functions import Exercised
from autograder.editions.leaks import bodies, find, secrets_of
from autograder.editions.minify import minify
from autograder.editions.runs import tokens
from autograder.editions.secret import RUN, Secrets, calls, within
from autograder.editions.unpack import Piece
from autograder.exercise import exercise, exercises
from tests.edition import student_edition
from tests.kernel_runs import TRACE, ran, trace

ALL = exercises()
CASES = [one for one in ALL if one.kind == "scenarios"]  # with cases and solutions to hide
BODIES = {what: body for what, body, _ in bodies(Exercised.of(ALL))}
BODY = BODIES["the body of kernel_model.messages:msgrcv"]
HIDDEN = json.loads((exercise("msgrcv").folder / "hidden.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def secrets() -> Secrets:
    return secrets_of(ALL, ALL)


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return student_edition(tmp_path_factory).folder


def found(secrets: Secrets, text: str) -> set[str]:
    """What a text gives away."""
    return {leak.what.partition(":")[0] for leak in secrets.search(Piece("", "", text=text))}


# The editions


def test_the_student_edition_gives_nothing_away(edition: Path, secrets: Secrets) -> None:
    assert list(edition.glob("*.whl"))
    assert [str(leak) for leak in find(edition, secrets)] == []


def test_a_trace_of_the_student_edition_gives_nothing_away(edition: Path, secrets: Secrets) -> None:
    for personality in ("classic", "linux"):
        told = ran(edition, f"{TRACE}\nprint(json.dumps(trace({personality!r})))")

        assert found(secrets, json.dumps(told, indent=1)) == set()
        assert list(secrets.search(Piece("", "", value=told))) == []


def test_a_trace_of_the_open_kernel_would_give_the_functions_away(
    tmp_path: Path, secrets: Secrets
) -> None:
    (tmp_path / "trace.json").write_text(json.dumps(trace("classic")))

    given_away = {leak.what.partition(":")[0] for leak in find(tmp_path, secrets)}
    modules = ("ipc", "messages", "regions", "shm")
    assert given_away >= {f"the body of kernel_model.{module}" for module in modules}


def test_an_edition_that_leaks_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text(f"    {BODY}")

    with pytest.raises(ReleaseError, match=r"notes\.md gives away the body of kernel_model"):
        refuse_leaks(tmp_path, ALL, ALL)


def test_functions_of_an_assignment_that_is_open_may_be_read() -> None:
    opened = secrets_of([], ALL)

    assert all(found(opened, body) == set() for body in BODIES.values())
    assert found(opened, json.dumps(HIDDEN[0]))


# Every secret is one


@pytest.mark.parametrize("what", [what for what in BODIES if len(tokens(BODIES[what])) > 2 * RUN])
def test_a_body_is_found_as_written_and_made_small(what: str, secrets: Secrets) -> None:
    body = BODIES[what]
    text = f"async def f():\n{body}\n"
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.AsyncFunctionDef)

    assert found(secrets, body)
    assert found(secrets, minify(text, node).source)


def test_every_mutant_and_variant_is_found(secrets: Secrets) -> None:
    for one in CASES:
        for source in (*one.mutants().values(), *one.accepted().values()):
            assert found(secrets, source)
    assert found(secrets, exercise("break_msgrcv").accepted()["by_rule"])


def test_every_hidden_case_is_found_by_its_name_its_misconception_and_its_calls(
    secrets: Secrets,
) -> None:
    visible = [
        given
        for one in CASES
        for given in json.loads((one.folder / "visible.json").read_text("utf-8"))
    ]
    for one in CASES:
        for case in json.loads((one.folder / "hidden.json").read_text("utf-8")):
            steps = [
                {"who": step["proc"], "call": step["call"], "args": step["args"]}
                for step in case.get("steps", [])
                if "call" in step
            ]

            assert found(secrets, f"look at {case['id']}!") == {"id of hidden case " + case["id"]}
            assert found(secrets, "We know: " + textwrap.fill(case["why"], 30))
            leaks = list(secrets.search(Piece("", "", value={"x": [steps]})))
            seen = any(within(calls(steps), calls(given.get("steps", []))) for given in visible)
            assert (
                not steps or seen or any("the calls of hidden case" in leak.what for leak in leaks)
            )
            assert found(secrets, json.dumps(case.get("steps", case)))


def test_what_students_are_given_is_no_secret(secrets: Secrets) -> None:
    for one in ALL:
        given = [one.text, one.stub, one.after, *one.hints]
        given += [(one.folder / "visible.json").read_text("utf-8")] if one in CASES else []
        assert [found(secrets, text) for text in given] == [set()] * len(given)


def test_four_lines_of_a_body_are_a_leak_and_one_is_none(secrets: Secrets) -> None:
    lines = BODY.splitlines()
    start = next(n for n, line in enumerate(lines) if "if before is None" in line)

    assert found(secrets, "\n".join(["x = 1", *lines[start : start + 4], "y = 2"]))
    assert not found(secrets, lines[start])


# Every way of hiding one


def planted(secrets: Secrets, root: Path, name: str, data: bytes | str) -> set[str]:
    """What is found in a folder in which this file lies among others."""
    (root / "README.md").write_text("Nothing here.")
    path = root / "deep" / name
    path.parent.mkdir()
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    leaks = find(root, secrets)
    assert all(leak.where.startswith(f"deep/{name}") for leak in leaks)
    return {leak.what for leak in leaks}


def zipped(name: str, data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return packed.getvalue()


def tarred(name: str, data: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return packed.getvalue()


def cell(**more: object) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": [], **more}], "nbformat": 4})


def output(mime: str, text: str) -> str:
    data = {"output_type": "execute_result", "data": {mime: text.splitlines(keepends=True)}}
    return cell(outputs=[data])


HTML = highlight(BODY, PythonLexer(), HtmlFormatter())
WAYS: dict[str, Callable[[], bytes | str]] = {
    "as it is": lambda: BODY,
    "without comments": lambda: minify_text(BODY),
    "on one line": lambda: " ".join(BODY.split()),
    "in lines of a cell": lambda: cell(source=BODY.splitlines(keepends=True)),
    "in an output": lambda: cell(
        outputs=[{"output_type": "stream", "text": BODY.splitlines(keepends=True)}]
    ),
    "in an output as HTML": lambda: output("text/html", HTML),
    "in an output as repr": lambda: output("text/plain", repr(BODY)),
    "in an output as JSON": lambda: output("application/json", json.dumps(json.dumps([BODY]))),
    "escaped for HTML": lambda: f"<pre>{html.escape(BODY)}</pre>",
    "escaped for HTML twice": lambda: f"<iframe srcdoc='{html.escape(html.escape(BODY))}'/>",
    "highlighted": lambda: f"<html><body>{HTML}</body></html>",
    "in a script": lambda: f"<script>let a = {json.dumps(BODY)}</script>",
    "in a link": lambda: f"<a href='data:,{urllib.parse.quote(BODY)}'>x</a>",
    "in base 64": lambda: f"x = '{base64.b64encode(BODY.encode()).decode()}'",
    "in lines of base 64": lambda: base64.encodebytes(BODY.encode()),
    "in a data link": lambda: (
        "<img src='data:x;base64,"
        f"{base64.urlsafe_b64encode(gzip.compress(BODY.encode())).decode()}'>"
    ),
    "in hex": lambda: f"bytes.fromhex('{BODY.encode().hex()}')",
    "in UTF-16": lambda: BODY.encode("utf-16"),
    "gzipped": lambda: gzip.compress(BODY.encode()),
    "bzipped": lambda: bz2.compress(BODY.encode()),
    "xzipped": lambda: lzma.compress(BODY.encode()),
    "deflated": lambda: zlib.compress(BODY.encode()),
    "in a zip in a zip": lambda: zipped("a.whl", zipped("b/c.py", BODY.encode())),
    "in an output in a zip": lambda: zipped("a.ipynb", output("text/html", HTML).encode()),
    "in a tar": lambda: gzip.compress(tarred("a.py", BODY.encode())),
    "after an image": lambda: b"\x89PNG\r\n\x1a\n\0\0\xff\xfe" + BODY.encode() + b"\0\xff",
}


def minify_text(body: str) -> str:
    return ast.unparse(ast.parse(f"async def f():\n{body}"))


@pytest.mark.parametrize("way", WAYS)
def test_a_body_is_found_however_it_is_packed(way: str, secrets: Secrets, tmp_path: Path) -> None:
    leaks = planted(secrets, tmp_path, "page.html", WAYS[way]())

    assert any("kernel_model.messages:msgrcv" in what for what in leaks)


def test_a_body_with_all_names_changed_is_found(secrets: Secrets, tmp_path: Path) -> None:
    names = {
        node.id for node in ast.walk(ast.parse(f"async def f():\n{BODY}"))
        if isinstance(node, ast.Name)
    }  # fmt: skip
    text = minify_text(BODY)
    for number, name in enumerate(sorted(names, key=len, reverse=True)):
        text = text.replace(name, f"v{number}_")

    assert any("msgrcv" in what for what in planted(secrets, tmp_path, "x.py", text))


@pytest.mark.parametrize(
    "name", ["hidden.json", "mutants/a.py", "accepted/b.txt", "gradebook.db", "x.pyc"]
)
def test_a_file_that_has_no_place_in_an_edition_is_found(
    name: str, secrets: Secrets, tmp_path: Path
) -> None:
    packed = zipped(f"exercises/{name}", b"-")

    assert any("which no edition for students has" in what
               for what in planted(secrets, tmp_path, "a.zip", packed))  # fmt: skip


def test_a_hidden_case_is_found_in_another_form(secrets: Secrets, tmp_path: Path) -> None:
    record = {"steps": [{k: step[k] for k in ("args", "call", "proc") if k in step}
                        for step in HIDDEN[0]["steps"]]}  # fmt: skip
    data = gzip.compress(json.dumps({"records": [record]}, indent=3).encode())

    assert f"the calls of hidden case {HIDDEN[0]['id']}" in planted(
        secrets, tmp_path, "records.gz", data
    )


def test_the_same_text_twice_is_read_once_and_a_bad_archive_does_no_harm(
    secrets: Secrets, tmp_path: Path
) -> None:
    broken = zipped("a", b"abc")[:-30] + gzip.compress(b"x")[:12]

    assert planted(secrets, tmp_path, "broken.zip", broken) == set()


def test_a_lecture_may_show_a_mutant_and_may_not_show_a_body(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = exercise("msgrcv")
    mutant = max(one.mutants().values(), key=len)
    (tmp_path / "04_messages.py").write_text(f"{mutant}\n{BODY}", "utf-8")
    shown_before = found(secrets_of([one], [one]), mutant)
    monkeypatch.setattr(leaks, "SHOWN_IN", tmp_path)
    monkeypatch.setattr(leaks, "SHOWN", ("*.py",))

    told = secrets_of([one], [one])

    assert any(what.startswith("mutant") for what in shown_before)
    assert not any(what.startswith("mutant") for what in found(told, mutant))
    assert "the body of kernel_model.messages" in found(told, BODY)
