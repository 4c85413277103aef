"""Sockets in pictures and in the player: the exchange, layers, hosts and the wire (view/)."""

import json
import xml.etree.ElementTree as ET
from functools import cache
from typing import Any

import pytest

from kernel_model import Kernel
from kernel_model.constants import AF_INET, SOCK_STREAM
from kernel_model.errno import Errno, KernelError
from kernel_model.sockets.conversation import Talk, talk
from kernel_model.trace import listing
from kernel_model.view import across, exchange, layers, play, view_of
from kernel_model.view.between import told
from kernel_model.view.pictures.exchange import MOST, fitting, places
from kernel_model.view.player.story import Step, Story, story_of
from kernel_model.view.player.widget import Player
from tests.view_runs import touching

SHOP = [
    "s = server.socket(AF_UNIX, SOCK_STREAM)",
    "server.bind(s, '@shop')",
    "server.listen(s, 1)",
    "server.accept(s)",
    "c = client.socket(AF_UNIX, SOCK_STREAM)",
    "client.connect(c, '@shop')",
    "client.send(c, 'hello')",
    "server.recv(4, 100)",
    "client.connect(c, '@shop')",
]
BAD = {"loss": 25, "seed": 3}


@cache
def ran(kind: str = "circuit", **chance: int) -> Talk:
    return talk(kind, **chance)


@cache
def story(kind: str = "circuit", **chance: int) -> Story:
    trace = ran(kind, **chance).trace
    assert trace is not None
    return story_of(trace, "a run")


@cache
def shop() -> Player:
    return play(SHOP)


