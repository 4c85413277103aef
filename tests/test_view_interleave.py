"""Interleavings by hand: the page's automata say exactly what the explorer says."""

import dataclasses
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from kernel_model import view
from kernel_model.explore import check, check_system
from kernel_model.explore.cells import LockError, Value
from kernel_model.explore.lock import Lock
from kernel_model.view import interleave, verdicts
from kernel_model.view.interleavings import pictures
from kernel_model.view.interleavings.listing import rows
from kernel_model.view.interleavings.machine import Machine, Place
from kernel_model.view.interleavings.snapshot import snapshot_of
from kernel_model.view.interleavings.widget import Interleave

LOCKS = Path(__file__).parent / "locks"
NAMES = "{http://www.w3.org/2000/svg}"
SCRIPT = 40_000  # characters of the page's code, at most


def text(name: str) -> str:
    return (LOCKS / f"{name}.py").read_text("utf-8")


def shown(name: str, n: int = 2, **given: object) -> Interleave:
    return interleave(text(name), n, **given)  # type: ignore[arg-type]


def reached(machine: Machine) -> set[Place]:
    """Everything that can be reached by choosing whose turn it is."""
    found, todo = {machine.start()}, [machine.start()]
    while todo:
        place = todo.pop()
        for p in range(len(machine.members)):
            after = machine.turn(place, p)
            if after not in found:
                found.add(after)
                todo.append(after)
    return found


# The machine


@pytest.mark.parametrize(
    ("name", "n"),
    [("flag", 2), ("flag", 3), ("peterson", 2), ("ticket", 2), ("mcs", 2), ("book_from_0", 2),
     ("compare_and_swap", 3), ("counted", 2), ("no_lock", 2), ("eisenberg_mcguire", 3)],
)  # fmt: skip
def test_every_state_of_the_explorer_can_be_walked_to_and_no_other(name: str, n: int) -> None:
    machine = shown(name, n).machine

    keys = {machine.key(place) for place in reached(machine)}

    assert len(keys) == check(text(name), n).states


@pytest.mark.parametrize("name", ["flag", "hyman", "book_from_0", "peterson_turn_first", "no_lock"])
def test_a_bad_schedule_ends_with_two_inside_and_not_before(name: str) -> None:
    machine = shown(name).machine

    inside = [machine.inside(place) for place in machine.places(machine.stem)]

    assert inside[-1] == 2
    assert max(inside[:-1]) == 1
    assert machine.cycle == []


@pytest.mark.parametrize(
    ("name", "n"), [("test_and_set", 2), ("dijkstra", 3), ("polite", 2), ("mcs_hasty", 2)]
)
def test_a_cycle_comes_back_to_where_it_began(name: str, n: int) -> None:
    machine = shown(name, n).machine

    places = machine.places(machine.stem + machine.cycle)

    assert machine.cycle
    assert machine.key(places[-1]) == machine.key(places[len(machine.stem)])


def test_a_right_lock_has_no_bad_schedule_and_says_what_was_looked_at() -> None:
    widget = shown("peterson", schedule="bad")

    assert widget.turns == []
    assert widget.data["verdict"] == (
        "There is none: in all 58 states, never are two inside, nobody is stuck, nobody starves."
    )


def test_a_step_is_told_in_one_plain_sentence() -> None:
    machine = shown("flag").machine
    texts = []
    place = machine.start()
    for p in (0, 0, 0, 0, 0):
        move = machine.move(place, p)
        assert move is not None
        texts.append(move.text)
        place = machine.turn(place, p)

    assert texts == [
        "Processor 0 wants to get in and calls Pprim.",
        "Processor 0 reads val[0] and finds 0.",
        "Processor 0 writes 1 into val[0]. It is inside now.",
        "Processor 0 leaves its critical section and calls Vprim.",
        "Processor 0 writes 0 into val[0]. It is outside again.",
    ]


def test_atomic_instructions_are_told_as_one_step() -> None:
    texts = shown("compare_and_swap").data["texts"] + shown("mcs").data["texts"]

    assert any("as it expected, and puts" in one for one in texts)
    assert any("and leaves it as it is" in one for one in texts)
    assert any("takes -1 out, in one step" in one for one in texts)


def test_an_index_outside_stops_its_processor_with_the_reason() -> None:
    machine = shown("flag").machine
    wrong = text("flag").replace("sem.val[0]", "sem.val[n]")

    failed = interleave(wrong, 2).machine

    assert machine.stem != failed.stem
    last = failed.places(failed.stem)[-1]
    coming = [failed.at(last, p).coming for p in (0, 1)]
    assert any("outside the array" in one for one in coming)


