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
# # 9. Signals
#
# Bob's program counts to a billion, and Ada presses the interrupt key.
# Bob is busy, he asks nobody for anything; and still he learns of it.
# **How does something reach a process that does not ask, and when?**
#
# A signal carries no data: only that it has happened.
# We need about an hour and a half and Bach, section 7.2, with 6.4 and 6.6 on system calls and sleep.

# %%
from contextlib import suppress
from functools import partial

from autograder import my_functions, progress
from kernel_model import *
from kernel_model.constants import SIGNALS
from kernel_model.instructions import Program
from kernel_model.programs import Programs, explore
from kernel_model.view import compare, console, drive, play, quiz, table
from kernel_model.view.pictures import processes, signals, user_stack, view_of

predict = partial(quiz, "09_predictions.txt")
USR1, USR2, INT = SIGNALS["SIGUSR1"], SIGNALS["SIGUSR2"], SIGNALS["SIGINT"]

# %% [markdown]
# ## To send is to set a bit
#
# `kill(pid, sig)` sends a signal; its name says what most of them do.
# All that happens at once is a bit in the process table: the signal is **pending**.
# Bob has blocked two signals here, so that we can look at the bits.

# %%
k = Kernel()
ada, bob = k.spawn("Ada"), k.spawn("Bob")
bob.call("sigprocmask", SIG_BLOCK, [USR1, USR2])
for _ in range(3):
    ada.call("kill", bob.pid, USR1)
signals(view_of(k))

# %%
predict("three")

# %%
bob.call("signal", USR1, "catch")
bob.call("sigprocmask", SIG_UNBLOCK, [USR1])
bob.call("sigcount", USR1)

# %% [markdown]
# Who may send?
# Whoever shares a user with the receiver, and the superuser.
# Signal 0 sends nothing, and asks just this.

# %%
k = Kernel()
root, ada, bob = k.spawn("root", 0), k.spawn("Ada", 1000), k.spawn("Bob", 2000)
[ada.call("kill", bob.pid, 0), root.call("kill", bob.pid, 0), ada.call("kill", 999, 0)]

# %% [markdown]
# ## When it is handled
#
# The receiver finds it by itself, at two places:
#
# - on its way **back to user mode**, from a system call or an interrupt;
# - just before and just after a **sleep**.
#
# `issig` looks whether there is something to do, and `psig` does it.
# Bob sleeps here, and the signal wakes him; step through what he does then.

# %%
play(
    [
        "Bob.signal(SIGUSR1, 'catch')",
        "Bob.pause()",
        "Ada.kill(Bob.pid, SIGUSR1)",
    ],
    title="Woken to handle a signal",
    tables=("signals", "sleepers"),
)

# %% [markdown]
# So a process in an endless loop handles its signals too: the clock interrupts it, and each interrupt has its way back to user mode.
# But a signal that comes while another process runs waits until the receiver has the processor.
#
# ## Three things to do
#
# | action | what happens |
# |---|---|
# | `SIG_DFL` | the default: it ends the process; for a few it stops it, or does nothing |
# | `SIG_IGN` | nothing |
# | a function | the process calls it, a *handler*, and then goes on |
#
# Two signals let nobody choose: SIGKILL ends, SIGSTOP stops.

# %%
predict("at-exec")

# %%
play(
    [
        "Bob.signal(SIGINT, 'SIG_IGN')",
        "Bob.signal(SIGUSR1, 'catch')",
        "Bob.signal(SIGKILL, 'SIG_IGN')",
        "Bob.exec({'sleep': 1})",
        "Ada.kill(Bob.pid, SIGINT)",
        "Ada.kill(Bob.pid, SIGUSR1)",
    ],
    title="What a new program inherits",
    tables=("signals", "processes"),
)

# %% [markdown]
# ## A handler runs in its own process
#
# The handler is a function of the program, at an address of its text.
# The kernel cannot call it; it arranges that the process does.
# Here is a program of the small machine ([Lecture 10](10_process_tracing.ipynb) looks into it): it sets a handler and sleeps.

