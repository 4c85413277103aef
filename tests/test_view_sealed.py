"""What is sealed stays sealed in the player: words, and no line (kernel_model/view)."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from autograder.editions.functions import Exercised
from autograder.editions.leaks import find, secrets_of
from autograder.editions.project import ROOT
from autograder.editions.seal import kernel_files, sealed_kernel
from autograder.editions.wheel import build_wheel
from autograder.exercise import exercises
from kernel_model.view import play
from tests.kernel_runs import put, ran
from tests.view_runs import CONVERSATION

PLAY = """
from kernel_model.view.player.pack import payload
from kernel_model.view.player.recording import record
from kernel_model.view.player.snapshot import snapshot_of
from kernel_model.view.player.story import story_of
made = record(sys.argv[1:])
story = story_of(made.trace, made.title)
at = [step.kind for step in story.steps].index("sleep")
last = snapshot_of(made.title, [story], [""], (at,))
print(json.dumps([payload(made.title, [story], [""]), last]))
"""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the page gets in the student edition, where nothing but the kernel is."""
    kernel = sealed_kernel(Exercised.of(exercises()))
    return ran(put(tmp_path_factory.mktemp("sealed"), kernel), PLAY, *CONVERSATION)


def test_a_sealed_function_shows_its_steps_in_words_and_where_it_is(played: Any) -> None:
    data, _ = played
    code = data["sides"][0]["code"]

    for name in ("ipcget", "msgsnd", "msgrcv", "msgctl"):
        assert set(code[name]) == {"sealed", "steps"}
        assert code[name]["sealed"] is True
    assert "put the message at the end of the list" in code["msgsnd"]["steps"]
    assert code["msgget"]["sealed"] is False
    at = {
        tuple(frame) for n in data["sides"][0]["stack"] for frame in json.loads(data["strings"][n])
    }
    shown = code["msgsnd"]["steps"].index("put the message at the end of the list") + 1
    assert ("msgsnd", shown) in at


def test_a_still_picture_shows_the_words_as_well(played: Any) -> None:
    words = "sleep until a message comes; the queue may be removed meanwhile"

    assert f"B in msgrcv, step 4: {words}." in played[1]


def test_nothing_that_the_page_gets_gives_a_sealed_function_away(
    played: Any, tmp_path: Path
) -> None:
    (tmp_path / "data.json").write_text(json.dumps(played[0]))
    (tmp_path / "last.svg").write_text(played[1])
    every = exercises()

    assert find(tmp_path, secrets_of(every, every)) == []


def test_the_search_for_leaks_would_find_a_line_in_what_the_page_gets(tmp_path: Path) -> None:
    data = play(CONVERSATION).data
    (tmp_path / "data.json").write_text(json.dumps(data))
    every = exercises()

    assert find(tmp_path, secrets_of(every, every))


def test_static_files_are_in_the_kernel_of_both_editions() -> None:
    static = {"player.js", "player.css"}
    assert static <= {path.name for path in kernel_files()}
    sealed = {place.as_posix() for place in sealed_kernel(Exercised.of(exercises()))}
    assert {f"view/static/{name}" for name in static} <= sealed


def test_static_files_are_in_the_wheel(tmp_path: Path) -> None:
    wheel = build_wheel(ROOT, tmp_path)

    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {f"kernel_model/view/static/{name}" for name in ("player.js", "player.css")} <= names