def test_what_is_no_lock_is_refused_in_words() -> None:
    with pytest.raises(LockError, match="defines no semaphore"):
        interleave("x = 1")
    with pytest.raises(LockError, match="7 is no lock"):
        interleave(7)
    with pytest.raises(ValueError, match="0 to 1"):
        shown("flag", schedule=[2])
    with pytest.raises(ValueError, match="'worst'"):
        shown("flag", schedule="worst")


# The listing


def test_the_listing_shows_pprim_the_critical_section_and_vprim() -> None:
    kinds = [(row.kind, row.line) for row in rows(text("flag"))]

    assert kinds == [("place", 0), *(("line", n) for n in range(10, 14)), ("place", 0),
                     ("line", 16), ("line", 17)]  # fmt: skip


def test_a_sealed_lock_is_shown_in_words_and_gives_no_line_away() -> None:
    sealed = Lock(text("flag"), {11: "wait until nobody has it", 13: "take it", 17: "give it back"})

    widget = interleave(sealed, 2, schedule="bad")

    told = json.dumps(widget.data) + str(widget.snapshot()) + repr(widget)
    assert "wait until nobody has it" in told
    assert "await" not in told
    stands = widget.data["members"][0]["stands"]
    names = {widget.data["rows"][one["row"]][1] for one in stands}
    assert names == {
        "outside", "critical section", "wait until nobody has it", "take it", "give it back",
    }  # fmt: skip


# The pictures


def test_cells_stand_in_rows_with_their_values() -> None:
    names, held = ["val[0]", "val[1]", "lastid"], ["0", "1", "7"]
    picture = pictures.memory(names, held, [{}, {}, {}], ["val[1]"])

    tree = ET.fromstring(picture)
    every = {one.get("data-cell"): one for one in tree.iter(f"{NAMES}g")}
    cells = {name: one for name, one in every.items() if name}
    assert {name: "".join(one.itertext()) for name, one in cells.items()} == {
        "val[0]": "0", "val[1]": "1", "lastid": "7",
    }  # fmt: skip
    assert [name for name, one in cells.items() if "changed" in str(one.get("class"))] == ["val[1]"]
    assert picture.words == "val[0] is 0, val[1] is 1 and lastid is 7."


def test_many_cells_stay_inside_the_picture() -> None:
    names = [f"val[{n}]" for n in range(12)] + ["a_long_name", "another_long_name", "x", "y"]

    picture = pictures.memory(names, ["(1, 2, 3, 4)"] * len(names), [{}] * len(names))

    boxes = [
        one for one in ET.fromstring(picture).iter(f"{NAMES}rect") if one.get("class") == "box"
    ]
    assert all(float(box.get("x", "")) + float(box.get("width", "")) <= 564 for box in boxes)
    assert len({(box.get("x"), box.get("y")) for box in boxes}) == len(names)


def test_a_box_has_room_for_all_that_its_cell_may_hold() -> None:
    full = "(1, 1, 1, 1, 1)"

    empty = pictures.memory(["queue"], ["()"], [{"()": (), full: (1,) * 5}])
    picture = pictures.memory(["queue"], [full], [{"()": (), full: (1,) * 5}])

    assert full in picture
    boxes = [re.findall(r'<rect[^>]* width="([^"]*)"[^>]* class="box"', one)
             for one in (empty, picture)]  # fmt: skip
    assert boxes[0] == boxes[1]


def links(picture: str, kind: str) -> list[str]:
    """The arrows of a kind, each as the cell and what it holds."""
    return re.findall(rf'<g class="link{kind}" data-when="([^"]*)"', picture)


def test_a_list_is_drawn_with_an_arrow_for_every_pointer() -> None:
    nodes = {str(n): n for n in (-1, 0, 1, 2)}
    names = ["list.head", "list.next[0]", "list.next[1]", "list.next[2]"]

    picture = pictures.memory(names, ["2", "-1", "0", "-1"], [nodes] * 4)

    assert sorted(links(picture, "")) == ["list.head=2", "list.next[1]=0"]
    assert len(links(picture, " off")) == 10
    assert re.findall('class="(node[^"]*)" data-node="list ([0-9])"', picture) == [
        ("node out", "0"), ("node out", "1"), ("node", "2"),
    ]  # fmt: skip
    assert picture.words.endswith("list has 2; not in it: 0 and 1.")


def test_the_step_that_loses_a_node_shows_where_the_pointer_led() -> None:
    widget = system("list_unlocked", schedule="bad")
    picture = widget.snapshot()

    (head,) = [name for name in widget.machine.cells if name.endswith("head")]
    (changed,), (was,) = links(picture, " changed"), links(picture, " was")
    assert [changed.split("=")[0], was.split("=")[0]] == [head, head]
    assert re.findall('class="node out" data-node="[^"]* 1"', picture) == [
        f'class="node out" data-node="{head.removesuffix(".head")} 1"'
    ]


