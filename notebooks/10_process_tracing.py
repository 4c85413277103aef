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
# # 10. Process tracing
#
# A program adds four numbers, and the sum is wrong.
# We would like to stop it in the middle, look at its variables, change one, and let it go on.
# But the memory of a process is its own: no other process can reach into it.
# **Who reads a word of another process, and what has to happen for that?**
#
# We need [Lecture 9](09_signals.ipynb): a signal stops the program, and `wait` tells its parent.
# We need about an hour and a half and Bach, section 11.1.

# %%
import inspect
from functools import partial

from autograder import my_functions, progress
from kernel_model import *
from kernel_model.debugger import COUNTS, SUM, Debugger, loop
from kernel_model.instructions import Program
from kernel_model.view import chart, compare, console, debug, play, quiz, table
from kernel_model.view.pictures import trace_structure, view_of
from kernel_model.view.player.sentences import call_words

predict = partial(quiz, "10_predictions.txt")

# %% [markdown]
# ## A machine to look into
#
# The processes of our kernel can run programs of a small machine.
# An instruction is one word of eight bytes: an operation, up to two registers, a number.
# `sum` adds the numbers from `n` down to 1, and ends with the sum as its exit code.

# %%
print(SUM.source)

# %% [markdown]
# It lies in three regions, as every program does ([Lecture 5](05_regions.ipynb)): text, data, stack.
# The registers are in its user area while it does not run.

# %%
k = Kernel()
alone = k.spawn("sum")
alone.call("exec", SUM)
k.gone["sum"]

# %% [markdown]
# Exit code 10, and nothing to be seen of how it came about.
#
# ## The debugger's loop
#
# A debugger is a process like any other, here called `sdb`.
# It forks.
# The child says *my parent may trace me*, and runs the program; the parent waits until the child stops, reads what we want, and asks the kernel for it with `ptrace`.

# %%
for program in (loop.child, loop.debugger):
    print(inspect.getsource(program).replace(": Any", "").replace(" -> None", ""))

# %% [markdown]
# This is all of it, and it runs below.
# `sum` has stopped before its first instruction, because `exec` of a traced process sends it SIGTRAP.

# %%
predict("who-reads")

# %%
first = debug(SUM)
first

# %% [markdown]
# **Your turn.**
#
# 1. Press *Step*, and watch `pc` and `r1`. Then go back in time, moment by moment, with the left arrow key, and see who acts.
# 2. Click the circle at `loop` and press *Continue* a few times. What is in `r0` each time?
# 3. Write 40 into the word `n` before the program reads it: *Run again*, then click on `n`.
# 4. Read a word at address 8. Who finds out that there is none, the debugger or `sum`?
#
# ## Four arguments
#
# `ptrace(request, pid, address, data)`, and which of the last two counts depends on the request:
#
# | number | request | address | data |
# |---|---|---|---|
# | 0 | TRACEME | | |
# | 1, 2 | PEEKTEXT, PEEKDATA | of a word in text or data | gives the word |
# | 3 | PEEKUSER | offset in the user area | gives the word |
# | 4, 5 | POKETEXT, POKEDATA | of a word | what is written |
# | 6 | POKEUSER | offset in the user area | what is written, into a register |
# | 7 | CONT | where to go on, 1: where it is | a signal, or 0 |
# | 8 | KILL | | |
# | 9 | SINGLESTEP | as CONT | as CONT |
#
# One word a call: it goes through the structure below, which has room for one.

# %%
k = Kernel()
sdb = k.spawn("sdb")
sdb.call("fork", "sum")
child = k.proc("sum")
child.call("ptrace", PTRACE_TRACEME), child.call("exec", SUM)
sdb.call("wait").out["status"]

# %%
N = 0x20000  # the address of n: the first word of the data
[
    sdb.call("ptrace", PTRACE_PEEKDATA, child.pid, N),
    sdb.call("ptrace", PTRACE_PEEKUSER, child.pid, 0),
]

# %% [markdown]
# The second is the program counter, the first word of the user area.
#
# ## One structure, and two who sleep
#
# The kernel has **one trace structure** for the whole system: a lock, a request, an address, a data word.

# %%
trace_structure(view_of(k))

# %% [markdown]
# The debugger locks it, writes its request into it, wakes the child, and sleeps.
# The child was stopped in the kernel; it wakes there, finds the request, **does it in its own context**, where its memory is mapped, writes the answer into the structure, wakes the debugger, and stops again.
#
# Step through it: who runs, who sleeps, what is in the structure.


