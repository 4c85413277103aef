"""A schedule that goes wrong, in a check and in a grade: as a picture, and as a widget."""

import linecache
import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from autograder.checks import check
from autograder.exercise import exercise
from autograder.interleavings import here
from autograder.interleavings.findings import find
from autograder.interleavings.looking import found
from autograder.interleavings.shown import LONGEST, listing, picture, subject_of
from autograder.interleavings.story import Schedule, table
from autograder.interleavings.told import ToldLock
from kernel_model.view.interleavings.widget import Interleave


def functions(name: str, mutant: str) -> dict[str, Any]:
    """The functions of a mutant, as a notebook has them."""
    source, file = exercise(name).mutants()[mutant], f"<{mutant}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    names: dict[str, Any] = {}
    exec(compile(source, file, "exec"), names)
    return names


def shown(name: str, mutant: str) -> Schedule:
    names = functions(name, mutant)
    checked = check(*(names[one] for one in exercise(name).functions[1:]))
    assert isinstance(checked.smaller, Schedule)
    return checked.smaller


def player(name: str, mutant: str) -> Interleave:
    made = shown(name, mutant).player()
    assert isinstance(made, Interleave)
    return made


@pytest.mark.parametrize(
    ("name", "mutant", "line", "end"),
    [
        ("sleep_lock", "queue_late", "await swtch(buf.event)", "asleep"),
        ("P_V_CP", "spins", "await Vprim(sem.lock)", "running"),
        ("Pprim_Vprim", "hyman", None, "inside"),
    ],
)
def test_the_widget_of_a_check_stands_at_the_end_of_the_schedule_in_the_learners_lines(
    name: str, mutant: str, line: str | None, end: str
) -> None:
    made = player(name, mutant)
    machine, text = made.machine, made.subject.text.splitlines()
    last = machine.places(made.turns)[-1]

    stands = [machine.at(last, p) for p in range(len(machine.members))]
    phases = [machine.phase(last, p) for p in range(len(machine.members))]
    assert made.turns == machine.stem + machine.cycle
    assert end in phases
    if line is not None:
        assert line in {text[one.line - 1].strip() for one in stands if one.line is not None}
    else:
        assert machine.inside(last) == 2


def test_a_check_names_the_rule_that_its_schedule_breaks() -> None:
    assert shown("message_mutex", "no_message").rule["name"] == "rest"
    assert shown("message_mutex", "two_messages").rule["name"] == "exclusion"


def test_the_page_of_a_check_has_the_picture_with_its_words() -> None:
    names = functions("sleep_lock", "queue_late")

    page = check(names["sleep_lock"], names["sleep_unlock"])._repr_html_()

    svg = page[page.index("<svg") : page.index("</svg>") + 6]
    assert "Processor 1 wakes all who sleep in buf.event: nobody." in svg
    assert "A wake-up is lost: processor 0 sleeps in buf.event for ever" in svg
    assert ET.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"


def test_the_lines_of_a_setting_and_of_two_cells_are_found_where_they_have_gone() -> None:
    cells = [
        "%time\nasync def sleep_lock(buf):\n    await load(buf.a)",
        "async def sleep_unlock(buf):\n    pass\nasync def buffer(): pass",
    ]
    taken, _ = here.loading(
        ["from kernel_model.explore import load", *cells], exercise("sleep_lock")
    )

    text, lines = listing(taken.nodes, ["", *cells], "x = 1\nasync def program(m, i, n):\n    pass")

    assert text.splitlines() == [
        "async def program(m, i, n):", "    pass", "", "",
        "async def sleep_lock(buf):", "    await load(buf.a)", "", "",
        "async def sleep_unlock(buf):", "    pass", "", "",
        "async def buffer(): pass",
    ]  # fmt: skip
    assert lines == {2: 1, 3: 2, 200002: 5, 200003: 6, 300001: 9, 300002: 10, 300003: 13}


def test_what_a_cell_holds_cannot_break_the_picture() -> None:
    lock = (
        "from kernel_model.explore import *\ndef buffer():\n    return Shared(a='<b>\\x07&')\n"
        "async def sleep_lock(buf):\n    await store(buf.a, ('<svg>', None))\n"
        "async def sleep_unlock(buf):\n    await load(buf.a)\n"
    )
    one = exercise("sleep_lock")
    claim = one.visible_claims()[1]
    finding = found(one, claim, [claim], here.asking([lock], one))

    drawn = picture(finding)

    assert drawn is not None
    assert finding.report.mutual_exclusion is False
    assert ET.fromstring(drawn["svg"]) is not None


def test_a_schedule_too_long_to_be_drawn_is_told_in_words_only() -> None:
    wait = "    for _ in range(70):\n        await load(buf.a)\n"
    lock = (
        "from kernel_model.explore import *\ndef buffer():\n    return Shared(a=0)\n"
        f"async def sleep_lock(buf):\n{wait}async def sleep_unlock(buf):\n    await load(buf.a)\n"
    )
    one = exercise("sleep_lock")
    claim = one.visible_claims()[1]
    finding = found(one, claim, [claim], here.asking([lock], one))

    assert finding.counterexample is not None
    assert len(finding.counterexample.stem) > LONGEST
    assert picture(finding) is None
    assert subject_of(finding) is not None


def test_a_lock_with_more_states_than_are_looked_at_is_not_finished_and_loses_nothing() -> None:
    one = exercise("Pprim_Vprim")
    claims = [claim for claim in one.hidden_claims() if claim.open]
    ask = here.asking([one.accepted()["knuth"]], one)

    four = find(4, claims, lambda: ToldLock(4, one.operations, ask, 10))

    assert [four.verdict(claim)[0] for claim in claims] == [True]
    assert four.report.error == "not finished: a processor has more than 10 states"


@pytest.mark.parametrize(
    ("name", "mutant"),
    [("Pprim_Vprim", "hyman"), ("Pprim_Vprim", "after_you"), ("sleep_lock", "queue_late")],
)
def test_words_table_and_picture_number_the_steps_of_a_schedule_alike(
    name: str, mutant: str
) -> None:
    names = functions(name, mutant)
    checked = check(*(names[one] for one in exercise(name).functions[1:]))
    assert checked.smaller is not None
    example, turns = checked.smaller.found, checked.smaller.player().turns

    said = [re.match(r" *(\d+)  processor (\d)", line) for line in example["calls"]]
    assert [(int(one[1]), int(one[2])) for one in said if one] == list(enumerate(turns, 1))
    numbers = [row[0] for row in table(example) if row[0].isdigit()]
    assert numbers == [str(number) for number in range(1, len(turns) + 1)]
    assert all(f"{len(turns)}. " in words for words in [example["picture"]["text"]])
