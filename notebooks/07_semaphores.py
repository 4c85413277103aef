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
# # 7. Semaphores
#
# Ada and Bob write to one printer, and their lines get mixed.
# One of them has to wait until the other is done.
# **Who makes one wait, who ends the waiting, and what if the one who should end it is gone?**
#
# Messages carry data, and the waiting comes with them ([Lecture 4](04_messages.ipynb)).
# Shared memory carries data and leaves the waiting to us ([Lecture 6](06_shared_memory.ipynb)).
# A semaphore carries nothing: it is the waiting alone.
# We need about an hour and a half and Bach, section 11.2.3, with section 6.6 on sleep and wakeup.

# %%
from functools import partial

from autograder import progress
from kernel_model import *
from kernel_model.explore import Shared, enter, leave, load, store
from kernel_model.explore.lock import system
from kernel_model.programs import Programs, Run, explore
from kernel_model.textbook import Init, P, P_busy, V, V_binary
from kernel_model.view import compare, console, drive, interleave, lines, play, quiz, verdicts
from kernel_model.view.pictures import semaphore_set, undo_structures, view_of, wait_for

predict = partial(quiz, "07_predictions.txt")

# %% [markdown]
# ## Init, P and V
#
# A **semaphore** is a number that only three operations may touch:
#
# | operation | also called | what it does |
# |---|---|---|
# | `Init(S, value)` | | gives it its first value, 0 or more |
# | `P(S)` | wait, down | waits until it is above 0, then takes 1 away |
# | `V(S)` | signal, up | adds 1 |
#
# The names are Dijkstra's, from Dutch words; P tries, V frees.
# We may read the value as *how many may still go on*.
# A **counting** semaphore may have any value, as three printers have 3; a **binary** one is 0 or 1, as one printer has.
#
# On the calls that this lecture is about, each is a line or two.

# %%
import inspect

print(*map(inspect.getsource, (Init, P, V)), sep="\n\n")

# %% [markdown]
# Two places in a car park, and three cars.
# A car that comes does `P`, one that leaves does `V`.


# %%
async def car(u, s):
    await P(u, s)
    await V(u, s)


park = Programs(partial(Init, value=2), dict.fromkeys("ABC", car))
drive(park, schedule=[*"ABC"], title="Two places, three cars")

# %% [markdown]
# Click on a car, or press its number: it takes its next step.
# `C` sleeps until `A` or `B` leaves; the arrow keys go back, to let another car come too late.

# %%
predict("binary")


# %%
async def signals(u, give):
    s = await Init(u, 0)
    for _ in range(3):
        await give(u, s)


k = Kernel()
k.spawn("counts", main=partial(signals, give=V))
k.spawn("forgets", main=partial(signals, give=V_binary))
k.run()
[[sem.semval for sem in one.sems] for one in semaphores_of(k).sets.entries[:2]]

# %% [markdown]
# ## As it is printed
#
# Many textbooks print the two operations like this, and add that they must be *indivisible*.
# Each `await` is one step of a processor; between two steps of one process the other may do as much as it likes.


# %%
def memory(n):
    return Shared(S=1)


async def wait(S):
    while await load(S) <= 0:
        pass
    await store(S, await load(S) - 1)


async def signal(S):
    await store(S, await load(S) + 1)


# %%
async def program(mem, i, n):
    await wait(mem.S)
    await enter()  # the printer is mine
    await leave()
    await signal(mem.S)


printed = system(memory, wait, signal, program)

# %%
predict("printed")

# %%
interleave(printed, schedule="bad", title="wait and signal, as they are printed")

# %% [markdown]
# **Your turn.**
# The arrow keys go back; choose who takes the next step, and find another way to let both in.
#
# The semaphore was to protect the printer, and is itself a variable that two processes change at a time.
# Its test and its decrement must be one step.
# Here a lock makes one step of them (`Pprim` and `Vprim`, taken for granted: [Lecture 14](14_locks_from_plain_memory.ipynb) makes them).