def test_a_pointer_with_a_count_beside_it_leads_to_its_node() -> None:
    heads: dict[str, Value] = {"(1, 4)": (1, 4), "(-1, 5)": (-1, 5)}
    ends: dict[str, Value] = {"-1": -1}

    picture = pictures.memory(["head", "next[0]", "next[1]"], ["(1, 4)", "-1", "-1"],
                              [heads, ends, ends])  # fmt: skip

    assert links(picture, "") == ["head=(1, 4)"]


def test_a_ring_has_pointers_forward_and_back() -> None:
    names = [f"ring.{way}[{n}]" for way in ("forp", "backp") for n in (0, 1)]
    both: dict[str, Value] = {"0": 0, "1": 1}

    picture = pictures.memory(names, ["1", "0", "1", "0"], [both] * 4)

    assert len(links(picture, "")) == len(links(picture, " off")) == 4
    assert picture.words.endswith("ring has 0 then 1; not in it: none.")


def test_arrays_are_told_from_single_cells() -> None:
    assert pictures.arrays(["a[0]", "a[1]", "b", "c[0][1]"]) == {
        "a": {"a[0]": "0", "a[1]": "1"}, "b": {"b": ""}, "c[0]": {"c[0][1]": "1"},
    }  # fmt: skip


def test_a_schedule_shows_a_dot_a_turn_and_bars_for_phases() -> None:
    phases = [["outside", "outside"], ["trying", "outside"], ["inside", "outside"]]

    picture = pictures.schedule(["0", "1"], [0, 0], phases)

    tree = ET.fromstring(picture)
    assert sum(one.get("class") == "turn" for one in tree.iter(f"{NAMES}circle")) == 2
    kinds = [one.get("class") for one in tree.iter(f"{NAMES}g")]
    assert kinds == ["ready", "run"] * 2  # the legend, and the bars
    assert picture.words == "Turns: 0, 0."


def test_the_graph_has_all_states_and_marks_the_bad_ones() -> None:
    widget = shown("flag")
    assert widget.graph is not None

    drawn = [one for one in ET.fromstring(widget.graph).iter(f"{NAMES}g") if one.get("data-state")]

    assert len(drawn) == 25
    bad = widget.machine.key(widget.machine.places(widget.machine.stem)[-1])
    assert [one.get("data-state") for one in drawn if one.get("class") == "state bad"] == [bad]
    assert shown("book_from_0").graph is None


def test_a_page_without_widgets_gets_a_picture_of_the_schedule() -> None:
    bundle, _ = shown("flag", schedule="bad")._repr_mimebundle_()

    assert "Two are inside at the same time." in bundle["image/svg+xml"]
    assert "Two are inside at the same time." in bundle["text/plain"]
    ET.fromstring(bundle["image/svg+xml"])


def test_the_same_lock_gives_the_same_bytes() -> None:
    one, other = (shown("hyman", schedule="bad") for _ in range(2))

    assert json.dumps(one.data) == json.dumps(other.data)
    assert str(one.snapshot()) == str(other.snapshot())
    assert repr(one) == "<Interleave '', 2 processors, 70 states>"


def test_the_page_is_small_and_asks_nobody_for_anything() -> None:
    script = Interleave._esm

    assert len(script) < SCRIPT
    bare = script.replace("http://www.w3.org/2000/svg", "")  # a name, not a place
    assert [word for word in ("http:", "https:", "fetch(", "import ") if word in bare] == []
    assert len(json.dumps(shown("eisenberg_mcguire", 3).data)) < 200_000


# Systems

SYSTEMS = Path(__file__).parent / "systems"


def system(name: str, **given: object) -> Interleave:
    return interleave((SYSTEMS / f"{name}.py").read_text("utf-8"), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name", ["sleep_lock", "list_compare_and_swap", "semaphore", "free_lists", "busy_wait"]
)
def test_every_state_of_a_system_can_be_walked_to_and_no_other(name: str) -> None:
    text = (SYSTEMS / f"{name}.py").read_text("utf-8")
    machine = system(name).machine

    keys = {machine.key(place) for place in reached(machine)}

    assert len(keys) == check_system(text).states


def test_a_lost_node_is_told_in_the_last_state_of_its_schedule() -> None:
    widget = system("list_unlocked", schedule="bad")
    machine = widget.machine

    last = machine.places(machine.stem)[-1]

    assert widget.data["bad"][machine.key(last)] == "Node 1 is lost."
    assert {machine.phase(last, p) for p in (0, 1)} == {"ended"}
    assert "Node 1 is lost." in widget.snapshot()


