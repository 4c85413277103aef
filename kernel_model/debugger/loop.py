"""The loop of a debugger and the beginning of what it traces (Bach, Figure 11.4)."""

from __future__ import annotations

from typing import Any

from kernel_model.constants import PTRACE_CONT, PTRACE_KILL, PTRACE_SINGLESTEP, PTRACE_TRACEME
from kernel_model.errno import KernelError

RESUMES = (PTRACE_CONT, PTRACE_SINGLESTEP, PTRACE_KILL)


async def child(u: Any, program: Any) -> None:
    """What the child does until its exec."""
    await u.ptrace(PTRACE_TRACEME)
    await u.exec(program)


async def debugger(u: Any, program: Any) -> None:
    """Makes a child, waits until it stops, and does what is read as long as it is stopped."""
    pid = await u.fork(program.name)
    while True:
        await u.wait()
        if "stopped" not in u.out["status"]:
            return
        req = None
        while req not in RESUMES:
            req, addr, data = await u.read(0, 80)
            try:
                await u.ptrace(req, pid, addr, data)
            except KernelError:
                req = None
