"""Claims what no right kernel does."""

GET = "q = A.msgget(1, IPC_CREAT | 0o600)"


def break_msgrcv():
    return [
        [GET, "A.msgsnd(q, 5, 'a')", "A.msgrcv(q, 10, -3, IPC_NOWAIT) -> 1"],
        [GET, "B.msgrcv(q, 10, 0) -> ENOMSG"],
        [GET, "B.msgrcv(q, 10, 0)", "A.msgctl(q, IPC_RMID)", "B -> EINVAL"],
        [GET, "A.msgsnd(q, 5, 'hello')", "A.msgrcv(q, 3, 0, MSG_NOERROR) -> 'hello'"],
    ]
