"""Never calls what is to be broken."""


def break_msgrcv():
    calls = [
        "q = A.msgget(1, IPC_CREAT | 0o600)",
        "A.msgsnd(q, 1, 'a') -> 0",
        "A.msgctl(q, IPC_STAT)",
    ]
    return [calls]