# %%
def memory(n):
    return Shared(S=1, lock=0)


async def wait(mem):
    while True:
        await Pprim(mem.lock)
        value = await load(mem.S)
        if value > 0:
            break
        await Vprim(mem.lock)
    await store(mem.S, value - 1)
    await Vprim(mem.lock)


# %%
async def signal(mem):
    await Pprim(mem.lock)
    await store(mem.S, await load(mem.S) + 1)
    await Vprim(mem.lock)


async def program(mem, i, n):
    await wait(mem)
    await enter()
    await leave()
    await signal(mem)


indivisible = system(memory, wait, signal, program)

# %%
verdicts({"as it is printed": printed, "test and decrement in one": indivisible})

# %% [markdown]
# ## Busy waiting, or sleeping
#
# Now it is right, and still wasteful: who waits asks again and again, and has the processor meanwhile.
# The other way is to sleep, and to be woken by who does `V`.
#
# We count how often Bob calls `semop` to come in, while Ada stays inside for a while.
# `P_busy` asks with `IPC_NOWAIT`, which fails rather than waits; `P` waits in the kernel.


# %%
async def stays(u, s, length):
    await P(u, s)
    for _ in range(length):
        await u.getpid()  # something to do inside
    await V(u, s)


async def comes(u, s, take):
    await take(u, s)


# %%
from kernel_model.programs.table import in_turns


def calls_of_bob(take, length):
    """How many calls Bob makes until he is inside, when Ada and Bob take turns."""
    members = {"Ada": partial(stays, length=length), "Bob": partial(comes, take=take)}
    run = Run(Programs(partial(Init, value=1), members))
    for p in in_turns(run):
        run.turn(p)
    return run.members[1].proc.costs["semop"].calls


# %%
lengths = range(0, 31, 2)
calls = {take.__name__: [calls_of_bob(take, n) for n in lengths] for take in (P_busy, P)}
lines(lengths, calls, "steps that Ada makes inside", "Bob's calls of semop")

# %% [markdown]
# Who sleeps makes one call, however long it takes.
# Busy waiting pays off only where the wait is shorter than going to sleep and coming back: between two processors, for a few steps.
# Below, waiting always means sleeping.
#
# ## Three system calls
#
# System V has semaphores in **sets**: an array of numbers with one key, one owner and one mode.
#
# | call | what it does |
# |---|---|
# | `semget(key, n, flags)` | finds or makes a set of `n`; [Lecture 3](03_what_ipc_shares.ipynb) tells how |
# | `semop(s, array)` | does an array of operations, each `[number, operation, flags]` |
# | `semctl(s, number, command, value)` | queries, sets or removes |
#
# A new set is all zeros, since `semget` has no place for a first value: `Init` takes two calls, and between them somebody else may come.
# That is a known weak point of these calls.

# %%
k = Kernel()
ada, bob = k.spawn("Ada"), k.spawn("Bob")
s = ada.call("semget", 7, 3, IPC_CREAT | 0o600).ret
ada.call("semctl", s, 0, SETALL, [2, 1, 0])
bob.call("semop", s, [[0, -1, 0]])
semaphore_set(view_of(k))

# %% [markdown]
# Each semaphore has its value, the process that used it last, and two counts of sleepers, which we come to.
#
# ## The rules of the value
#
# | operation | if it can be done | if not |
# |---|---|---|
# | positive | the value grows by it | ERANGE above `SEMVMX`, 32767 |
# | negative | the value falls by it | it sleeps until the value is larger |
# | 0 | nothing changes: it was a test for 0 | it sleeps until the value is 0 |
#
# So `V` may give several at once, and `P` may take several at once, all or none of them.

# %%
predict("not-enough")

# %%
predict("zero")

# %%
play(
    [
        "s = Ada.semget(7, 1, IPC_CREAT | 0o600)",
        "Ada.semctl(s, 0, SETVAL, 2)",
        "Bob.semop(s, [[0, -3, 0]])",
        "Cy.semop(s, [[0, 0, 0]])",
        "Ada.semop(s, [[0, 1, 0]])",
    ],
    title="Bob needs three, Cy waits for none",
)

