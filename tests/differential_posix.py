"""Random calls of POSIX message queues and of named POSIX semaphores.

`$q0` is the last queue that a process has opened, `$e0` its last semaphore. Semaphores are used
where they are, by the C library: so only those that a process has open.
"""

from random import Random
from typing import Any

THEMES: dict[str, dict[str, int]] = {
    "queues with priorities": {"mq_open": 4, "mq_send": 12, "mq_receive": 12, "mq_close": 1,
                               "mq_getattr": 3, "mq_setattr": 3, "mq_notify": 3, "mq_unlink": 1,
                               "mq_timedsend": 1, "mq_timedreceive": 1, "sigcount": 2, "fork": 2,
                               "exit": 1, "kill": 1, "signal": 3, "setresuid": 1, "umask": 1},
    "named semaphores": {"sem_open": 6, "sem_wait": 12, "sem_trywait": 4, "sem_post": 12,
                         "sem_timedwait": 1, "sem_getvalue": 6, "sem_close": 1, "sem_unlink": 1,
                         "fork": 2, "exit": 1, "kill": 1, "signal": 1, "setresuid": 1,
                         "umask": 1},
}  # fmt: skip
MODES = ("0o666", "0o600", "0o640", "0o444", "0o222", "0o000")
WAYS = ("O_RDWR", "O_RDWR", "O_RDWR", "O_RDONLY", "O_WRONLY")


class PosixMoves:
    """What a writer of scenarios knows of POSIX queues and semaphores."""

    pick: Random

    def odd(self, usual: Any, *unusual: Any, chance: float = 0.15) -> Any:
        raise NotImplementedError

    def some(self, names: tuple[Any, ...], chance: float) -> list[Any]:
        raise NotImplementedError

    def named(self) -> Any:
        return {"path": self.pick.choice(("f", "f", "f", "g"))}

    def creating(self) -> list[Any]:
        return [*self.some(("O_CREAT",), 0.7), *self.some(("O_EXCL",), 0.1)]

    # Queues

    def queue_of(self) -> Any:
        return self.odd(lambda: self.pick.choice(("$q0", "$q0", "$q1")), -1, 99, chance=0.03)

    def _mq_open(self) -> list[Any]:
        flags = [self.pick.choice(WAYS), *self.creating(), *self.some(("O_NONBLOCK",), 0.2)]
        room = self.odd(lambda: self.pick.randint(1, 3), 0, -1, 10, chance=0.1)
        size = self.odd(lambda: 16, 0, -1, 8192, chance=0.1)
        attr = self.odd(lambda: {"maxmsg": room, "msgsize": size}, None, chance=0.05)
        return [self.named(), flags, self.pick.choice(MODES), attr]

    def _mq_send(self) -> list[Any]:
        text = "abcdefghijklmnopqrstuvwxyz"[: self.pick.choice((0, 1, 5, 16, 17))]
        prio = self.odd(lambda: self.pick.randint(0, 3), 32767, 32768, -1, chance=0.06)
        return [self.queue_of(), text, prio]

    def _mq_receive(self) -> list[Any]:
        return [self.queue_of(), self.odd(lambda: 16, 0, 15, 100, -1, chance=0.1)]

    def _mq_timedsend(self) -> list[Any]:
        return [*self._mq_send(), 0]

    def _mq_timedreceive(self) -> list[Any]:
        return [*self._mq_receive(), 0]

    def _mq_close(self) -> list[Any]:
        return [self.queue_of()]

    def _mq_getattr(self) -> list[Any]:
        return [self.queue_of()]

    def _mq_setattr(self) -> list[Any]:
        return [self.queue_of(), self.some(("O_NONBLOCK",), 0.5)]

    def _mq_notify(self) -> list[Any]:
        what = self.pick.choice(("SIGUSR1", "SIGUSR1", "SIGUSR2", None, 0, 99))
        return [self.queue_of(), what]

    def _mq_unlink(self) -> list[Any]:
        return [self.named()]

    # Semaphores

    def semaphore(self) -> Any:
        return self.pick.choice(("$e0", "$e0", "$e1"))

    def _sem_open(self) -> list[Any]:
        value = self.odd(lambda: self.pick.randint(0, 2), 2**31 - 1, 2**31, chance=0.05)
        return [self.named(), self.creating(), self.pick.choice(MODES), value]

    def _sem_wait(self) -> list[Any]:
        return [self.semaphore()]

    def _sem_trywait(self) -> list[Any]:
        return [self.semaphore()]

    def _sem_timedwait(self) -> list[Any]:
        return [self.semaphore(), 0]

    def _sem_post(self) -> list[Any]:
        return [self.semaphore()]

    def _sem_getvalue(self) -> list[Any]:
        return [self.semaphore()]

    def _sem_close(self) -> list[Any]:
        return [self.semaphore()]

    def _sem_unlink(self) -> list[Any]:
        return [self.named()]
