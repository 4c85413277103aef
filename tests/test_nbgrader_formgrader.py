"""The formgrader's autograde button, over HTTP, on a server that runs above the course."""

import json
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autograder.exercise import exercise, exercises
from tests.nbgrader_course import (
    EXERCISES,
    PS,
    Course,
    copied,
    generated,
    report_of,
    solved,
)
from tests.ports import free_port

ASSIGNMENTS = {one.assignment for one in exercises()}
FULL = {f"test_{name}": float(exercise(name).points) for name in EXERCISES}
SECONDS = 60  # for the server to be there, on a busy machine


@dataclass(frozen=True)
class Server:
    """A Jupyter server with nbgrader's formgrader."""

    url: str
    token: str
    course: Course

    def ask(self, path: str, post: bool = False) -> str:
        """The answer to one request."""
        request = urllib.request.Request(
            f"{self.url}/{path}",
            data=b"" if post else None,
            headers={"Authorization": f"token {self.token}"},
        )
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            text: str = answer.read().decode()
        return text

    def autograde(self, student: str) -> dict[str, Any]:
        """What the button gets to know."""
        found: dict[str, Any] = json.loads(
            self.ask(f"formgrader/api/submission/{PS}/{student}/autograde", post=True)
        )
        return found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    course = copied(generated(tmp_path_factory), tmp_path_factory.mktemp("server"))
    course.hand_in("right", solved(course.released()))
    course.hand_in("syntax", solved(course.released(), msgsnd="def msgsnd(:"))
    course.hand_in("broken", b"{")
    port, token = free_port(), secrets.token_hex(16)
    environment = course.env | {"JUPYTER_CONFIG_PATH": str(course.root)}
    log = course.root.parent / "server.log"
    extensions = "{'nbgrader.server_extensions.formgrader': True}"
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", "--allow-root", "--no-browser",
             f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--ServerApp.ip=127.0.0.1",
             f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={course.root.parent}",
             f"--ServerApp.jpserver_extensions={extensions}"],
            cwd=course.root.parent, env=environment, stdout=file, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        made = Server(f"http://127.0.0.1:{port}", token, course)
        wait_for(made, process, log)
        yield made
    finally:
        process.terminate()
        process.wait(SECONDS)


def wait_for(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            server.ask("api/status")
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the server did not start:\n{log.read_text()[-3000:]}")


def test_the_button_grades_a_submission(server: Server) -> None:
    answer = server.autograde("right")

    assert answer["success"], answer
    scores = server.course.scores()["right"]
    assert {name: scores[name] for name in FULL} == FULL


def test_the_button_gives_partial_marks_and_the_report(server: Server) -> None:
    answer = server.autograde("syntax")

    assert answer["success"], answer
    scores = server.course.scores()["syntax"]
    assert {name: scores[name] for name in FULL} == FULL | {"test_msgsnd": 0.0}
    assert "SyntaxError" in report_of(server.course.autograded("syntax"), "msgsnd")


def test_the_button_tells_of_a_file_that_is_no_notebook(server: Server) -> None:
    answer = server.autograde("broken")

    assert answer["success"], answer
    assert "messages.ipynb could not be graded" in answer["log"]


def test_the_submission_page_shows_the_report(server: Server) -> None:
    server.autograde("right")
    rows = json.loads(server.ask(f"formgrader/api/submitted_notebooks/{PS}/messages"))
    row = next(row for row in rows if row["student"] == "right")

    page = server.ask(f"formgrader/submissions/{row['id']}/")

    report = report_of(server.course.autograded("right"), "msgrcv")
    assert report.splitlines()[0] in page


def test_the_formgrader_lists_every_assignment_and_who_handed_in(server: Server) -> None:
    listed = json.loads(server.ask("formgrader/api/assignments"))

    found = {each["name"]: each["num_submissions"] for each in listed}
    assert found == {name: 3 if name == PS else 0 for name in ASSIGNMENTS}
