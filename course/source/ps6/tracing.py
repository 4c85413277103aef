# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Problem set 6: signals and tracing
#
# A signal is an event that comes when it likes, to a process that is doing something else.
# The kernel does not stop that process to deliver it: it makes a note, and the process itself
# finds the note when it leaves the kernel.
# A debugger is built upon this, and upon one structure through which two processes speak.
# In this problem set we write the half of both that runs in the process concerned.
#
# | part | what it is |
# |---|---|
# | **given** | a whole kernel: what `from kernel_model import *` brings, by the book's names |
# | **to write** | `issig`, `psig`; `procxmt`, which does what `ptrace` asks; one answer in words |
# | **fixed** | names and parameters of the three; the cells that call `check` |
# | **free** | everything else: helper functions, further cells, imports, the order of work |
#
# None of the three is a system call: the kernel asks `issig` wherever a process leaves it or
# sleeps, and `procxmt` whenever a stopped process is woken by its tracer.
# So the checks make calls such as `kill`, `pause`, `wait` and `ptrace`, and look at what became of
# the processes.
#
# To read: Bach, *The Design of the UNIX Operating System*, sections 7.2, 7.4 and 11.1.

# %% nbgrader={"grade_id": "imports"}
from autograder import check, hint, progress
from kernel_model import *
from kernel_model.view import view_of

# %% [markdown]
# ## What we are building
#
# `A` sleeps, and `B` sends it two signals: one that it ignores, one that it catches.
# The first is posted as well, and wakes `A` up; it is `issig` that finds that there is nothing to
# do, and `A` sleeps on.

# %%
k = Kernel()
a, b = k.spawn("A"), k.spawn("B")
a.call("signal", 10, "SIG_IGN")
a.call("signal", 12, "catch")
sleeping = a.call("pause")
trace = k.start_trace()
b.call("kill", a.pid, 10)
[event.text for event in trace.events if event.kind in ("signal", "sleep")]

# %%
b.call("kill", a.pid, 12)
print(sleeping, "and its handler has run", a.call("sigcount", 12).ret, "time")

# %% [markdown]
# A program of the small machine shows the other half: `C` is stopped before its first instruction,
# and `A` reads it, word by word.

# %%
SUM = {"run": "set r0, 3 \n set r1, 4 \n add r0, r1 \n sys 1"}


def traced(kernel):
    tracer = kernel.spawn("tracer")
    tracer.call("fork", "C")
    child = kernel.proc("C")
    child.call("ptrace", PTRACE_TRACEME)
    child.call("exec", SUM)
    tracer.call("wait")
    return tracer, child


# %%
tracer, child = traced(k)
pc = tracer.call("ptrace", PTRACE_PEEKUSER, child.pid, 0).ret
words = [tracer.call("ptrace", PTRACE_PEEKTEXT, child.pid, pc + n).ret for n in (0, 8, 16)]
print([hex(word) for word in words], "for", tracer.cost.switches, "switches to the tracer")

# %%
view_of(k)["tracing"]

# %% [markdown]
# kernelbook: text issig_psig

# %% nbgrader={"grade_id": "issig_psig", "solution": true}
# kernelbook: solution kernel_model.delivery:issig


# kernelbook: solution kernel_model.delivery:psig

# %% nbgrader={"grade_id": "test_issig_psig", "grade": true}
check(issig, psig).require()

# %% [markdown]
# kernelbook: text ptrace

# %% nbgrader={"grade_id": "ptrace", "solution": true}
# kernelbook: solution kernel_model.ptrace:procxmt

# %% nbgrader={"grade_id": "test_ptrace", "grade": true}
check(procxmt).require()

# %% [markdown]
# ## A debugger of our own
#
# As soon as all three pass their checks, they carry a debugger: it steps through the program, tells
# where it is after each instruction, and puts another number into a register before the last.


# %%
def debugged(*functions):
    ours = Kernel()
    for function in functions:
        ours.install(function)
    tracer, child = traced(ours)
    seen = []
    for _ in range(3):
        tracer.call("ptrace", PTRACE_SINGLESTEP, child.pid, AS_IT_IS, 0)
        tracer.call("wait")
        seen.append(tracer.call("ptrace", PTRACE_PEEKUSER, child.pid, 32).ret)
    tracer.call("ptrace", PTRACE_POKEUSER, child.pid, 32, 42)
    tracer.call("ptrace", PTRACE_CONT, child.pid, AS_IT_IS, 0)
    return seen, ours.gone.get("C") or child.status


# %%
ready = check(issig, psig).passed is True and check(procxmt).passed is True
print(debugged(issig, psig, procxmt) if ready else "not yet")

# %% [markdown]
# ## In words
#
# A friend finds it wasteful that the traced process must wake up for every word.
# "The tracer is in the kernel anyway", he says, "let it read and write the child's memory itself.
# And let it trace set-uid programs as well: it is only the user's own child."
# What would the tracer have to have, on the classic kernel, to reach the child's words, and what
# can go wrong with the one trace structure if it has no lock?
# What does a debugger pay for a thousand words as it is?
# And which requests would a user make of a set-uid program of root's, in which order, to become
# root?
# Six sentences are enough.

# %% [markdown] nbgrader={"grade_id": "who_does_it", "grade": true, "solution": true, "points": 10}
# A process reaches only the regions in its own table, and those of the child may be swapped out, so
# the tracer would need the child's page tables, and would have to bring its pages in.
# In its own context the child simply reads: its memory is the one that is mapped, and a page fault
# is its own.
# Without a lock a second tracer could write its request over the first before the child has read
# it: the child does a request that was not meant for it, or the answer reaches the wrong tracer.
# Each word costs a system call and two context switches, to the child and back: two thousand for a
# thousand words.
# A set-uid program of root's stops at its exec; the user pokes instructions into its text, or sets
# the program counter and the registers, so that it makes an exec of a shell, and continues it: the
# shell is root's.
# So exec must not give a traced process the rights of the owner, and it is no help that the child
# is the user's own: the rights are not.
#
# *Three points for whose memory is at hand, two for the lock, two for the two switches a word,
# three for the attack: write text or registers, then continue, and what exec must refuse.*

# %% [markdown]
# ## What we have learned
#
# - A signal is posted by others and handled by the process itself, on its way out of the kernel.
# - `issig` takes off what does nothing, stops where it must, and says yes only for the rest.
# - A handler that serves once is reset before it runs; that is a gap that no program can close.
# - Who traces says which signal the other one has, and the other one does what it is asked.
# - One structure, one lock, two sleeps: two context switches for a word.
#
# Next: sockets, where the other process may be on another machine.

# %%
progress()
