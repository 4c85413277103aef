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
# # Problem set 2: messages
#
# One process sends, another receives, and neither has to be there when the other is.
# What does the kernel do in between?
# In this problem set we write the part of the kernel that does it.
#
# | part | what it is |
# |---|---|
# | **given** | a whole kernel: what `from kernel_model import *` brings, by the book's names |
# | **to write** | `ipcget`, `msgsnd`, `msgrcv`, `msgctl`; scenarios; one answer in words |
# | **fixed** | names and parameters of the functions; the cells that call `check` |
# | **free** | everything else: helper functions, further cells, imports, the order of work |
#
# A function that is not written yet costs only its own points.
# Each check runs the visible cases and shows the first step at which our kernel goes wrong.
# Grading runs further cases of the same rules; a function that follows its text has nothing to
# fear from them.
#
# To read: Bach, *The Design of the UNIX Operating System*, section 11.2 up to 11.2.1.

# %% nbgrader={"grade_id": "imports"}
from autograder import breaks, check, hint, progress
from kernel_model import *

# %% [markdown]
# ## What we are building
#
# Process `B` asks for a message before there is one.
# The kernel puts it to sleep, and wakes it when `A` has sent.

# %%
k = Kernel()
a, b = k.spawn("A"), k.spawn("B", uid=1000)
q = a.call("msgget", 7, IPC_CREAT | 0o666).ret
waiting = b.call("msgrcv", q, 100, 0)
waiting

# %%
a.call("msgsnd", q, 1, b"hello")
waiting

# %% [markdown]
# Three things helped: a *table* with an entry for the queue, a *linked list* of messages in the
# entry, and an *event* that `B` slept on and `A` woke.
# We meet each of them below.

# %%
a.call("msgsnd", q, 3, b"first, of type 3")
a.call("msgsnd", q, 1, b"second, of type 1")
[(message.mtype, message.text) for message in k.msgque.entries[0].messages()]

# %% [markdown]
# kernelbook: text ipcget

# %% nbgrader={"grade_id": "ipcget", "solution": true}
# kernelbook: solution kernel_model.ipc:ipcget

# %% nbgrader={"grade_id": "test_ipcget", "grade": true}
check(ipcget).require()

# %% [markdown]
# kernelbook: text msgsnd

# %% nbgrader={"grade_id": "msgsnd", "solution": true}
# kernelbook: solution kernel_model.messages:msgsnd

# %% nbgrader={"grade_id": "test_msgsnd", "grade": true}
check(msgsnd).require()

# %% [markdown]
# kernelbook: text msgrcv

# %% nbgrader={"grade_id": "msgrcv", "solution": true}
# kernelbook: solution kernel_model.messages:msgrcv

# %% nbgrader={"grade_id": "test_msgrcv", "grade": true}
check(msgrcv).require()

# %% [markdown]
# kernelbook: text msgctl

# %% nbgrader={"grade_id": "msgctl", "solution": true}
# kernelbook: solution kernel_model.messages:msgctl kernel_model.ipc:set_perm

# %% nbgrader={"grade_id": "test_msgctl", "grade": true}
check(msgctl).require()

# %% [markdown]
# kernelbook: text break_msgrcv

# %% nbgrader={"grade_id": "break_msgrcv", "solution": true}
# kernelbook: accepted break_msgrcv compact

# %% nbgrader={"grade_id": "test_break_msgrcv", "grade": true}
check(break_msgrcv).require()

# %% [markdown]
# ## A kernel of our own
#
# As soon as the four functions of the kernel pass their checks, they run a kernel together.
# A server takes requests of type 1 and answers each client with a message whose type is the
# client's process id, so that one queue serves both directions and every client.


# %%
def conversation(*functions):
    ours = Kernel()
    for function in functions:
        ours.install(function)
    server, client = ours.spawn("server"), ours.spawn("client")
    q = server.call("msgget", 7, IPC_CREAT | 0o666).ret
    request = server.call("msgrcv", q, 100, 1)
    client.call("msgsnd", q, 1, b"which year is it?")
    answer = client.call("msgrcv", q, 100, client.pid)
    server.call("msgsnd", q, client.pid, b"1986")
    return request, answer, answer.out["data"]


# %%
ours = (ipcget, msgsnd, msgrcv, msgctl)
if all(check(function).passed is True for function in ours):
    print(*conversation(*ours), sep="\n")

# %% [markdown]
# ## In words
#
# When a message has been received, `msgrcv` wakes *every* process that sleeps for room in the
# queue, although the room may be enough for one of them only.
# Suppose that it woke just one of them, any one.
# Describe a run, step by step, in which a process then sleeps for ever although its message
# would fit.
# Which fact about messages makes that run possible, and does waking the first sleeper in
# line help?
# Six sentences are enough.

# %% [markdown] nbgrader={"grade_id": "why_all", "grade": true, "solution": true, "points": 10}
# A queue may hold 100 bytes and holds two messages of 50 bytes.
# B wants to send 80 bytes and C wants to send 40, so both sleep for room, B first.
# A receives one message: 50 bytes are free, and the kernel wakes one process, B.
# B tests its condition again, finds that 80 bytes do not fit in 50, and goes back to sleep.
# C would fit but has not been woken; if nobody receives again, it sleeps for ever.
# The run is possible because messages differ in length, so that the sleepers on one event wait for
# different conditions; taking the first in line does not help, since B *was* the first in line.
#
# *Four points for a run in which it happens, two for the woken process testing again and
# sleeping again, two for different lengths, two for order not helping.*

# %% [markdown]
# ## What we have learned
#
# - A get call is one algorithm for all three mechanisms: find the key or make an entry, then
#   look at permission.
# - A sleeping call tests its condition again in a loop, because by the time it runs the message
#   may have been taken, or the whole queue removed.
# - A call that fails leaves everything as it was: it validates first and changes afterwards.
# - Whoever makes room or a message wakes everyone who waits for it, and each of them finds out for
#   itself.
#
# Next: memory that two processes share, where nobody copies and nobody waits for us.

# %%
progress()