# %%
COUNTS = Program(
    "counts",
    """
        set  r0, 10
        lea  r1, caught
        sys  48         ; signal(SIGUSR1, caught)
        set  r3, 7
wait:   sys  29         ; pause()
        jmp  wait
caught: addi r3, 1      ; the handler
        sys  29         ; sleeps too, so that we can look
        rti""",
)

# %%
k = Kernel()
ada, bob = k.spawn("Ada"), k.spawn("Bob")
bob.call("exec", COUNTS)
user_stack(bob, framed=False)

# %% [markdown]
# Bob sleeps in `pause`, and nothing is on his stack.
# Now the signal.

# %%
predict("stack")

# %%
ada.call("kill", bob.pid, USR1)
user_stack(bob)

# %% [markdown]
# On the way to user mode the kernel has put a **frame** on the *user* stack, with all registers as they would be after `pause`: `pc` at the next instruction, −4 (EINTR) in `r0`.
# Then it set `pc` to the handler, and let Bob go on.
# He makes the handler's instructions himself, with his own rights, in his own memory; `rti` takes the registers back from the frame.

# %%
ada.call("kill", bob.pid, USR2)
k.gone["Bob"]

# %% [markdown]
# SIGUSR2 had no handler, and ended him in the middle of the other one.
#
# ## Caught once
#
# The classic kernel sets the action back to the default before the handler begins.
# So a handler's first act is to ask again:
#
#     async def again(u, sig):
#         await u.signal(sig, again)

# %%
predict("race")


# %%
async def start(u):
    return await u.semget(IPC_PRIVATE, 1, 0o600)  # 0: Bob is not ready


async def again(u, sig):
    await u.signal(sig, again)


async def bob(u, ready):
    await u.signal(USR1, again)
    await u.semop(ready, [[0, 1, 0]])
    await u.getpid()  # something to do


# %%
async def ada(u, ready):
    await u.semop(ready, [[0, -1, 0]])
    with suppress(KernelError):  # Bob is done already
        await u.kill(u.pids["Bob"], USR1)
        await u.kill(u.pids["Bob"], USR1)


# %%
race = Programs(start, {"Bob": bob, "Ada": ada})
drive(race, schedule="bad", title="The second signal before the handler has asked again")

# %% [markdown]
# Every way in which the two signals can meet Bob's steps was tried, and this is a shortest one that ends him.
# Go back with the arrow key, and let Bob take his turn in the handler first.
#
# No program can close this gap: between the kernel's reset and the program's first call there is always room for a signal.
# Ignoring it there instead would lose it.

# %%
explore(race)

# %% [markdown]
# ## `sigaction`
#
# Berkeley and POSIX close it in the kernel: the handler **stays**, and its own signal is **blocked** while it runs.
# A second one then waits until the first handler is done.


# %%
async def note(u, sig):
    await u.getpid()


async def bob(u, ready):
    await u.sigaction(USR1, note)
    await u.semop(ready, [[0, 1, 0]])
    await u.getpid()


stays = Programs(start, {"Bob": bob, "Ada": ada})
explore(stays)

# %% [markdown]
# **Your turn.**
# Give `sigaction` the flag `SA_RESETHAND`, then `SA_RESETHAND | SA_NODEFER`, and ask the explorer.
# Which of the two is the classic `signal`?
#
# ## Look, then sleep
#
# Another gap remains.
# Bob waits for a signal that comes once: he looks whether it was here, and if not, he calls `pause`.

# %%
predict("look-then-pause")


# %%
async def bob(u, ready):
    await u.sigaction(USR1, note)
    await u.semop(ready, [[0, 1, 0]])
    if await u.sigcount(USR1) == 0:
        with suppress(KernelError):  # EINTR: it has come
            await u.pause()


# %%
async def once(u, ready):
    await u.semop(ready, [[0, -1, 0]])
    with suppress(KernelError):
        await u.kill(u.pids["Bob"], USR1)


drive(Programs(start, {"Bob": bob, "Ada": once}), schedule="bad", title="Slept over")

