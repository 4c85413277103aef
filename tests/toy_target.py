"""A toy kernel for tests of the runner: one message queue, pipes, and processes that may sleep."""

from typing import Any

from kernel_model.targets import Outcome, Setup, Skip, Unsupported


class Toy:
    """Target with a queue of texts in which receivers sleep; `log` is what it was asked."""

    name = "model"

    def __init__(self, personality: str = "classic", room: int = 5) -> None:
        self.personality = personality
        self.room = room  # texts the queue holds
        self.log: list[tuple[Any, ...]] = []
        self.closed = 0
        self.setup = Setup({})

    def start(self, setup: Setup) -> None:
        self.setup = setup
        self.queue: list[str] = []
        self.pids = {name: 100 + n for n, name in enumerate(setup.uids)}
        self.sleepers: list[str] = []
        self.came: dict[str, Outcome] = {}
        self.over: dict[str, dict[str, Any]] = {}
        if setup.limits.get("NPROC") == 0:
            raise Skip("no processes on this machine")
        if setup.limits.get("NPROC") == 1:
            raise Unsupported("one process is none")

    def close(self) -> None:
        self.closed += 1

    def resolve(self, kind: str, value: Any) -> Any:
        if kind == "pid":
            return self.pids[value]
        if kind == "key":
            return 7000 + value
        raise Unsupported(f"no {kind} here")

    def constants(self) -> dict[str, int]:
        return {"PAGE": 4096, "MSGMNB": self.room}

    def call(self, proc: str, call: str, args: list[Any]) -> Outcome:
        self.log.append((proc, call, args))
        outcome: Outcome = getattr(self, f"do_{call}", self.unknown)(proc, *args)
        return outcome

    def unknown(self, proc: str, *args: Any) -> Outcome:
        return {"unsupported": "the toy has no such call"}

    def do_getpid(self, proc: str) -> Outcome:
        return {"ret": self.pids[proc]}

    def do_msgget(self, proc: str, key: int, flags: int) -> Outcome:
        return {"ret": key + flags}

    def do_msgsnd(self, proc: str, queue: int, mtype: int, text: str | None, flags: int) -> Outcome:
        if text is None:
            return {"errno": "EFAULT", "why": "a bad address"}
        if self.sleepers:
            self.came[self.sleepers.pop(0)] = {"ret": len(text), "data": text, "mtype": mtype}
        elif len(self.queue) == self.room:
            return {"errno": "EAGAIN"}
        else:
            self.queue.append(text)
        return {"ret": 0}

    def do_msgrcv(self, proc: str, queue: int, size: int, mtype: int, flags: int) -> Outcome:
        if self.queue:
            text = self.queue.pop(0)
            return {"ret": len(text), "data": text, "mtype": 1}
        self.sleepers.append(proc)
        return {"blocks": True, "on": "the queue"}

    def do_msgctl(self, proc: str, queue: int, cmd: int) -> Outcome:
        for sleeper in self.sleepers:
            self.came[sleeper] = {"errno": "EIDRM"}
        self.sleepers.clear()
        return {"ret": 0, "fields": {"qnum": len(self.queue), "mode": 0o600, "flags": ["SHM_DEST"]}}

    def do_pipe(self, proc: str) -> Outcome:
        return {"ret": 0, "r": 3, "w": 4}

    def do_read(self, proc: str, fd: int, n: int) -> Outcome:
        return {"ret": fd, "data": ""}

    def do_fork(self, proc: str, name: str) -> Outcome:
        self.pids[name] = 200 + len(self.pids)
        return {"ret": self.pids[name]}

    def do_exec(self, proc: str, image: dict[str, int]) -> Outcome:
        return {"execs": True}

    def do_exit(self, proc: str, code: int) -> Outcome:
        self.over[proc] = {"exited": code}
        return {"ends": self.over[proc]}

    def do_kill(self, proc: str, pid: int, sig: int) -> Outcome:
        name = next(name for name, its in self.pids.items() if its == pid)
        self.over[name] = {"signaled": "SIGKILL"}
        return {"ret": 0}

    def do_umask(self, proc: str, mode: int) -> Outcome:
        raise ZeroDivisionError("the toy broke")

    def do_setuid(self, proc: str, uid: int) -> Outcome:
        return {"raised": "TypeError: no", "line": 3}

    def finished(self, proc: str) -> Outcome | None:
        return self.came.pop(proc, None)

    def asleep(self, proc: str) -> bool:
        return proc in self.sleepers

    def ended(self, proc: str) -> dict[str, Any] | None:
        return self.over.get(proc)

    def state(self, proc: str) -> str:
        if proc in self.over:
            return "ended"
        return "asleep" if proc in self.sleepers else "runs"

    def view(self) -> dict[str, Any]:
        return {
            "queue": list(self.queue),
            "sleepers": dict.fromkeys(self.sleepers, "the queue"),
        }
