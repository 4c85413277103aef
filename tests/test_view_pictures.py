"""Pictures are well-formed, legible and say in words what they show (view/pictures)."""

import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import pytest

from kernel_model import IPC_CREAT, IPC_PRIVATE, IPC_RMID, IPC_SET, Kernel
from kernel_model.tables import show, snapshot
from kernel_model.view import (
    Picture,
    ipc_table,
    kernel,
    message_map,
    processes,
    queue,
    sleepers,
    view_of,
    wait_for,
)
from kernel_model.view.pictures import style
from kernel_model.view.pictures.svg import WIDEST
from tests.view_runs import busy, touching

SVG = "{http://www.w3.org/2000/svg}"
DRAWN: dict[str, Callable[[Any], Picture]] = {
    "processes": processes,
    "sleepers": sleepers,
    "queue": queue,
    "no queue": lambda view: queue(view, 40),
    "table": ipc_table,
    "map": message_map,
    "kernel": kernel,
    "waits": wait_for,
}
SIZES = dict.fromkeys(DRAWN, 6000) | {"kernel": 24000}  # bytes of the elements


def texts(picture: str) -> list[str]:
    return ["".join(one.itertext()) for one in ET.fromstring(picture).iter(f"{SVG}text")]


def keys(picture: str) -> list[str]:
    found = [one.get("data-key") for one in ET.fromstring(picture).iter()]
    return [key for key in found if key]


def links(picture: str) -> set[str]:
    found = [one.get("data-link") for one in ET.fromstring(picture).iter()]
    return {name for link in found if link for name in link.split()}


# Every picture


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("messages", [0, 1, 4, 30])
def test_a_picture_is_well_formed_and_no_larger_than_it_need_be(name: str, messages: int) -> None:
    picture = DRAWN[name](busy(messages))

    root = ET.fromstring(picture)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert len(picture.body) < SIZES[name]
    assert ET.fromstring(picture.fragment()).tag == "svg"


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_has_a_title_and_the_same_in_words(name: str) -> None:
    picture = DRAWN[name](busy())

    root = ET.fromstring(picture)
    assert root.findtext(f"{SVG}title") == picture.name != ""
    assert root.findtext(f"{SVG}desc") == picture.words
    assert picture.words.endswith(".")
    bundle = picture._repr_mimebundle_()
    assert bundle["text/plain"] == f"{picture.name}: {picture.words}"
    assert bundle["text/html" if picture.width > WIDEST else "image/svg+xml"] == picture


@pytest.mark.parametrize("name", [name for name in DRAWN if name != "kernel"])
def test_no_two_elements_of_a_picture_have_the_same_key(name: str) -> None:
    found = keys(DRAWN[name](busy(9)))

    assert len(found) == len(set(found))


@pytest.mark.parametrize("name", DRAWN)
def test_the_same_view_gives_the_same_picture(name: str) -> None:
    assert DRAWN[name](busy()) == DRAWN[name](busy())


def test_a_view_stays_as_it_is_when_it_is_drawn() -> None:
    view, same = busy(), busy()

    kernel(view)
    assert view == same


def test_names_and_texts_cannot_break_out_of_a_picture() -> None:
    view = busy(1)
    view["procs"][0]["name"] = '<&"'
    view["msgque"][0]["messages"][0]["text"] = "</text><script>"

    assert "<script>" not in kernel(view)
    assert "“</text…" in texts(queue(view))


def test_what_a_wrong_function_wrote_into_a_table_is_drawn_all_the_same() -> None:
    view = busy(1)
    broken = {"cbytes": None, "qnum": "three", "mode": 0o7777, "key": None, "lspid": "A"}
    view["msgque"][0] |= broken
    view["msgque"][0]["messages"][0] |= {"mtype": None, "text": "", "size": 0}

    drawn = texts(kernel(view))
    assert {"three", "0o7777", "None of"} <= set(drawn)


# What each shows