# %%
def word_read(k):
    trace = k.start_trace()
    sdb.call("ptrace", PTRACE_PEEKDATA, child.pid, N)
    trace.stop()
    return trace


play(word_read(k), title="One word", tables=("trace", "sleepers"))

# %% [markdown]
# `procxmt` is what the traced process runs in the kernel while it is stopped.
#
# ## What a word costs

# %%
predict("switches")

# %%
before = k.cost
sdb.call("ptrace", PTRACE_PEEKDATA, child.pid, N)
(k.cost - before).switches

# %% [markdown]
# The processor goes to the child and comes back, for eight bytes.
# A debugger that shows the registers and some words after each step pays that for every one of them.

# %%
predict("screen")


# %%
def costs(look, personality="classic"):
    """Calls of ptrace and context switches that ten steps take."""
    d = Debugger(SUM, personality, look=look)
    done = [d.do("step") for _ in range(10)]
    return sum(one.calls for one in done), sum(one.switches for one in done)


looks = ([], ["registers"], ["registers", "data"])
spent = {" and ".join(look) or "pc only": costs(look) for look in looks}
table(spent, ["calls of ptrace", "context switches"])

# %%
import matplotlib.pyplot as plt

lengths = [1, 4, 8, 16, 32, 64]
figure, axes = plt.subplots(figsize=(7, 3.2), layout="constrained")
for personality, mark in (("classic", "o-"), ("linux", "s--")):
    d = Debugger(SUM, personality, look=[])
    axes.plot(lengths, [d.do(f"read n {n}").switches for n in lengths], mark, label=personality)
axes.set(xlabel="words read", ylabel="context switches")
axes.legend()
chart(figure)

# %% [markdown]
# On Linux the tracer reads the other's pages by itself: a call a word still, and no switch.
#
# **Your turn.**
# How many calls does it take to read a string of so many bytes, with its final zero, that begins anywhere?
# Write the rule; the next cell counts the words that the string touches.


# %%
def calls_for(start, length):
    """Calls of ptrace to read `length` bytes and the zero after them, from address `start`."""
    return 0  # write this


