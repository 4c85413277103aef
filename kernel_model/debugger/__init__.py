"""A debugger made of fork, exec, wait and ptrace alone, driven command by command (Bach 11.1).

    d = Debugger(SUM)               forks, lets the child ask to be traced, and exec; waits
    d.do("break loop")              writes an instruction into the child's text
    d.do("continue"), d.do("step"), d.do("registers"), d.do("write n 3"), d.do("kill")

Every word that it knows of the program it has asked the kernel for, and each costs a call.
"""

from __future__ import annotations

from kernel_model.debugger.child import DebugError
from kernel_model.debugger.commands import Debugger
from kernel_model.debugger.examples import COUNTS, SUM
from kernel_model.debugger.session import Asked, Chunk, Session
from kernel_model.debugger.written import Done

__all__ = ["COUNTS", "SUM", "Asked", "Chunk", "DebugError", "Debugger", "Done", "Session"]