def test_processes_show_who_they_are_and_what_they_wait_for() -> None:
    picture = processes(busy())

    assert keys(picture) == ["proc:A", "proc:B", "proc:server"]
    assert {"101", "1001", "asleep", "user mode", "msgrcv", "a message in queue 1"} <= set(
        texts(picture)
    )
    assert "B (pid 102, user 1000) is asleep in msgrcv, waiting for a message in queue 1" in (
        picture.words
    )


def test_sleepers_are_shown_at_their_event() -> None:
    picture = sleepers(busy())

    assert keys(picture) == ["event:msgque[1].arrival", "at:B", "at:server"]
    assert links(picture) == {"queue:1", "proc:B", "proc:server"}
    assert "B and server asleep on msgque[1].arrival" in picture.words


def test_a_queue_shows_header_list_and_who_waits() -> None:
    picture = queue(busy(3))

    assert [key for key in keys(picture) if key.startswith("msg:")] == [
        "msg:0.0",
        "msg:0.1",
        "msg:0.2",
    ]
    assert {"type 1", "“hello”", "type 3", "15 bytes", "30", "3"} <= set(texts(picture))
    assert [key for key in keys(queue(busy(), 1)) if key.startswith("wait:")] == [
        "wait:B",
        "wait:server",
    ]


def test_of_a_long_list_the_middle_is_counted() -> None:
    picture = queue(busy(9))

    assert [key for key in keys(picture) if key.startswith("msg:")] == [
        "msg:0.0",
        "msg:0.1",
        "msg:0.8",
    ]
    assert "6 more" in texts(picture)


def test_a_last_pointer_that_points_elsewhere_is_told() -> None:
    view = busy(1)
    note = {"mtype": 0, "size": 0, "text": "", "spot": "q.last is not the last message of the list"}
    view["msgque"][0]["messages"].append(note)

    picture = queue(view)
    assert "last does not point to the last message" in picture.words
    assert "type 0" not in texts(picture)


def test_the_table_shows_how_a_descriptor_is_made() -> None:
    found = texts(ipc_table(busy()))

    assert {"descriptor", "0 + 1 × 50 = 50", "1", "rw-", "r--", "---"} <= set(found)
    assert not [one for one in found if "× 50 = 1" in one or "reuse ×" in one]


def test_a_small_table_shows_its_free_entries_too() -> None:
    k = Kernel(limits={"MSGMNI": 3})
    a = k.spawn("A")
    empty = ipc_table(view_of(k))
    a.call("msgctl", a.call("msgget", 7, IPC_CREAT | 0o600).ret, IPC_RMID)
    once = ipc_table(view_of(k))
    followed = ipc_table(show(snapshot(k)) | {"size": 3})

    assert empty.words == "slot 0: free; slot 1: free; slot 2: free."
    assert texts(empty).count("free") == 3
    assert "next: 0 + 1 × 3" in texts(once)
    assert followed.words == empty.words
    assert "no entry is in use" in texts(ipc_table(view_of(Kernel())))


def test_nothing_in_the_table_is_written_over_anything_else() -> None:
    k = Kernel(limits={"MSGMNI": 12})
    a, b = k.spawn("A", 10000, 20000), k.spawn("B", 2000)
    a.call("msgget", IPC_PRIVATE, 0o600)
    for _ in range(13):
        b.call("msgctl", b.call("msgget", 123456, IPC_CREAT | 0o600).ret, IPC_RMID)
    q = b.call("msgget", 123456, IPC_CREAT | 0o777).ret
    b.call("msgctl", q, IPC_SET, {"uid": 10000})
    picture = ipc_table(view_of(k))

    assert touching(picture) == []
    assert {"private", "group", "20000", "2000", "10000"} <= set(texts(picture))
    assert "owner 10000 (group 2000), creator 2000" in picture.words


