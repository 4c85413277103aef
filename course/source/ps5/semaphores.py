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
# # Problem set 5: semaphores
#
# Several processes use the same things, and each thing by one of them at a time.
# Who comes too late waits; and who ends in the middle must not leave the others waiting for ever.
# In this problem set we write the part of the kernel that sees to it.
#
# | part | what it is |
# |---|---|
# | **given** | a whole kernel: what `from kernel_model import *` brings, by the book's names |
# | **to write** | `semop`, with undo; and one answer in words |
# | **fixed** | names and parameters of the function; the cells that call `check` |
# | **free** | everything else: helper functions, further cells, imports, the order of work |
#
# A function that is not written yet costs only its own points.
# Each check runs the visible cases and shows the first step at which our kernel goes wrong.
# Grading runs further cases of the same rules, and looks at the tables as well: values, who did
# the last operation, who is counted as asleep, what exit would take back.
#
# To read: Bach, *The Design of the UNIX Operating System*, section 11.2.3, and section 6.6 on
# sleep and wakeup.

# %% nbgrader={"grade_id": "imports"}
from autograder import check, hint, progress
from kernel_model import *

# %% [markdown]
# ## What we are building
#
# A set of two semaphores stands for a printer and a tape drive, of which there is one each.
# `A` takes both in one array; `B` wants both as well, and sleeps.

# %%
k = Kernel()
a, b = k.spawn("A"), k.spawn("B")
s = a.call("semget", 7, 2, IPC_CREAT | 0o600).ret
a.call("semctl", s, 0, SETALL, [1, 1])
a.call("semop", s, [[0, -1, SEM_UNDO], [1, -1, SEM_UNDO]])
waiting = b.call("semop", s, [[1, -1, SEM_UNDO], [0, -1, SEM_UNDO]])
waiting

# %% [markdown]
# `A` ends without giving anything back.
# The kernel has noted what has to be given back, and `B` goes on.

# %%
a.call("exit", 0)
waiting

# %% [markdown]
# Two tables hold this: the *semaphore table* with the values of each set, and the *undo
# structures*, one a process, with what exit adds to each semaphore.

# %%
print([sem.semval for sem in semaphores_of(k).sets.entries[0].sems])
for pid, undo in semaphores_of(k).undos.items():
    print("process", pid, "adds at exit:", [(one.num, one.adjust) for one in undo])

# %% [markdown]
# kernelbook: text semop

# %% nbgrader={"grade_id": "semop", "solution": true}
# kernelbook: solution kernel_model.semaphores:semop kernel_model.semaphores:reverse

# %% nbgrader={"grade_id": "test_semop", "grade": true}
check(semop).require()

# %% [markdown]
# ## A kernel of our own
#
# As soon as ours passes its checks, it runs a kernel: five philosophers sit round a table, with a
# fork between each two, and everyone needs both forks to eat.
# Each asks for both in one array, so that nobody ever sits with one fork in hand, and they cannot
# wait for one another in a circle.
# When they have eaten they just leave; it is the kernel that puts their forks back.


# %%
def dinner(*functions):
    ours = Kernel()
    for function in functions:
        ours.install(function)
    host = ours.spawn("host")
    forks = host.call("semget", IPC_PRIVATE, 5, 0o600).ret
    host.call("semctl", forks, 0, SETALL, [1] * 5)
    guests = [ours.spawn(f"P{n}") for n in range(5)]
    both = [[[n, -1, SEM_UNDO], [(n + 1) % 5, -1, SEM_UNDO]] for n in range(5)]
    asked = [guest.call("semop", forks, both[n]) for n, guest in enumerate(guests)]
    left = []
    while eating := [n for n in range(5) if asked[n].state == "returned" and n not in left]:
        left.append(eating[0])
        guests[eating[0]].call("exit", 0)
    return left, host.call("semctl", forks, 0, GETALL).out["data"]


# %%
if check(semop).passed is True:
    print("left in this order: {}\nforks on the table: {}".format(*dinner(semop)))

# %% [markdown]
# ## In words
#
# A semaphore with the value 1 guards a file.
# Each process subtracts 1 before it writes and adds 1 when it has written, both with `SEM_UNDO`.
# In the middle of writing a signal ends the process.
# What does the kernel do for those who wait, and what can it not do for them?
# What would go wrong if only the subtraction had `SEM_UNDO`?
# And why does `semctl` with `SETVAL` forget what exit would add?
# Six sentences are enough.

# %% [markdown] nbgrader={"grade_id": "undo_words", "grade": true, "solution": true, "points": 10}
# Exit adds what was subtracted with SEM_UNDO, so the value is 1 again, and whoever waits for an
# increase is woken and goes on: nobody waits for ever.
# But the kernel does not know what the semaphore guards: the file is half written, and the next
# process must be able to see that and repair it: SEM_UNDO gives back permission, not order.
# If only the subtraction had the flag, each round would leave 1 more to be added: the process gives
# back by itself and exit gives back again, so that the value grows, two processes are inside
# together, and after SEMAEM rounds semop fails with ERANGE.
# SETVAL gives the semaphore a new beginning: what was done before has no bearing on the new value,
# and to add it at exit would make the value wrong.
#
# *Three points for what exit does and whom it wakes, three for the file that nobody repairs, two
# for giving back twice, two for the new beginning.*

# %% [markdown]
# ## What we have learned
#
# - An array is done as a whole: who needs several things asks for all of them at once.
# - What was tried must be taken back on every way out: before a sleep, and before every error.
# - Whoever was woken knows nothing: it begins again, and others may have been faster.
# - The kernel keeps for each process what its exit has to give back, because a process that ends by
#   a signal cannot do it.
#
# Next: programs that synchronise by IPC, and how to decide between the mechanisms.

# %%
progress()
