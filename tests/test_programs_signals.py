"""Programs with handlers of their own, and every place at which a signal can come."""

from contextlib import suppress
from typing import Any

import pytest

from kernel_model import IPC_PRIVATE, SIG_BLOCK, SIGNALS, KernelError
from kernel_model.programs import Programs, Run, explore
from kernel_model.view import drive

USR1, USR2 = SIGNALS["SIGUSR1"], SIGNALS["SIGUSR2"]


async def start(u: Any) -> int:
    return int(await u.semget(IPC_PRIVATE, 1, 0o600))


async def again(u: Any, sig: int) -> None:
    await u.signal(sig, again)


async def note(u: Any, sig: int) -> None:
    await u.getpid()


async def rearms(u: Any, s: int) -> None:
    await u.signal(USR1, again)
    await u.semop(s, [[0, 1, 0]])
    await u.getpid()


async def acts(u: Any, s: int) -> None:
    await u.sigaction(USR1, note)
    await u.semop(s, [[0, 1, 0]])
    await u.getpid()


async def twice(u: Any, s: int) -> None:
    await u.semop(s, [[0, -1, 0]])
    for _ in range(2):
        try:
            await u.kill(u.pids["Bob"], USR1)
        except KernelError:
            return


async def looks_then_waits(u: Any, s: int) -> None:
    await u.sigaction(USR1, note)
    await u.semop(s, [[0, 1, 0]])
    if await u.sigcount(USR1) == 0:
        with suppress(KernelError):  # EINTR is what it waits for
            await u.pause()


async def waits_unblocked(u: Any, s: int) -> None:
    await u.sigaction(USR1, note)
    await u.sigprocmask(SIG_BLOCK, [USR1])
    await u.semop(s, [[0, 1, 0]])
    if await u.sigcount(USR1) == 0:
        with suppress(KernelError):
            await u.sigsuspend([])


def test_the_second_signal_before_the_handler_has_asked_again_is_found() -> None:
    race = Programs(start, {"Bob": rearms, "Ada": twice})
    found = explore(race)

    assert found.right is False
    assert found.schedule is not None
    run = Run(race)
    told = [run.turn(p) for p in found.schedule]
    assert "Bob calls again for SIGUSR1." in told
    assert told[-1] == "SIGUSR1 ends Bob."
    assert told.index("SIGUSR1 ends Bob.") > told.index("Bob calls again for SIGUSR1.")


def test_under_sigaction_no_interleaving_ends_the_process() -> None:
    found = explore(Programs(start, {"Bob": acts, "Ada": twice}))

    assert (found.right, found.schedule) == (True, None)
    assert found.states > 50


@pytest.mark.parametrize(("program", "free"), [(looks_then_waits, False), (waits_unblocked, True)])
def test_a_signal_between_the_look_and_the_pause_is_slept_over(program: Any, free: bool) -> None:
    found = explore(Programs(start, {"Bob": program, "Ada": twice}))

    assert found.deadlock_free is free


def test_a_handler_runs_before_the_program_goes_on_and_can_be_interrupted() -> None:
    async def both(u: Any, s: int) -> None:
        await u.sigaction(USR1, note)
        await u.sigaction(USR2, note)

    async def sends(u: Any, s: int) -> None:
        await u.kill(u.pids["Bob"], USR1)
        await u.kill(u.pids["Bob"], USR2)

    run = Run(Programs(start, {"Bob": both, "Ada": sends}))
    told = [run.turn(p) for p in (0, 0, 1, 0, 1, 0)]

    assert told[3] == "Bob calls note for SIGUSR1."
    assert told[5] == "Bob calls note for SIGUSR2."
    assert [asks.name for _, asks in run.members[0].interrupted] == ["exit", "getpid"]
    for _ in range(3):
        run.turn(0)
    assert run.phase(0) == "ended"


def test_the_page_shows_the_handler_and_its_name_in_the_call() -> None:
    data = drive(Programs(start, {"Bob": rearms, "Ada": twice}), schedule="bad").data
    heads = " ".join(row[1] for row in data["rows"])

    assert "again" in heads
    asked = {stand["coming"] for stand in data["members"][0]["stands"]}
    assert "signal(SIGUSR1, again)" in asked
    assert data["verdict"].endswith("SIGUSR1 has ended Bob.")
    last = {data["rows"][stand["row"]][1] for stand in data["members"][0]["stands"]
            if stand["coming"].startswith("exit")}  # fmt: skip
    assert last == {"about to exit"}
    shared = " ".join(data["scenes"][0])
    assert "signals: Bob: handler" in shared
    assert "signals: Bob: default" in shared
