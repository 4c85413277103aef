"""What has changed of sockets, of circuits and of the exchange."""

from __future__ import annotations

from collections.abc import Iterator

from kernel_model.view.pictures.words import View, hosts_of

Change = tuple[str, str]


def socket_changes(old: View, new: View) -> Iterator[Change]:
    """Every change of sockets, host by host."""
    before = {one["address"]: one for one in hosts_of(old)}
    for host in hosts_of(new):
        was = before.get(host["address"], {"sockets": []})
        yield from _sockets(was["sockets"], host["sockets"], host["address"])


def _sockets(old: list[View], new: list[View], address: str) -> Iterator[Change]:
    before = {one["number"]: one for one in old}
    at = f" of {address}" if address else ""
    for so in new:
        was, name = before.pop(so["number"], None), f"socket:{address}.{so['number']}"
        words = f"socket {so['number']}{at}"
        if was is None:
            yield f"{name}.state", f"{words} is new"
            continue
        if was["state"] != so["state"]:
            yield f"{name}.state", f"{words}: {was['state']} → {so['state']}"
        if was["name"] != so["name"]:
            yield "", f"{words} has the name {so['name']}"
        if (was["queue"], was["pending"]) != (so["queue"], so["pending"]):
            told = f"{words}: {len(was['queue'])} → {len(so['queue'])} in its queue"
            yield f"{name}.queue", told if was["queue"] != so["queue"] else ""
        if was["held"] != so["held"]:
            yield f"{name}.held", f"{words} holds {was['held']} → {so['held']} bytes"
        yield from _circuit(was, so, name, words)
    for number in before:
        yield "", f"socket {number}{at} is gone"


def _circuit(was: View, so: View, name: str, words: str) -> Iterator[Change]:
    """Changes of one side of a circuit."""
    old, new = was["circuit"], so["circuit"]
    if old is None or new is None:
        return
    if (
        was["outgoing"] != so["outgoing"]
        or old["nxt"] != new["nxt"]
        or old["ahead"] != new["ahead"]
    ):
        told = f"{words}: {was['outgoing']} → {so['outgoing']} bytes not acknowledged"
        yield f"{name}.outgoing", told if was["outgoing"] != so["outgoing"] else ""
    if (old["window"], old["una"]) != (new["window"], new["una"]):
        told = f"{words}: window {old['window']} → {new['window']}"
        yield f"{name}.window", told if old["window"] != new["window"] else ""
