"""The player: what can be played, what the page gets of it, and how it stays small."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kernel_model import IPC_CREAT, MSG_R, PMSG, Kernel, ipcaccess, msgconv, sleep
from kernel_model.scenario import ScenarioError, load
from kernel_model.view import Picture, play, snapshot
from kernel_model.view.player import recording
from kernel_model.view.player.legend import WORDS
from kernel_model.view.player.story import MARKS, story_of
from kernel_model.view.player.timeline import SIGNS
from kernel_model.view.player.widget import STATIC, Player
from tests.view_runs import CONVERSATION, USERS

FILE = Path(__file__).parent / "scenarios" / "messages_sleep.json"
TWO = "messages.sleep.two-types"


@pytest.fixture(scope="module")
def player() -> Player:
    return play(CONVERSATION, uids=USERS)


def texts(player: Player, side: int = 0) -> list[str]:
    """The sentence of each step."""
    data = player.data
    return [data["strings"][number] for number in data["sides"][side]["text"]]


def events(player: Player) -> list[str]:
    steps = player.stories[0].steps
    return [step.text for step in steps if step.kind != "line"]


def fragment(player: Player, place: str, step: int) -> str:
    data = player.data
    at = [one["name"] for one in data["places"]].index(place)
    shown: str = data["strings"][data["sides"][0]["pictures"][at][step]]
    return shown


def new(player: Player, step: int) -> tuple[list[str], list[str]]:
    """Cells that a step marks as changed, and the changes in words."""
    data = player.data
    cells, words = json.loads(data["strings"][data["sides"][0]["new"][step]])
    return cells, words


# Who is in which function


def test_who_ends_by_a_signal_is_in_psig_to_the_end_and_its_sender_in_kill() -> None:
    steps = play(["A.fork('C')", "A.kill(C.pid, SIGTERM)", "A.wait()"]).stories[0].steps
    stacks = [(step.proc, [name for name, *_ in step.stack]) for step in steps]

    assert ("C", ["psig", "psexit", "end", "bury"]) in stacks
    after = stacks.index(("C", [])) + 1  # SIGTERM is sent to C
    assert stacks[after : after + 2] == [("A", ["kill"])] * 2
    assert {name for _, names in stacks for name in names} & {"wait", "wait_for", "fork"}
    assert not [step.text for step in steps if "next: in " in step.text]  # each has its words


# What can be played


def test_calls_in_short_form_are_played_with_names_keys_and_flags(player: Player) -> None:
    assert events(player)[:4] == [
        "A calls msgget(key 1, IPC_CREAT | 0o666).",
        "msgget returns 0 to A.",
        "B calls msgrcv(0, 100, 2, 0).",
        "B goes to sleep and waits for a message in queue 0.",
    ]
    assert events(player)[-3:] == [
        "msgrcv fails for A with ENOMSG: the queue is empty.",
        "A calls msgctl(0, IPC_RMID).",
        "msgctl returns 0 to A.",
    ]


def test_a_scenario_is_played_from_a_file_by_its_id() -> None:
    player = play(FILE, only=TWO)

    assert "C calls msgrcv(0, 10, 2, 0)." in events(player)
    assert player.title == "Of two receivers each gets the message of its own type"


def test_the_same_scenario_can_be_given_in_any_form() -> None:
    scenario = next(one for one in load(FILE) if one.id == TWO)
    whole = json.loads(FILE.read_text("utf-8"))
    one = next(given for given in whole if given["id"] == TWO)
    forms: list[dict[str, Any]] = [
        {"what": scenario},
        {"what": one},
        {"what": json.dumps(one)},
        {"what": whole, "only": TWO},
        {"what": json.dumps(whole), "only": TWO},
        {"what": str(FILE), "only": TWO},
    ]

    made = [play(**form).data for form in forms]
    assert all(data == made[0] for data in made)


def test_a_trace_is_played_as_it_was_recorded() -> None:
    k = Kernel()
    a = k.spawn("A")
    trace = k.start_trace()
    a.call("msgget", 1, IPC_CREAT | 0o600)
    trace.stop()

    player = play(trace)
    assert events(player) == [
        "A calls msgget(1, IPC_CREAT | 0o600).".replace("(1,", "(key 1,"),
        "msgget returns 0 to A.",
    ]
    assert play(trace, title="How a queue is made").title == "How a queue is made"


def test_the_linux_personality_can_be_played() -> None:
    player = play(["q = A.msgget(1, IPC_CREAT)", "A.msgsnd(q, 1, 'x')"], personality="linux")

    assert "this kernel keeps no map" in fragment(player, "map", -1)


def test_calls_may_be_tuples_in_the_form_of_scenarios() -> None:
    calls = [("A", "msgget", 1, ["IPC_CREAT", "0o600"]), ("A", "msgsnd", 0, 1, b"x", [])]

    assert events(play(calls))[2] == "A calls msgsnd(0, 1, 'x', 0)."


def test_limits_of_the_kernel_can_be_given_for_calls() -> None:
    calls = ["q = A.msgget(1, IPC_CREAT | 0o600)", "A.msgsnd(q, 1, 'much', IPC_NOWAIT)"]

    player = play(calls, limits={"MSGMNB": 2})
    assert events(player)[-1] == (
        "msgsnd fails for A with EAGAIN: no room for 4 bytes: msgque[0].space."
    )


async def msgrcv(
    u: Any, msqid: int, size: int, mtype: int, flags: int = 0, msgp: Any = None
) -> int:
    """Sleeps, and gives nothing."""
    q = msgconv(u, msqid)
    ipcaccess(u, q.perm, MSG_R)
    #: always sleep
    await sleep(u, q.arrival, PMSG)
    return 0


def test_a_function_of_ones_own_is_shown_line_by_line() -> None:
    player = play(FILE, only=TWO, functions=[msgrcv])

    data = player.data["sides"][0]
    assert data["code"]["msgrcv"]["lines"][-1].endswith('return</i> <i class="n">0</i>')
    lines = [json.loads(player.data["strings"][n]) for n in data["stack"]]
    assert ["msgrcv", 6] in [stack[-1] for stack in lines if stack]
    assert play(FILE, only=TWO, functions=msgrcv).data == player.data


def test_a_line_without_words_is_told_as_it_stands() -> None:
    told = texts(play(FILE, only=TWO, functions=[msgrcv]))

    assert "B, next: q = msgconv(u, msqid)" in told
    assert "B, next: always sleep." in told


def test_a_scenario_that_does_not_come_out_says_so_at_its_end() -> None:
    player = play(FILE, only=TWO, functions=[msgrcv])

    assert player.stories[0].note == "expected C's sleeping msgrcv to return 3, got 0"
    assert player.data["sides"][0]["note"] == player.stories[0].note


async def msgsnd(u: Any, msqid: int, mtype: int, text: Any, flags: int = 0) -> int:
    """Never ends."""
    while True:
        flags += 1


def test_a_loop_without_end_is_cut_off_and_shown() -> None:
    player = play(FILE, only=TWO, functions=[msgsnd])

    assert player.stories[0].note == (
        f"The run was cut off after {recording.STEPS} steps. Does every loop end?"
    )
    assert len(player) < 100
    assert any("more rounds like this" in text for text in texts(player))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"what": 5}, "int cannot be played; give a Trace, a Scenario"),
        ({"what": []}, "there is no call to play; give a list of calls such as"),
        ({"what": ["A msgget"]}, "'A msgget' is not a call in short form, such as"),
        ({"what": ["A.msgget(1, lambda: 0)"]}, "'lambda: 0' in 'A.msgget(1, lambda: 0)' is not"),
        ({"what": ["A.msggett(1, 0)"]}, "msggett"),
        ({"what": ["A.msgsnd(q, 1, 'x')"]}, "$q was never saved before"),
        ({"what": FILE}, "; choose one with only=: messages.sleep.receiver, "),
        ({"what": FILE, "only": "nobody"}, "there is no scenario 'nobody'; there are messages."),
        ({"what": "[5]"}, "a scenario is a dict"),
        ({"what": '{"id": "x"'}, "malformed JSON"),
        ({"what": {"id": "x"}}, "missing; a scenario has id, topic, uids and steps"),
        ({"what": FILE, "only": TWO, "uids": {"A": 1}}, "uids and limits go with a list of calls"),
        ({"what": CONVERSATION, "step": 9999}, "step 9999; this run has the steps 0 to"),
        ({"what": CONVERSATION, "functions": [len]}, "len is neither a system call nor"),
    ],
)
def test_what_cannot_be_played_is_told_in_words(given: dict[str, Any], told: str) -> None:
    with pytest.raises((ValueError, ScenarioError)) as caught:
        play(**given)

    assert told in str(caught.value)


def test_an_empty_trace_is_told_in_words() -> None:
    trace = Kernel().start_trace()

    with pytest.raises(ValueError, match="the trace is empty"):
        play(trace)


def test_a_file_that_is_not_there_is_told() -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        play("nowhere.json")


# What the page gets


def test_each_picture_is_sent_once(player: Player) -> None:
    strings = player.data["strings"]

    assert len(strings) == len(set(strings))
    for column in player.data["sides"][0]["pictures"]:
        assert len(column) == len(player)
        assert len(set(column)) < len(player) / 3


def long_run() -> Player:
    """About 300 steps, as a lecture has them."""
    calls = ["q = A.msgget(1, IPC_CREAT | 0o666)"]
    for n in range(4):
        calls += [f"A.msgsnd(q, {n + 1}, 'message {n}')", f"B.msgrcv(q, 100, {n - 2}, IPC_NOWAIT)"]
    return play([*calls, "C.msgrcv(q, 100, 77)", "A.msgctl(q, IPC_RMID)"])


def test_a_trace_of_300_steps_is_small() -> None:
    player = long_run()

    assert 250 <= len(player) <= 350
    assert len(json.dumps(player.data)) < 400_000


def test_what_is_sent_is_plain_json(player: Player) -> None:
    assert json.loads(json.dumps(player.data)) == json.loads(
        json.dumps(play(CONVERSATION, uids=USERS).data)
    )


def test_the_code_for_the_page_is_small_and_asks_nobody() -> None:
    script, sheet = ((STATIC / name).read_text("utf-8") for name in ("player.js", "player.css"))

    assert len(script.encode()) < 40_000
    for text in (script.replace("http://www.w3.org/2000/svg", ""), sheet):
        assert "http:" not in text
        assert "https:" not in text
        assert "import " not in text
        assert "@import" not in text
        assert "url(" not in text
        assert "eval(" not in text


# Steps


def test_what_a_step_changes_is_marked_and_told(player: Player) -> None:
    steps = player.stories[0].steps
    at = next(n for n, step in enumerate(steps) if step.kind == "sleep")

    cells, words = new(player, at)
    assert cells == ["proc:B.state"]
    assert words == ["B: running → asleep, until there is a message in queue 0"]
    assert 'data-cell="proc:B.state"' in fragment(player, "processes", at)


def test_every_cell_that_is_marked_is_in_a_picture(player: Player) -> None:
    for step in range(len(player)):
        cells, _ = new(player, step)
        for cell in cells:
            drawn = [fragment(player, one["name"], step) for one in player.data["places"]]
            assert any(f'data-cell="{cell}"' in picture for picture in drawn), (step, cell)


def test_a_message_keeps_its_key_while_others_come_and_go() -> None:
    calls = ["q = A.msgget(1, IPC_CREAT | 0o666)"]
    calls += [f"A.msgsnd(q, {n}, 'text')" for n in (1, 2, 2)]
    calls += ["A.msgrcv(q, 10, 2)", "A.msgsnd(q, 2, 'text')"]

    player = play(calls)
    last = fragment(player, "queue 0", -1)
    assert [f'data-key="msg:{n}"' in last for n in (1, 2, 3, 4)] == [True, False, True, True]


def test_a_wake_up_is_shown_when_it_is_told(player: Player) -> None:
    steps = player.stories[0].steps
    at = next(n for n, step in enumerate(steps) if step.kind == "wakeup")

    assert steps[at].text == "A wakes B, which waited for a message in queue 0."
    assert new(player, at)[1] == ["B: asleep → ready"]


def test_who_makes_a_step_is_shown_to_run(player: Player) -> None:
    for step in player.stories[0].steps:
        if step.kind == "line":
            states = {p["name"]: p["state"] for p in step.view["procs"]}
            assert states[step.proc] == "kernel"
            assert list(states.values()).count("kernel") == 1


def test_the_stack_tells_which_function_called_which(player: Player) -> None:
    steps = player.stories[0].steps

    stacks = {tuple(name for name, _, _ in step.stack) for step in steps}
    assert ("msgget", "ipcget") in stacks
    assert ("msgrcv",) in stacks


def test_a_call_that_fails_stays_at_the_line_where_it_failed(player: Player) -> None:
    step = next(step for step in player.stories[0].steps if step.kind == "error")

    name, line, _ = step.stack[-1]
    source = player.stories[0].functions[name].source
    assert line is not None
    assert source[line - 1].strip().startswith("raise KernelError(")


def test_rounds_in_which_nothing_changes_are_left_out_and_counted(player: Player) -> None:
    told = [text for text in texts(player) if "more rounds like this" in text]

    assert told == [
        "A, next: unless the key is private, look for it among the entries in use "
        "(47 more rounds like this)."
    ]


def test_a_freed_entry_stays_in_the_table_with_its_reuse_count(player: Player) -> None:
    assert "next: 0 + 1 × 50" in fragment(player, "table", -1)


def test_marks_are_where_something_happens(player: Player) -> None:
    steps = player.stories[0].steps

    marks = [(place, kind) for place, kind, _ in player.data["marks"]]
    assert marks == [
        (n, step.kind)
        for n, step in enumerate(steps)
        if step.kind in ("sleep", "wakeup", "error", "call")
    ]
    assert {kind for _, kind in marks} == {"sleep", "wakeup", "error", "call"}


def test_the_timeline_says_in_words_what_it_shows(player: Player) -> None:
    time = player.data["sides"][0]["time"]

    assert player.data["sides"][0]["lanes"] == ["A", "B", "C"]
    assert "B goes to sleep and waits for a message in queue 0." in time
    assert 'class="mark wake"' in time


# Still pictures


def test_a_player_shows_a_picture_where_no_widget_can_be(player: Player) -> None:
    data, _ = player._repr_mimebundle_()

    assert data["image/svg+xml"] == player.snapshot(-1)
    chosen, _ = play(CONVERSATION, uids=USERS, step=30)._repr_mimebundle_()
    assert chosen["image/svg+xml"] == player.snapshot(30)
    assert data["text/plain"].startswith("<Player of 'msgget, msgrcv, msgsnd, msgctl', ")
    assert repr(player) == repr(play(CONVERSATION, uids=USERS))
    assert "application/vnd.jupyter.widget-view+json" in data


def test_a_snapshot_marks_what_its_step_changed(player: Player) -> None:
    steps = player.stories[0].steps
    at = next(n for n, step in enumerate(steps) if step.kind == "sleep")

    picture = player.snapshot(at)
    assert 'class="pill sleep changed" data-cell="proc:B.state"' in picture
    assert picture.words.startswith("B goes to sleep and waits for a message in queue 0.")
    assert 'changed" data-cell="proc:B.state"' not in player.snapshot(at + 1)


def test_a_snapshot_shows_the_line_that_is_next(player: Player) -> None:
    steps = player.stories[0].steps
    at = next(n for n, step in enumerate(steps) if step.kind == "sleep")

    picture = player.snapshot(at)
    assert "B in msgrcv, line 49: await sleep(u, q.arrival, PMSG)." in picture.words
    assert ">await sleep(u, q.arrival, PMSG)</text>" in picture


def test_a_snapshot_is_made_of_whatever_can_be_played() -> None:
    last = snapshot(CONVERSATION)

    assert isinstance(last, Picture)
    assert last == snapshot(play(CONVERSATION))
    with pytest.raises(ValueError, match="step 5000; this run has the steps 0 to"):
        snapshot(CONVERSATION, 5000)


def test_a_story_of_the_same_trace_is_the_same() -> None:
    made = recording.record(CONVERSATION)

    assert story_of(made.trace, "") == story_of(made.trace, "")


# What its signs mean


def told_by_legend(player: Player) -> list[str]:
    return re.findall(r">([^<]+)</span>", player.data["legend"])


def test_the_legend_explains_the_signs_that_occur_and_no_others(player: Player) -> None:
    quiet = play(["A.msgget(1, IPC_CREAT)"])

    assert told_by_legend(quiet) == [
        "runs in the kernel", "in user mode", "changed by the last step",
    ]  # fmt: skip
    assert told_by_legend(player) == [
        "runs in the kernel", "ready to run", "asleep", "in user mode", "goes to sleep",
        "wakes another", "its call fails", "changed by the last step",
    ]  # fmt: skip


def test_every_event_of_a_timeline_has_words_in_the_legend() -> None:
    assert {*SIGNS, "wakeup"} == {*WORDS, "end"}
    assert set(MARKS) == {*SIGNS, "wakeup"}


def test_the_line_that_comes_next_is_said_to_come_next(player: Player) -> None:
    story = player.stories[0]
    told = {step.text.partition(" ")[0][-1] for step in story.steps if step.kind == "line"}

    assert told == {","}
    assert any(text == "A, next: put the message at the end of the list." for text in texts(player))
    assert not [step for step in story.steps if step.kind != "line" and ", next:" in step.text]
