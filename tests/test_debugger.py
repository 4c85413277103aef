"""The debugger: Bach's loop, its commands, what they cost, and what is told of them."""

import inspect
import itertools
from typing import Any

import pytest

from kernel_model import Kernel, Process
from kernel_model.debugger import COUNTS, SUM, Debugger, loop
from kernel_model.debugger.child import STACKED
from kernel_model.instructions import Program
from kernel_model.view import debug
from kernel_model.view.debugger.widget import Debug


def told(d: Debugger, *commands: str) -> list[str]:
    return [d.do(text).answer for text in commands]


def known(state: dict[str, Any], kind: str) -> dict[str, str]:
    """What the page knows at the end: the last fact of each key."""
    return {key: value for _, of, key, value in state["facts"] if of == kind}


@pytest.mark.parametrize("personality", ["classic", "linux"])
def test_a_program_is_stopped_changed_and_ended(personality: str) -> None:
    d = Debugger(SUM, personality)

    assert told(d, "break loop", "continue", "write n 9", "set r1 2", "step", "clear loop") == [
        "A breakpoint is written at loop.",
        "sum is stopped by a breakpoint at loop: cmp r1, r2.",
        "n is 9 now.",
        "r1 is 2 now.",
        "sum is stopped by SIGTRAP at loop+8: beq done.",
        "The instruction at loop is written back.",
    ]
    assert d.do("continue").answer == "sum has ended with exit code 3."
    assert not any(one.bad for one in d.done)


def test_the_classic_kernel_pays_two_switches_a_word_and_linux_none() -> None:
    classic, linux = (Debugger(SUM, personality) for personality in ("classic", "linux"))

    for d, switches in ((classic, 2), (linux, 0)):
        read = d.do("read n")
        assert (read.answer, read.calls, read.switches) == ("n: 4.", 1, switches)
    assert (classic.done[0].calls, classic.done[0].switches) == (20, 43)


def test_the_debugger_makes_no_other_calls_than_those_of_the_book() -> None:
    d = Debugger(SUM)
    told(d, "break loop", "continue", "step 3", "registers", "stack", "write n 1", "kill")

    assert set(d.core.session.calls) == {"fork", "wait", "ptrace"}
    names = set(inspect.getsource(loop).split("u.")[1:])
    calls = {name.partition("(")[0] for name in names if "(" in name}
    assert calls == {"ptrace", "exec", "fork", "wait", "read"}


def test_a_sleeping_program_is_reached_by_a_signal_and_the_tracer_decides_about_it() -> None:
    d = Debugger(COUNTS, look=["data"])

    answers = told(d, "continue", "step", "send SIGUSR1", "continue", "send SIGUSR1")
    assert answers[0].startswith("counts sleeps, and nothing has stopped it.")
    assert answers[1] == "counts is not stopped: it does nothing for a debugger."
    assert answers[2] == "counts is stopped by SIGUSR1 at wait+8: jmp wait."
    assert d.do("read times").answer == "times: 0."  # the first was thrown away
    assert told(d, "continue SIGUSR1", "send SIGINT", "read times")[2] == "times: 1."
    assert d.do("continue SIGINT").answer == "SIGINT has ended counts."


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("read 8", "There is no such address: sum has nothing at 0x8 (ptrace fails with EIO)."),
        ("write 8 1", "Nothing can be written at 0x8: there is no such address, or it is shared"),
        ("break 0x10001", "No instruction begins at 0x10001."),
        ("break there", "'there' is no address and no label; labels are loop, done, add, n."),
        ("clear loop", "There is no breakpoint at loop."),
        ("set r9 1", "There is no register 'r9'; there are pc, sp, fp, cc, r0, r1, r2, r3."),
        ("set r0 many", "'many' is no number."),
        ("step 100", "100 times is not from 1 to 64."),
        ("send HELLO", "There is no signal 'HELLO', such as SIGUSR1."),
        ("look sky", "Look takes one of registers, data, stack, and on or off."),
        ("run now", "Run takes nothing"),
        ("fly", "'fly' is no command; commands are run, break, clear, step"),
        ("write n", "Write takes a place and a number."),
        ("", "Commands are run, break, clear, step"),
    ],
)
def test_what_cannot_be_done_is_answered_in_words_and_changes_nothing(
    text: str, answer: str
) -> None:
    d = Debugger(SUM)
    made = d.do(text)

    assert made.bad
    assert made.answer.startswith(answer)
    assert d.do("continue").answer == "sum has ended with exit code 10."
    assert d.do("read n").answer == "sum has ended: it does nothing for a debugger."


def test_a_breakpoint_is_written_once_and_can_be_stepped_from() -> None:
    d = Debugger(SUM)

    assert told(d, "b loop", "b loop")[1] == "There is a breakpoint at loop already."
    told(d, "c", "s", "c")
    assert d.core.child.registers["r1"] == 3
    assert d.do("write loop 0").answer.startswith("There is a breakpoint at loop: clear it first")
    assert d.do("k").answer == "SIGKILL has ended sum."


