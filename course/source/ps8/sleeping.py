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
# # Problem set 8, second part: sleeping
#
# A lock from plain memory keeps a processor busy until it gets in, so a kernel holds it for a few
# steps only.
# What takes longer has to let the processor go meanwhile: whoever waits *sleeps*, and is woken.
# Between the look that says "wait" and the sleep, another processor may do anything.
# In this part we write a semaphore and the lock of a buffer, so that nothing gets lost there.
#
# | part | what it is |
# |---|---|
# | **given** | memory cells, steps on them, a right lock, a sleep queue |
# | **to write** | `semaphore`, `P`, `V` and `CP`; `buffer`, `sleep_lock` and `sleep_unlock` |
# | **fixed** | names and parameters; the cells that call `check` |
# | **free** | everything else: the algorithm, helper functions, further cells, imports |
#
# Here `Pprim` and `Vprim` are steps that are taken for granted: the lock of the first part.
#
# To read: Bach, *The Design of the UNIX Operating System*, sections 12.3.2 and 12.3.3, and 2.2.2.2.

# %% nbgrader={"grade_id": "imports"}
from autograder import check, hint, progress
from kernel_model import explore
from kernel_model.explore import (
    Pprim,
    Shared,
    Vprim,
    compare_and_swap,
    enqueue,
    fetch_and_add,
    load,
    sleep,
    store,
    swap,
    swtch,
    wakeup,
    wakeup_one,
)

# %% [markdown]
# ## A wake-up that is lost
#
# Processor 0 waits until a flag is up, processor 1 raises it and wakes whoever sleeps.

# %%
FLAG = """
from kernel_model.explore import Shared, load, sleep, store, wakeup

def memory(n):
    return Shared(flag=0, queue=())

def programs(n):
    return [waits, raises]

async def waits(mem, i, n):
    while not await load(mem.flag):
        await sleep(mem.queue)

async def raises(mem, i, n):
    await store(mem.flag, 1)
    await wakeup(mem.queue)
"""
found = explore.check_system(FLAG)
found.lost_wakeup, found.why

# %%
for step in found.counterexample.stem:
    print(step)

# %% [markdown]
# The look and the place in the queue are two steps, and flag and wake-up fall just between them.
# No `while` helps: nobody is there any more to wake the sleeper, so that it could look again.

# %% [markdown]
# kernelbook: text P_V_CP

# %% nbgrader={"grade_id": "P_V_CP", "solution": true}
# kernelbook: solution kernel_model.smp.semaphores:semaphore
# kernelbook: solution kernel_model.smp.semaphores:P
# kernelbook: solution kernel_model.smp.semaphores:V
# kernelbook: solution kernel_model.smp.semaphores:CP

# %% nbgrader={"grade_id": "test_P_V_CP", "grade": true}
check(P, V, CP).require()

# %% [markdown]
# kernelbook: text sleep_lock

# %% nbgrader={"grade_id": "sleep_lock", "solution": true}
# kernelbook: solution kernel_model.smp.sleeplocks:buffer
# kernelbook: solution kernel_model.smp.sleeplocks:sleep_lock
# kernelbook: solution kernel_model.smp.sleeplocks:sleep_unlock

# %% nbgrader={"grade_id": "test_sleep_lock", "grade": true}
check(sleep_lock, sleep_unlock).require()

# %% [markdown]
# ## What we have learned
#
# - The look and the place in the queue belong together, or a wake-up is lost between them.
# - Who sleeps is in the queue *before* it gives the lock back, and asleep after it.
# - Who is woken looks again, unless the one that wakes has handed over what it waited for.
# - A lost wake-up leaves one asleep for ever; to sleep with the lock stops everybody.
#
# Next: the kernel's own algorithms with semaphores, such as `getblk` and `wait`.

# %%
progress()
