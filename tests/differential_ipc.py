"""Random calls of semaphores and of shared memory, with arguments that no careful program has.

An address is kept for each process, since two processes have nothing at the same place: `$at_A` is
where A attached last.
"""

from random import Random
from typing import Any

THEMES: dict[str, dict[str, int]] = {
    "semaphores": {"semget": 4, "semop": 22, "semtimedop": 1, "semctl": 8, "fork": 1, "exit": 1,
                   "kill": 1, "setresuid": 1},
    "semaphores of others": {"semget": 6, "semop": 8, "semctl": 14, "setresuid": 4, "fork": 2,
                             "exec": 1, "exit": 1, "signal": 1, "kill": 2},
    "memory": {"shmget": 3, "shmat": 12, "shmdt": 4, "shmctl": 6, "mem_read": 9, "mem_write": 8,
               "fork": 3, "exit": 1, "kill": 1},
    "memory of others": {"shmget": 6, "shmat": 6, "shmdt": 2, "shmctl": 10, "setresuid": 4,
                         "fork": 3, "exit": 2, "exec": 1, "mem_read": 2, "umask": 1},
}  # fmt: skip
LIMITS = {"SEMMSL": 4, "SEMOPM": 4, "SEMMNS": 9, "SEMMNI": 4, "SHMMAX": 20000, "SHMMNI": 4}
MODES = ("0o666", "0o600", "0o640", "0o444", "0o222", "0o060", "0o006", "0o000", "0o777")
FLAGS = (0, *MODES)
INT_MAX = 2**31 - 1


