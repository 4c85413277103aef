"""Memory is seen: entries, regions, page tables, frames, both lists; and what changes in them."""

import itertools
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import pytest

from kernel_model import (
    IPC_CREAT,
    IPC_RMID,
    MAP_SHARED,
    O_CREAT,
    O_RDWR,
    PROT_READ,
    SHM_RDONLY,
    Kernel,
    memory_of,
)
from kernel_model.view import (
    Picture,
    console,
    frames,
    play,
    region_table,
    segment_table,
    spaces,
    view_of,
)
from kernel_model.view.pictures.spaces import FRAMES, scope_of
from kernel_model.view.player.changes import cells, changes
from kernel_model.view.player.pack import places
from tests.view_runs import CONVERSATION, touching

SVG = "{http://www.w3.org/2000/svg}"
SMALL = {"FRAMES": 16, "NREGION": 10, "SHMMNI": 3}
DRAWN: dict[str, Callable[[Any], Picture]] = {
    "spaces": spaces,
    "regions": region_table,
    "segments": segment_table,
    "frames": frames,
}
RUN = [
    "m = Ada.shmget(7, 9000, IPC_CREAT | 0o600)",
    "x = Ada.shmat(m, 0, 0)",
    "y = Bob.shmat(m, 0x50000000, SHM_RDONLY)",
    "Ada.mem_write(x + 4096, 'hello')",
    "Bob.mem_read(y + 4096, 5)",
    "Bob.mem_write(y, 'no')",
    "Ada.shmctl(m, IPC_RMID)",
    "Ada.shmdt(x)",
]


def shared(processes: int = 2, segments: int = 1, **limits: int) -> Kernel:
    """A kernel whose processes share segments, the second of them elsewhere and to read only."""
    k = Kernel(limits=SMALL | limits)
    memory_of(k)
    made = [k.spawn(name) for name in ("Ada", "Bob", "Cy", "Dora")[:processes]]
    for key in range(segments):
        m = made[0].call("shmget", key + 1, 9000, IPC_CREAT | 0o600).ret
        for place, p in enumerate(made):
            where = (0x50000000, SHM_RDONLY) if (place, key) == (1, 0) else (0, 0)
            p.call("shmat", m, *where)
    return k


def parts(picture: str, name: str) -> list[str]:
    found = [one.get(name) for one in ET.fromstring(picture).iter()]
    return [value for value in found if value]


def texts(picture: str) -> list[str]:
    return ["".join(one.itertext()) for one in ET.fromstring(picture).iter(f"{SVG}text")]


# Every picture


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("processes", [1, 2, 4])
def test_a_picture_of_memory_is_well_formed_and_says_in_words_what_it_shows(
    name: str, processes: int
) -> None:
    view = view_of(shared(processes, FRAMES=64, NREGION=40))
    picture = DRAWN[name](view)

    root = ET.fromstring(picture)
    assert root.findtext(f"{SVG}desc") == picture.words
    assert picture.words.endswith(".")
    keys = parts(picture, "data-key")
    assert len(keys) == len(set(keys))
    assert picture == DRAWN[name](view)
    assert len(picture.body) < 15000


@pytest.mark.parametrize("name", DRAWN)
def test_a_kernel_without_memory_is_drawn_as_well(name: str) -> None:
    picture = DRAWN[name](view_of(Kernel()))

    assert ET.fromstring(picture).tag == f"{SVG}svg"


def test_a_view_of_memory_stays_as_it_is_when_it_is_drawn() -> None:
    k = shared()
    view, same = view_of(k), view_of(k)
    for draw in DRAWN.values():
        draw(view)

    assert view == same


@pytest.mark.parametrize("personality", ["classic", "linux"])
def test_nothing_in_the_spaces_is_written_over_anything_else(personality: str) -> None:
    k = Kernel(personality, limits={"FRAMES": 16})
    a = k.spawn("Ada")
    a.call("shmat", a.call("shmget", 1, 9000, IPC_CREAT | 0o600).ret, 0, 0)
    if personality == "linux":
        fd = a.call("shm_open", "/table", O_CREAT | O_RDWR, 0o600).ret
        a.call("ftruncate", fd, 4096)
        a.call("mmap", None, 4096, PROT_READ, MAP_SHARED, fd, 0)

    assert touching(spaces(view_of(k))) == []


# One segment, two addresses, scattered frames


def test_one_segment_is_seen_at_two_virtual_addresses() -> None:
    view = view_of(shared())
    (segment,) = view["shmem"]
    picture = spaces(view)

    assert {"0x40000000", "0x50000000"} <= set(texts(picture))
    own = [key for key in parts(picture, "data-key") if key.startswith("entry:")]
    assert {"entry:Ada.3", "entry:Bob.3"} <= set(own)
    links = parts(picture, "data-link")
    region = f"region:{segment['region']}"
    for name in ("Ada", "Bob"):  # an arrow and an entry
        assert links.count(f"{region} proc:{name}") == 2
    assert f"shared at 0x50000000 (region {segment['region']}, to read only)" in picture.words


