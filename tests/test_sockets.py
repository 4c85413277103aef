"""Sockets (kernel_model/sockets/): layers, hosts on a wire, cost; what scenarios do not show."""

from typing import Any

import pytest

from kernel_model import Kernel
from kernel_model.constants import AF_INET, AF_UNIX, SHUT_WR, SOCK_DGRAM, SOCK_STREAM
from kernel_model.invariants import broken
from kernel_model.process import Process
from kernel_model.sockets.wire import Wire
from kernel_model.tables import show, snapshot

HERE, THERE = "10.0.0.1", "10.0.0.2"
PORT = f"{THERE}:7001"


def view(k: Kernel) -> dict[str, Any]:
    return show(snapshot(k))


def local(personality: str = "classic", domain: int = AF_UNIX) -> tuple[Kernel, Process, Process]:
    """A server and a client on one host: 3 listens, 4 is connected to the client's 3."""
    k, name = Kernel(personality), "@s" if domain == AF_UNIX else "127.0.0.1:7001"
    server, client = k.spawn("server"), k.spawn("client")
    for who in (server, client):
        who.call("socket", domain, SOCK_STREAM, 0)
    server.call("bind", 3, name)
    server.call("listen", 3, 5)
    client.call("connect", 3, name)
    server.call("accept", 3)
    return k, server, client


def hosts(
    personality: str = "classic", kind: int = SOCK_STREAM, **chance: int
) -> tuple[Wire, Process, Process]:
    """A client and a server on two hosts; the server's 3 has a name and, of a circuit, listens."""
    wire = Wire(**chance)
    ends = []
    for name, address in (("client", HERE), ("server", THERE)):
        k = Kernel(personality)
        wire.attach(k, address)
        ends.append(k.spawn(name))
        ends[-1].call("socket", AF_INET, kind, 0)
    ends[1].call("bind", 3, PORT)
    if kind == SOCK_STREAM:
        ends[1].call("listen", 3, 5)
    return wire, ends[0], ends[1]


def circuit(personality: str = "classic", **chance: int) -> tuple[Wire, Process, Process]:
    """Both are connected: the client's 3 with the server's 4."""
    wire, client, server = hosts(personality, **chance)
    made, taken = client.call("connect", 3, PORT), server.call("accept", 3)
    wire.run()
    assert (made.state, made.ret, taken.state, taken.ret) == ("returned", 0, "returned", 4)
    return wire, client, server


def carried(wire: Wire, client: Process, server: Process, text: bytes) -> bytes:
    """Sends it, and reads until the end; whoever sleeps goes on as packets arrive."""
    sent, got = client.call("send", 3, text, 0), b""
    for _ in range(2000):
        if sent is not None and sent.state != "asleep":
            assert sent.ret == len(text)
            client.call("shutdown", 3, SHUT_WR)
            sent = None
        read = server.call("recv", 4, 700, 0)
        wire.run()
        assert read.state == "returned", read
        if read.ret == 0:
            return got
        got += read.out["data"]
    raise AssertionError("no end has come")


@pytest.mark.parametrize("personality", ["classic", "linux"])
def test_on_one_host_a_request_and_its_answer_are_four_crossings_and_four_copies(
    personality: str,
) -> None:
    k, server, client = local(personality)
    before = k.cost

    client.call("send", 3, b"how much?", 0)
    server.call("recv", 4, 100, 0)
    server.call("send", 4, b"ten", 0)
    client.call("recv", 3, 100, 0)

    cost = k.cost - before
    assert (cost.crossings, cost.copies, cost.copied) == (4, 4, 24)


@pytest.mark.parametrize("domain", [AF_UNIX, AF_INET])
def test_on_one_host_the_protocol_and_the_device_are_by_passed(domain: int) -> None:
    k, _, client = local(domain=domain)
    client.call("send", 3, b"hello", 0)

    passed = view(k)["passages"]

    assert {one["layer"] for one in passed} == {"socket"}
    assert passed[-1] == {
        "layer": "socket",
        "way": "across",
        "what": "socket 2 → socket 3: 5 bytes",
    }


