"""A learner's progress: how it is kept and shown (autograder/history.py, progress_page.py)."""

import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from autograder import history
from autograder.exercise import exercises
from autograder.history import History, Tried, place
from autograder.progress_page import Progress, when

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "progress.json"


def others(file: Path) -> list[str]:
    """What else is in the folder of the history."""
    return sorted(path.name for path in file.parent.iterdir() if path != file)


# Kept


def test_what_was_tried_is_there_when_the_notebook_is_opened_again(file: Path) -> None:
    clock = iter(["2026-03-04T10:00:00+00:00", "2026-03-04T11:00:00+00:00"])
    first = History(file, lambda: next(clock))
    first.add("exercise", "msgrcv", 4, 6)
    first.add("exercise", "msgrcv", 6, 6)

    found = History(file).tries()

    assert found == {
        "msgrcv": Tried(
            "exercise", 2, 1, False, 6, 6, "2026-03-04T10:00:00+00:00", "2026-03-04T11:00:00+00:00",
            [["2026-03-04T10:00:00+00:00", 4, 6], ["2026-03-04T11:00:00+00:00", 6, 6]],
        )
    }  # fmt: skip
    assert found["msgrcv"].passes
    assert others(file) == ["progress.json.lock"]
    assert file.stat().st_mode & 0o077 == 0


def test_the_file_stays_small_however_often_one_tries(file: Path) -> None:
    kept = History(file, lambda: "")
    for number in range(50):
        kept.add("exercise", "msgrcv", number, 60)

    tried = History(file).tries()["msgrcv"]

    assert (tried.count, len(tried.recent), tried.recent[-1]) == (50, 20, ["", 49, 60])


def test_two_windows_that_write_at_once_lose_nothing(file: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from autograder import history\n"
        "history.PATIENCE = 600; kept = history.History(Path(sys.argv[1]))\n"
        "for number in range(25): kept.add('exercise', 'msgrcv', number, 99)\n"
        "assert kept.note == '', kept.note\n"
    )
    command = [sys.executable, "-c", program, str(file)]
    windows = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(3)]

    assert [window.communicate()[1] for window in windows] == [b""] * 3
    assert History(file).tries()["msgrcv"].count == 75


