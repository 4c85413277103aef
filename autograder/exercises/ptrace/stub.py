from kernel_model import *


async def procxmt(u):
    """The traced process does the request of its tracer; True: it goes on. (Bach 11.1)

        another process's, or none   nothing: it stops again
        PTRACE_PEEKTEXT, PEEKDATA    `data` is the word at `addr` of its memory
        PTRACE_PEEKUSER              `data` is the word at offset `addr` of its user area
        PTRACE_POKETEXT, POKEDATA    the word at `addr` is `data`
        PTRACE_POKEUSER              the register at offset `addr` is `data`
        PTRACE_CONT                  it goes on with the signal `data` (0: none), and at `addr`,
                                     unless that is 1
        PTRACE_SINGLESTEP            the same, and it stops after one instruction
        PTRACE_KILL                  it goes on, and ends by SIGKILL

    It takes the request out of the trace structure, and wakes its tracer when it has done it, or
    when that fails: another request, a word that is not there, or no such signal. A request that
    fails changes nothing, and it stops again.
    """
    raise NotImplementedError("procxmt is not written yet")