def test_a_sleeper_whose_wake_up_was_lost_is_shown_asleep() -> None:
    widget = system("sleep_lock_lost_wakeup", schedule="bad")
    machine = widget.machine

    last = machine.places(machine.stem)[-1]

    asleep = [p for p in (0, 1) if machine.phase(last, p) == "asleep"]
    assert len(asleep) == 1
    assert machine.move(last, asleep[0]) is None
    assert "sleeps in chan for ever" in widget.data["bad"][machine.key(last)]


def test_steps_of_the_kernel_are_told_in_words() -> None:
    texts = " ".join(
        text
        for name in ("semaphore", "sleep_lock_lost_wakeup", "polite")
        for text in system(name).data["texts"]
    )

    for said in (
        "takes the lock lock", "gives the lock lock back", "puts itself at the end of queue",
        "takes processor 0 out of queue and wakes it", "puts itself to sleep in chan",
        "wakes all who sleep in chan", "enters its critical section", "takes one from s[0]",
        "finds nothing in s[1] to take", "gives one to s[0]", "It ends.", "it is not in queue",
    ):  # fmt: skip
        assert said in texts


def test_the_listing_of_a_system_has_its_programs_and_an_end() -> None:
    shown_rows = rows((SYSTEMS / "list_unlocked.py").read_text("utf-8"), lock=False)

    assert [row.kind for row in shown_rows] == ["line", "line", "place"]
    assert shown_rows[-1].html == "ended"


def test_a_lock_that_waits_says_who_waits_for_it() -> None:
    machine = system("list_locked").machine

    place = machine.places([0])[-1]

    assert [machine.phase(place, p) for p in (0, 1)] == ["running", "waiting"]
    assert machine.at(place, 1).coming == "Pprim(lock)"


# Tables of verdicts


def test_locks_stand_in_a_table_with_what_holds_of_them() -> None:
    table = verdicts({"flag": text("flag"), "peterson": text("peterson")}, 2)

    assert list(table.rows()) == [
        ("flag", "NO", "yes", "NO", "0", "25"),
        ("peterson", "yes", "yes", "yes", "1", "58"),
    ]
    assert repr(table).splitlines()[0].split("  ")[-1] == "states"
    assert "<strong>NO</strong>" in table._repr_html_()
    ET.fromstring(table._repr_html_())


def test_what_was_not_asked_for_is_left_open_and_an_error_is_told() -> None:
    table = verdicts({"t": text("test_and_set"), "x": "x = 1"}, 3, ["mutex"])

    assert list(table.rows()) == [
        ("t", "yes", "–", "–", "–", "80"),
        ("x", "the file defines no semaphore(...)", "", "", "", ""),
    ]


def test_systems_have_a_table_of_their_own() -> None:
    names = ("sleep_lock", "sleep_lock_apart", "sleep_lock_lost_wakeup", "list_unlocked")
    texts = {name: (SYSTEMS / f"{name}.py").read_text("utf-8") for name in names}

    rows_ = {row[0]: row[1:4] for row in verdicts(texts).rows()}

    assert rows_ == {
        "sleep_lock": ("yes", "yes", "yes"),
        "sleep_lock_apart": ("NO: two are inside", "–", "–"),
        "sleep_lock_lost_wakeup": ("yes", "NO", "yes"),
        "list_unlocked": ("NO: node 1 is lost", "–", "–"),
    }


def test_a_docstring_is_not_shown_as_code() -> None:
    words = "async def Vprim(sem, procid, n):\n    "
    told = text("flag").replace(words, f'{words}"""Gives it back,\n    for good."""\n    ')

    lines = [row.html for row in rows(told) if row.kind == "line"]

    assert not any("for good" in line for line in lines)
    assert any("store" in line for line in lines[-1:])


def test_the_picture_at_the_end_of_a_bad_schedule_says_what_is_bad() -> None:
    words = shown("test_and_set", schedule="bad").snapshot().words

    assert "a processor tries for ever and never gets in." in words
    assert "Step through it" not in words


def test_long_sentences_of_a_picture_go_on_in_the_next_line() -> None:
    subject = dataclasses.replace(shown("compare_and_swap").subject, text="")

    picture = snapshot_of("swap", subject, [0, 0, 1, 1])

    lines = re.findall(r"<text[^>]*>([^<]*)</text>", picture)
    assert not any("\u2026" in line for line in lines)
    assert max(map(len, lines)) < 61
    assert " ".join(lines).count("in one step.") >= 1


def test_what_was_counted_stands_in_a_table_under_its_heads() -> None:
    for _ in range(2):  # what the first one imports hides nothing
        made = view.table({"pipe": [4, "a < b"], "memory": [0, "NO"]}, ["calls", "note"])

    assert repr(made) == "        calls  note\npipe    4      a < b\nmemory  0      NO"
    html = made._repr_html_()
    assert '<th scope="row">pipe</th><td>4</td><td>a &lt; b</td>' in html
    assert '<th scope="col">note</th>' in html
