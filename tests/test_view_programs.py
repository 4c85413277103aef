"""Programs that the reader drives: what the page gets, listings, pictures (view/programs)."""

import json
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from kernel_model.programs import Run, chosen
from kernel_model.programs.classics import buffers, exclusion, philosophers, readers
from kernel_model.view import drive
from kernel_model.view.programs.listing import rows_of
from kernel_model.view.programs.objects import objects
from kernel_model.view.programs.subject import HOPELESS, Subject, subject_of
from kernel_model.view.programs.widget import Drive
from kernel_model.waiting import waits

TWO = exclusion.TWO_ORDERS


@pytest.fixture(scope="module")
def two() -> Drive:
    return drive(TWO, schedule="bad", title="Two orders")


def here(data: dict[str, Any], turns: list[int]) -> tuple[Any, list[str]]:
    """The state that the page comes to by these turns, and what it said on the way."""
    at, told = 0, []
    for p in turns:
        at, text = data["states"][at][1][p]
        told.append(data["texts"][text])
    return data["states"][at], told


def test_the_page_walks_every_schedule_as_the_programs_do(two: Drive) -> None:
    for turns in ([0, 0, 1, 0, 1], [1, 0, 1, 0], [0, 1], [1, 1, 1, 0, 1, 0, 0, 0]):
        run = Run(TWO)
        told = [run.turn(p) for p in turns]
        state, said = here(two.data, turns)

        assert said == told
        stands = [one["stands"][at] for one, at in zip(two.data["members"], state[0], strict=True)]
        assert [stand["phase"] for stand in stands] == [run.phase(p) for p in (0, 1)]
        assert [move is not None for move in state[1]] == [run.can(p) for p in (0, 1)]


def test_a_bad_schedule_ends_in_the_deadlock_and_was_hopeless_before(two: Drive) -> None:
    texts = two.data["texts"]

    assert two.turns == two.data["stem"] == [0, 1, 0, 1]
    assert two.data["verdict"] == ("A shortest bad schedule has 4 turns: Deadlock: A → B → A.")
    assert texts[here(two.data, two.turns)[0][2]] == "Deadlock: A → B → A."
    assert texts[here(two.data, two.turns[:2])[0][3]] == HOPELESS
    assert texts[here(two.data, two.turns[:1])[0][3]] == ""
    assert "state bad" in two.data["graph"]


def test_programs_that_are_right_have_no_bad_schedule() -> None:
    data = drive(exclusion.ONE_ARRAY, schedule=["A", "B", "A"]).data

    assert data["stem"] == []
    assert data["verdict"].startswith("There is none. All 29 states are looked at:")
    assert data["total"] == len(data["states"]) == 29


def test_chance_takes_the_turns_of_its_seed() -> None:
    widget = drive(TWO, seed=3)

    assert list(widget.turns) == chosen(TWO, 3)
    assert widget.data["seed"] == 3


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        ("worst", "give turns, or 'bad'"),
        (["C"], "there is no process 'C'; there are A, B"),
        ([0, 1, 0, 0], "turn 4: A cannot go on, it is asleep"),
        ([7], "turn 1: 7; the processes are 0 to 1"),
    ],
)
def test_a_schedule_that_cannot_be_is_told_in_words(schedule: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        drive(TWO, schedule=schedule)


def test_a_page_that_has_not_all_states_says_which_turns_lead_out_of_it() -> None:
    from kernel_model.view.programs.pack import payload

    subject = subject_of(philosophers.CIRCLES["semaphore"], limit=30)
    data = payload("", subject, 1)
    moves = [move for state in data["states"] for move in state[1] if move]

    assert (data["total"], len(data["states"])) == (None, 30)
    assert [-1, 0] in moves
    assert data["verdict"] == "Not finished: nothing is wrong in the first 30 states."


# What is shown


def test_the_listing_has_each_program_once_with_what_it_calls() -> None:
    rows = rows_of(readers.BY["mutex and condition"])
    heads = [row.html for row in rows if "async" in row.html]

    assert [head.partition("(")[0].rpartition(" ")[2].rpartition(">")[2] for head in heads] == [
        "read_counted", "write_alone", "wait_and_add", "add",
    ]  # fmt: skip
    assert "Caller" not in "".join(heads)
    assert rows[-1].html == "ended"
    assert not any('"""' in row.html for row in rows)


def test_the_wait_for_graph_names_whoever_wakes_a_sleeper_on_some_way() -> None:
    subject = subject_of(buffers.BY["message queue"])
    asleep = subject.follow([1])[-1]

    (wait,) = subject.waits(asleep)
    assert (wait.proc, wait.of, wait.how) == ("consumer", ("producer",), "gives")
    assert "consumer waits for a message in queue 0: producer can wake it." in (
        subject.pictures(asleep)[1].words
    )


def test_who_will_never_wake_is_told_before_all_sleep() -> None:
    subject: Subject = subject_of(TWO)
    lost = subject.follow([0, 1, 0])[-1]

    assert subject.verdict(lost) == "Nobody will wake A."
    assert [(one.of, one.how) for one in subject.waits(lost)] == [(("B",), "has")]


def test_what_programs_share_is_drawn_in_a_row_each() -> None:
    queue = Run(buffers.BY["message queue"]).play([0, 0])
    ring = Run(buffers.BY["semaphore"]).play([0, 0, 0, 0, 1, 1])

    assert objects(queue.view()).words == "queue 0: 1, 2."
    assert objects(ring.view()).words == "semaphores 0: 1, 0; segment 0: 1."
    ET.fromstring(objects(ring.view()))


def test_a_mutex_says_who_holds_it_and_who_waits_for_it_waits_for_that_process() -> None:
    subject = subject_of(exclusion.BY["mutex"])
    taken = subject.follow([0, 0, 1, 1])[-1]
    shared, waiting = subject.pictures(taken)

    assert "mutex: held by A" in shared.words
    assert "B waits for a lock in region" in waiting.words
    assert [(one.proc, one.of) for one in subject.waits(taken)] == [("B", ("A",))]
    assert [(one.of, one.how) for one in waits(subject.graph.states[taken].view)] == [
        (("A",), "has")
    ]


def test_a_page_without_widgets_gets_a_picture_of_where_the_schedule_led(two: Drive) -> None:
    bundle, _ = two._repr_mimebundle_()

    assert "Deadlock: A → B → A." in bundle["text/plain"]
    assert "<Drive 'Two orders', 2 processes, 39 states>" in bundle["text/plain"]
    ET.fromstring(bundle["image/svg+xml"])


def test_the_same_programs_give_the_same_bytes(two: Drive) -> None:
    other = drive(TWO, schedule="bad", title="Two orders")

    assert json.dumps(two.data) == json.dumps(other.data)
    assert str(two.snapshot()) == str(other.snapshot())
    assert len(json.dumps(two.data)) < 40_000
