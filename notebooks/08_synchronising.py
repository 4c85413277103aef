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
# # 8. Synchronising by IPC
#
# Ada and Bob both change what they share, and only one of them may do so at a time.
# A message can see to that, a semaphore can, and so can a mutex in shared memory.
# **Which of them do we take, how does each go wrong, and how would we know that it never does?**
#
# We know messages from [Lecture 4](04_messages.ipynb), shared memory from [Lecture 6](06_shared_memory.ipynb) and semaphores from [Lecture 7](07_semaphores.ipynb).
# Now we are the scheduler: we say who makes the next call, and the kernel does the rest.
# We need about an hour and a half and Bach, section 11.2.

# %%
from functools import partial

from autograder import progress
from kernel_model import *
from kernel_model.programs import Programs, explore
from kernel_model.view import drive, quiz, table

predict = partial(quiz, "08_predictions.txt")
KEY, MODE = 7, IPC_CREAT | 0o600

# %% [markdown]
# ## Programs that we drive
#
# A program is a coroutine of system calls: `u` is the process that it runs in, and each `await` is one call.
# A first program makes what is shared, returns it and ends; the others get it as an argument.
#
# The first idea of everybody is a word of shared memory that says whether somebody is in.


# %%
async def one_word(u):
    m = await u.shmget(KEY, 4096, MODE)
    await u.shmat(m, None, 0)  # the first attach gives it memory, all 0
    return m


# %%
async def by_flag(u, m):
    flag = await u.shmat(m, None, 0)
    while await u.load(flag):
        pass
    await u.store(flag, 1)
    await u.enter()
    await u.leave()
    await u.store(flag, 0)


# %% [markdown]
# `load` and `store` are instructions of the program, no system calls.
# `enter` and `leave` are not calls at all; they mark the critical section, for us and for whoever checks.

# %%
predict("flag")

# %% [markdown]
# **Your turn.**
# The keys 1 and 2, or a click on a process, say who has the next turn; the arrow keys go back and forth, and another choice makes another branch.
# Can we bring both into their critical sections?
# *Find a bad schedule* shows a shortest way; *run to the end by chance* takes the same turns for the same seed.

# %%
flag = Programs(one_word, {"Ada": by_flag, "Bob": by_flag})
drive(flag, title="A flag in shared memory")

# %% [markdown]
# Shared memory gives everybody the data and nobody an order.
# The test and the set are two steps, and a process can lose the processor between them.
#
# ## Mutual exclusion by a message
#
# A queue with exactly one message in it.
# Whoever has received the message is in, and sends it back when it leaves.


# %%
async def one_token(u):
    q = await u.msgget(KEY, MODE)
    await u.msgsnd(q, 1, "token")
    return q


async def by_message(u, q):
    for _ in range(2):
        await u.msgrcv(q, 9, 0)
        await u.enter()
        await u.leave()
        await u.msgsnd(q, 1, "token")


# %%
token = Programs(one_token, {"Ada": by_message, "Bob": by_message})
drive(token, schedule=["Ada", "Bob", "Ada", "Ada", "Ada"], title="The only message")

# %% [markdown]
# Bob is *woken*: he can run, but has not run yet.
# Give Ada the next two turns and see what becomes of him.

# %%
predict("faster")

# %% [markdown]
# We can try some of the interleavings by hand, and the explorer tries them all: every choice of whose turn it is, on this very kernel.

# %%
explore(token)

# %% [markdown]
# It finds the state in which two are in, if there is one, and the one in which somebody sleeps for ever.
#
# How many messages are in the queue at first is what counts.
# With two of them two processes get in; with none?


# %%
async def no_token(u):
    return await u.msgget(KEY, MODE)


async def two_tokens(u):
    q = await one_token(u)
    await u.msgsnd(q, 1, "token")
    return q


def with_start(start):
    return explore(Programs(start, {"Ada": by_message, "Bob": by_message}))


# %%
predict("tokens", then=lambda: [with_start(start) for start in (no_token, one_token, two_tokens)])

# %% [markdown]
# ## Mutual exclusion by a semaphore
#
# The same with a semaphore that is 1: whoever makes it 0 is in.


# %%
async def one_semaphore(u):
    s = await u.semget(KEY, 1, MODE)
    await u.semctl(s, 0, SETVAL, 1)
    return s


async def by_semaphore(u, s):
    for _ in range(2):
        await u.semop(s, [[0, -1, SEM_UNDO]])
        await u.enter()
        await u.leave()
        await u.semop(s, [[0, 1, SEM_UNDO]])