def test_the_pages_of_a_segment_lead_to_frames_that_lie_apart() -> None:
    view = view_of(shared())
    slot = view["shmem"][0]["region"]
    pages = next(one["pages"] for one in view["regions"]["entries"] if one["slot"] == slot)
    picture = spaces(view)

    assert len(pages) == 3
    assert all(abs(a - b) > 1 for (_, a), (_, b) in itertools.pairwise(pages))
    for page, frame in pages:
        assert f"page:{slot}.{page}" in parts(picture, "data-cell")
        assert f"region:{slot} frame:{frame}" in parts(picture, "data-link")
    bold = [one for one in ET.fromstring(picture).iter(f"{SVG}path") if one.get("class") == "bold"]
    assert len(bold) == 2 + 3  # two entries, three pages


def test_highlighting_a_segment_reaches_entries_region_frames_lists_and_table() -> None:
    view = view_of(shared())
    name = f"region:{view['shmem'][0]['region']}"

    for draw in DRAWN.values():
        assert any(link.split()[0] == name for link in parts(draw(view), "data-link"))


def test_both_lists_are_drawn_in_their_order_with_a_link_before_each() -> None:
    view = view_of(shared())
    table = view["regions"]
    picture = region_table(view)

    keys = parts(picture, "data-key")
    assert [key for key in keys if key.startswith("active:")] == [
        f"active:{slot}" for slot in table["active"]
    ]
    assert [key for key in keys if key.startswith("free:")] == [
        f"free:{slot}" for slot in table["free"]
    ]
    tips = picture.count('class="tip"')
    assert tips == len(table["active"]) + len(table["free"])


def test_of_long_lists_the_middle_is_counted() -> None:
    view = view_of(shared(4, FRAMES=64, NREGION=40))
    told = texts(region_table(view))

    hidden = len(view["regions"]["active"]) - 7
    assert f"{hidden} more" in told
    assert f"… {len(view['regions']['free']) - 5} more" in told


def test_a_held_lock_is_shown_and_told() -> None:
    k = shared()
    memory_of(k).regions.entries[0].locked = True

    for draw in (spaces, region_table):
        picture = draw(view_of(k))
        assert "region:0.locked" in parts(picture, "data-cell")
        assert "locked" in picture.words


def test_the_first_attach_changes_the_flag_of_the_table() -> None:
    k = Kernel(limits=SMALL)
    ada = k.spawn("Ada")
    m = ada.call("shmget", 7, 100, IPC_CREAT | 0o600).ret
    before = texts(segment_table(view_of(k)))
    ada.call("shmat", m, 0)

    assert "no memory yet" in before
    assert "has memory" in texts(segment_table(view_of(k)))


def test_the_free_list_of_frames_begins_with_those_handed_out_next() -> None:
    k = shared()
    view = view_of(k)
    keys = [key for key in parts(frames(view), "data-key") if key.startswith("next:")]

    assert keys == [f"next:{frame}" for frame in memory_of(k).frames.upcoming(len(keys))]
    assert "of 16 free" in " ".join(texts(frames(view)))


# Much to show


def test_with_many_processes_only_what_they_share_is_drawn_whole() -> None:
    view = view_of(shared(4, FRAMES=64, NREGION=40))
    keys = parts(spaces(view), "data-key")

    assert scope_of([view]).folded
    assert [key for key in keys if key.startswith("region:")] == [
        f"region:{view['shmem'][0]['region']}"
    ]
    assert "and text, data, stack" in texts(spaces(view))


def test_a_run_keeps_its_columns_in_place() -> None:
    few, many = view_of(shared(2, FRAMES=64, NREGION=40)), view_of(shared(4, FRAMES=64, NREGION=40))
    scope = scope_of([few, many])

    assert spaces(few, scope).count('data-key="frame:') == len(scope.frames)
    assert scope.folded
    assert len(scope.frames) <= FRAMES


# The player


def test_a_run_without_memory_has_the_pictures_of_messages() -> None:
    player = play(CONVERSATION)

    assert list(places(player.stories)) == ["processes", "sleepers", "queue 0", "table", "map"]


def test_a_run_that_uses_memory_shows_it_from_its_first_step() -> None:
    player = play(RUN, limits=SMALL)

    assert list(places(player.stories)) == [
        "spaces", "processes", "regions", "segments", "frames",
    ]  # fmt: skip
    assert "spaces" in player.stories[0].steps[0].view


def test_whatever_is_marked_as_changed_is_drawn_in_some_picture() -> None:
    steps = play(RUN, limits=SMALL).stories[0].steps
    scope = scope_of(step.view for step in steps)

    for before, after in itertools.pairwise(steps):
        marked = cells(changes(before.view, after.view))
        drawn = [spaces(after.view, scope), *(draw(after.view) for draw in DRAWN.values())]
        there = {cell for picture in drawn for cell in parts(picture, "data-cell")}
        kinds = ("seg:", "page:", "space:", "entry:", "frames.")
        assert [cell for cell in marked if cell.startswith(kinds) and cell not in there] == []