# %% [markdown]
# Ada adds one and wakes Bob; Bob takes three, which makes it 0, and wakes Cy: what was done by one who was woken wakes the next.
#
# **Your turn.**
# Write the rule as a function over a plain list.
# The cells after it ask the kernel about every array of up to two operations on two semaphores.


# %%
def after(values, array):
    """The values when all of [[number, operation], ...] is done; None if it has to wait."""
    return None  # write this


# %%
def kernel_does(values, array):
    """What the kernel does, if it may not sleep."""
    k = Kernel()
    a = k.spawn("a")
    s = a.call("semget", 7, 2, IPC_CREAT | 0o600).ret
    a.call("semctl", s, 0, SETALL, list(values))
    call = a.call("semop", s, [[num, op, IPC_NOWAIT] for num, op in array])
    told = a.call("semctl", s, 0, GETALL).out["data"]
    return told if call.state == "returned" else None


# %%
from itertools import product

one = [(num, op) for num in (0, 1) for op in range(-2, 3)]
arrays = [array for n in range(3) for array in product(one, repeat=n)]
cases = [(values, array) for values in product(range(3), repeat=2) for array in arrays]
wrong = [c for c in cases if after(list(c[0]), [list(x) for x in c[1]]) != kernel_does(*c)]
f"{len(wrong)} of {len(cases)} differ" + (f", first {wrong[0]}" if wrong else "")

# %% [markdown]
# ## All or none
#
# An array is done as a whole.
# The kernel does one operation after the other; when one cannot be done, it takes back those before it and sleeps, or fails, with nothing changed.

# %%
predict("all-or-none")

# %%
together = [
    "s = Ada.semget(7, 2, IPC_CREAT | 0o600)",
    "Ada.semctl(s, 0, SETALL, [1, 0])",
    "Bob.semop(s, [[0, -1, 0], [1, -1, 0]])",
    "Ada.semop(s, [[0, -1, IPC_NOWAIT]])",
    "Ada.semop(s, [[1, 1, 0]])",
    "Ada.semop(s, [[0, 1, 0]])",
]
play(together, title="Bob wants both")

# %% [markdown]
# Look at the third call, step by step: semaphore 0 falls to 0 and is 1 again before Bob sleeps.
# Nobody else can see the 0, since a process in the kernel is not interrupted by another.
# When Ada gives what he waits for, he begins again with the first operation, and finds that it is gone.
#
# ## A deadlock, and its cure
#
# A printer (0) and a tape (1).
# Ada takes the printer, then the tape; Bob takes the tape, then the printer.


# %%
async def one_of_each(u):
    s = await u.semget(IPC_PRIVATE, 2, 0o600)
    await u.semctl(s, 0, SETALL, [1, 1])
    return s


async def takes(u, s, first, second):
    await u.semop(s, [[first, -1, SEM_UNDO]])
    await u.semop(s, [[second, -1, SEM_UNDO]])
    await u.semop(s, [[0, 1, SEM_UNDO], [1, 1, SEM_UNDO]])


# %%
predict("opposite")

# %%
ada, bob = partial(takes, first=0, second=1), partial(takes, first=1, second=0)
opposite = Programs(one_of_each, {"Ada": ada, "Bob": bob})
drive(opposite, schedule="bad", title="Each has what the other needs")

# %% [markdown]
# Each waits for what the other has, so neither will ever give it back: a **deadlock**.
# The graph has an arrow from each who sleeps to who could wake him, and the arrows close in a circle.
# Not every order ends so; that is why such a program may run for a year before it stands still.

# %%
explore(opposite)

# %% [markdown]
# The cure is one array: who needs both asks for both at once.
# Nobody sleeps with one of them in hand, so there is no circle.


