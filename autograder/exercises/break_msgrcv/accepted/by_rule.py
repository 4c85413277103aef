"""A list of scenarios for each rule."""

GET = "q = A.msgget(1, IPC_CREAT | 0o600)"
LOOK = "A.msgctl(q, IPC_STAT)"

SELECTION = [
    [
        GET,
        "A.msgsnd(q, 5, 'one')",
        "A.msgsnd(q, 2, 'two')",
        "A.msgsnd(q, 2, 'three')",
        "A.msgsnd(q, 7, 'four')",
        "A.msgrcv(q, 100, 2) -> 'two'",
        "A.msgrcv(q, 100, -6) -> 'three'",
        LOOK,
        "A.msgrcv(q, 100, 0) -> 'one'",
        "A.msgrcv(q, 100, 9, IPC_NOWAIT) -> ENOMSG",
        "A.msgsnd(q, 1, 'five')",
        "A.msgrcv(q, 100, 0) -> 'four'",
        "A.msgrcv(q, 100, 0) -> 'five'",
        "A.msgrcv(q, 100, 0, IPC_NOWAIT) -> ENOMSG",
        LOOK,
    ],
    [
        GET,
        "A.msgsnd(q, 3, 'a')",
        "A.msgsnd(q, 1, 'b')",
        "A.msgrcv(q, 100, 1) -> 'b'",
        "A.msgsnd(q, 2, 'c')",
        "A.msgrcv(q, 100, -3) -> 'c'",
        "A.msgrcv(q, 100, -2, IPC_NOWAIT) -> ENOMSG",
        "A.msgrcv(q, 100, -3) -> 'a'",
    ],
    [
        GET,
        "A.msgsnd(q, 2, 'same')",
        "A.msgsnd(q, 2, 'same')",
        "A.msgsnd(q, 70000, 'far')",
        "A.msgrcv(q, 10, 70000) -> 'far'",
        "A.msgrcv(q, 10, 2) -> 4",
        LOOK,
        "A.msgrcv(q, 10, -1, IPC_NOWAIT) -> ENOMSG",
    ],
]

SIZE = [
    [
        GET,
        "A.msgsnd(q, 1, 'hello')",
        "A.msgsnd(q, 2, 'x')",
        "A.msgrcv(q, 3, 0) -> E2BIG",
        LOOK,
        "A.msgrcv(q, 3, 0, MSG_NOERROR) -> 'hel'",
        LOOK,
        "A.msgrcv(q, 1, 0) -> 'x'",
        LOOK,
    ],
    [
        GET,
        "A.msgsnd(q, 1, '')",
        "A.msgsnd(q, 1, 'aaaa')",
        "A.msgrcv(q, -1, 0) -> EINVAL",
        "A.msgrcv(q, 0, 0) -> 0",
        "A.msgrcv(q, 0, 0) -> E2BIG",
        "A.msgrcv(q, 9000, 0, MSG_NOERROR) -> 4",
    ],
    [
        GET,
        "A.msgrcv(q, -1, 0, IPC_NOWAIT) -> EINVAL",
        "A.msgsnd(q, 1, 'long')",
        "A.msgsnd(q, 1, 's')",
        "A.msgrcv(q, 2, 1) -> E2BIG",
        "A.msgrcv(q, 0, 0, MSG_NOERROR) -> 0",
        "A.msgrcv(q, 1, 0) -> 's'",
    ],
]

