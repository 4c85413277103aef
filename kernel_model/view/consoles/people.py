"""Who is there and what can be called, as the console offers them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kernel_model.scenario.calls import SIGNATURES
from kernel_model.view.consoles.runs import Run
from kernel_model.view.consoles.words import event_told

# Families of calls, in the order of the console; the rest follows
FAMILIES = {
    "Messages": ("msgget", "msgsnd", "msgrcv", "msgctl"),
    "Semaphores": ("semget", "semop", "semtimedop", "semctl"),
    "Shared memory": ("shmget", "shmat", "shmdt", "shmctl", "mem_read", "mem_write", "mem_alloc",
                      "word_alloc", "word_read"),
    "Pipes": ("pipe", "read", "write", "close", "dup", "dup2", "fcntl", "mkfifo", "mknod", "open"),
    "Files": ("open", "read", "write", "lseek", "close", "mkdir", "unlink", "stat",
              "fstat"),
    "Mappings": ("shm_open", "shm_unlink", "ftruncate", "mmap", "munmap", "msync"),
    "POSIX queues": ("mq_open", "mq_send", "mq_receive", "mq_notify", "mq_getattr", "mq_setattr",
                     "mq_timedsend", "mq_timedreceive", "mq_close", "mq_unlink"),
    "POSIX semaphores": ("sem_open", "sem_wait", "sem_post", "sem_trywait", "sem_timedwait",
                         "sem_getvalue", "sem_close", "sem_unlink", "sem_init", "sem_destroy"),
    "Mutexes, conditions": ("pthread_mutex_init", "pthread_mutex_lock", "pthread_mutex_trylock",
                            "pthread_mutex_unlock", "pthread_mutex_consistent",
                            "pthread_mutex_destroy", "pthread_cond_init", "pthread_cond_wait",
                            "pthread_cond_signal", "pthread_cond_broadcast",
                            "pthread_cond_destroy"),
    "Sockets": ("socket", "bind", "listen", "accept", "connect", "send", "recv", "sendto",
                "recvfrom", "socketpair", "shutdown", "getsockname", "getpeername", "getsockopt",
                "setsockopt"),
    "Signals": ("kill", "signal", "sigaction", "sigcount", "pause", "sigprocmask", "sigpending",
                "sigsuspend"),
    "Tracing": ("ptrace", "word_alloc"),
    "Processes": ("fork", "exec", "exit", "wait", "waitpid", "getpid", "setpgrp", "setuid",
                  "setresuid", "umask"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """A process as the console shows it."""

    name: str
    pid: int
    uid: int | None  # effective; None: it is gone
    gid: int | None
    state: str  # ready, asleep, stopped or ended
    told: str  # the state in words


def people_of(run: Run, view: dict[str, Any]) -> list[Person]:
    """Every process of a run, those that are gone as well."""
    traced = {one["name"]: one["tracer"] for one in view.get("tracing", {}).get("traced", [])}
    rows = {row["name"]: row | {"tracer": traced.get(row["name"])} for row in view["procs"]}
    return [_person(name, rows.get(name, {}), run) for name in run.who]


def _person(name: str, row: dict[str, Any], run: Run) -> Person:
    state, told = "ready", "ready"
    if name in run.gone:
        state, told = "ended", run.gone[name]
    elif name in run.stopped:
        until = "its tracer lets it go on" if row.get("tracer") else "SIGCONT comes"
        state, told = "stopped", f"stopped until {until}"
    elif name in run.sleeping:
        call, event = run.sleeping[name]
        event = row.get("wchan") or event
        state, told = "asleep", f"asleep in {call}, until {event_told(event)}"
    pid = run.target.resolve("pid", name)
    return Person(name, pid, row.get("euid"), row.get("egid"), state, told)


def ordered(first: str) -> dict[str, tuple[str, ...]]:
    """The families with one of them in front; raises ValueError for one that is not known."""
    if first not in FAMILIES:
        raise ValueError(f"there are no calls {first!r}; there are {', '.join(FAMILIES)}")
    return {first: FAMILIES[first]} | FAMILIES


def in_order(calls: Iterable[str], first: str = "Messages") -> list[str]:
    """The calls that a scenario can hold, family by family."""
    known = [name for family in ordered(first).values() for name in family]
    there = [name for name in calls if name in SIGNATURES]
    return [name for name in known if name in there] + sorted(set(there) - set(known))


def families(calls: Iterable[str], first: str = "Messages") -> list[tuple[str, list[str]]]:
    """The calls by family."""
    rest = list(calls)
    found = []
    for title, members in ordered(first).items():
        there = [name for name in rest if name in members]
        found += [(title, there)] if there else []
    others = sorted(set(rest) - {name for _, there in found for name in there})
    return found + ([("Others", others)] if others else [])
