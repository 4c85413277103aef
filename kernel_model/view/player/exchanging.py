"""What goes on between processes and hosts, as the rows of a sequence diagram, step by step."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from kernel_model.view.pictures.words import View, holder_of, hosts_of, short_words

Row = dict[str, Any]
ENDS = ("return", "error", "end", "crash", "exit")
RETURNED = re.compile(r"\w+ returns (.*) to .*\.", re.DOTALL)
FAILED = re.compile(r"\w+ fails for .* with (\w+)")
ACROSS = re.compile(r"socket (\d+) → socket (\d+): (.*)")
PACKET = re.compile(r".* → \S+ (\S+) seq (\d+) ack (\d+) bytes (\d+)")
BYTES = re.compile(r"(?:.* )?(\d+ bytes?)\b.*")


def with_exchange(steps: list[Any]) -> list[Any]:
    """The steps, the views of which know what has passed: `exchange` and `passing`.

    exchange  `lines`: names of processes and hosts; `edges`: those that are hosts; `rows`: so far
    passing   the packet that a layer, or the wire, has at this step; {} for none

    Steps of a run without sockets stay as they are.
    """
    if not any(one["sockets"] for step in steps for one in hosts_of(step.view)):
        return steps
    rows, found = Rows(), []
    last: tuple[Any, ...] = (None, None, None, {})
    lines = list(dict.fromkeys(p["name"] for step in steps for p in step.view["procs"]))
    edges = [one["address"] for one in hosts_of(steps[0].view) if one["address"]]
    for step in steps:
        rows.see(step)
        passing = rows.passing(step)
        if last[:3] != (id(step.view), rows.version, passing):
            told = {"lines": lines, "edges": edges, "rows": list(rows.rows)}
            view = step.view | {"exchange": told, "passing": passing}
            last = (id(step.view), rows.version, passing, view)
        found.append(replace(step, view=last[3]))
    return found


class Rows:
    """The rows so far.

    A row has a `kind`, `who` it belongs to, and `text`; `to`: where an arrow leads. Of a segment
    `came` lists the rows in which it arrives, and `lost`, `again` and `doubled` say what became of
    it. `sleep` is who sleeps from this row on, `wakes` who wakes in it.
    """

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.version = 0  # grows with every change
        self.told = 0  # entries of the wire's log that were seen
        self.segments: dict[int, int] = {}  # rows, by the number of the packet

    def see(self, step: Any) -> None:
        """Takes what has happened at a step."""
        for one in step.view.get("wire", {}).get("log", [])[self.told :]:
            self.told += 1
            self.flight(one)
        if step.kind == "call":
            self.add("call", step.proc, short_call(step))
        elif step.kind in ENDS:
            self.end(step)
        elif step.kind == "sleep":
            if not self.change(step.proc, "call", sleep=step.proc):
                self.add("sleep", step.proc, "", sleep=step.proc)
        elif step.kind == "wakeup" and self.rows:
            woken = [p["name"] for p in step.view["procs"]]
            for name in woken:
                if f"{step.proc} wakes {name}," in step.text:
                    wakes = [*self.rows[-1].get("wakes", []), name]
                    self.put(len(self.rows) - 1, wakes=wakes)
        elif step.kind == "signal":
            self.add("signal", step.proc, step.text)
        elif step.kind == "packet" and "hosts" not in step.view:
            self.across(step)

    def end(self, step: Any) -> None:
        """A call ends: in the row in which it began, if nothing has happened since.

        An error has a row of its own, so that there is room for both the call and the error.
        """
        returned, failed = RETURNED.match(step.text), FAILED.match(step.text)
        came = f"= {returned[1]}" if returned else f"= {failed[1]}" if failed else "ends"
        kind = "error" if failed else "return"
        last = self.rows[-1] if self.rows else {}
        if (last.get("who"), last.get("text"), came) == (step.proc, "ends", "ends"):
            return
        began = last.get("who") == step.proc and last["kind"] == "call" and "sleep" not in last
        if began and not failed:
            text = f"{last['text']} {came}"
            self.put(len(self.rows) - 1, kind=kind, text=text, whole=True)
        else:
            name = step.call if step.call else step.text.split(" ")[0]
            self.add(kind, step.proc, f"{name} {came}" if returned or failed else came)

    def across(self, step: Any) -> None:
        """Something goes from socket to socket of one host: to whoever has the other one."""
        passages = step.view.get("passages", [])
        hit = ACROSS.match(passages[-1]["what"]) if passages else None
        if hit is not None:
            to = holder_of(hosts_of(step.view)[0], int(hit[2]))
            if to is not None and to != step.proc:
                self.add("data", step.proc, hit[3], to=to)

    def flight(self, one: View) -> None:
        """Something becomes of a packet."""
        what, number = one["what"], one["number"]
        if what == "time":
            self.add("time", "", "nothing has come: the timers run out")
        elif what == "sent":
            self.segments[number] = len(self.rows)
            self.add("segment", one["source"], one["words"], to=one["target"], number=number,
                     again=one["again"], came=[], lost=False, doubled=False)  # fmt: skip
        elif what == "arrived":
            at = self.segments[number]
            self.put(at, came=[*self.rows[at]["came"], len(self.rows)])
            self.add("arrived", one["target"], "", number=number)
        else:
            self.put(self.segments[number], **{what: True})

    def passing(self, step: Any) -> View:
        """Which packet is where, at this step."""
        log = step.view.get("wire", {}).get("log", [])
        if step.kind == "packet":
            return self.layer(step, log)
        if step.kind in ("sent", "lost", "doubled", "arrived"):
            return {"host": "", "layer": "wire", "way": step.kind, "number": log[-1]["number"],
                    "words": log[-1]["short"]}  # fmt: skip
        return {}

    def layer(self, step: Any, log: list[View]) -> View:
        """What a layer of a host has at this step."""
        own = next((p.get("host", "") for p in step.view["procs"] if p["name"] == step.proc), "")
        host = next((one for one in hosts_of(step.view) if one["address"] == own), None)
        if host is None or not host["passages"]:
            return {}
        last = host["passages"][-1]
        number = log[-1]["number"] if log and last["way"] == "up" else len(self.segments) + 1
        words = passing_words(last["what"])
        told: View = {"host": own, "number": number, "words": words} | last
        return told

    def add(self, kind: str, who: str, text: str, **more: Any) -> None:
        """One more row."""
        self.rows.append({"kind": kind, "who": who, "text": text} | more)
        self.version += 1

    def put(self, at: int, **more: Any) -> None:
        """Changes a row; the old one stays in the views that have it."""
        self.rows[at] = self.rows[at] | more
        self.version += 1

    def change(self, who: str, kind: str, **more: Any) -> bool:
        """Changes the last row if it is such a one."""
        fits = bool(self.rows) and (self.rows[-1]["who"], self.rows[-1]["kind"]) == (who, kind)
        if fits:
            self.put(len(self.rows) - 1, **more)
        return fits


def short_call(step: Any) -> str:
    """A call as its program would write it."""
    told: str = step.text.partition(" calls ")[2].rstrip(".")
    return told or step.call


def passing_words(what: str) -> str:
    """A packet, or what is sent, in a word or two."""
    hit = PACKET.match(what)
    if hit is None:
        size = BYTES.match(what.partition(": ")[2] or what)
        return size[1] if size else what.partition(": ")[2] or what
    return short_words(hit[1].split("+"), int(hit[4]), int(hit[3]))