def test_between_hosts_a_packet_passes_every_layer_and_every_byte_is_copied_four_times() -> None:
    wire, client, server = circuit()
    kernels = client.k, server.k
    before = [k.cost for k in kernels]
    for k in kernels:
        k.network.passages.clear()

    client.call("send", 3, b"hello", 0)
    wire.step()
    server.call("recv", 4, 100, 0)

    down, up = ([(one["layer"], one["way"]) for one in view(k)["passages"]] for k in kernels)
    assert down == [("socket", "down"), ("protocol", "down"), ("device", "down")]
    assert up[:3] == [("device", "up"), ("protocol", "up"), ("socket", "up")]
    assert sum((k.cost - old).copied for k, old in zip(kernels, before, strict=True)) == 20


@pytest.mark.parametrize("data", [b"hello", b"x" * 600])
def test_each_layer_counts_the_packets_that_pass_it(data: bytes) -> None:
    wire, client, server = circuit()
    client.call("send", 3, data, 0)
    wire.run()

    made = sum(one.what == "sent" for one in wire.log)
    layers = [(p.k.network.protocols["stream"], p.k.network.device) for p in (client, server)]
    assert sum(protocol.down for protocol, _ in layers) == made
    assert [(protocol.down, protocol.up) for protocol, _ in layers] == [
        (device.sent, device.taken) for _, device in layers
    ]
    assert all(p.k.network.protocols["datagram"].down == 0 for p in (client, server))


def test_a_circuit_begins_with_three_packets() -> None:
    wire, *_ = circuit()

    sent = [one.packet for one in wire.log if one.what == "sent" and one.packet is not None]

    assert [one.flags for one in sent] == [("SYN",), ("SYN", "ACK"), ("ACK",)]


@pytest.mark.parametrize("personality", ["classic", "linux"])
@pytest.mark.parametrize("seed", range(8))
def test_what_is_lost_doubled_or_reordered_arrives_once_and_in_order(
    personality: str, seed: int
) -> None:
    wire, client, server = circuit(personality, seed=seed, loss=20, double=15, reorder=30)
    text = bytes(range(256)) * 40

    assert carried(wire, client, server, text) == text
    assert broken(view(client.k)) == broken(view(server.k)) == []
    assert any(one.what == "lost" for one in wire.log)


def test_the_same_seed_gives_the_same_run_and_another_one_another() -> None:
    logs = []
    for seed in (5, 5, 6):
        wire, client, server = circuit(seed=seed, loss=30, reorder=30)
        carried(wire, client, server, b"x" * 3000)
        logs.append(wire.log)

    assert logs[0] == logs[1] != logs[2]


def test_a_sender_keeps_to_the_window_and_sleeps_until_there_is_room() -> None:
    wire, client, server = circuit()
    made = client.call("send", 3, b"x" * 20000, 0)
    wire.step()
    for _ in range(200):
        wire.step()
    asleep = made.state
    (held,) = [one["held"] for one in view(server.k)["sockets"] if one["state"] == "connected"]
    got = b""
    while len(got) < 20000:
        got += server.call("recv", 4, 4096, 0).out["data"]
        wire.run()

    assert (asleep, held, made.state, made.ret) == ("asleep", 4096, "returned", 20000)


def test_a_refusal_comes_over_the_wire_and_silence_in_the_end_as_well() -> None:
    wire, client, server = hosts()
    server.call("close", 3)
    refused = client.call("connect", 3, PORT)
    wire.run()
    wire.loss = 100
    silent = client.call("connect", 3, PORT)
    wire.run()

    assert [str(call.error)[:12] for call in (refused, silent)] == ["ECONNREFUSED", "ETIMEDOUT: s"]


def test_a_full_queue_loses_the_first_packet_which_is_sent_again() -> None:
    wire, client, server = hosts()
    server.call("listen", 3, 1)
    other = client.k.spawn("other")
    other.call("socket", AF_INET, SOCK_STREAM, 0)
    client.call("connect", 3, PORT)
    wire.run()
    made = other.call("connect", 3, PORT)
    for _ in range(4):
        wire.step()
    before = made.state
    server.call("accept", 3)
    wire.run()

    assert (before, made.state, made.ret) == ("asleep", "returned", 0)


def test_each_side_can_end_its_direction_and_nothing_is_left_then() -> None:
    wire, client, server = circuit(seed=3, loss=25)
    client.call("shutdown", 3, SHUT_WR)
    wire.run()
    end = server.call("recv", 4, 10, 0)
    server.call("send", 4, b"still here", 0)
    wire.run()
    back = client.call("recv", 3, 99, 0)
    server.call("close", 4)
    client.call("close", 3)
    wire.run()

    assert (end.ret, back.out["data"]) == (0, b"still here")
    assert [len(view(one.k)["sockets"]) for one in (client, server)] == [0, 1]


