"""A queue of its own, two lists, says what each call gives: the claims are computed, not written.

What a list cannot say (sleeping, signals, removal, users) stands below as text.
"""

GET = "q = A.msgget(1, IPC_CREAT | 0o600)"
STAT = "A.msgctl(q, IPC_STAT)"


def wanted(queue, kind):
    """The place of the message that is taken; None if there is none."""
    if kind == 0:
        return 0 if queue else None
    types = [one for one, _ in queue]
    if kind > 0:
        return types.index(kind) if kind in types else None
    low = [one for one in types if one <= -kind]
    return types.index(min(low)) if low else None


def walk(sends, takes):
    """Sends everything, then takes by (type, size, cuts), and looks after each."""
    queue = [(kind, text) for kind, text in sends]
    lines = [GET, *(f"A.msgsnd(q, {kind}, {text!r}) -> 0" for kind, text in sends)]
    for kind, size, cuts in takes:
        at = wanted(queue, kind)
        flags = "IPC_NOWAIT | MSG_NOERROR" if cuts else "IPC_NOWAIT"
        call = f"A.msgrcv(q, {size}, {kind}, {flags})"
        if size < 0:
            lines.append(f"{call} -> EINVAL")
        elif at is None:
            lines.append(f"{call} -> ENOMSG")
        elif len(queue[at][1]) > size and not cuts:
            lines.append(f"{call} -> E2BIG")
        else:
            lines.append(f"{call} -> {queue.pop(at)[1][:size]!r}")
    return [*lines, STAT]


def with_looks(lines, first):
    """The same with a look at the header after each call from `first` on."""
    return [*lines[:first], *(one for line in lines[first:] for one in (line, STAT))][:30]


def break_msgrcv():
    mixed = [(kind, f"m{at}") for at, kind in enumerate((6, 2, 9, 2, 4, 1, 9))]
    down = [(kind, f"d{kind}") for kind in (5, 4, 3)]
    texts = [(1, ""), (2, "abc"), (2, "abcdef"), (3, "z")]
    predicted = [
        walk(
            mixed, [(9, 9, 0), (-5, 9, 0), (-5, 9, 0), (2, 9, 0), (0, 9, 0), (7, 9, 0), (9, 9, 0)]
        ),
        with_looks(walk(mixed, [(9, 9, 0), (9, 9, 0), (-9, 9, 0), (0, 9, 0), (0, 9, 0)]), 8),
        walk(
            down, [(-2, 9, 0), (-4, 9, 0), (3, 9, 0), (-4, 9, 0), (-4, 9, 0), (0, 9, 0), (0, 9, 0)]
        ),
        with_looks(walk(texts, [(2, 2, 0), (2, 2, 1), (0, -1, 0), (0, 0, 0), (0, 9000, 0)]), 5),
        walk(
            texts, [(3, 1, 0), (2, 3, 0), (-2, -1, 1), (2, 5, 0), (2, 6, 0), (0, 0, 0), (0, 0, 0)]
        ),
        walk([(65537, "far")], [(1, 9, 0), (-65536, 9, 0), (65537, 9, 0)]),
    ]
    emptied = [GET]
    for at in (1, 2, 3):
        emptied += [f"A.msgsnd(q, {at}, 'n{at}')", STAT, f"A.msgrcv(q, 9, -3) -> 'n{at}'", STAT]
    address = [GET, "A.msgsnd(q, 4, 'here')", "A.msgrcv(q, 9, 0, 0, None) -> EFAULT", STAT]
    sleepers = [GET, *(f"{who}.msgrcv(q, 9, {n}) -> sleeps" for who, n in zip("BCD", (3, -2, 5)))]
    sleepers += ["A.msgsnd(q, 4, 'w')", STAT, "A.msgsnd(q, 5, 'x') -> 0", "D -> 'x'", "B -> sleeps"]
    sleepers += ["A.msgsnd(q, 2, 'y')", "C -> 'y'", "A.msgsnd(q, 3, 'z')", "B -> 'z'", STAT]
    short = [GET, "B.msgrcv(q, 1, 0)", "A.msgsnd(q, 1, 'xy')", "B -> E2BIG", STAT]
    removed = [GET, "B.msgrcv(q, 9, 5)", "C.msgrcv(q, 9, 0)", "A.msgctl(q, IPC_RMID)", "B -> EIDRM"]
    caught = [GET, "B.signal('SIGUSR1', 'catch')", "B.msgrcv(q, 9, 0)", "A.kill(B.pid, 'SIGUSR1')",
              "B -> EINTR", "A.msgsnd(q, 1, 'x')", "B.msgrcv(q, 9, 1) -> 'x'"]  # fmt: skip
    full = [GET, "A.msgctl(q, IPC_SET, {'qbytes': 5})", "A.msgsnd(q, 1, 'abcde')"]
    full += [f"{who}.msgsnd(q, 1, '{who}') -> sleeps" for who in "BCD"]
    full += ["A.msgrcv(q, 9, 1) -> 'abcde'", "B -> 0", "C -> 0", "D -> 0", STAT]
    modes = {}
    for mode, said in (("0o640", "EACCES"), ("0o604", "2"), ("0o602", "EACCES")):
        calls = [f"q = A.msgget(1, IPC_CREAT | {mode})", "A.msgsnd(q, 1, 'xx')"]
        calls += [f"B.msgrcv(q, 9, 0, IPC_NOWAIT) -> {said}"]
        calls += ["A.msgsnd(q, 1, 'yy')", "R.msgrcv(q, 9, 0) -> 2"]
        modes[mode] = {"calls": calls, "uids": {"A": 1000, "B": 1001, "R": 0}}
    stranger = {"calls": ["q = A.msgget(1, IPC_CREAT | 0o600)", "A.msgsnd(q, 1, 'xx')",
                          "A.msgctl(q, IPC_SET, {'uid': 1001})", "B.msgrcv(q, 9, 0) -> 2",
                          "C.msgrcv(q, 9, 0) -> EACCES", "A.msgrcv(q, 9, 0, IPC_NOWAIT)"],
                "uids": {"A": 1000, "B": 1001, "C": 1002}}  # fmt: skip
    old = [GET, "A.msgctl(q, IPC_RMID)", "p = A.msgget(1, IPC_CREAT | 0o600)"]
    old += ["A.msgsnd(p, 1, 'x')", "A.msgrcv(q, 9, 0) -> EINVAL", "A.msgrcv(-1, 9, 0) -> EINVAL"]
    told = [emptied, address, sleepers, short, removed, caught, full, stranger, old]
    return [*predicted, *told, *modes.values()]