def test_what_is_looked_at_is_paid_for_at_each_stop() -> None:
    d = Debugger(SUM, look=[])
    costs = [d.do("step").calls]
    for what in ("data", "stack", "registers"):
        d.do(f"look {what}")
        costs.append(d.do("step").calls)

    assert costs == [2, 3, 3, 10]  # the step, pc; a word of data; nothing on the stack; 7 registers
    d.do("set sp 0x7fffff00")
    assert d.do("stack").calls == STACKED
    told(d, "look data off", "look stack off", "look registers off")
    assert d.do("step").calls == 2


def test_a_set_uid_program_is_changed_only_where_the_kernel_does_not_look() -> None:
    root = Program("passwd", "sys 20\nset r0, 0\nsys 1", owner=0)

    def careless(k: Kernel) -> None:
        def setids(u: Process, owner: int | None) -> None:
            if owner is not None:
                u.euid = owner

        k.install(setids)

    for prepare, euid in ((None, 1000), (careless, 0)):
        d = Debugger(root, prepare=prepare)
        child = d.core.session.child
        assert child is not None
        assert child.euid == euid


# The page


@pytest.fixture(scope="module")
def page() -> Debug:
    return debug(SUM, ["break loop", "continue", "read 8"])


def test_each_command_has_the_moments_that_it_took(page: Debug) -> None:
    commands, frames = page.state["commands"], page.state["frames"]

    assert [one["text"] for one in commands] == ["run", "break loop", "continue", "read 8"]
    assert [one["bad"] for one in commands] == [False, False, False, True]
    for one, after in itertools.pairwise(commands):
        assert one["from"] < one["to"] == after["from"] - 1
    assert commands[-1]["to"] == len(frames) - 1


def test_the_moments_of_a_word_read_tell_both_sides(page: Debug) -> None:
    state = page.state
    first, last = (state["commands"][-1][name] for name in ("from", "to"))
    lines = [state["texts"][frame[1]] for frame in state["frames"][first : last + 1]]

    assert lines[0] == "sdb calls ptrace(PTRACE_PEEKDATA, 103, 0x8, 0)."
    for line in (
        "sdb: lock the trace structure.",
        "sdb goes to sleep and waits for a change of the trace structure.",
        "sum: read a word of memory, or of the user area.",
        "sum wakes sdb, which waited for a change of the trace structure.",
        "sdb: unlock the structure, wake those who wait for it.",
    ):
        assert line in lines
    rows = {number: html for html, number in state["loop"]}
    at = {frame[3] for frame in state["frames"][first : last + 1]}
    assert [("ptrace" in rows[line]) for line in at] == [True]


def test_facts_are_known_from_the_moment_that_they_were_read(page: Debug) -> None:
    assert known(page.state, "reg")["r1"] == "4"
    assert known(page.state, "text")["0x10020"] == "cmp r1, r2"
    since = {(kind, key): at for at, kind, key, _ in page.state["facts"]}
    _run, break_, go_on, _ = page.state["commands"]
    assert break_["from"] <= since["break", "0x10020"] <= break_["to"]
    assert go_on["from"] < since["reg", "pc"] <= go_on["to"]


def heard(page: Debug, text: str, at: int | None = None) -> dict[str, Any]:
    page._heard(page, {"do": text, "at": at}, [])
    state: dict[str, Any] = page.state
    return state


def test_a_command_from_an_earlier_moment_takes_back_what_came_after_it() -> None:
    page = debug(SUM, ["break loop", "continue", "step", "step"])
    end = page.state["commands"][1]["to"]  # of the breakpoint
    state = heard(page, "continue", at=end)

    assert [one["text"] for one in state["commands"]] == ["run", "break loop", "continue"]
    assert state["say"]["text"] == "3 later commands have not happened."
    assert heard(page, "kill", at=end)["say"]["text"] == "1 later command has not happened."
    assert heard(page, "undo", at=None)["commands"][-1]["text"] == "break loop"
    assert [one["text"] for one in heard(page, "again")["commands"]] == ["run", "break loop"]
    heard(page, "continue")
    typed = heard(page, "run")  # as the button
    assert [one["text"] for one in typed["commands"]] == ["run", "break loop"]
    assert typed["commands"][-1]["to"] == len(typed["frames"]) - 1


def test_the_same_commands_give_the_same_page() -> None:
    pages = [debug(COUNTS, ["continue", "send SIGUSR1", "continue SIGUSR1"]) for _ in range(2)]

    assert pages[0].state == pages[1].state
    assert len(str(pages[0].state)) < 60_000


def test_a_page_without_widgets_has_the_commands_and_their_cost(page: Debug) -> None:
    made, _ = page._repr_mimebundle_()

    assert "read 8: There is no such address" in made["text/plain"]
    assert "2 context switches" in made["text/html"]


def test_a_long_run_is_told_by_its_first_instructions_and_a_number() -> None:
    page = debug(SUM, ["write n 40", "continue"], look=())
    texts = [page.state["texts"][frame[1]] for frame in page.state["frames"]]

    assert page.state["commands"][-1]["answer"] == "sum has ended with exit code 52."
    assert sum(text.startswith("sum at ") for text in texts) < 20
    assert any("more instructions" in text for text in texts)


def test_a_program_that_is_wrong_is_refused() -> None:
    with pytest.raises(ValueError, match="line 1, fly"):
        debug(Program("bad", "fly"))
