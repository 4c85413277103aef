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
# # Problem set 5, second part: a mutex made of messages
#
# Some processes share neither memory nor semaphores, only a queue.
# That is enough to keep each other out of a critical section.
#
# | part | what it is |
# |---|---|
# | **given** | message queues as steps: `msgsnd` and `msgrcv` on a queue of types |
# | **to write** | `mutex`, `lock`, `unlock` and `trylock` |
# | **fixed** | names and parameters of the functions; the cells that call `check` |
# | **free** | everything else: helper functions, further cells, imports, the order of work |
#
# Each check looks at *every* interleaving of some processes that use a mutex.
# If something goes wrong it shows a shortest schedule that leads there.
# Grading looks at more processes, and at more ways of using it.
#
# To read: Bach, section 11.2.1, and lecture 8 on mutual exclusion by a message.

# %% nbgrader={"grade_id": "imports"}
from autograder import check, hint, progress
from kernel_model import explore
from kernel_model.explore import IPC_NOWAIT, Shared, msgrcv, msgsnd

# %% [markdown]
# ## What a step is
#
# Two processes and a queue with one message in it.
# Both want the message, and only one of them gets it.
# The explorer finds that the other one sleeps for ever, since nobody sends it back.

# %%
ONE_MESSAGE = """
from kernel_model.explore import Shared, msgrcv

def memory(n):
    return Shared(queue=(1,))

async def program(mem, i, n):
    await msgrcv(mem.queue, 1)
"""
found = explore.check_system(ONE_MESSAGE)
found.deadlock_free, found.why

# %%
for step in found.counterexample.stem:
    print(step)

# %% [markdown]
# kernelbook: text message_mutex

# %% nbgrader={"grade_id": "message_mutex", "solution": true}
# kernelbook: solution kernel_model.smp.message_mutex:mutex
# kernelbook: solution kernel_model.smp.message_mutex:lock
# kernelbook: solution kernel_model.smp.message_mutex:unlock
# kernelbook: solution kernel_model.smp.message_mutex:trylock

# %% nbgrader={"grade_id": "test_message_mutex", "grade": true}
check(lock, unlock, trylock).require()

# %% [markdown]
# ## What we have learned
#
# - Whatever only one process can have is a mutex: here the only message.
# - The number of messages, in the queue and in all hands, stays what it was: every way through
#   every function has to keep it.
# - Who is refused leaves nothing behind and takes nothing along.
# - A message is gone with the process that has it; no kernel sends it back.

# %%
progress()