SLEEP = [
    [
        GET,
        "B.msgrcv(q, 10, 2) -> sleeps",
        "C.msgrcv(q, 10, 1) -> sleeps",
        "A.msgsnd(q, 1, 'a') -> 0",
        "C -> 'a'",
        "B -> sleeps",
        "A.msgsnd(q, 3, 'c')",
        "A.msgsnd(q, 2, 'b')",
        "B -> 'b'",
        LOOK,
    ],
    [GET, "B.msgrcv(q, 10, 2) -> sleeps", "A.msgctl(q, IPC_RMID)", "B -> EIDRM"],
    [
        GET,
        "A.msgctl(q, IPC_SET, {'qbytes': 4})",
        "A.msgsnd(q, 1, 'aaaa')",
        "B.msgsnd(q, 1, 'bb') -> sleeps",
        "C.msgsnd(q, 1, 'bb') -> sleeps",
        "A.msgrcv(q, 10, 0)",
        "B -> 0",
        "C -> 0",
        LOOK,
    ],
    [
        GET,
        "B.signal('SIGUSR1', 'catch')",
        "B.msgrcv(q, 10, 0) -> sleeps",
        "A.kill(B.pid, 'SIGUSR1')",
        "B -> EINTR",
        "A.msgsnd(q, 1, 'a')",
        "B.msgrcv(q, 10, 0) -> 'a'",
        "B.msgrcv(q, 10, 0) -> sleeps",
    ],
    [
        GET,
        "B.msgrcv(q, 2, 0) -> sleeps",
        "A.msgsnd(q, 1, 'long')",
        "B -> E2BIG",
        LOOK,
        "A.msgrcv(q, 9, 0) -> 'long'",
        "B.msgrcv(q, 2, 0, MSG_NOERROR) -> sleeps",
        "A.msgsnd(q, 1, 'long')",
        "B -> 'lo'",
        LOOK,
    ],
    [
        GET,
        "B.msgrcv(q, 9, -5) -> sleeps",
        "A.msgsnd(q, 6, 'no')",
        "B -> sleeps",
        "A.msgsnd(q, 5, 'yes')",
        "B -> 'yes'",
        LOOK,
    ],
    {
        "calls": [
            GET,
            "p = A.msgget(2, IPC_CREAT | 0o600)",
            "A.msgsnd(q, 1, '1234')",
            "B.msgsnd(p, 1, '12') -> sleeps",
            "A.msgrcv(q, 10, 0) -> 4",
            "B -> 0",
        ],
        "limits": {"MSGSEG": 1, "MSGSSZ": 4},
    },
    [
        GET,
        "A.msgctl(q, IPC_SET, {'qbytes': 8})",
        "A.msgsnd(q, 1, '1234')",
        "A.msgsnd(q, 1, '1234')",
        "B.msgsnd(q, 1, '12') -> sleeps",
        "A.msgrcv(q, 1, 0, MSG_NOERROR) -> '1'",
        "B -> 0",
    ],
]

PERMISSION = [
    {
        "calls": [
            "q = A.msgget(1, IPC_CREAT | 0o604)",
            "A.msgsnd(q, 1, 'aaaa')",
            "B.msgrcv(q, 10, 0) -> 4",
            "A.msgctl(q, IPC_SET, {'mode': 416})",
            "A.msgsnd(q, 1, 'bbbb')",
            "B.msgrcv(q, 10, 0) -> EACCES",
            "B.msgrcv(q, 10, 7) -> EACCES",
        ],
        "uids": {"A": 0, "B": 1000},
    },
    {
        "calls": [
            "q = A.msgget(1, IPC_CREAT | 0o200)",
            "A.msgsnd(q, 1, 'aaaa')",
            "A.msgrcv(q, 10, 0, IPC_NOWAIT) -> EACCES",
            "R.msgrcv(q, 10, 0) -> 4",
        ],
        "uids": {"A": 1000, "R": 0},
    },
    {
        "calls": [
            "q = A.msgget(1, IPC_CREAT | 0o644)",
            "A.msgctl(q, IPC_SET, {'uid': 1001, 'mode': 384})",
            "A.msgsnd(q, 1, 'a')",
            "A.msgsnd(q, 1, 'b')",
            "A.msgrcv(q, 10, 0) -> 'a'",
            "B.msgrcv(q, 10, 0) -> 'b'",
            "C.msgrcv(q, 10, 0) -> EACCES",
        ],
        "uids": {"A": 1000, "B": 1001, "C": 1002},
    },
    [
        GET,
        "A.msgctl(q, IPC_RMID)",
        "p = A.msgget(1, IPC_CREAT | 0o600)",
        "A.msgsnd(p, 1, 'x')",
        "A.msgrcv(q, 10, 0) -> EINVAL",
        "A.msgrcv(7, 10, 0) -> EINVAL",
        "A.msgrcv(-1, 10, 0) -> EINVAL",
    ],
]

BOOKKEEPING = [
    [
        GET,
        "A.msgsnd(q, 1, 'aaaa')",
        "A.msgrcv(q, 4, 0, MSG_NOERROR, None) -> EFAULT",
        LOOK,
        "B.msgrcv(q, 4, 0) -> 'aaaa'",
        LOOK,
    ],
    [GET, "B.msgrcv(q, 4, 0) -> sleeps", "A.msgsnd(q, 1, 'a')", LOOK],
]


def break_msgrcv():
    return [*SELECTION, *SIZE, *SLEEP, *PERMISSION, *BOOKKEEPING]
