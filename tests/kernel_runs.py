"""Running the kernel of an edition, in a process that has nothing else to import."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from autograder.editions.folders import write
from kernel_model.scenario import load
from kernel_model.scenario.run import for_side

SCENARIOS = sorted((Path(__file__).parent / "scenarios").glob("*.json"))

TRACE = """
from kernel_model import IPC_CREAT, IPC_NOWAIT, IPC_RMID, IPC_STAT, SHM_RDONLY, SHM_RND, Kernel
def trace(personality):
    k = Kernel(personality)
    a, b = k.spawn("A"), k.spawn("B", uid=1000)
    q = a.call("msgget", 1, IPC_CREAT | 0o666).ret
    t = k.start_trace()
    b.call("msgrcv", q, 10, -3, 0)
    for mtype in (5, 2, 3):
        a.call("msgsnd", q, mtype, b"hello", 0)
    b.call("msgrcv", q, 2, 0, IPC_NOWAIT)
    a.call("msgget", 1, 0o600)
    a.call("msgctl", q, IPC_STAT)
    a.call("msgctl", q, IPC_RMID)
    m = a.call("shmget", 2, 10000, IPC_CREAT | 0o666).ret
    at = a.call("shmat", m, 0, 0).ret
    b.call("shmat", m, at + 1, SHM_RND | SHM_RDONLY)
    b.call("shmget", 2, 20000, 0)
    a.call("fork", "C")
    b.call("exit", 0)
    a.call("shmctl", m, IPC_RMID)
    a.call("shmdt", at + 1)
    a.call("shmdt", at)
    t.stop()
    return t.to_json()
"""
NAMES: dict[str, Any] = {}
exec(TRACE, NAMES)
trace = NAMES["trace"]


def put(folder: Path, kernel: dict[Path, bytes]) -> Path:
    """Writes the files of a kernel into a package; gives the folder that holds it."""
    write(folder / "kernel_model", {place.as_posix(): data for place, data in kernel.items()})
    return folder


def ran(root: Path, code: str, *args: str) -> Any:
    """What the code prints as JSON, run where only `root` and the standard library are."""
    head = f"import json, sys\nsys.path.insert(0, {str(root)!r})\n"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", head + code, *args],
        capture_output=True,
        text=True,
        env={"PATH": os.environ.get("PATH", ""), "KERNELBOOK_PROGRESS": "off"},
        cwd="/",
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def verdicts(root: Path, personality: str) -> dict[str, str]:
    """What became of our scenarios on the kernel below `root`, by their names."""
    code = (
        "from pathlib import Path\n"
        "from kernel_model.scenario import load, run\n"
        "from kernel_model.targets.model import ModelTarget\n"
        "personality, *files = sys.argv[1:]\n"
        "found = {one.id: run(one, ModelTarget(personality)).verdict "
        "for file in files for one in load(Path(file))}\n"
        "print(json.dumps(found))"
    )
    found: dict[str, str] = ran(root, code, personality, *map(str, SCENARIOS))
    return found


def passing(personality: str) -> dict[str, str]:
    """The same of our own kernel: all that this side takes part in pass, see test_conformance."""
    every = [one for file in SCENARIOS for one in load(file)]
    return {one.id: "pass" if for_side(one.scope, personality) else "skip" for one in every}


def words(told: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The steps that a trace tells, each once: process, function, words."""
    found: list[tuple[str, str, str]] = []
    for event in told["events"]:
        step = event["proc"], event["function"], event["words"]
        if event["kind"] == "line" and event["words"] and step not in found[-1:]:
            found.append(step)
    return found