def test_two_kernels_of_one_process_lose_nothing(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PATIENCE", 600)

    def tries() -> None:
        kept = History(file)
        for _ in range(20):
            kept.add("exercise", "msgsnd", 1, 1)

    threads = [threading.Thread(target=tries) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert History(file).tries()["msgsnd"].count == 60


@pytest.mark.parametrize("where", ["fsync", "replace"])
def test_a_crash_in_the_middle_of_writing_leaves_the_old_file(file: Path, where: str) -> None:
    History(file).add("exercise", "msgrcv", 1, 6)
    before = file.read_bytes()
    program = (
        "import os, sys; from pathlib import Path; from autograder.history import History\n"
        "setattr(os, sys.argv[2], lambda *args: os._exit(9))\n"
        "History(Path(sys.argv[1])).add('exercise', 'msgrcv', 2, 6)\n"
    )

    crashed = subprocess.run([sys.executable, "-c", program, str(file), where], check=False)

    assert crashed.returncode == 9
    assert file.read_bytes() == before
    assert History(file).tries()["msgrcv"].count == 1


def test_what_a_crash_left_behind_is_cleared_away_later(file: Path) -> None:
    file.parent.mkdir()
    left, fresh = file.with_name(".progress.json-old"), file.with_name(".progress.json-new")
    left.write_text("half")
    fresh.write_text("half, by a window that still writes")
    os.utime(left, (1, 1))

    History(file).add("exercise", "msgrcv", 1, 6)

    assert (left.exists(), fresh.exists()) == (False, True)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"format": 1}', '{"tries": {}}', '{"format": 0, "tries": {}}', "\xff",
     '{"format": 1, "tries": {"msgrcv": {}}}', '{"format": true, "tries": {}}', "[" * 100_000],
)  # fmt: skip
def test_a_damaged_file_is_kept_aside_and_told(file: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_bytes(text.encode("latin-1"))
    (file.parent / "progress.damaged-1.json").write_text("an older one")

    kept = History(file)
    kept.add("exercise", "msgrcv", 1, 6)

    assert (file.parent / "progress.damaged-2.json").read_bytes() == text.encode("latin-1")
    assert (file.parent / "progress.damaged-1.json").read_text() == "an older one"
    assert "It is kept as progress.damaged-2.json" in kept.note
    assert History(file).tries()["msgrcv"].count == 1
    assert History(file).note == ""


@pytest.mark.parametrize(
    ("key", "value"),
    [("count", "3"), ("count", True), ("recent", [["now", 1]]), ("recent", {}), ("last", None)],
)
def test_an_entry_that_is_none_is_damage(file: Path, key: str, value: Any) -> None:
    History(file).add("exercise", "msgrcv", 1, 6)
    given = json.loads(file.read_text())
    given["tries"]["msgrcv"][key] = value
    file.write_text(json.dumps(given))

    kept = History(file)

    assert kept.tries() == {}
    assert "was damaged" in kept.note


def test_a_newer_format_is_left_alone_and_the_tries_count_for_now(file: Path) -> None:
    file.parent.mkdir()
    file.write_text('{"format": 2, "tries": "otherwise"}')

    kept = History(file)
    kept.add("exercise", "msgrcv", 6, 6)

    assert file.read_text() == '{"format": 2, "tries": "otherwise"}'
    assert others(file) == ["progress.json.lock"]
    assert "newer Kernelbook (format 2, this one knows 1)" in kept.note
    assert kept.tries()["msgrcv"].passes


def test_a_folder_that_cannot_be_used_costs_nothing_but_the_keeping(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    kept = History(tmp_path / "file" / "progress.json")

    kept.add("exercise", "msgrcv", 1, 6)

    assert kept.tries()["msgrcv"].count == 1
    assert "kept only while this notebook's kernel runs" in kept.note


def test_tries_that_could_not_be_written_are_written_with_the_next(file: Path) -> None:
    file.parent.write_text("in the way")
    kept = History(file)
    kept.add("exercise", "msgrcv", 1, 6)
    file.parent.unlink()

    kept.add("exercise", "msgrcv", 2, 6)

    assert (kept.note, History(file).tries()["msgrcv"].count) == ("", 2)
    assert kept.tries()["msgrcv"].count == 2


def test_a_window_that_holds_the_lock_for_ever_stops_nobody(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PATIENCE", 0.05)
    file.parent.mkdir()
    kept = History(file)

    with history.locked(file):
        kept.add("exercise", "msgrcv", 1, 6)

    assert "another window has held it" in kept.note
    assert kept.tries()["msgrcv"].count == 1


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    link.symlink_to(real)

    History(link).add("exercise", "msgrcv", 1, 6)

    assert link.is_symlink()
    assert History(real).tries()["msgrcv"].count == 1


def test_the_place_is_the_one_that_is_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KERNELBOOK_PROGRESS", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert place() == Path("~/.local/share/kernelbook/progress.json").expanduser()
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert place() == Path("/data/kernelbook/progress.json")
    monkeypatch.setenv("KERNELBOOK_PROGRESS", "~/mine.json")
    assert place() == Path.home() / "mine.json"
    monkeypatch.setenv("KERNELBOOK_PROGRESS", "off")
    assert place() is None


def test_off_keeps_tries_without_times_as_long_as_the_kernel_runs() -> None:
    kept = History(None)
    kept.add("exercise", "msgrcv", 6, 6)

    assert kept.tries()["msgrcv"] == Tried("exercise", 1, 1, True, 6, 6, recent=[["", 6, 6]])
    assert History(None).tries() == {}


# Shown


def shown(note: str = "") -> Progress:
    tries = {
        "msgrcv": Tried("exercise", 3, 1, False, 4, 6, "", "2026-03-04T09:05:00+00:00"),
        "ipcget": Tried("exercise", 1, 1, True, 5, 5, "", "2026-03-03T09:05:00+00:00"),
        "04_messages/too-long": Tried(
            "question", 1, 1, True, 1, 1, "", "2026-03-04T08:00:00+00:00"
        ),
        "04_messages/wakes": Tried("question", 2, 1, False, 1, 1, "", "2026-03-01T08:00:00+00:00"),
        "gone": Tried("exercise", 1, 0, False, 0, 1, "", ""),
    }
    return Progress(exercises(), tries, note, NOW)


def test_progress_is_the_state_of_every_exercise_by_its_name() -> None:
    made = shown()

    assert set(made) == {one.name for one in exercises()}
    assert (made["msgrcv"], made["ipcget"], made["msgsnd"]) == (
        "not yet", "visible cases pass", "not attempted",
    )  # fmt: skip
    assert made.summary().startswith(
        f"1 of {len(exercises())} exercises: visible cases pass (the grader runs more);"
    )


def test_it_reads_as_text_with_when_and_how_many_tries() -> None:
    lines = repr(shown("A note.")).splitlines()

    assert "A note." in lines
    assert any(
        line.split() == ["◐", "msgrcv", "not", "yet", "3", "tries", "today", "at", "09:05"]
        for line in lines
    )
    assert any("ipcget" in line and "yesterday at 09:05" in line for line in lines)
    assert "  04_messages    1 of 2 right at the first try, today at 08:00" in lines


def test_the_page_is_a_table_that_is_announced_and_needs_no_colour() -> None:
    page = shown("<note>")._repr_html_()

    assert f'<p role="status">1 of {len(exercises())} exercises' in page
    assert page.count("<caption>") == 1 + len({one.assignment for one in exercises()})
    assert page.count('scope="row"') == len(exercises()) + 1
    assert "<small>all passed before</small>" in page
    assert "<small>the grader runs more</small>" in page
    assert "&lt;note&gt;" in page


@pytest.mark.parametrize(
    ("time", "words"),
    [
        ("2026-03-04T00:00:00+00:00", "today at 00:00"),
        ("2026-03-03T23:59:59+00:00", "yesterday at 23:59"),
        ("2026-02-01T10:00:00+02:00", "1 February at 08:00"),
        ("2025-12-31T10:00:00+00:00", "31 December 2025 at 10:00"),
        ("", ""),
        ("once", ""),
    ],
)
def test_times_are_told_as_people_say_them(time: str, words: str) -> None:
    assert when(time, NOW) == words