class IpcMoves:
    """What a writer of scenarios knows of semaphores and segments."""

    pick: Random
    patience: float

    def odd(self, usual: Any, *unusual: Any, chance: float = 0.15) -> Any:
        raise NotImplementedError

    def some(self, names: tuple[Any, ...], chance: float) -> list[Any]:
        raise NotImplementedError

    def key(self) -> Any:
        return self.odd(lambda: {"key": self.pick.randint(1, 3)}, "IPC_PRIVATE", -1, 2**31)

    def get_flags(self) -> list[Any]:
        how = [*self.some(("IPC_CREAT",), 0.6), *self.some(("IPC_EXCL",), 0.2)]
        return [*how, self.pick.choice(FLAGS)]

    def id(self, letter: str) -> Any:
        usual = f"${letter}{self.pick.choice((0, 0, 0, 0, 0, 0, 1, 2))}"
        stale = {"expr": f"{usual}+{self.pick.choice((32768, 2**32, 2**31))}"}
        return self.odd(lambda: usual, -1, stale, INT_MAX, chance=0.06)

    def owner(self) -> dict[str, Any]:
        fields = {"uid": (0, 1000, 1001, 2**32 - 2, -1), "gid": (0, 100, 1000, -1), "mode": MODES}
        return {
            name: self.pick.choice(values)
            for name, values in fields.items()
            if self.pick.random() < 0.5
        }

    # Semaphores

    def _semget(self) -> list[Any]:
        count = self.odd(lambda: self.pick.randint(1, 3), 0, 4, 5, -1, INT_MAX)
        return [self.key(), count, self.get_flags()]

    def operation(self) -> list[Any]:
        number = self.odd(lambda: self.pick.randint(0, 1), 2, 3, 4, 65535, chance=0.06)
        usual = self.pick.choice((1, 1, 1, 2, -1, -1, -1, -2, 0, 0))
        amount = self.odd(lambda: usual, 32767, -32768, -32767, 16384, chance=0.06)
        undo = self.some(("SEM_UNDO",), 0.3)
        return [number, amount, [*undo, *self.some(("IPC_NOWAIT",), self.patience)]]

    def operations(self) -> Any:
        made = [self.operation() for _ in range(self.pick.choice((1, 1, 1, 1, 2, 2, 3)))]
        return self.odd(lambda: made, None, [], made * 5, chance=0.04)

    def _semop(self) -> list[Any]:
        return [self.id("s"), self.operations()]

    def _semtimedop(self) -> list[Any]:
        return [self.id("s"), self.operations(), self.pick.choice((0, 0, -1, None))]

    def _semctl(self) -> list[Any]:
        pick = self.pick
        usual = ("GETVAL", "GETVAL", "GETALL", "GETALL", "SETVAL", "SETVAL", "SETALL", "GETPID",
                 "GETNCNT", "GETZCNT", "GETNCNT", "GETZCNT", "IPC_STAT", "IPC_SET", "IPC_SET",
                 "IPC_RMID")  # fmt: skip
        cmd = self.odd(lambda: pick.choice(usual), "SEM_STAT", "SEM_STAT_ANY", -1, 99, chance=0.08)
        number = self.odd(lambda: pick.randint(0, 1), -1, 2, 4, INT_MAX, chance=0.1)
        place = self.id("s")
        if cmd in ("SEM_STAT", "SEM_STAT_ANY"):
            place = self.odd(lambda: pick.randint(0, 3), 70, 32768, place)
        if cmd == "SETVAL":
            return [place, number, cmd, self.odd(lambda: pick.randint(0, 3), 32767, 32768, -1)]
        if cmd == "SETALL":
            values = [pick.choice((0, 1, 2, 0, 1, 2, 32767, 32768)) for _ in range(4)]
            return [place, number, cmd, values]
        if cmd == "IPC_SET":
            return [place, number, cmd, self.owner()]
        return [place, number, cmd]

    # Shared memory

    def _shmget(self) -> list[Any]:
        size = self.odd(
            lambda: self.pick.choice((1, 100, 4096, 5000, 8192)), 0, 20000, 20001, -1, 2**40
        )
        return [self.key(), size, self.get_flags()]

    def place(self) -> Any:
        free = {"free_addr": self.pick.randint(1, 3)}
        off = self.pick.choice((0, 1, 4095, 4096, 8192, -1))
        return self.odd(lambda: None, free, free, free | {"off": off}, 1, -1, chance=0.4)

    def _shmat(self) -> list[Any]:
        flags = self.some(("SHM_RDONLY",), 0.25) + self.some(("SHM_RND",), 0.25)
        return [self.id("m"), self.place(), flags + self.some(("SHM_REMAP", "SHM_EXEC"), 0.04)]

    def attached(self) -> Any:
        off = self.pick.choice((1, 99, 4095, 4096, 8191))
        free = {"free_addr": self.pick.randint(1, 2)}
        return self.odd(lambda: "$at", {"expr": f"$at+{off}"}, free, 0, 1, -4096, chance=0.25)

    def inside(self) -> Any:
        """A place of the first page; what lies behind a segment is the machine's own affair."""
        usual = ("$at", "$at", {"expr": f"$at+{self.pick.choice((1, 99, 3900))}"})
        return self.odd(lambda: self.pick.choice(usual), 0, -4096, chance=0.03)

    def _shmdt(self) -> list[Any]:
        return [self.attached()]

    def _shmctl(self) -> list[Any]:
        usual = ("IPC_STAT", "IPC_STAT", "IPC_STAT", "IPC_SET", "IPC_SET", "IPC_RMID")
        cmd = self.odd(
            lambda: self.pick.choice(usual), "SHM_STAT", "SHM_STAT_ANY", -1, 99, chance=0.1
        )
        place = self.id("m")
        if cmd in ("SHM_STAT", "SHM_STAT_ANY"):
            place = self.odd(lambda: self.pick.randint(0, 3), 70, 32768, place)
        return [place, cmd, self.owner()] if cmd == "IPC_SET" else [place, cmd]

    def _mem_read(self) -> list[Any]:
        return [self.inside(), self.odd(lambda: 5, 0, 1, 100)]

    def _mem_write(self) -> list[Any]:
        return [self.inside(), self.pick.choice(("hello", "x", "abcdefgh"))]