def last(steps: list[Step]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = steps[-1].view["exchange"]["rows"]
    return found


def test_the_rows_tell_calls_sleeps_wake_ups_and_what_is_passed() -> None:
    rows = last(shop().stories[0].steps)
    told = [(row["who"], row["kind"], row["text"], row.get("sleep"), row.get("wakes"))
            for row in rows]  # fmt: skip

    assert told[2:8] == [
        ("server", "return", "listen(3, 1) = 0", None, None),
        ("server", "call", "accept(3)", "server", None),
        ("client", "return", "socket(AF_UNIX, SOCK_STREAM) = 3", None, None),
        ("client", "call", "connect(3, '@shop')", None, None),
        ("client", "data", "a connection", None, ["server"]),
        ("client", "return", "connect = 0", None, None),
    ]
    assert told[-2:] == [
        ("client", "call", "connect(3, '@shop')", None, None),
        ("client", "error", "connect = EISCONN", None, None),
    ]
    assert rows[6]["to"] == "server"


def test_on_one_host_protocol_and_device_are_drawn_as_by_passed() -> None:
    step = next(one for one in shop().stories[0].steps if "5 bytes" in one.text)
    drawn = layers(step.view)

    assert step.text == (
        "From socket 2 straight to socket 3: 5 bytes. Protocol and device layer are by-passed."
    )
    assert drawn.count("by-passed") == 2
    assert "the socket layer has 5 bytes" in drawn.words


def test_a_connection_that_waits_and_what_a_socket_holds_are_shown() -> None:
    k = Kernel()
    server, client = k.spawn("server"), k.spawn("client")
    for who in (server, client):
        who.call("socket", AF_INET, SOCK_STREAM)
    server.call("bind", 3, "127.0.0.1:7001")
    server.call("listen", 3, 2)
    client.call("connect", 3, "127.0.0.1:7001")
    client.call("send", 3, b"hello")

    said = layers(view_of(k)).words
    assert "socket 1 (server 3) is listening, 1 of 2 places of its queue taken" in said
    assert "socket 3 (3, not accepted) is connected and holds 5 of 4096 bytes" in said


def test_of_many_sockets_the_one_that_listens_is_always_drawn() -> None:
    k = Kernel()
    server = k.spawn("server")
    server.call("socket", AF_INET, SOCK_STREAM)
    server.call("listen", 3, 2)
    for _ in range(9):
        server.call("socket", AF_INET, SOCK_STREAM)
    drawn = layers(view_of(k))

    assert [name for name in ("server 3", "server 4", "server 12") if f">{name}<" in drawn] == [
        "server 3",
        "server 12",
    ]


def test_what_came_of_a_call_is_told_even_where_there_is_little_room() -> None:
    told_ = "connect(3, '10.0.0.2:7001') = ECONNREFUSED"

    assert fitting(told_, 60) == told_
    assert fitting(told_, 30) == "connect(…) = ECONNREFUSED"
    assert fitting(told_, 14) == "ECONNREFUSED"
    assert fitting("setsockopt(3, 1, 8, 512) = 0", 15) == "setsockopt = 0"


def test_no_arrow_is_drawn_over_the_words_of_a_sequence_diagram() -> None:
    drawn = exchange(story(**BAD).steps[-1].view)

    assert 0 < drawn.rindex('class="wire') < drawn.index('class="halo said')


def test_a_packet_is_seen_passing_every_layer_down_and_up() -> None:
    seen: list[tuple[str, str, str]] = []
    for step in story().steps:
        one = step.view["passing"]
        if one.get("number") == 4:
            seen.append((one["host"], one["layer"], one["way"]))

    assert list(dict.fromkeys(seen)) == [
        ("10.0.0.1", "socket", "down"), ("10.0.0.1", "protocol", "down"),
        ("10.0.0.1", "device", "down"), ("", "wire", "sent"),
        ("", "wire", "arrived"), ("10.0.0.2", "device", "up"), ("10.0.0.2", "protocol", "up"),
        ("10.0.0.2", "socket", "up"),
    ]  # fmt: skip


def test_a_circuit_begins_with_a_handshake_and_tells_its_window() -> None:
    told = [row["text"] for row in last(story().steps) if row["kind"] == "segment"]

    assert told[:4] == [
        "SYN · win 4096", "SYN · ack 1 · win 1024", "ack 1 · win 4096",
        "1–512 · ack 1 · win 4096",
    ]  # fmt: skip


def test_lost_packets_and_those_sent_again_are_told_apart() -> None:
    segments = [row for row in last(story(**BAD).steps) if row["kind"] == "segment"]
    lost = [row for row in segments if row["lost"]]

    assert len(lost) == ran(**BAD).count("lost") > 0
    assert sum(row["again"] for row in segments) == ran(**BAD).again > 0
    assert all(not row["came"] for row in lost)
    assert b"".join(ran(**BAD).got) == b"".join(ran(**BAD).sent)


def test_the_same_seed_gives_the_same_player_byte_by_byte() -> None:
    def made() -> str:
        return json.dumps(across(loss=25, seed=3).player.data)  # type: ignore[union-attr]

    assert made() == made()


@pytest.mark.parametrize("kind", ["circuit", "datagrams"])
def test_pictures_of_hosts_are_well_formed_and_nothing_is_written_over_anything(kind: str) -> None:
    steps = story(kind, loss=25, double=25, reorder=50, seed=3).steps
    for step in steps[:: len(steps) // 12]:
        for drawn in (exchange(step.view), layers(step.view)):
            keys = [one.get("data-key") for one in ET.fromstring(drawn).iter()]
            named = [key for key in keys if key]

            assert len(named) == len(set(named))
            assert touching(drawn) == []


def test_of_a_long_exchange_the_last_rows_are_drawn_and_the_others_counted() -> None:
    view = story(**BAD).steps[-1].view
    count = len(view["exchange"]["rows"])

    assert f"{count - MOST} earlier rows above" in exchange(view)
    assert exchange(view).height == exchange(story(**BAD).steps[-2].view).height


def test_what_a_step_changes_of_sockets_is_told_and_marked() -> None:
    data = shop().data
    news = [json.loads(data["strings"][n]) for n in data["sides"][0]["new"]]
    told = [words for _, all_ in news for words in all_]

    assert "socket 3 holds 0 → 5 bytes" in told
    assert "socket 2: unconnected → connected" in told
    assert any("socket:.1.queue" in cells for cells, _ in news)


def test_hosts_stand_outside_and_processes_beside_their_own() -> None:
    at = places(["client", "here", "there", "server"], ["here", "there"])

    assert sorted(at, key=at.__getitem__) == ["client", "here", "there", "server"]
    assert at["there"] - at["here"] > 200


def test_datagrams_that_are_lost_leave_the_server_asleep_and_the_page_says_so() -> None:
    made = ran("datagrams", loss=25, double=25, reorder=50, seed=2)

    assert made.asleep == ("server",)
    assert "server</b> sleeps on" in told(made, "datagrams")
    assert set(made.got) < set(made.sent)


def test_without_chance_everything_arrives_in_order_and_nothing_is_sent_again() -> None:
    assert (ran("datagrams").got, ran("datagrams").asleep) == (ran("datagrams").sent, ())
    assert (b"".join(ran().got), ran().again) == (ran().sent[0], 0)


def test_what_a_program_sends_is_written_as_in_the_short_form_of_a_call() -> None:
    calls = [one.text for one in story("datagrams").steps if "calls sendto" in one.text]
    assert calls[0] == "client calls sendto(3, 'no. 1', 0, '10.0.0.2:7001')."


def test_sliders_and_ones_own_functions_make_another_run() -> None:
    shown = across("datagrams", seed=1)
    shown.sliders["loss"].value = 50
    assert "6 packets, 0 of them lost" not in shown.told.value
    assert shown.sliders["window"].disabled

    broken = talk(functions=[_refuses], seed=1)
    assert broken.got == []


def test_a_player_starts_at_the_first_step_that_says_the_words() -> None:
    shown = across(step="the socket layer takes 1200 bytes")
    assert shown.player is not None
    there = shown.player.step
    told_ = [one.text for one in shown.player.stories[0].steps]
    shown.kind.value = "datagrams"

    assert "the socket layer takes 1200 bytes of socket 1" in told_[there]
    assert not any("the socket layer takes 1200 bytes" in one for one in told_[:there])
    assert shown.player.step == 0  # nobody says so there
    with pytest.raises(ValueError, match=r"no step of 'socket' says 'Bob'"):
        play(["A.socket(AF_INET, SOCK_DGRAM)"], title="socket", step="Bob")


def _refuses(u: Any, fd: int, flags: int = 0) -> int:
    raise KernelError(Errno.EINVAL, "nobody is let in")


_refuses.__name__ = "accept"


def test_a_trace_of_hosts_leaves_the_kernels_as_they_were() -> None:
    trace = ran().trace
    assert trace is not None
    for k in trace.kernels:
        assert k.trace is None
        assert not any(hasattr(fn, "told_of") for fn in k.sysent.values())
    assert trace.wire.watch is None


def test_kinds_of_sockets_have_names_in_sentences() -> None:
    told_ = [step.text for step in play(["A.socket(AF_INET, SOCK_DGRAM)"]).stories[0].steps]

    assert told_[0] == "A calls socket(AF_INET, SOCK_DGRAM)."


@pytest.mark.parametrize("personality", ["classic", "linux"])
def test_every_call_about_files_pipes_and_sockets_tells_its_steps(personality: str) -> None:
    calls = {
        name: fn
        for name, fn in Kernel(personality).sysent.items()
        if {"files", "fifos", "pipes", "sockets"} & set(fn.__module__.split("."))
        or fn.__module__.startswith("kernel_model.linux.socket")
    }

    assert {"read", "write", "close", "mknod", "recv", "getsockopt", "getpeername"} <= calls.keys()
    assert [name for name, fn in calls.items() if not listing(fn).steps] == []
