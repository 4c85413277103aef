"""The clean process beside the driver that makes one closed world for each scenario.

    driver   the Python that runs scenarios; only it knows what they expect
    holder   `python -I -S` with this module; waits for the driver, forks a stage a scenario
    stage    enters new namespaces as far as the machine allows, forks the init, outlives it
    init     process 1 of the scenario: sets limits, forks the first workers, reaps orphans
    workers  the scenario's processes (linux_worker)

When the driver's end of init's channel closes, for whatever reason, init ends everything.
"""

import ctypes
import os
import select
import signal
import sys
import traceback
from typing import Any

from .linux_channel import Channel, pair
from .linux_isolation import Skip, end_session, enter, set_limits, settle_user
from .linux_libc import prototype
from .linux_worker import Worker, become

_PR_SET_CHILD_SUBREAPER = 36
_prctl = prototype("prctl", ctypes.c_int, ctypes.c_ulong)


def main() -> None:
    """Makes worlds until the driver is gone."""
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    driver = Channel.from_descriptor(int(sys.argv[-1]))
    while (received := driver.receive()) is not None:
        setup, (descriptor,) = received
        if os.fork() == 0:
            driver.close()
            _run(_stage, Channel.from_descriptor(descriptor), setup)
        os.close(descriptor)
        _reap()


def _reap() -> list[tuple[int, int]]:
    """The children that have ended, with their statuses."""
    ended = []
    try:
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            ended.append(found)
    except ChildProcessError:
        return ended
    return ended


def _run(part: Any, driver: Channel, setup: dict[str, Any]) -> None:
    """One part in its own process, which never comes back from here."""
    try:
        part(driver, setup)
    except Skip as skip:
        driver.send({"skip": str(skip)})
    except BaseException:
        driver.send({"broken": traceback.format_exc()})
    finally:
        os._exit(0)


def _stage(driver: Channel, setup: dict[str, Any]) -> None:
    setup["isolation"] = enter(setup)
    init = os.fork()
    if init == 0:
        _run(_init, driver, setup)
    os.waitpid(init, 0)


def _init(driver: Channel, setup: dict[str, Any]) -> None:
    """Process 1: forks the first workers, then reaps and reports until the driver lets go."""
    os.setsid()
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    try:
        limits = set_limits(setup)
        settle_user(setup)
        ended, write = os.pipe2(os.O_NONBLOCK)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        for name, (uid, gid) in setup["processes"].items():
            _spawn(driver, name, uid, gid, (ended, write))
        network = setup.get("network", False)
        driver.send({"isolation": setup["isolation"], "limits": limits, "network": network})
        while _wait_for(driver, ended):
            if reaped := _reap():
                driver.send({"reaped": reaped})
    finally:
        if setup["isolation"] == "host":
            end_session()


def _wait_for(driver: Channel, ended: int) -> bool:
    """Until a child has ended; False when the driver is gone."""
    poll = select.poll()
    poll.register(driver, select.POLLIN)
    poll.register(ended, select.POLLIN)
    found = dict(poll.poll())
    if ended in found:
        os.read(ended, 4096)
    return driver.fileno() not in found


def _spawn(driver: Channel, name: str, uid: int, gid: int, pipe: tuple[int, int]) -> None:
    theirs, ours = pair()
    if os.fork():
        ours.close()
        driver.send({"process": name}, (theirs.fileno(),))
        theirs.close()
        return

    def work(channel: Channel, _setup: dict[str, Any]) -> None:
        signal.set_wakeup_fd(-1)
        for descriptor in pipe:
            os.close(descriptor)
        os.dup2(0, 2)
        become(uid, gid)
        Worker(channel).serve()

    theirs.close()
    driver.close()
    _run(work, Channel.from_descriptor(ours.end.detach()), {})
