"""What is shown of the tables from one look to the next (kernel_model/changes.py)."""

from typing import Any

import pytest

from autograder.exercise import exercise
from kernel_model import IPC_CREAT, IPC_RMID, Kernel
from kernel_model.changes import END, Looks, merged
from kernel_model.invariants import GROUPS, Broken, broken
from kernel_model.scenario import run
from kernel_model.tables import show, snapshot
from kernel_model.targets.model import ModelTarget


class Looking(ModelTarget):
    """A model that is looked at twice: whole, and by what changed."""

    def __init__(self) -> None:
        super().__init__()
        self.looks, self.sound = Looks(), Broken()
        self.seen: dict[str, Any] = {}

    def view(self) -> dict[str, Any]:
        """The tables; the two ways of looking, and of judging, agree."""
        whole = super().view()
        first, part = self.looks.look(self.kernel)
        self.seen = part if first else merged(self.seen, part)
        assert self.seen == whole
        assert self.sound(self.seen) == broken(whole)
        return whole


@pytest.mark.parametrize("name", ["ipcget", "msgsnd", "shmat", "allocreg"])
def test_what_changed_and_the_look_before_are_every_table(name: str) -> None:
    wanted = exercise(name)
    target = Looking()  # whose looks go from one kernel to the next
    for scenario in wanted.hidden()[::2]:
        result = run(scenario, target)
        assert result.verdict == "pass", result.message


class Noting(dict[str, Any]):
    """A view that notes which of its tables are looked at."""

    def __init__(self, view: dict[str, Any]) -> None:
        super().__init__(view)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.read.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.read.add(name)
        return super().get(name, default)


def test_invariants_look_at_no_table_that_they_do_not_name() -> None:
    k = queue_with_a_message()
    a = k.procs[k.pids["A"]]
    shm = a.call("shmget", 1, 4096, IPC_CREAT | 0o600).ret
    a.call("shmat", shm, 0, 0)
    a.call("semget", 1, 2, IPC_CREAT | 0o600)
    for names, judge in GROUPS:
        view = Noting(show(snapshot(k)))
        assert judge(view) == []
        assert view.read <= set(names), judge.__name__


def queue_with_a_message() -> Kernel:
    k = Kernel()
    a = k.spawn("A")
    a.call("msgsnd", a.call("msgget", 1, IPC_CREAT | 0o600).ret, 1, b"x")
    return k


def test_only_the_tables_that_changed_are_shown_again() -> None:
    k, looks = queue_with_a_message(), Looks()
    first, whole = looks.look(k)
    same = looks.look(k)
    k.procs[k.pids["A"]].call("shmget", 1, 4096, IPC_CREAT | 0o600)
    _, made = looks.look(k)
    k.msgque.entries[0].qbytes += 1
    _, part = looks.look(k)

    assert (first, same) == (True, (False, {}))
    assert made.keys() == {"shmem", "regions", "spaces", "frames"}
    assert part == {"msgque": {"0": show(snapshot(k))["msgque"][0]}}
    assert merged(whole, part)["msgpool"] is whole["msgpool"]
    assert merged(whole, part)["msgque"] == show(snapshot(k))["msgque"]


@pytest.mark.parametrize("other", [True, 1.0])
def test_a_number_of_another_type_is_a_change(other: Any) -> None:
    k, looks = queue_with_a_message(), Looks()
    looks.look(k)
    k.msgque.entries[0].qnum = other
    _, part = looks.look(k)

    assert type(part["msgque"]["0"]["qnum"]) is type(other)


def test_a_text_that_is_no_bytes_is_a_change_though_its_bytes_are_the_same() -> None:
    k, looks = queue_with_a_message(), Looks()
    looks.look(k)
    message = k.msgque.entries[0].first
    assert message is not None
    message.text = memoryview(b"x")  # type: ignore[assignment]
    _, part = looks.look(k)

    assert part["msgque"] == {"0": show(snapshot(k))["msgque"][0]}


def test_of_a_list_only_the_rows_that_changed_are_shown() -> None:
    k, looks = queue_with_a_message(), Looks()
    a = k.procs[k.pids["A"]]
    seen = [looks.look(k)[1]]
    parts = []
    for call in (("msgget", 2, IPC_CREAT), ("msgget", 3, IPC_CREAT), ("msgctl", 0, IPC_RMID, None)):
        a.call(*call)
        parts.append(looks.look(k)[1])
        seen.append(merged(seen[-1], parts[-1]))

    rows = show(snapshot(k))["msgque"]
    assert [part["msgque"].keys() for part in parts] == [{"1"}, {"2"}, {END, "0", "1"}]
    assert seen[-1] == show(snapshot(k))
    assert seen[-1]["msgque"] == rows
    assert seen[2]["msgque"][0] is seen[0]["msgque"][0]


@pytest.mark.parametrize("rows", [{"3": 0}, {"x": 0}, {"9" * 5000: 0}, {"": 0}, {END: "2"}])
def test_a_row_that_there_is_not_cannot_be_merged(rows: dict[str, Any]) -> None:
    with pytest.raises((LookupError, TypeError, ValueError)):
        merged({"procs": [1, 2]}, {"procs": rows})


def test_what_cannot_be_told_from_another_value_is_shown_every_time() -> None:
    k, looks = queue_with_a_message(), Looks()
    k.msgque.entries[0].qbytes = object()  # type: ignore[assignment]
    looks.look(k)

    assert looks.look(k)[1].keys() == looks.look(k)[1].keys() == {"msgque"}


def test_a_table_that_is_gone_makes_the_next_look_a_first_one() -> None:
    k, looks = queue_with_a_message(), Looks()
    a = k.procs[k.pids["A"]]
    a.call("shmget", 1, 4096, IPC_CREAT | 0o600)
    looks.look(k)
    k.memory = None

    assert looks.look(k) == (True, show(snapshot(k)))


def test_tables_that_were_judged_are_judged_again_when_one_of_them_is_another() -> None:
    k = queue_with_a_message()
    sound, view = Broken(), show(snapshot(k))
    before = sound(view)
    k.msgque.entries[0].qnum = 5
    k.msgque.entries[0].cbytes = 7
    changed = merged(view, {"msgque": show(snapshot(k))["msgque"]})

    assert (before, sound(changed), sound(view)) == ([], broken(changed), [])
    assert len(broken(changed)) == 2