# %%
semaphore = Programs(one_semaphore, {"Ada": by_semaphore, "Bob": by_semaphore})
explore(semaphore)

# %% [markdown]
# So far the two are alike: one call to get in, one to get out.
# They part when something goes wrong.
# Ada ends in the middle of her critical section: she has the message, or has made the semaphore 0.


# %%
async def dies_with_message(u, q):
    await u.msgrcv(q, 9, 0)
    await u.enter()


async def dies_with_semaphore(u, s):
    await u.semop(s, [[0, -1, SEM_UNDO]])
    await u.enter()


# %%
predict("dies")

# %%
gone = Programs(one_token, {"Ada": dies_with_message, "Bob": by_message})
drive(gone, schedule="bad", title="The message has gone with Ada")

# %%
undone = Programs(one_semaphore, {"Ada": dies_with_semaphore, "Bob": by_semaphore})
drive(undone, schedule=["Ada", "Bob", "Ada", "Ada"], title="Exit gives back what Ada took")

# %% [markdown]
# `SEM_UNDO` gives the semaphore back.
# It does not say in which state Ada left what the semaphore guards.
#
# ## A mutex in shared memory
#
# Both mechanisms enter the kernel even if nobody is in the way.
# POSIX threads have locks that lie in the program's own memory.
# In a segment, and marked as *process-shared*, such a lock serves processes just as well (Linux).


# %%
MUTEX = 256  # where in the segment it lies


async def one_mutex(u):
    m = await u.shmget(KEY, 4096, MODE)
    at = await u.shmat(m, None, 0)
    await u.pthread_mutex_init(at + MUTEX, 0, 0, 1)
    return m


# %%
async def by_mutex(u, m):
    lock = await u.shmat(m, None, 0) + MUTEX
    for _ in range(2):
        await u.pthread_mutex_lock(lock)
        await u.enter()
        await u.leave()
        await u.pthread_mutex_unlock(lock)


mutex = Programs(one_mutex, {"Ada": by_mutex, "Bob": by_mutex}, personality="linux")
explore(mutex)

# %%
predict("crossings")

# %%
from kernel_model.programs.table import cost_of, in_order, in_turns

ways = {"message queue": token, "semaphore": semaphore, "mutex": mutex}
orders = {"alone": in_order, "in turns": in_turns}
spent = {n: [cost_of(one, order).crossings for order in orders.values()] for n, one in ways.items()}
table(spent, [f"crossings {order}" for order in orders])

# %% [markdown]
# Crossings of the border between user and kernel, for two times two visits.
# *Alone* Bob begins when Ada has finished; *in turns* they get into each other's way.
# The mutex enters the kernel twice to attach the segment, and after that only to sleep and to wake: as long as it is free, one atomic instruction takes it.
#
# The kernel knows nothing of such a lock, and exit gives nothing back.
# A *robust* mutex (PTHREAD_MUTEX_ROBUST) tells the next one who takes it: EOWNERDEAD, the owner has died, look after the data.


# %%
async def robust_mutex(u):
    m = await u.shmget(KEY, 4096, MODE)
    at = await u.shmat(m, None, 0)
    await u.pthread_mutex_init(at + MUTEX, 0, 1, 1)
    return m


async def dies_with_mutex(u, m):
    await u.pthread_mutex_lock(await u.shmat(m, None, 0) + MUTEX)


# %%
async def inherits(u, m):
    lock = await u.shmat(m, None, 0) + MUTEX
    try:
        await u.pthread_mutex_lock(lock)
    except KernelError as error:
        await u.pthread_mutex_consistent(lock)
        return error.errno.name


heirs = Programs(robust_mutex, {"Ada": dies_with_mutex, "Bob": inherits}, personality="linux")
drive(heirs, schedule=["Ada", "Ada", "Bob", "Bob", "Ada", "Bob"], title="The owner has died")

# %% [markdown]
# ## Two locks
#
# Two semaphores guard two things, and both processes need both.
# Ada takes the first and then the second; Bob takes them the other way round.


# %%
async def two_semaphores(u):
    s = await u.semget(KEY, 2, MODE)
    await u.semctl(s, 0, SETALL, [1, 1])
    return s


async def in_order_of(u, s, first, second):
    await u.semop(s, [[first, -1, 0]])
    await u.semop(s, [[second, -1, 0]])
    await u.semop(s, [[0, 1, 0], [1, 1, 0]])


# %%
ada, bob = partial(in_order_of, first=0, second=1), partial(in_order_of, first=1, second=0)

# %%
predict("orders")

