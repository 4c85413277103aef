"""SO_LINGER (kernel_model/sockets/lingering.py): the last close of a circuit to another host.

Scenarios socket.linger show one host.
"""

from typing import Any

import pytest

from kernel_model.constants import (
    AF_INET,
    F_SETFL,
    O_NONBLOCK,
    SIGNALS,
    SO_LINGER,
    SOCK_STREAM,
    SOL_SOCKET,
)
from kernel_model.invariants import broken
from kernel_model.process import Call, Process
from kernel_model.sockets.stream import TRIES
from kernel_model.sockets.wire import Wire
from tests.test_sockets import PORT, circuit, hosts, local, view

BOTH = pytest.mark.parametrize("personality", ["classic", "linux"])
TEXT = b"last words" * 200


def closing(
    personality: str, seconds: int, text: bytes = TEXT, **chance: int
) -> tuple[Wire, Process, Process, Call]:
    """A client with SO_LINGER has sent and closes; nothing of that has arrived yet."""
    wire, client, server = circuit(personality)
    wire.loss, wire.reorder = chance.get("loss", 0), chance.get("reorder", 0)
    client.call("setsockopt", 3, SOL_SOCKET, SO_LINGER, [1, seconds])
    client.call("send", 3, text, 0)
    return wire, client, server, client.call("close", 3)


def came(server: Process) -> int:
    """Bytes that have come to the server's circuit, and the end of them."""
    so = server.ofile[4].inode.socket
    assert so is not None
    return so.came + so.finished


def timers(wire: Wire) -> int:
    """How often the timers have run out."""
    return sum(one.what == "time" for one in wire.log)


@BOTH
def test_close_sleeps_until_another_host_has_acknowledged_everything(personality: str) -> None:
    wire, client, server, close = closing(personality, 5)
    slept = (close.state, client.wchan)
    wire.run()

    assert slept == ("asleep", "socket[1].close")
    assert (close.state, close.ret, came(server)) == ("returned", 0, len(TEXT) + 1)
    assert broken(view(client.k)) == []


@BOTH
@pytest.mark.parametrize("seed", range(5))
def test_no_close_comes_back_before_everything_has_arrived(personality: str, seed: int) -> None:
    wire, client, server = circuit(personality, seed=seed, loss=20, reorder=40)
    client.call("setsockopt", 3, SOL_SOCKET, SO_LINGER, [1, 1000])
    client.call("send", 3, TEXT, 0)
    close = client.call("close", 3)
    while close.state == "asleep":
        assert broken(view(client.k)) == []
        assert wire.step()

    assert came(server) == len(TEXT) + 1


@BOTH
def test_without_seconds_another_host_is_reset(personality: str) -> None:
    wire, client, server, close = closing(personality, 0, b"lost or not")
    server.call("signal", SIGNALS["SIGPIPE"], "catch")
    wire.run()

    got = [server.call("recv", 4, 99, 0) for _ in range(3)]
    assert (close.state, close.ret) == ("returned", 0)
    assert got[0].out["data"] == b"lost or not"
    assert str(got[1].error).startswith("ECONNRESET")
    assert got[2].ret == 0
    assert str(server.call("send", 4, b"x", 0).error).startswith("EPIPE")
    assert [one.packet.flags for one in wire.log if one.packet][-1][0] == "RST"
    assert view(client.k)["sockets"] == []


def test_linux_waits_as_many_seconds_as_were_set() -> None:
    wire, client, _, close = closing("linux", 3, loss=100)
    wire.run()

    assert close.state == "returned"
    assert close.ret == 0
    assert broken(view(client.k)) == []

    wire, client, _, close = closing("linux", 3, loss=100)
    seen = []
    while close.state == "asleep":
        wire.step()
        seen.append(timers(wire))
    assert seen[-1] == 3


@pytest.mark.parametrize(("personality", "seconds"), [("classic", 3), ("linux", -1)])
def test_who_waits_without_end_waits_until_the_circuit_is_given_up(
    personality: str, seconds: int
) -> None:
    wire, _, _, close = closing(personality, seconds, loss=100)
    while close.state == "asleep":
        assert wire.step()

    assert (close.ret, timers(wire)) == (0, TRIES + 1)


@BOTH
def test_who_does_not_want_to_wait_waits_on_linux_only(personality: str) -> None:
    wire, client, _ = circuit(personality)
    client.call("fcntl", 3, F_SETFL, O_NONBLOCK)
    client.call("setsockopt", 3, SOL_SOCKET, SO_LINGER, [1, 5])
    client.call("send", 3, TEXT, 0)
    close = client.call("close", 3)

    assert close.state == ("asleep" if personality == "linux" else "returned")
    wire.run()
    assert close.ret == 0