# %% [markdown]
# The signal came between the look and the sleep.
# The cure is one call that takes the mask off *and* sleeps: `sigsuspend`.


# %%
async def bob(u, ready):
    await u.sigaction(USR1, note)
    await u.sigprocmask(SIG_BLOCK, [USR1])
    await u.semop(ready, [[0, 1, 0]])
    if await u.sigcount(USR1) == 0:
        with suppress(KernelError):
            await u.sigsuspend([])  # nothing is blocked meanwhile


explore(Programs(start, {"Bob": bob, "Ada": once}))

# %% [markdown]
# ## Which sleep a signal ends
#
# A process sleeps at a **priority**.
# Above `PZERO`, 25, a signal ends the sleep, and the call fails with EINTR; at or below it the signal has to wait.
#
# | priority | sleeps for | a signal |
# |---|---|---|
# | 10 to 20 | a disk, a buffer, an inode | waits |
# | 25 `PZERO` | the trace structure | waits |
# | 26 `PPIPE` | a pipe | ends it |
# | 27, 28 | a semaphore | ends it |
# | 30 `PWAIT` | the end of a child | ends it |
# | 39 `PSLEP` | a signal, in `pause` | ends it |
# | 40 `PMSG` | a message | ends it |
#
# What is over in a moment anyway is not disturbed, since who waits for a disk may hold a buffer that others need.

# %%
predict("priority")

# %%
play(
    [
        "q = Ada.msgget(7, IPC_CREAT | 0o600)",
        "Bob.msgrcv(q, 100, 0)",
        "Ada.kill(Bob.pid, SIGINT)",
    ],
    title="At a message, the default action",
    tables=("sleepers", "processes"),
)

# %% [markdown]
# And one who sleeps at `PZERO`: a debugger, until its child has answered ([Lecture 10](10_process_tracing.ipynb)).

# %%
k = Kernel()
sdb, ada = k.spawn("sdb"), k.spawn("Ada")
sdb.call("fork", "sum")
child = k.proc("sum")
child.call("ptrace", PTRACE_TRACEME), child.call("kill", child.pid, USR1), sdb.call("wait")
k.hold = True  # the child does not run yet
asked = sdb.call("ptrace", PTRACE_PEEKUSER, child.pid, 0)
ada.call("kill", sdb.pid, INT)
processes(view_of(k))

# %%
k.hold = False
k.run()
asked, k.gone["sdb"]

# %% [markdown]
# SIGINT waited until the answer was there and the structure free again; then it ended `sdb` on its way back to user mode.
#
# ## A call that was interrupted
#
# `wait` was interrupted by a signal that Bob has caught: it fails with EINTR, and a careful program calls it again.
# On Linux a handler may be set so that the kernel does that (`SA_RESTART`).

# %%
interrupted = [
    "Bob.sigaction(SIGUSR1, catch, [SA_RESTART], [])",
    "Bob.fork('Cy')",
    "Bob.wait()",
    "Ada.kill(Bob.pid, SIGUSR1)",
    "Cy.exit(3)",
]

# %%
predict(
    "restart",
    then=lambda: compare(
        interrupted, "linux", title="One wait, two kernels", tables=("sleepers", "processes")
    ),
)

# %% [markdown]
# ## Groups
#
# The interrupt key is meant for all processes of a pipeline.
# Each process belongs to a **process group**, which children inherit; `setpgrp` begins a new one, and `kill(-group, sig)` sends to all of one.

# %%
k = Kernel()
shell = k.spawn("sh")
shell.call("fork", "job")
job = k.proc("job")
job.call("setpgrp")
for name in ("cat", "sort"):
    job.call("fork", name)
table({p.name: [p.pid, p.pgrp] for p in k.procs.values()}, ["process id", "process group"])

# %%
predict("group")

# %%
shell.call("kill", -job.pid, INT)
k.gone

# %% [markdown]
# The group is the job with `cat` and `sort`; the shell, in a group of its own, lives and can wait for the job.
#
# ## Death of a child
#
# A process that ends sends its parent **death of child**: SIGCLD, today SIGCHLD.
# By default it does nothing, and the parent learns the rest from `wait`; until then the child is a zombie.