def test_the_table_shows_entries_that_were_freed_in_a_run() -> None:
    view = busy() | {"freed": {5: 2}}

    picture = ipc_table(view)
    assert "next: 5 + 2 × 50" in texts(picture)
    assert "slot 5: free, reused 2 times" in picture.words


def test_permission_bits_are_linked_to_the_processes_for_which_they_decide() -> None:
    view = busy()
    view["msgque"][0] |= {"uid": 1000, "gid": 5, "cgid": 5}
    view["procs"][2] |= {"egid": 5}

    found = [one.get("data-link") for one in ET.fromstring(ipc_table(view)).iter(f"{SVG}g")]
    assert [link for link in found if link and link.startswith("mode:0")] == [
        "mode:0.owner proc:B",
        "mode:0.group proc:server",
        "mode:0.others",
    ]
    assert {"mode:0.owner", "mode:1.others"} <= links(processes(view))


def test_of_a_long_table_the_middle_is_counted() -> None:
    view = busy()
    view["msgque"] = [view["msgque"][0] | {"slot": n, "msqid": n} for n in range(40)]

    picture = ipc_table(view)
    assert keys(picture) == [f"slot:{n}" for n in (0, 1, 2, 3, 4, 38, 39)]
    assert "… 33 more" in texts(picture)


def test_the_map_links_segments_to_the_message_that_has_them() -> None:
    picture = message_map(busy(3))

    assert keys(picture) == ["unit:0", "unit:1", "unit:3"]  # 1, 2 and 2 segments of 8 bytes
    assert links(picture) == {"msg:0.0", "msg:0.1", "msg:0.2"}
    assert "5 + 24571" in texts(picture)


# Look


GROUNDS = {"light": style.LIGHT, "dark": style.DARK}
READ = [
    ("ink", "paper"), ("muted", "paper"), ("sleep-edge", "paper"), ("run-edge", "paper"),
    ("error-edge", "paper"), ("ink", "wash"), ("muted", "wash"), ("ink", "message-tint"),
    ("muted", "message-tint"), ("ink", "run-tint"), ("muted", "run-tint"),
    ("sleep-edge", "run-tint"), ("run-edge", "run-tint"), ("error-edge", "run-tint"),
]  # fmt: skip
SEEN = [("line", "paper"), ("message-edge", "paper"), ("message-edge", "message-tint"),
        ("sleep-edge", "paper"), ("error-edge", "paper")]  # fmt: skip


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize(("above", "below"), READ)
def test_text_can_be_read_on_its_ground(ground: str, above: str, below: str) -> None:
    known = style.colours(GROUNDS[ground])

    assert style.contrast(known[above], known[below]) >= 4.5


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize(("above", "below"), SEEN)
def test_lines_can_be_seen_on_their_ground(ground: str, above: str, below: str) -> None:
    known = style.colours(GROUNDS[ground])

    assert style.contrast(known[above], known[below]) >= 3


@pytest.mark.parametrize("name", style.COLOURS)
def test_text_can_be_read_on_every_colour(name: str) -> None:
    assert style.contrast(style.COLOURS[name], style.ON[name]) >= 4.5


def test_contrast_is_computed_as_the_guideline_does() -> None:
    assert style.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert style.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert style.mixed("#000000", 25, "#ffffff") == "#bfbfbf"


def test_colours_come_from_jupyterlab_where_there_is_one() -> None:
    sheet = style.css()

    assert "--kb-paper:var(--jp-layout-color0,#ffffff)" in sheet
    assert "prefers-color-scheme:dark" in sheet


def test_no_state_is_told_by_colour_alone() -> None:
    from kernel_model.view.pictures.words import STATES

    assert len({words for _, words, _ in STATES.values()}) == len(STATES)
    assert len({sign for _, _, sign in STATES.values()}) == len(STATES)


def test_pictures_need_the_standard_library_only() -> None:
    code = (
        "import sys, kernel_model.view\n"
        "print([name for name in ('anywidget', 'ipywidgets', 'traitlets', 'matplotlib', 'numpy')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
