"""The picture of where two kernels part: the calls, and the tables (view/pictures/parting.py)."""

import copy
import re
import xml.etree.ElementTree as ET

from kernel_model import IPC_CREAT, Kernel
from kernel_model.view import Picture, view_of
from kernel_model.view.pictures.calls import MOST, Call, calls
from kernel_model.view.pictures.parting import ROWS, parting
from tests.view_runs import busy

SVG = "{http://www.w3.org/2000/svg}"
SENT = Call("A", "msgsnd", {"A": "→ 0"})
SLEEPS = Call("B", "msgrcv", {"B": "asleep"})
WAKES = Call("A", "msgsnd", {"A": "→ 0", "B": "→ 5"})


def texts(picture: Picture) -> list[str]:
    return ["".join(one.itertext()) for one in ET.fromstring(picture).iter(f"{SVG}text")]


def kinds(picture: Picture) -> list[str]:
    return [one.get("class", "") for one in ET.fromstring(picture).iter()]


def test_the_last_call_has_what_was_expected_beside_what_came() -> None:
    picture = calls([SENT, Call("A", "msgrcv", {"A": "ENOMSG"})], {"A": "EAGAIN"})

    said = texts(picture)
    assert "call 2: here the two kernels part" in said
    assert said.index("expected") < said.index("got")
    assert said.index("ENOMSG") < said.index("EAGAIN")


def test_the_name_of_an_error_is_whole_and_stays_in_its_box() -> None:
    refused = Call("A", "connect", {"A": "ECONNREFUSED"})
    picture = calls([*[SENT] * MOST, refused], {"A": "EADDRNOTAVAIL"})

    boxes = [one for one in ET.fromstring(picture).iter(f"{SVG}g") if len(one) == 4]
    given = {one[3].text: float(one[3].get("textLength", "inf")) for one in boxes}
    room = float(boxes[0][1].get("width", 0)) - 10
    assert given["ECONNREFUSED"] < room
    assert given["EADDRNOTAVAIL"] < room


def test_a_picture_says_in_words_what_it_shows() -> None:
    picture = calls([SLEEPS, WAKES], {"A": "→ 0"}, since=0)

    assert picture.words == (
        "1. B's msgrcv: asleep. 2. Expected: A's msgsnd: → 0; B wakes, → 5. "
        "Got: A's msgsnd: → 0. Here the two kernels part. After call 1 their tables differ."
    )
    assert ET.fromstring(picture).get("role") == "img"


def test_a_sleep_is_a_line_until_somebody_wakes_the_sleeper() -> None:
    both_wake = calls([SLEEPS, WAKES], WAKES.came)
    only_one = calls([SLEEPS, WAKES], {"A": "→ 0"})

    assert kinds(both_wake).count("asleep") == 1  # up to the last call
    assert kinds(only_one).count("asleep") == 2  # and on through the column of what came
    assert texts(both_wake).count("wakes") == 2


def test_who_is_stopped_in_a_call_is_not_shown_asleep() -> None:
    stops = Call("B", "kill", {"B": "stopped"})
    picture = calls([stops, WAKES], {"A": "→ 0"})

    assert "stopped" in texts(picture)
    assert "asleep" not in texts(picture)
    assert "sleeps" not in kinds(picture)
    assert kinds(picture).count("asleep") == 2  # the line until it comes back


def test_of_a_long_run_the_last_calls_are_drawn_and_all_are_told() -> None:
    picture = calls([SENT] * 30, {"A": "EINVAL"})

    assert texts(picture).count("msgsnd") == MOST + 1
    assert f"call {30 - MOST + 1}" in texts(picture)
    assert f"1 to {30 - MOST} …" in texts(picture)
    assert "30. Expected" in picture.words


def test_tables_that_are_the_same_are_drawn_once_after_the_call() -> None:
    view = busy(1)
    picture = parting([SENT], {"A": "EINVAL"}, (view, view, view))

    said = texts(picture)
    assert "After it, on both" in said
    assert "After it, got" not in said


def test_an_arrow_to_one_that_wakes_goes_behind_the_box_of_another() -> None:
    woke = Call("A", "write", {"A": "→ 1", "C": "→ 1, 'b'", "D": "EAGAIN"})
    drawn = calls([woke], {"A": "→ 1", "C": "→ 1, 'b'", "D": "EAGAIN"}).body
    column = drawn.rpartition("wakes: EAGAIN")[0].rpartition("write: → 1")[2]

    assert drawn.count("wakes: EAGAIN") == 2
    assert 'class="wire"' not in column.partition("<title>wakes")[2]


def test_what_differs_where_no_picture_shows_it_is_said_and_its_name_keeps_to_its_column() -> None:
    view = busy(1)
    row = ("set 0 semaphore 0: semncnt", "0", "0", "1")
    picture = parting([SENT], {"A": "→ 0"}, (view, view, view), [row])

    assert "After it, on both, but for what differs" in texts(picture)
    assert re.search(r'<text textLength="204"[^>]*>set 0 semaphore 0: semncnt<', picture)