def test_changes_are_told_in_words() -> None:
    steps = play(RUN, limits=SMALL).stories[0].steps
    told = [
        words
        for before, after in itertools.pairwise(steps)
        for _, words in changes(before.view, after.view)
    ]

    for words in (
        "region 5 is off the free list", "region 5 is on the active list", "region 5 is locked",
        "segment 0: has memory", "Bob has region 5 at 0x50000000", "Ada: size 3 → 6 pages",
        "region 5: references 1 → 2", "region 5 goes with its last reference",
        "segment 0 is gone from the table", "region 5 is on the free list",
    ):  # fmt: skip
        assert any(words in one for one in told), words
    assert any(re.fullmatch(r"region 5: page 0 is in frame \d+", one) for one in told)
    assert any(re.fullmatch(r"frame \d+ holds “hello”", one) for one in told)


def test_of_many_regions_that_move_only_their_number_is_told() -> None:
    few, many = view_of(shared()), view_of(shared(NREGION=200))

    told = [words for _, words in changes(few, many)]
    assert "190 regions are on the free list" in told
    assert sum("free list" in words for words in told) == 1


def test_what_a_program_does_to_memory_is_told_with_addresses() -> None:
    told = [step.text for step in play(RUN, limits=SMALL).stories[0].steps]

    for words in (
        "Bob calls shmat(0, 0x50000000, SHM_RDONLY).",
        "shmat returns 0x40000000 to Ada.",
        "Ada writes 'hello' at 0x40001000.",
        "Bob reads 5 bytes at 0x50001000.",
        "Bob has read b'hello'.",
        "Bob may not write at 0x50000000.",
        "Bob ends: killed by SIGSEGV.",
        "Ada calls shmctl(0, IPC_RMID).",
    ):
        assert words in told


def test_who_waits_for_a_semaphore_is_told_in_words() -> None:
    told = [
        step.text
        for step in play(
            ["s = A.semget(1, 1, IPC_CREAT | 0o600)", "A.semop(s, [[0, -1, 0]])"]
        ).stories[0].steps
    ]  # fmt: skip

    assert "A calls semget(key 1, 1, IPC_CREAT | 0o600)." in told
    assert "A goes to sleep and waits for an increase of semaphore 0 in set 0." in told


def test_a_page_fault_is_an_event_of_the_timeline() -> None:
    player = play(RUN, limits=SMALL)

    kinds = [kind for _, kind, _ in player.data["marks"]]
    assert "fault" in kinds
    assert 'class="mark error"' in player.data["sides"][0]["time"]


def test_regions_are_given_up_in_a_function_of_its_own() -> None:
    steps = play(RUN, limits=SMALL).stories[0].steps
    stacks = {tuple(name for name, _, _ in step.stack) for step in steps}

    fault = ("mem_write", "pfault", "psig", "psexit", "end", "freespace")
    assert (*fault, "detachreg", "freereg") in stacks
    ends = [stack[len(fault) :] for stack in stacks if stack[: len(fault)] == fault]
    assert {stack[0] for stack in ends if stack and stack[-1] == "detachreg"} >= {"detachreg"}
    assert any(stack[0].startswith("shm") and stack[-1] == "detachreg" for stack in ends if stack)


def test_pictures_are_kept_in_pieces_that_steps_have_in_common() -> None:
    player = play(RUN, limits=SMALL)
    strings, side = player.data["strings"], player.data["sides"][0]
    drawn = places(player.stories)

    for step in (0, 60, len(player) - 1):
        for column, draw in zip(side["pictures"], drawn.values(), strict=True):
            kept = strings[column[step]]
            assert kept[0] == "+"
            whole = "".join(strings[int(piece)] for piece in kept[1:].split(" "))
            assert whole == draw(player.stories[0].steps[step].view).fragment()
    one = len(spaces(player.stories[0].steps[60].view).fragment())
    assert sum(map(len, strings)) < 30 * one  # some fifty pictures of memory and other tables


def test_what_is_too_small_for_its_processes_is_told_by_the_first_call() -> None:
    told = [step.text for step in play(RUN, limits={"FRAMES": 2}).stories[0].steps]

    assert any("shmget fails for Ada with ENOMEM" in words for words in told)


# The console


def test_the_console_offers_shared_memory_first_and_shows_it() -> None:
    made = console(first="Shared memory", limits=SMALL)
    made.desk.call("A", "shmget", [{"key": 7}, 100, ["IPC_CREAT", "0o600"]])
    made.desk.call("A", "shmat", ["$m", None, []])
    made.do({"do": "show"})
    state = made.page.state

    assert state["families"][0][0] == "Shared memory"
    assert "Address spaces" in state["pictures"]["queues"]
    assert made.desk.log()[1] == "A: shmat(m, null, 0) returns 0x40000000, kept as a"


def test_a_family_of_calls_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="there are no calls 'Memory'; there are Messages"):
        console(first="Memory")


def test_removing_a_segment_lets_its_region_stay_for_those_who_have_it() -> None:
    k = shared()
    k.proc("Ada").call("shmctl", 0, IPC_RMID)
    view = view_of(k)

    assert "no entry is in use" in texts(segment_table(view))
    assert "shared" in texts(spaces(view))