# %%
crossed = Programs(two_semaphores, {"Ada": ada, "Bob": bob})
drive(crossed, schedule=["Ada", "Bob"], title="Two locks, two orders")

# %% [markdown]
# Nothing is wrong yet, and all is lost: whatever we choose now, both will sleep for ever.
# Give each of them one more turn.
# The picture says *who waits for whom*.
# When the arrows close a circle, nobody in it will ever wake another: a **deadlock**.
#
# System V has the cure in one call: an array of operations is done whole, or not at all.


# %%
async def both_at_once(u, s):
    await u.semop(s, [[0, -1, 0], [1, -1, 0]])
    await u.semop(s, [[0, 1, 0], [1, 1, 0]])


cured = Programs(two_semaphores, {"Ada": both_at_once, "Bob": both_at_once})
explore(cured)

# %% [markdown]
# Whoever cannot have both takes neither, so nobody sleeps with something in its hands that another needs.
#
# **Your turn.**
# There is another cure, for locks that can only be taken one at a time.
# Change one word, and let the explorer say whether it helps.

# %%
yours = Programs(two_semaphores, {"Ada": ada, "Bob": bob})  # change this
explore(yours)

# %% [markdown]
# ## Producer and consumer
#
# One process makes items, another uses them, and there is room for two on the way.
#
# With a queue there is next to nothing to write: the kernel keeps the order, puts the consumer to sleep when there is nothing, and the producer when there is no room (`qbytes` is 2 here).


# %%
async def send(u, q):
    for item in (1, 2, 3):
        await u.msgsnd(q, 1, str(item))


async def receive(u, q):
    for _ in range(3):
        await u.msgrcv(q, 9, 0)


queued = Programs(no_token, {"producer": send, "consumer": receive}, limits={"MSGMNB": 2})
drive(queued, schedule=["consumer", "producer"], title="A queue is a buffer")

# %% [markdown]
# In shared memory we write all of that ourselves: a ring of two places, and two semaphores that count.
# `EMPTY` counts free places and begins with 2; `FULL` counts items and begins with 0.


# %%
EMPTY, FULL, WORD = 0, 1, 8


async def put(u, m, s):
    at = await u.shmat(m, None, 0)
    for n, item in enumerate((1, 2, 3)):
        await u.semop(s, [[EMPTY, -1, 0]])
        await u.store(at + WORD * (n % 2), item)
        await u.semop(s, [[FULL, 1, 0]])


# %%
async def get(u, m, s):
    at, got = await u.shmat(m, None, 0), []
    for n in range(3):
        await u.semop(s, [[FULL, -1, 0]])
        got.append(await u.load(at + WORD * (n % 2)))
        await u.semop(s, [[EMPTY, 1, 0]])
    return got


# %%
from kernel_model.programs.classics.buffers import in_order as items_in_order
from kernel_model.programs.classics.buffers import ring

counted = Programs(ring, {"producer": put, "consumer": get}, items_in_order)
drive(counted, seed=4, title="A ring and two counting semaphores")

# %% [markdown]
# `ring` makes the segment and the semaphores; `items_in_order` judges what the consumer returns, at every end that there is.
#
# The semaphores do two things here: they count, and they put the item before the count.

# %%
predict("count-first")


# %%
async def put_too_early(u, m, s):
    at = await u.shmat(m, None, 0)
    for n, item in enumerate((1, 2, 3)):
        await u.semop(s, [[EMPTY, -1, 0]])
        await u.semop(s, [[FULL, 1, 0]])  # the count first
        await u.store(at + WORD * (n % 2), item)


early = Programs(ring, {"producer": put_too_early, "consumer": get}, items_in_order)
drive(early, schedule="bad", title="The count before the item")

# %% [markdown]
# ## Conditions
#
# The third way: a mutex guards the ring and its count, and *condition variables* say that the count has changed.
# `pthread_cond_wait` frees the mutex and sleeps, in one step, and holds the mutex again when it comes back.
# Two items, and room for one:

# %%
from kernel_model.programs.classics import buffers
from kernel_model.programs.classics.buffers import COUNT, READY, guarded_ring
from kernel_model.programs.classics.buffers import MUTEX as M

drive(buffers.FEWER, seed=5, title="A ring, a mutex and two conditions")

# %% [markdown]
# The `while` is no habit.
# Here is a consumer with `if` in its place, and a producer that takes its item back.


# %%
async def hasty(u, m):
    at = await u.shmat(m, None, 0)
    await u.pthread_mutex_lock(at + M)
    if await u.load(at + COUNT) == 0:  # should be while
        await u.pthread_cond_wait(at + READY, at + M)
    count = await u.load(at + COUNT)
    await u.store(at + COUNT, count - 1)
    await u.pthread_mutex_unlock(at + M)
    return count