@pytest.mark.parametrize(("personality", "says"), [("classic", "EINTR"), ("linux", "0")])
def test_a_signal_ends_the_sleep_of_close_and_the_bytes_arrive(personality: str, says: str) -> None:
    wire, client, server = circuit(personality)
    client.call("signal", SIGNALS["SIGUSR1"], "catch")
    client.call("setsockopt", 3, SOL_SOCKET, SO_LINGER, [1, 5])
    client.call("send", 3, TEXT, 0)
    close = client.call("close", 3)
    client.k.spawn("other").call("kill", client.pid, SIGNALS["SIGUSR1"])
    told = str(close.ret) if close.error is None else close.error.errno.name
    wire.run()

    assert told == says
    assert client.call("sigcount", SIGNALS["SIGUSR1"]).ret == 1
    assert str(client.call("close", 3).error).startswith("EBADF")
    assert came(server) == len(TEXT) + 1


@BOTH
def test_dup2_waits_as_close_does_and_exit_never(personality: str) -> None:
    wire, client, server = circuit(personality)
    client.call("socket", AF_INET, SOCK_STREAM, 0)
    client.call("setsockopt", 3, SOL_SOCKET, SO_LINGER, [1, 5])
    client.call("send", 3, TEXT, 0)
    made = client.call("dup2", 4, 3)
    slept = made.state
    wire.run()
    assert (slept, made.state, made.ret) == ("asleep", "returned", 3)

    wire, client, server = circuit(personality)
    client.call("setsockopt", 3, SOL_SOCKET, SO_LINGER, [1, 5])
    client.call("send", 3, TEXT, 0)
    assert client.call("exit", 0).state == "ended"
    wire.run()
    assert came(server) == len(TEXT) + 1


@BOTH
def test_what_accept_gives_another_host_has_the_options_of_the_listener(personality: str) -> None:
    wire, client, server = hosts(personality)
    server.call("setsockopt", 3, SOL_SOCKET, SO_LINGER, [1, 0])
    client.call("connect", 3, PORT)
    server.call("accept", 3)
    wire.run()

    assert server.call("getsockopt", 4, SOL_SOCKET, SO_LINGER).out["value"] == [1, 0]
    server.call("close", 4)
    wire.run()
    assert str(client.call("recv", 3, 9, 0).error).startswith("ECONNRESET")


def lingering_on_one_host() -> tuple[Any, Process, Process, Call]:
    """A client of Linux that closes, while its server has no room for all."""
    k, server, client = local("linux", AF_INET)
    client.call("setsockopt", 3, SOL_SOCKET, SO_LINGER, [1, 1000])
    client.call("send", 3, b"x" * 10**6, 0)
    return k, server, client, client.call("close", 3)


def test_on_one_host_a_socket_is_in_the_table_as_long_as_its_close_waits() -> None:
    k, server, _, close = lingering_on_one_host()
    before = [one["gone"] for one in view(k)["sockets"]]
    server.call("recv", 4, 10**6, 0)

    assert sorted(before) == [False, False, True]
    assert close.ret == 0
    assert [one["gone"] for one in view(k)["sockets"]] == [False, False]


def test_who_is_killed_in_close_leaves_no_socket() -> None:
    k, server, client, _ = lingering_on_one_host()
    server.call("kill", client.pid, SIGNALS["SIGKILL"])
    server.call("exit", 0)

    assert view(k)["sockets"] == []


@pytest.mark.parametrize("damage", [{"held": 5}, {"peer": 7}, {"gone": True}])
def test_a_close_that_waits_for_nothing_is_told(damage: dict[str, Any]) -> None:
    k, *_ = lingering_on_one_host()
    seen = view(k)
    assert broken(seen) == []
    server = next(one for one in seen["sockets"] if one["held"])
    server |= damage

    assert any("but what it waits for is there" in one for one in broken(seen))


def test_a_close_that_waits_for_what_is_acknowledged_is_told() -> None:
    _, client, _, _ = closing("classic", 5)
    seen = view(client.k)
    assert broken(seen) == []
    seen["sockets"][0] |= {"outgoing": 0, "circuit": {"una": 9, "nxt": 9, "closing": True}}

    assert any("but what it waits for is there" in one for one in broken(seen))
