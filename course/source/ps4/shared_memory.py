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
# # Problem set 4: shared memory
#
# Two processes read and write the same memory, each at an address of its own.
# After the set-up the kernel has nothing to do with it; what does it do before, and what is left to
# do when the last process goes away?
# In this problem set we write the part of the kernel that does it.
#
# | part | what it is |
# |---|---|
# | **given** | a whole kernel, region algorithms included: `from kernel_model import *` |
# | **to write** | three functions: `shmget`, `shmat`, `shmdt`; and one answer in words |
# | **fixed** | names and parameters of the three; the cells that call `check` |
# | **free** | everything else: helper functions, further cells, imports, the order of work |
#
# A function that is not written yet costs only its own points.
# Each check runs the visible cases and shows the first step at which our kernel goes wrong.
# Grading runs further cases of the same rules, and looks at the tables as well: what is attached
# where, who is counted, what is locked, which memory is in use.
#
# To read: Bach, *The Design of the UNIX Operating System*, section 11.2.2, and section 6.5 on
# regions.

# %% nbgrader={"grade_id": "imports"}
from autograder import check, hint, progress
from kernel_model import *

# %% [markdown]
# ## What we are building
#
# `A` makes a segment of 100 bytes and attaches it; `B` attaches it at another address.
# What `A` writes, `B` reads, and no system call lies between.

# %%
k = Kernel()
a, b = k.spawn("A"), k.spawn("B", uid=1000)
s = a.call("shmget", 7, 100, IPC_CREAT | 0o666).ret
at_a = a.call("shmat", s, 0x10000000, 0).ret
at_b = b.call("shmat", s, None, 0).ret
hex(at_a), hex(at_b)

# %%
a.call("mem_write", at_a, b"no copy in between")
b.call("mem_read", at_b, 18).out["data"]

# %% [markdown]
# Three tables hold this together: the *shared memory table* has an entry for the segment, the
# *region table* has a region with the memory, and each process has a table of its own that says at
# which address it has which region.

# %%
segment = segments(a).entries[0]
print(segment.segsz, "bytes,", segment.region.size, "page,", segment.region.refcount, "attached")
for p in (a, b):
    print(p.name, [(entry.type, hex(entry.addr), entry.region.slot) for entry in entries_of(p)])

# %% [markdown]
# kernelbook: text shmget

# %% nbgrader={"grade_id": "shmget", "solution": true}
# kernelbook: solution kernel_model.shm:shmget

# %% nbgrader={"grade_id": "test_shmget", "grade": true}
check(shmget).require()

# %% [markdown]
# kernelbook: text shmat

# %% nbgrader={"grade_id": "shmat", "solution": true}
# kernelbook: solution kernel_model.shm:shmat

# %% nbgrader={"grade_id": "test_shmat", "grade": true}
check(shmat).require()

# %% [markdown]
# kernelbook: text shmdt

# %% nbgrader={"grade_id": "shmdt", "solution": true}
# kernelbook: solution kernel_model.shm:shmdt

# %% nbgrader={"grade_id": "test_shmdt", "grade": true}
check(shmdt).require()

# %% [markdown]
# ## A kernel of our own
#
# As soon as all three pass their checks, they run a kernel together.
# A parent attaches a segment and forks; the child inherits it at the same address, writes its
# answer, and ends.
# The parent reads the answer, although the segment was removed long before.


# %%
def answer_of_a_child(*functions):
    ours = Kernel()
    for function in functions:
        ours.install(function)
    parent = ours.spawn("parent")
    s = parent.call("shmget", IPC_PRIVATE, 4096, 0o600).ret
    at = parent.call("shmat", s, None, 0).ret
    parent.call("shmctl", s, IPC_RMID)
    parent.call("fork", "child")
    ours.proc("child").call("mem_write", at, b"42")
    ours.proc("child").call("exit", 0)
    answer = parent.call("mem_read", at, 2).out["data"]
    return answer, parent.call("shmdt", at), memory_of(ours).frames.left


# %%
ours = (shmget, shmat, shmdt)
if all(check(function).passed is True for function in ours):
    print(*answer_of_a_child(*ours), sep="\n")

# %% [markdown]
# ## In words
#
# A program makes a segment, attaches it, and removes it at once with `IPC_RMID`; only then does it
# fork the children that it shares the segment with.
# Why does that work although the segment has been removed?
# What would be left in the kernel if the program removed it at its end instead, and a signal ended
# it before?
# And why does a message queue not offer the same: what becomes of a queue, and of its messages,
# that is removed while others still use it?
# Six sentences are enough.

# %% [markdown] nbgrader={"grade_id": "remove_first", "grade": true, "solution": true, "points": 10}
# Removing frees the entry of the shared memory table, so that nobody finds the segment by key or
# descriptor any more; the region stays, for its reference count is not 0.
# `fork` duplicates the entries of the process's region table and counts each of them, without
# asking the shared memory table, so that the children have the segment although it has no name
# any more.
# `exit` detaches every region, also when a signal ends the process, and the last detach frees
# region and frames: nothing is left whatever happens.
# If the program removed the segment at its end, a signal would end it before: exit detaches, but
# the region is sticky as long as the segment has not been removed, so its memory stays in use until
# somebody removes it by hand.
# A queue has no reference count, since nobody attaches it: processes only know its descriptor.
# So `IPC_RMID` destroys the queue with its messages at once, and whoever sleeps on it fails with
# EIDRM.
#
# *Three points for entry freed but region counted, two for fork counting without the table, two for
# what a signal leaves behind, three for the queue that nobody counts.*

# %% [markdown]
# ## What we have learned
#
# - A segment is three things that can exist apart: a name in a table, a region with memory, and a
#   place in an address space.
# - Memory is allocated when it is first needed, and freed when it is last needed; a count decides.
# - Whoever locks a region unlocks it on every way out, also on those that end with an error.
# - What is attached is inherited by `fork` and given back by `exit`: the kernel cleans up after
#   processes that cannot.
#
# Next: how two processes that share memory keep out of each other's way.

# %%
progress()
