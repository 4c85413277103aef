"""Random calls of pipes and named pipes, by processes that have descriptors in common or not.

`$r0` is the last descriptor that a process has got to read from, `$r1` the one before it; `$w0`
and `$w1` are those to write to.
"""

from random import Random
from typing import Any

THEMES: dict[str, dict[str, int]] = {
    "pipes": {"pipe": 1, "read": 14, "write": 14, "close": 4, "dup": 2, "fcntl": 3, "fork": 2,
              "exit": 1, "kill": 1, "signal": 1},
    "named pipes": {"mkfifo": 2, "open": 14, "read": 9, "write": 9, "close": 5, "unlink": 1,
                    "stat": 2, "fstat": 2, "fork": 2, "exit": 1, "fcntl": 2, "lseek": 1,
                    "setresuid": 1, "umask": 1, "signal": 1},
}  # fmt: skip
SIZES = (0, 1, 5, 100, 3000, 4096)
LARGE = (4097, 10000, 65535, 65536, 65537, 140000)
PATHS = ("f", "f", "f", "g")


class PipeMoves:
    """What a writer of scenarios knows of descriptors."""

    pick: Random

    def odd(self, usual: Any, *unusual: Any, chance: float = 0.15) -> Any:
        raise NotImplementedError

    def some(self, names: tuple[Any, ...], chance: float) -> list[Any]:
        raise NotImplementedError

    def descriptor(self, end: str = "") -> Any:
        usual = f"${end or self.pick.choice('rw')}{self.pick.choice((0, 0, 1))}"
        other = f"${self.pick.choice('rw')}0"
        return self.odd(lambda: usual, other, -1, 99, chance=0.06)

    def size(self) -> int:
        found: int = self.odd(lambda: self.pick.choice(SIZES), *LARGE, chance=0.3)
        return found

    def _pipe(self) -> list[Any]:
        return []

    def _read(self) -> list[Any]:
        return [self.descriptor("r"), self.size(), *self.some((None,), 0.05)]

    def _write(self) -> list[Any]:
        letter = self.pick.choice("abcdefgh")
        data = self.odd(lambda: {"rep": letter, "n": self.size()}, None, chance=0.05)
        return [self.descriptor("w"), data]

    def _close(self) -> list[Any]:
        return [self.descriptor()]

    def _dup(self) -> list[Any]:
        return [self.descriptor()]

    def _fcntl(self) -> list[Any]:
        cmd = self.pick.choice(("F_GETFL", "F_SETFL", "F_SETFL", "F_SETFL", "F_GETFD", "F_SETFD"))
        if cmd == "F_SETFL":
            return [self.descriptor(), cmd, self.some(("O_NONBLOCK",), 0.7)]
        return [self.descriptor(), cmd, *([self.pick.choice((0, 1))] if cmd == "F_SETFD" else [])]

    def _lseek(self) -> list[Any]:
        return [self.descriptor(), self.pick.choice((0, 5, -1)), self.pick.choice((0, 1, 2, 9))]

    def path(self) -> Any:
        return {"path": self.odd(lambda: self.pick.choice(PATHS), "nobody", "f/x", chance=0.06)}

    def _mkfifo(self) -> list[Any]:
        return [self.path(), self.pick.choice(("0o666", "0o600", "0o640", "0o444", "0o222"))]

    def _open(self) -> list[Any]:
        ways = ("O_RDONLY", "O_RDONLY", "O_WRONLY", "O_WRONLY", "O_RDWR")
        flags = [self.pick.choice(ways), *self.some(("O_NONBLOCK",), 0.3)]
        return [self.path(), flags + self.some(("O_CREAT", "O_EXCL", "O_TRUNC"), 0.03), "0o644"]

    def _unlink(self) -> list[Any]:
        return [self.path()]

    def _stat(self) -> list[Any]:
        return [self.path()]

    def _fstat(self) -> list[Any]:
        return [self.descriptor()]