def test_values_that_are_too_long_for_their_columns_stand_whole_one_below_the_other() -> None:
    rows = [
        ("process B: wchan", "none", "none", "sema[0].sem[1].increase"),
        ("process C: wchan", "msgque[0].arrival", "msgque[10].arrival", "none"),
        ("queue 0: qnum", "1", "1", "0"),
    ]
    picture = parting([SENT], {"A": "→ 0"}, None, rows)

    whole = {words for row in rows for words in row}
    assert whole <= set(texts(picture))
    placed = {
        "".join(one.itertext()): (float(one.get("x", "nan")), float(one.get("y", "nan")))
        for one in ET.fromstring(picture).iter(f"{SVG}text")
    }
    assert placed["msgque[0].arrival"][1] < placed["msgque[10].arrival"][1]
    assert placed["process C: wchan"][1] - placed["process B: wchan"][1] == 3 * 28
    assert all(placed[words][0] + 9.2 * len(words) <= 560 for words in whole if "[" in words)


def test_a_table_that_differs_is_drawn_for_both_in_a_frame_that_is_no_mere_colour() -> None:
    before = busy(1)
    got = copy.deepcopy(before)
    got["msgque"][0]["qnum"] = 7
    rows = [("queue 0: qnum", "1", "1", "7")]
    picture = parting([SENT], {"A": "→ 0"}, (before, before, got), rows)

    said = texts(picture)
    assert {"Before call 1", "After it, expected", "After it, got", "What differs"} <= set(said)
    assert "Message map" not in said
    assert kinds(picture).count("cell differs") == 2  # the call's column and the table
    assert "queue 0: qnum: expected 1, got 7" in picture.words


def test_where_the_tables_part_earlier_those_before_the_call_are_the_expected_ones() -> None:
    view = busy(1)
    now = parting([SENT, SENT], {"A": "EINVAL"}, (view, view, view), since=1)
    earlier = parting([SENT, SENT], {"A": "EINVAL"}, (view, view, view), since=0)

    assert "Before call 2" in texts(now)
    assert "Before call 2, expected" in texts(earlier)


def test_many_fields_are_counted_and_not_all_drawn() -> None:
    rows = [(f"queue 0: {n}", "0", "0", "1") for n in range(ROWS + 5)]
    picture = parting([SENT], {"A": "→ 0"}, None, rows)

    assert "and 5 more" in texts(picture)
    assert f"queue 0: {ROWS}" not in texts(picture)


def test_what_a_kernel_wrote_is_text_and_never_markup() -> None:
    view = busy(1)
    got = copy.deepcopy(view)
    got["msgque"][0]["messages"][0]["text"] = "<script>alert(7)</script>"
    got["msgque"][0]["qnum"] = "<script>"
    picture = parting([SENT], {"A": "breaks: <script>"}, (view, view, got), [("<b>", "", "", "")])

    assert "<script" not in picture
    assert "<b>" not in picture
    assert ET.fromstring(picture).tag == f"{SVG}svg"


def test_tables_of_memory_are_drawn_where_they_differ() -> None:
    k = Kernel()
    a = k.spawn("A")
    before = view_of(k)
    segment = a.call("shmget", 1, 8192, IPC_CREAT | 0o600).ret
    made = view_of(k)
    a.call("shmat", segment, None, 0)
    picture = parting([Call("A", "shmat", {"A": "→ 0"})], {"A": "EINVAL"},
                      (before, view_of(k), made))  # fmt: skip

    said = texts(picture)
    assert "Nobody has asked for memory yet." in said
    assert {"After it, expected", "After it, got"} <= set(said)


def test_a_set_and_a_pipe_in_which_the_kernels_differ_are_drawn() -> None:
    k = Kernel()
    a = k.spawn("A")
    q = a.call("semget", 1, 3, IPC_CREAT | 0o600).ret
    a.call("pipe")
    before = view_of(k)
    a.call("semctl", q, 0, "SETALL", [1, 0, 0])
    expected = view_of(k)
    other = copy.deepcopy(expected)
    other["sema"][0]["sems"][2]["sempid"] = 102
    piped = copy.deepcopy(expected)
    piped["pipes"][0]["size"] += 1

    one, two = (parting([SENT], SENT.came, (before, expected, got)) for got in (other, piped))

    assert texts(one).count("Semaphore set 0") == 3
    assert "After it, got" in texts(one)
    assert [said for said in texts(two) if said.startswith("Pipe ")] == ["Pipe 1"] * 3


def test_what_came_of_a_call_stays_in_its_box() -> None:
    picture = calls([Call("A", "read", {"A": "\u2192 20, 'aaaaaaaaaaaaaaaaaaaa'"})] * 4, {"A": "x"})

    boxes = [one for one in ET.fromstring(picture).iter(f"{SVG}rect") if one.get("class") == "box"]
    told = [said for said in texts(picture) if said.startswith("\u2192 20")]
    assert len(told) == 4
    assert all(len(said) * 8 + 10 < float(boxes[0].get("width", "")) for said in told)