# %%
predict("no-zombie")

# %%
play(
    [
        "Ada.fork('one')",
        "one.exit(1)",
        "Ada.wait()",
        "Ada.signal(SIGCHLD, 'SIG_IGN')",
        "Ada.fork('two')",
        "two.exit(2)",
        "Ada.wait()",
    ],
    title="A zombie, and none",
    tables=("processes", "signals"),
)

# %% [markdown]
# ## Stop and go on
#
# SIGSTOP stops a process until SIGCONT comes; meanwhile only SIGKILL gets through.
# System V Release 2 had none of this: it came from Berkeley, for jobs that are laid aside.

# %%
predict("stopped")

# %%
play(
    [
        "Ada.fork('Bob')",
        "Bob.signal(SIGUSR1, 'catch')",
        "Ada.kill(Bob.pid, SIGSTOP)",
        "Ada.waitpid(Bob.pid, WUNTRACED)",
        "Ada.kill(Bob.pid, SIGUSR1)",
        "Ada.kill(Bob.pid, SIGCONT)",
        "Bob.sigcount(SIGUSR1)",
    ],
    title="Stopped, signalled, continued",
    tables=("processes", "signals"),
)

# %% [markdown]
# ## With our own issig and psig
#
# In problem set 6 we write `issig` and `psig`.
# What has passed its check there runs here, and the player shows our lines:

# %%
mine = my_functions("issig", "psig")
mine

# %%
play(
    ["Bob.signal(SIGUSR1, 'catch')", "Bob.pause()", "Ada.kill(Bob.pid, SIGUSR1)"],
    functions=mine,
    title="A signal, with what we have written",
    tables=("signals", "sleepers"),
)

# %% [markdown]
# ## Try everything
#
# 1. Let Bob catch SIGUSR1 and send it twice. What becomes of him, and what with `sigaction`?
# 2. Block a signal, let it come three times, and unblock it. How often did the handler run?
# 3. Put Bob to sleep in `msgrcv` and stop him there; then send a message and let him go on.
# 4. *Try it for real* makes the same calls on this machine's own kernel. Where does it do otherwise?

# %%
console(first="Signals", processes={"Ada": 1000, "Bob": 1000, "root": 0})

# %% [markdown]
# ## Today's Linux beside it
#
# | matter | classic | Linux |
# |---|---|---|
# | `signal` | the action is reset when the handler runs | the handler stays, its own signal is blocked |
# | a sleep that is interrupted by a stop | goes on sleeping | the call is made again from the beginning |
# | which of several first | the lowest number | faults first, then the lowest number |
# | SIGCONT | needs permission, as all do | none within a session |
# | more | | real-time signals, which are queued and carry a number; `signalfd`, which makes a file of them |
#
# The same two signals on both kernels:

# %%
twice = [
    "Bob.signal(SIGUSR1, 'catch')",
    "Ada.kill(Bob.pid, SIGUSR1)",
    "Ada.kill(Bob.pid, SIGUSR1)",
]
compare(twice, "linux", title="Caught once, or for good", tables=("signals", "processes"))

# %% [markdown]
# ## Do we know it?

# %%
quiz("09_quiz.txt")

# %% [markdown]
# ## Where we stand
#
# What we have answered, and which exercises pass their visible cases:

# %%
progress()

# %% [markdown]
# ## What we learned
#
# - A signal is **a bit**: sent twice before it is handled, it comes once.
# - The receiver handles it itself, **back to user mode** or **around a sleep** above `PZERO`.
# - Default, ignore, or a **handler**, for which the kernel puts a frame on the user stack.
# - The classic kernel **resets** the action, which leaves a gap that no program can close; `sigaction` closes it.
# - An interrupted call fails with **EINTR**, or is made again.
# - **Groups** get signals together; **death of child** tells the parent; **stop** and **continue** lay a process aside.
#
# In problem set 6 we write `issig` and `psig`.
# [Lecture 10](10_process_tracing.ipynb) uses signals to look into another process.