def test_bytes_unread_at_the_close_reset_the_other_side() -> None:
    wire, client, server = circuit()
    client.call("send", 3, b"unread", 0)
    wire.run()
    server.call("close", 4)
    wire.run()

    assert str(client.call("recv", 3, 9, 0).error).startswith("ECONNRESET")


@pytest.mark.parametrize("seed", range(6))
def test_datagrams_are_lost_doubled_and_reordered_but_never_split_or_merged(seed: int) -> None:
    wire, client, server = hosts("linux", SOCK_DGRAM, seed=seed, loss=25, double=25, reorder=50)
    sent = [f"datagram {n}".encode() for n in range(40)]
    for text in sent:
        client.call("sendto", 3, text, 0, PORT)
    wire.run()
    got = []
    while (made := server.call("recvfrom", 3, 99, 0)).state == "returned":
        got.append(made.out["data"])
        assert made.out["from"].startswith(HERE)

    assert set(got) < set(sent)
    assert len(got) > len(set(got))
    assert got != sorted(got, key=sent.index)


def test_installed_functions_are_what_the_calls_do() -> None:
    k = Kernel()
    a = k.spawn("A")
    a.call("socketpair", AF_UNIX, SOCK_STREAM, 0)
    seen = []

    async def recv(u: Process, fd: int, size: int, flags: int = 0, buffer: Any = None) -> int:
        seen.append((fd, size, flags))
        return 7

    def accept(u: Process, fd: int, flags: int = 0) -> int:
        return 8

    def connect(u: Process, fd: int, name: str) -> int:
        return 9

    for fn in (recv, accept, connect):
        k.install(fn)
    calls = [("read", 3, 5), ("recvfrom", 4, 6, 2), ("accept", 3), ("connect", 3, "@x")]

    assert [a.call(*call).ret for call in calls] == [7, 7, 8, 9]
    assert seen == [(3, 5, 0), (4, 6, 2)]


def test_a_trace_tells_the_steps_and_the_layers() -> None:
    k, server, client = local()
    t = k.start_trace()
    server.call("recv", 4, 9, 0)
    client.call("send", 3, b"hello", 0)
    t.stop()

    assert len({event.words for event in t.events if event.function == "recv"}) >= 4
    assert "socket layer, across: socket 2 → socket 3: 5 bytes" in [e.text for e in t.events]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ({"came": 9}, "socket 3: 9 bytes came, but 0 were read and it holds 5"),
        ({"charged": 4}, "socket 3: it has 4 bytes charged, but 0 lie elsewhere"),
        ({"peer": 1}, "socket 2: its peer 3 does not know it"),
        ({"queue": [7]}, "socket 3: connections wait, but it is connected"),
    ],
)
def test_a_socket_that_is_not_sound_is_told(damage: dict[str, Any], said: str) -> None:
    k, _, client = local()
    client.call("send", 3, b"hello", 0)
    seen = view(k)
    seen["sockets"][2] |= damage

    assert said in broken(seen)


@pytest.mark.parametrize("personality", ["classic", "linux"])
def test_who_waits_already_may_wait_on_when_listen_lets_fewer_wait(personality: str) -> None:
    k, server, client = local(personality)
    for fd in (4, 5, 6):
        client.call("socket", AF_UNIX, SOCK_STREAM, 0)
        assert client.call("connect", fd, "@s").state == "returned"
    assert server.call("listen", 3, 1).ret == 0
    seen = view(k)

    assert broken(seen) == []
    seen["sockets"][0]["queue"] *= 2
    assert "socket 1: 6 connections wait, more than 1 + 1" in broken(seen)


@pytest.mark.parametrize(
    ("call", "damage"),
    [(("recv", 4, 9, 0), {"cantread": True}), (("accept", 3), {"queue": [3]})],
)
def test_a_sleeper_whose_condition_holds_is_told(
    call: tuple[Any, ...], damage: dict[str, Any]
) -> None:
    k, server, _ = local()
    server.call(*call)
    seen = view(k)
    seen["sockets"][2 if call[0] == "recv" else 0] |= damage

    assert any("but what it waits for is there" in one for one in broken(seen))