# %%
async def changes_its_mind(u, m):
    at = await u.shmat(m, None, 0)
    for count in (1, 0, 1):  # an item; it is taken back; it is there again
        await u.pthread_mutex_lock(at + M)
        await u.store(at + COUNT, count)
        await u.pthread_cond_signal(at + READY)
        await u.pthread_mutex_unlock(at + M)


def something_from_nothing(results):
    return "The consumer took an item from an empty ring." if results["hasty"] == 0 else ""


# %%
predict("if")


# %%
if_for_while = Programs(
    guarded_ring,
    {"hasty": hasty, "producer": changes_its_mind},
    something_from_nothing,
    personality="linux",
)
drive(if_for_while, schedule="bad", title="if for while")

# %% [markdown]
# Between the signal and the return of `pthread_cond_wait` the mutex was free, and somebody else was faster: here the producer, in a larger program another consumer.
# It is the rule of every sleep: who wakes up looks again.
#
# ## Readers and writers
#
# Any number may read at the same time, but who writes must be alone.
#
# A semaphore with a place for each reader does it: a reader takes one place, a writer takes all of them in one operation.

# %%
from kernel_model.programs.classics.readers import BY as READERS

drive(
    READERS["semaphore"],
    schedule=["reader1", "reader1", "writer", "reader2", "reader2"],
    title="A place for each reader",
)

# %% [markdown]
# Both readers are in, and the writer sleeps until the value is 2.
#
# With a queue the places are messages.
# But a message is received one at a time, so a writer collects them.

# %%
from kernel_model.programs.classics.readers import tickets, write_with_all

explore(READERS["message queue"])

# %%
writers = Programs(tickets, {"writer1": write_with_all, "writer2": write_with_all})
predict("two-writers", then=lambda: drive(writers, schedule="bad", title="Two writers collect"))

# %% [markdown]
# One writer is fine, two are not: each has one ticket and waits for the other's.
# An operation of -2 on a semaphore is all or nothing; two receives are two operations.
#
# ## Dining philosophers
#
# A circle need not be two.
# Philosophers sit at a round table, a fork between each two, and everybody needs both of his.

# %%
from kernel_model.programs.classics import philosophers

drive(
    philosophers.CIRCLES["semaphore"],
    schedule=["P0", "P1", "P2", "P0", "P1"],
    title="Left fork first",
)

# %% [markdown]
# Give P2 the next turn.
# Then look at the two cures: both forks in one array, or every philosopher takes the fork of the lower number first.

# %%
explore(philosophers.BY["semaphore"])

# %%
explore(philosophers.BY["message queue"])

# %% [markdown]
# ## Which mechanism when
#
# Every entry is a run: what the processes cost when one comes after the other, and when they take turns.
# *States* is how many there are on all ways (with mutex and condition: for two items and one place, and for one reader).

# %%
from kernel_model.programs.classics import CLASSICS, SMALLER
from kernel_model.programs.table import table

table(CLASSICS, SMALLER)

# %% [markdown]
# | if | take |
# |---|---|
# | data goes along with the order, or the sides are strangers to each other | a message queue: no buffer to write, types to choose by; two crossings and two copies an item |
# | something is counted, several things are needed at once, or a process may die in the middle | semaphores: arrays, all or nothing, SEM_UNDO; a crossing each way |
# | data is shared already and hardly anybody is ever in the way | a mutex and conditions in the segment: no crossing while it is free; robust, if an owner may die |
#
# Who takes memory for its speed buys the order separately, and has to explore it.
#
# ## Do we know it?

# %%
quiz("08_quiz.txt")

# %% [markdown]
# ## Where we stand
#
# What we have answered, and which exercises pass their visible cases:

# %%
progress()

# %% [markdown]
# ## What we learned
#
# - **Mutual exclusion** comes from anything that only one can have: the only message, a semaphore that is 1, a mutex.
# - A test and a set that are two steps are no lock, in whatever memory they are.
# - **SEM_UNDO** gives back what a dead process took; a message is gone with it; a robust mutex tells the next owner.
# - Who holds one thing and waits for another can close a circle: a **deadlock**. One array, or one order for all, and no circle closes.
# - Who sleeps **looks again** when it wakes, in a `while`.
# - A queue brings buffer, order and room; shared memory brings speed, and we bring the rest.
#
# In problem set 5 we build mutual exclusion from a message queue ourselves, and every interleaving of it is tried.