# %%
async def takes_both(u, s):
    await u.semop(s, [[0, -1, SEM_UNDO], [1, -1, SEM_UNDO]])
    await u.semop(s, [[0, 1, SEM_UNDO], [1, 1, SEM_UNDO]])


cured = Programs(one_of_each, {"Ada": takes_both, "Bob": takes_both})
explore(cured)

# %% [markdown]
# **Think.**
# There is another cure, without arrays: let both take the printer first.
# Change `bob` in the cell above and ask the explorer.
# What does the array give that an agreed order does not?
#
# ## Who goes first
#
# Bob needs three, Cy needs one, and there is none.

# %%
predict("who-goes")

# %%
small_first = [
    "s = Ada.semget(7, 1, IPC_CREAT | 0o600)",
    "Bob.semop(s, [[0, -3, 0]])",
    "Cy.semop(s, [[0, -1, 0]])",
    "Ada.semop(s, [[0, 1, 0]])",
    "Cy.semop(s, [[0, 1, 0]])",
]
play(small_first, title="Who needs less goes on")

# %% [markdown]
# Both are woken, both look, and Bob sleeps again.
# As long as others come who need little, Bob waits: he *starves*, although nothing is locked for ever.
#
# ## Who gives back what a dead process has taken?
#
# Bob holds the printer, and a signal ends him.

# %%
predict("killed")

# %%
killed = [
    "s = Ada.semget(7, 1, IPC_CREAT | 0o600)",
    "Ada.semctl(s, 0, SETVAL, 1)",
    "Bob.semop(s, [[0, -1, 0]])",
    "Ada.semop(s, [[0, -1, 0]])",
    "Cy.kill(Bob.pid, SIGKILL)",
]
play(killed, title="Nobody gives it back", step=-1)

# %% [markdown]
# The value is 0, and nobody is left who would add to it.
#
# With **SEM_UNDO** in the flags the kernel keeps, for each process, what its exit has to add: the opposite of what it did.

# %%
undone = [line.replace("-1, 0]", "-1, SEM_UNDO]") for line in killed]
play(undone, title="The kernel gives it back")

# %% [markdown]
# An **undo structure** belongs to a process; its entries say *which semaphore* and *how much*.
# Further operations are added up, and an entry whose sum is 0 goes away.

# %%
k = Kernel()
ada, bob = k.spawn("Ada"), k.spawn("Bob")
s = ada.call("semget", 7, 2, IPC_CREAT | 0o600).ret
ada.call("semctl", s, 0, SETALL, [5, 5])
ada.call("semop", s, [[0, -2, SEM_UNDO], [1, 1, SEM_UNDO]])
bob.call("semop", s, [[0, -1, SEM_UNDO], [1, -1, 0]])
undo_structures(view_of(k))

# %%
bob.call("semop", s, [[0, 1, SEM_UNDO]])
undo_structures(view_of(k))

# %% [markdown]
# What clears it?
#
# | event | what becomes of the entries |
# |---|---|
# | exit, also by a signal | they are done, and gone |
# | `exec` | stay: it is the same process |
# | `fork` | the child begins without any |
# | `SETVAL`, `SETALL` | those of these semaphores are forgotten, for all processes |
# | `IPC_RMID` | those of the set are forgotten |

# %%
predict("setval")

# %%
ada.call("semctl", s, 0, SETVAL, 10)
ada.call("exit", 0)
bob.call("semctl", s, 0, GETALL).out["data"]

# %% [markdown]
# Three limits bound all this: `SEMAEM` (16384) what one entry may add, `SEMUME` the entries of a process, `SEMMNU` the processes that have any.
# Who exceeds them gets ERANGE, EINVAL or ENOSPC, and nothing is done.
#
# SEM_UNDO gives back the permission, and knows nothing of the paper that is half printed.
#
# ## How many wait?
#
# `GETNCNT` tells how many sleep until a semaphore is larger, `GETZCNT` how many until it is 0.
# Who sleeps in an array counts where it got stuck.

