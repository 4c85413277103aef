"""The little shell (kernel_model/shell.py) and its widget (kernel_model/view/pipelines.py)."""

import pytest

from kernel_model.shell import run_line
from kernel_model.view import shell
from kernel_model.waiting import verdict_of, waits

FILES = {"f1": "pear\nfig\nplum\n", "f2": "lime\napple\nquince\n"}
SORTED = "apple\nfig\nlime\npear\nplum\nquince\n"


@pytest.mark.parametrize("personality", ["classic", "linux"])
@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("cat f1", FILES["f1"]),
        ("cat f1 f2 | sort", SORTED),
        ("cat f2 f1 | cat | sort | cat", SORTED),
        ("cat f1 f2 | wc", "6 32\n"),
        ("cat f1 nothing f2 | wc", "6 32\n"),
    ],
)
def test_a_pipeline_prints_what_a_shell_would(personality: str, line: str, printed: str) -> None:
    ran = run_line(line, FILES, personality=personality)

    assert (ran.printed, ran.asleep) == (printed, ())


def test_a_writer_whose_reader_has_ended_is_ended_by_sigpipe() -> None:
    ran = run_line("cat f1 f1 f1 f1 | head", {"f1": "a line of text\n"})

    assert ran.asleep == ()
    assert any("SIGPIPE" in event.text for event in ran.trace.events)


@pytest.mark.parametrize("forget", ["shell", "reader"])
def test_a_writing_end_that_is_left_open_leaves_the_reader_and_the_shell_asleep(
    forget: str,
) -> None:
    ran = run_line("cat f1 f2 | sort", FILES, [forget])
    last = ran.trace.to_json()["events"][-1]["view"]
    found = {one.proc: one.of for one in waits(last)}

    assert (ran.printed, ran.asleep) == ("", ("sh", "sort"))
    assert verdict_of(waits(last))
    assert found["sort"] == (("sh",) if forget == "shell" else ())


def test_the_widget_starts_where_the_first_bytes_are_in_the_pipe() -> None:
    player = shell("cat f1 f2 | sort").player
    assert player is not None
    steps = player.stories[0].steps
    held = [[(one["text"], one["woff"]) for one in step.view.get("pipes", [])] for step in steps]

    assert ("pear\nfig\nplum\n", 14) in held[player.step]
    assert not any(("pear\nfig\nplum\n", 14) in texts for texts in held[: player.step])
    assert shell("cat f1 f2 | sort", personality="linux").player.step > 0  # type: ignore[union-attr]
    assert shell("cat f1").player.step == 0  # type: ignore[union-attr]


@pytest.mark.parametrize("line", ["ls", "cat f1 |", "cat f1 | sed", ""])
def test_what_is_no_pipeline_is_told_with_what_there_is(line: str) -> None:
    with pytest.raises(ValueError, match="is no command; there are cat, sort, wc, head"):
        run_line(line, FILES)


def test_the_widget_runs_what_stands_in_it_and_shows_the_hang() -> None:
    made = shell("cat f1 f2 | sort")
    fine = made.told.value
    made.boxes["shell"].value = True
    made.button.click()
    hung = made.told.value
    made.line.value = "rm f1"
    made.button.click()

    assert "quince" in fine
    assert "sh and sort wait for ever" in hung
    assert "is no command" in made.told.value
    assert made.player is None
