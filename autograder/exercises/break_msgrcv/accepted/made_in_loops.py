"""Scenarios made in loops: every type asked of a full queue, every size of one message."""

GET = "q = A.msgget(1, IPC_CREAT | 0o600)"
LOOK = "A.msgctl(q, IPC_STAT)"


def sends(*types):
    return [f"A.msgsnd(q, {n}, '{'abcdefgh'[:n]}')" for n in types]


def asked(mtype, *order):
    """One receive of a full queue, then everything that is left, then one more round."""
    rest = ["A.msgrcv(q, 20, 0, IPC_NOWAIT)"] * 5
    return [GET, *sends(*order), f"A.msgrcv(q, 20, {mtype}, IPC_NOWAIT)", LOOK, *rest,
            LOOK, *sends(1), "A.msgrcv(q, 20, 0)", LOOK]  # fmt: skip


def sized(flags):
    """Every size for one message."""
    some = [f"A.msgrcv(q, {size}, 0, {flags})" for size in (-1, 0, 3, 4, 20)]
    return [GET, *sends(4, 4, 4, 1), *some, LOOK]


def woken_by(call, *after):
    """Two sleepers with different wishes, and a call."""
    return [GET, "B.signal('SIGUSR2', 'catch')", "B.msgrcv(q, 2, 2)", "C.msgrcv(q, 2, 3, MSG_NOERROR)",
            call, LOOK, *after]  # fmt: skip


def read_with(mode):
    """Five processes of every class read a queue that has this mode."""
    calls = ["q = R.msgget(1, IPC_CREAT | 0o600)", *["R.msgsnd(q, 1, 'x')"] * 6]
    calls.append(f"R.msgctl(q, IPC_SET, {{'uid': 1, 'gid': 11, 'mode': {mode}}})")
    calls += [f"{name}.msgrcv(q, 1, 0, IPC_NOWAIT)" for name in "ABCDR"]
    return {"calls": calls, "uids": {"A": 1, "B": 11, "C": 3, "D": 0, "R": 0}}


def break_msgrcv():
    scenarios = [asked(mtype, 5, 3, 2, 2) for mtype in (0, 2, 4, -4, -1)]
    scenarios += [asked(-4, 3, 2, 5, 2), asked(5, 2, 5, 5, 3)]
    scenarios += [sized(0), sized("MSG_NOERROR")]
    scenarios += [woken_by("A.msgsnd(q, 3, 'long')", "A.msgsnd(q, 2, 'two')", LOOK)]
    scenarios += [woken_by("A.msgctl(q, IPC_RMID)"), woken_by("A.kill(B.pid, 'SIGUSR2')")]
    scenarios += [
        woken_by("A.msgsnd(q, 2, 'b')", "A.msgsnd(q, 2, 'c')", "A.msgrcv(q, 9, 0, IPC_NOWAIT)")
    ]
    scenarios += [read_with(0o400), read_with(0o040), read_with(0o004), read_with(0o222)]
    full = [GET, "A.msgctl(q, IPC_SET, {'qbytes': 6})", *sends(3, 3), "B.msgsnd(q, 1, 'b')"]
    scenarios += [[*full, "C.msgsnd(q, 1, 'cc')", "A.msgrcv(q, 1, 0, MSG_NOERROR)", LOOK]]
    scenarios += [[*full, "A.msgrcv(q, 9, 0, 0, None)", LOOK, "A.msgrcv(q, 9, 0)", LOOK]]
    scenarios += [[GET, "A.msgctl(q, IPC_RMID)", "p = A.msgget(1, IPC_CREAT | 0o600)",
                   "A.msgsnd(p, 1, 'x')", "A.msgrcv(q, 9, 0)"]]  # fmt: skip
    return scenarios