# %%
k = Kernel()
ada, bob, cy, dora = (k.spawn(name) for name in ("Ada", "Bob", "Cy", "Dora"))
s = ada.call("semget", 7, 2, IPC_CREAT | 0o600).ret
ada.call("semctl", s, 0, SETALL, [1, 2])
bob.call("semop", s, [[0, -1, 0], [1, -3, 0]])
cy.call("semop", s, [[0, -2, 0]])
dora.call("semop", s, [[0, -1, 0], [1, 0, 0]])

# %%
predict("counts")

# %%
[(num, ada.call("semctl", s, num, GETNCNT).ret, ada.call("semctl", s, num, GETZCNT).ret)
 for num in (0, 1)]  # fmt: skip

# %%
semaphore_set(view_of(k))

# %% [markdown]
# Who could wake them?
# Nobody has taken anything with SEM_UNDO, so nothing says who will: it may be anyone who may alter the set.

# %%
wait_for(view_of(k))

# %% [markdown]
# ## With our own semop
#
# In problem set 5 we write `semop`.
# Put it into a cell here, and its name into the list: then the run is made by our kernel, and the player shows our lines.

# %%
mine = []  # for example [semop]
play(together, functions=mine, title="Bob wants both, with the kernel of this cell")

# %% [markdown]
# ## Try everything
#
# 1. Make a lock of `[[0, 0, 0], [0, 1, SEM_UNDO]]`, wait for 0 and add 1. Who waits on which list?
# 2. Let three processes sleep, one for an increase and two for 0, and let all of them go on with one call.
# 3. Remove a set on which somebody sleeps.
# 4. *Try it for real* makes the same calls on this machine's own kernel. Where does it do otherwise?

# %%
console(first="Semaphores", processes={"Ada": 1000, "Bob": 1000, "Cy": 1000})

# %% [markdown]
# ## Today's Linux beside it
#
# | matter | classic | Linux |
# |---|---|---|
# | who goes on | all are woken, each looks again | who changes a value does the operations of those who sleep, oldest first |
# | result of `semop` | the value before the last operation | 0 |
# | empty array | nothing to do | EINVAL |
# | an undo that would leave the range | left out | cut off at 0 and `SEMVMX` |
# | limits of undo | `SEMAEM`, `SEMUME`, `SEMMNU` | none but the range of the value |
# | further call | | `semtimedop`: sleeps for so long at most |
#
# Bob sleeps for one unit, Ada gives it and takes it again at once.
# In which kernel does Bob get it?

# %%
predict("linux")

# %%
at_once = [
    "s = Ada.semget(7, 1, IPC_CREAT | 0o600)",
    "Bob.semop(s, [[0, -1, 0]])",
    "Cy.semop(s, [[0, -1, 0]])",
    "Ada.semop(s, [[0, 1, 0], [0, -1, 0]])",
    "Ada.semop(s, [[0, 1, 0]])",
]
compare(at_once, "linux", title="Given, and taken again in one array")

# %% [markdown]
# The classic kernel wakes both when the value grows in the middle of the array, and both find 0; later again both wake, and one goes on.
# Linux wakes only who can go on, when it is done with the whole array: Bob, once.
#
# ## Do we know it?

# %%
quiz("07_quiz.txt")

# %% [markdown]
# ## Where we stand
#
# What we have answered, and which exercises pass their visible cases:

# %%
progress()

# %% [markdown]
# ## What we learned
#
# - A semaphore is a number with **Init, P and V**; **counting** ones remember every V, **binary** ones one.
# - Its test and its decrement must be **one step**: as printed, it fails at what it is for.
# - Waiting by **asking** costs a call each time; waiting by **sleeping** costs one in all.
# - `semop` adds, subtracts, or waits for 0, and does a whole **array or none** of it.
# - Taking one after the other can end in a **deadlock**; one array cannot.
# - **SEM_UNDO** lets the kernel give back what a process that has ended cannot.
#
# In problem set 5 we write `semop` with undo, and a lock made of messages.
# [Lecture 8](08_synchronising.ipynb) puts whole programs together, and compares the mechanisms.
