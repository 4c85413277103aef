"""One function, the scenarios as lines of text."""


def break_msgrcv():
    # fmt: off
    get, look = "q = A.msgget(1, IPC_CREAT | 0o600)", "A.msgctl(q, IPC_STAT)"
    a, b, c, d = (f"A.msgsnd(q, {n}, 'type {n}')" for n in (5, 2, 7, 1))
    choose = [get, a, b, b, c, d, "A.msgrcv(q, 9, 2)", "A.msgrcv(q, 9, -6)", look,
              "A.msgrcv(q, 9, -5)", "A.msgrcv(q, 9, 0)", "A.msgrcv(q, 9, 9, IPC_NOWAIT) -> ENOMSG",
              look, d, "A.msgrcv(q, 9, 0)", "A.msgrcv(q, 9, 0)", look]
    unlink = [get, a, d, "A.msgrcv(q, 9, 1)", b, "A.msgrcv(q, 9, -5)", "A.msgrcv(q, 9, 0)", look,
              "A.msgsnd(q, 70000, 'far')", "A.msgrcv(q, 9, -1, IPC_NOWAIT) -> ENOMSG",
              "A.msgrcv(q, 9, 70000) -> 'far'"]
    fit = [get, "A.msgsnd(q, 1, 'hello')", "A.msgsnd(q, 2, 'x')", "A.msgrcv(q, 3, 0) -> E2BIG",
           look, "A.msgrcv(q, 3, 0, MSG_NOERROR) -> 'hel'", look, "A.msgrcv(q, 1, 0) -> 'x'"]
    sizes = [get, "A.msgsnd(q, 1, '')", "A.msgsnd(q, 1, 'ab')", "A.msgrcv(q, -1, 0) -> EINVAL",
             "A.msgrcv(q, 0, 0) -> 0", "A.msgrcv(q, 0, 0) -> E2BIG", "A.msgrcv(q, 9000, 0) -> 2"]
    address = [get, a, "A.msgrcv(q, 9, 0, 0, None) -> EFAULT", look, "B.msgrcv(q, 9, 0)", look]
    wait = [get, "B.msgrcv(q, 9, 2) -> sleeps", "C.msgrcv(q, 9, -1) -> sleeps", d, "C -> 'type 1'",
            "B -> sleeps", a, b, "B -> 'type 2'", look]
    gone = [get, "B.msgrcv(q, 9, 2) -> sleeps", "A.msgctl(q, IPC_RMID)", "B -> EIDRM"]
    signal = [get, "B.signal('SIGUSR1', 'catch')", "B.msgrcv(q, 9, 0)", "A.kill(B.pid, 'SIGUSR1')",
              "B -> EINTR", d, "B.msgrcv(q, 9, 0) -> 'type 1'", "B.msgrcv(q, 9, 0) -> sleeps"]
    too_long = [get, "B.msgrcv(q, 2, 0)", a, "B -> E2BIG", look, "A.msgrcv(q, 9, 0)",
                "B.msgrcv(q, 2, 0, MSG_NOERROR)", a, "B -> 'ty'", look]
    room = [get, "A.msgctl(q, IPC_SET, {'qbytes': 4})", "A.msgsnd(q, 1, 'four')",
            "B.msgsnd(q, 1, 'xx') -> sleeps", "C.msgsnd(q, 1, 'yy') -> sleeps",
            "A.msgrcv(q, 1, 0, MSG_NOERROR) -> 'f'", "B -> 0", "C -> 0", look]
    others = {"calls": ["q = A.msgget(1, IPC_CREAT | 0o604)", d, d, "B.msgrcv(q, 9, 0) -> 6",
                        "A.msgctl(q, IPC_SET, {'mode': 416})", "B.msgrcv(q, 9, 0) -> EACCES",
                        "B.msgrcv(q, 9, 3) -> EACCES", "R.msgrcv(q, 9, 0) -> 6"],
              "uids": {"A": 1000, "B": 1001, "R": 0}}
    owners = {"calls": ["q = A.msgget(1, IPC_CREAT | 0o600)", d, d,
                        "A.msgctl(q, IPC_SET, {'uid': 1001})", "A.msgrcv(q, 9, 0) -> 6",
                        "B.msgrcv(q, 9, 0) -> 6", "C.msgrcv(q, 9, 0) -> EACCES"],
              "uids": {"A": 1000, "B": 1001, "C": 1002}}
    writer = {"calls": ["q = A.msgget(1, IPC_CREAT | 0o240)", d, "A.msgrcv(q, 9, 0) -> EACCES",
                        "R.msgrcv(q, 9, 0) -> 6"], "uids": {"A": 1000, "R": 0}}
    stale = [get, "A.msgctl(q, IPC_RMID)", "p = A.msgget(1, IPC_CREAT | 0o600)",
             "A.msgsnd(p, 1, 'x')", "A.msgrcv(q, 9, 0) -> EINVAL", "A.msgrcv(7, 9, 0) -> EINVAL"]
    return [choose, unlink, fit, sizes, address, wait, gone, signal, too_long, room, others,
            owners, writer, stale]
