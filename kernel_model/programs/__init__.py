"""Short programs that run on the kernel, each call a turn, and all their interleavings.

async def start(u): return await u.semget(7, 1, IPC_CREAT | 0o600)
async def worker(u, s): await u.semop(s, [[0, 1, 0]])

programs = Programs(start, {"A": worker, "B": worker})
Run(programs).play([0, 1, 0])      three turns: A, B, A
explore(programs).verdict          every choice of whose turn it is
"""

from __future__ import annotations

from kernel_model.programs.asking import Caller, Request
from kernel_model.programs.chance import by_chance, chosen
from kernel_model.programs.members import ProgramError, Programs
from kernel_model.programs.report import Explored, explore
from kernel_model.programs.run import Run

__all__ = [
    "Caller",
    "Explored",
    "ProgramError",
    "Programs",
    "Request",
    "Run",
    "by_chance",
    "chosen",
    "explore",
]
