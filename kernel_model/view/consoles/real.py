"""The same calls on real Linux: step by step beside what the model did.

tried = try_for_real(desk)          # on this machine; or a stored record, where it cannot be
store(desk, "my.record.json")       # keep what this machine's kernel did, for other machines
"""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kernel_model.scenario import Problem
from kernel_model.targets import Skip, Target, Unsupported
from kernel_model.view.consoles.desk import Desk
from kernel_model.view.consoles.differences import known
from kernel_model.view.consoles.runs import Move, Run
from kernel_model.view.consoles.words import did, effects, written

Json = dict[str, Any]
FORMAT = 1


@dataclass(slots=True)
class Row:
    """One call on both sides."""

    proc: str
    call: str  # as a program would write it
    model: list[str]  # what it did there, a sentence each
    real: list[str]
    same: bool
    why: list[str] = field(default_factory=list)  # of a difference that is known


@dataclass(slots=True)
class Tried:
    """What came of trying it for real."""

    where: str  # the real kernel, in words; empty: there is neither one nor a record
    note: str  # what there is to say first
    rows: list[Row] = field(default_factory=list)

    @property
    def same(self) -> bool:
        """The real kernel did everything as the model did."""
        return all(row.same for row in self.rows)


def try_for_real(desk: Desk, records: Sequence[Json] = (), target: Target | None = None) -> Tried:
    """Makes the desk's calls on this machine's kernel, in a closed world that is removed after.

    Where that cannot be, a stored record of the same calls is shown, or else another one.
    """
    try:
        return compared(desk, record_of(desk, target), "")
    except (Skip, Unsupported) as refusal:
        return stored(desk, records, f"Real Linux cannot be had here ({refusal}).")


def record_of(desk: Desk, target: Target | None = None) -> Json:
    """What the desk's calls do on real Linux, as plain JSON; raises Skip or Unsupported.

    It holds the calls as well.
    """
    if target is None:
        from kernel_model.targets.linux import LinuxTarget

        target = LinuxTarget()
    moves = [line.move for line in desk.lines]
    try:
        run = Run(target, desk.setup)
        lines = [_made(run, move) for move in moves]
    finally:
        target.close()
    version = re.match(r"[\d.]+\d", platform.release())
    return {"format": FORMAT, "machine": f"Linux {version[0]}" if version else "Linux",
            **_given(desk), "lines": lines}  # fmt: skip


def _given(desk: Desk) -> Json:
    """What a record is a record of."""
    setup = desk.setup
    return {"uids": dict(setup.uids), "gids": dict(setup.gids), "limits": dict(setup.limits),
            "moves": [line.move.step() for line in desk.lines]}  # fmt: skip


def _made(run: Run, move: Move) -> Json:
    """What a move came to: in words, and as the steps that expect it."""
    try:
        line = run.make(move)
    except Problem as problem:  # the process still sleeps there, or a name was never given
        return {"told": [f"could not be made: {problem.message}"], "steps": []}
    told = [did(line), *effects(line)]
    return {"told": told, "steps": line.steps}


def compared(desk: Desk, record: Json, note: str) -> Tried:
    """The desk's calls beside those of a record of them (or of more, after them)."""
    rows = []
    for line, real in zip(desk.lines, record["lines"], strict=False):
        told = [did(line), *effects(line)]
        same = [judged(step) for step in line.steps] == [judged(step) for step in real["steps"]]
        why = [] if same else known(line.move.call, line.steps, real["steps"])
        call = written(line.move.call, line.move.args)
        rows.append(Row(line.move.proc, call, told, real["told"], same, why))
    return Tried(str(record["machine"]), note, rows)


def judged(step: Json) -> Json:
    """A step without what says nothing of the outcome: the name that keeps it."""
    return {key: value for key, value in step.items() if key != "save"}


def stored(desk: Desk, records: Sequence[Json], note: str) -> Tried:
    """The record that begins with the desk's calls; else the first one, which is of other calls."""
    if not records:
        return Tried("", note)
    given = _given(desk)
    for record in records:
        begins = {**record, "moves": record["moves"][: len(given["moves"])]}
        if desk.lines and all(begins[key] == given[key] for key in given):
            words = f"{note} This is what {record['machine']} did with the same calls, kept before."
            return compared(desk, record, words)
    record = records[0]
    words = f"{note} What follows are other calls, tried on {record['machine']} and kept."
    return compared(desk_of(record, desk.personality), record, words)


def desk_of(record: Json, personality: str) -> Desk:
    """A desk on which the calls of a record have been made."""
    ids = {name: (uid, record["gids"].get(name, uid)) for name, uid in record["uids"].items()}
    desk = Desk(personality, record["limits"], processes=ids)
    for move in record["moves"]:
        desk.call(move["proc"], move["call"], move["args"], move.get("save"))
    return desk


def store(desk: Desk, path: Path | str, target: Target | None = None) -> Path:
    """Writes what this machine's kernel does with the desk's calls into a file, as JSON."""
    path = Path(path)
    path.write_text(json.dumps(record_of(desk, target), indent=1) + "\n", encoding="utf-8")
    return path


def records_from(given: Any) -> list[Json]:
    """Records from what a lecture hands in: None, a record, a path, or a list of these.

    Raises ValueError for what is no record, or of a newer format.
    """
    if given is None:
        return []
    if isinstance(given, list | tuple):
        return [record for one in given for record in records_from(one)]
    if isinstance(given, str | Path):
        given = json.loads(Path(given).read_text(encoding="utf-8"))
        return records_from(given)
    keys = {"format", "machine", "uids", "gids", "limits", "moves", "lines"}
    if not isinstance(given, dict) or not keys <= given.keys():
        raise ValueError("a stored record is what kernel_model.view.consoles.real.record_of gives")
    if given["format"] != FORMAT:
        raise ValueError(f"the record has format {given['format']}; this reads format {FORMAT}")
    return [given]