# %%
cases = [(start, length) for start in range(8) for length in range(40)]
touched = {c: len({at // 8 for at in range(c[0], c[0] + c[1] + 1)}) for c in cases}
wrong = [c for c in cases if calls_for(*c) != touched[c]]
f"{len(wrong)} of {len(cases)} differ" + (f", first {wrong[0]}" if wrong else "")

# %% [markdown]
# ## Two debuggers, one structure
#
# Ann and Ben each debug a program.
# Ann's child has her request and has not run yet, when Ben makes his.

# %%
predict("second-tracer")


# %%
def pair(k, tracer, name, program=SUM, uid=0):
    """A debugger and its child, which has stopped."""
    a = k.spawn(tracer, uid)
    a.call("fork", name)
    c = k.proc(name)
    c.call("ptrace", PTRACE_TRACEME), c.call("exec", program), a.call("wait")
    return a, c


# %%
def two_at_once(k):
    (ann, x), (ben, y) = pair(k, "Ann", "x"), pair(k, "Ben", "y")
    trace = k.start_trace()
    k.hold = True  # nobody runs on by himself
    ann.call("ptrace", PTRACE_PEEKDATA, x.pid, N)
    ben.call("ptrace", PTRACE_PEEKDATA, y.pid, N)
    k.hold = False
    k.run()
    trace.stop()
    return trace


play(two_at_once(Kernel()), title="The structure is locked for x", tables=("trace", "sleepers"))

# %% [markdown]
# The lock holds from the request until the answer is taken.
# Both sleep on the same event, so each wake-up wakes both, and each looks again.
# A lock for the whole system is no harm here: one debugger at a time is slow enough.
#
# ## A breakpoint is an instruction
#
# There is no request *stop there*.
# The debugger writes an instruction that makes SIGTRAP over the one at `loop`, and keeps what was there.

# %%
d = Debugger(SUM, look=["registers"])
[d.do("break loop"), d.do("continue")]

# %%
predict("over-it")

# %% [markdown]
# To go on it must write the old word back, make **one** instruction, write the breakpoint again, and continue.
# Each of these is a call of `ptrace`, and the step needs a `wait`.

# %%
so_far = len(d.core.session.chunks)
d.do("continue")
[call_words(chunk.events[0].text) for chunk in d.core.session.chunks[so_far:]][:8]

# %%
[d.do("continue"), d.do("clear loop"), d.do("continue")]

# %% [markdown]
# And if somebody else runs the same program?
# Processes share the text of a program ([Lecture 5](05_regions.ipynb)).

# %%
predict("shared-text")

# %%
k = Kernel()
(sdb, one), (other, two) = pair(k, "sdb", "one"), pair(k, "other", "two")
BPT = 19  # the word of the instruction bpt
sdb.call("ptrace", PTRACE_POKETEXT, one.pid, 0x10000, BPT)

# %% [markdown]
# The classic kernel refuses; Linux gives the traced one a copy of the page.
#
# ## Signals come to the debugger first
#
# A traced process stops at *every* signal, whatever it has set, and its parent is told.
# The `data` of CONT says which signal it then gets: the same one, another one, or none.
#
# `counts` has a handler for SIGUSR1 that counts in the word `times`, and sleeps in `pause` otherwise.

# %%
predict("signal-zero")

# %%
debug(COUNTS, ["continue", "send SIGUSR1", "continue", "send SIGUSR1", "continue SIGUSR1"],
      look=("data",), title="A signal for counts")  # fmt: skip

# %% [markdown]
# **Your turn.**
# Send SIGUSR1, put a breakpoint at `caught`, and continue with the signal.
# Then read the stack: whose registers lie there?
#
# ## What it may not do
#
# | wish | classic kernel |
# |---|---|
# | trace a process that did not ask | ESRCH: the child itself must say TRACEME, before its `exec` |
# | trace a grandchild, or a stranger | ESRCH: only a direct child |
# | look at a process that runs or sleeps | ESRCH: it must be stopped, it does the work |
# | more than one word | a call for each |

# %%
k = Kernel()
sdb, counts = pair(k, "sdb", "counts", COUNTS)
daemon = k.spawn("daemon")
sdb.call("fork", "shy")
reads = partial(sdb.call, "ptrace", PTRACE_PEEKDATA)
[reads(p.pid, N) for p in (counts, daemon, k.proc("shy"))]

# %%
sdb.call("ptrace", PTRACE_CONT, counts.pid, 1, 0)  # it sleeps in pause now
reads(counts.pid, N)

# %% [markdown]
# ## A program of the superuser
#
# `passwd` belongs to the superuser and is *set-uid*: whoever runs it has the superuser's rights meanwhile, because it must write the file of all passwords.
# Mallory is user 1000.
# He traces `passwd`, and may write into a process that he traces.

# %%
predict("set-uid")

# %%
PASSWD = Program("passwd", "sys 20\nset r0, 0\nsys 1", owner=0)


def evil(victim):
    """What he writes over it: kill(victim, SIGKILL), exit."""
    return Program("evil", f"set r0, {victim}\nset r1, 9\nsys 37\nsys 1")


# %% [markdown]
# First on a kernel that does not think of it: its `exec` gives the owner's rights to everybody.


# %%
def setids(u, owner):
    if owner is not None:
        u.euid = owner


def attack(k):
    """Mallory against a daemon of the superuser; gives how the daemon is afterwards."""
    daemon = k.spawn("daemon", 0)
    mallory, passwd = pair(k, "Mallory", "passwd", PASSWD, uid=1000)
    code = evil(daemon.pid).assembled(0x10000, 0x20000).text
    for at in range(0, len(code), 8):
        word = int.from_bytes(code[at : at + 8], "little")
        mallory.call("ptrace", PTRACE_POKETEXT, passwd.pid, 0x10000 + at, word)
    mallory.call("ptrace", PTRACE_CONT, passwd.pid, 1, 0)
    return k.gone.get("daemon", "it lives")


# %%
careless = Kernel()
careless.install(setids)
attack(careless)

# %% [markdown]
# An ordinary user has ended a process of the superuser, and could have read every file.
# The real `exec` looks at one more thing.

# %%
print(inspect.getsource(inspect.unwrap(Kernel().algorithms["setids"])))

# %%
attack(Kernel())

# %% [markdown]
# Traced, `passwd` runs as Mallory, and is of no use to him.
#
# ## With our own ptrace
#
# In problem set 6 we write `procxmt`, the half of `ptrace` that the traced process does.
# What has passed its check there runs here, and the player shows our lines:

# %%
mine = my_functions("procxmt")
mine


# %%
def on_ours():
    k = Kernel()
    for function in mine:
        k.install(function)
    sdb, traced = pair(k, "sdb", "sum")
    trace = k.start_trace()
    sdb.call("ptrace", PTRACE_PEEKDATA, traced.pid, N)
    trace.stop()
    return trace


play(on_ours(), title="One word, with what we have written", tables=("trace",), step=-1)

# %% [markdown]
# ## Where debuggers stand
#
# | debugger | since | how it looks into a process |
# |---|---|---|
# | `adb`, `sdb` | Version 7, System V | `ptrace`, a word a call; `sdb` knows the lines of the source |
# | `dbx` | 4.2BSD | `ptrace`, and the kernel of Berkeley with a few more requests |
# | `/proc` | Eighth Edition, System V Release 4 | the process is a file: `read` as much as one likes, also of a running one |
# | `gdb`, `lldb`, `strace` on Linux | | `ptrace` with attach, all registers at once, stops at system calls; memory through `/proc/pid/mem` |
#
# Linux has no trace structure.
# The tracer does its requests itself, and it may **attach** a process that did not ask, and **detach** it again.

# %%
predict("attach")

# %%
play(
    [
        "Bob.word_alloc(42)",
        "Ada.ptrace(PTRACE_ATTACH, Bob.pid)",
        "Ada.waitpid(Bob.pid, 0)",
        "Ada.ptrace(PTRACE_PEEKUSER, Bob.pid, 128)",
        "Ada.ptrace(PTRACE_DETACH, Bob.pid, 0, 0)",
        "Bob.getpid()",
    ],
    personality="linux",
    title="Attach, look, let go",
    tables=("processes", "trace"),
)

# %% [markdown]
# May everybody attach everything?
# Only who has the same user in all three ids; the classic rule for set-uid programs became a rule for all.
# Many of today's systems ask for more: with *Yama* (`ptrace_scope` 1) only a direct parent may attach again, as in the classic kernel.
#
# ## Try everything
#
# 1. Let Bob fork Cy, let Cy ask to be traced and send himself a signal; who is told?
# 2. Read a word of Cy that he has put there with `word_alloc`. Change it.
# 3. Let Cy go on with another signal than the one that stopped him.
# 4. *Try it for real* makes the same calls on this machine's own kernel. Where does it do otherwise?

# %%
console(first="Tracing", processes={"Bob": 1000, "root": 0})

# %% [markdown]
# ## Today's Linux beside it
#
# | matter | classic | Linux |
# |---|---|---|
# | who does the request | the traced process, in its own context | the tracer |
# | a word read | two context switches at least | none |
# | at one time | one request in the whole system | any number |
# | who can be traced | a child that asked | also whom one may attach |
# | text that others run too | EIO | a page of its own |
# | the tracer ends | its children end | they go on by themselves; whom SIGSTOP stopped stays so |
# | asked twice | no matter | EPERM |
#
# The same run on both; they part where the debugger sleeps, or does not.


# %%
def one_word(personality):
    """The calls of the debugger, from the stop of its child to the end of it."""
    k = Kernel(personality)
    sdb, traced = pair(k, "sdb", "sum")
    trace = k.start_trace()
    sdb.call("ptrace", PTRACE_PEEKUSER, traced.pid, 32)
    sdb.call("ptrace", PTRACE_KILL, traced.pid)
    sdb.call("wait")
    return trace


# %%
beside = {"names": ("classic", "Linux"), "title": "Who does the work", "tables": ("processes",)}
compare(one_word("classic"), one_word("linux"), **beside)

# %% [markdown]
# ## Do we know it?

# %%
quiz("10_quiz.txt")

# %% [markdown]
# ## Where we stand
#
# What we have answered, and which exercises pass their visible cases:

# %%
progress()

# %% [markdown]
# ## What we learned
#
# - A debugger **forks**, its child **asks to be traced** and calls `exec`; then it waits, reads a command, and calls `ptrace`.
# - One **trace structure** with a **lock** serves the whole system; the traced process does the request **in its own context**.
# - So a word costs a call and **two context switches**.
# - A **breakpoint** is an instruction that is written over another; to go on takes a single step.
# - Every **signal** of a traced process goes through its debugger first.
# - Only a **stopped child that asked** can be traced, and a traced **set-uid** program loses its rights.
#
# In problem set 6 we write the half of `ptrace` that the traced process does.
