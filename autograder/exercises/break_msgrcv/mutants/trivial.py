"""Gives one scenario in which nothing goes wrong on most wrong kernels."""


def break_msgrcv():
    return [["q = A.msgget(1, IPC_CREAT | 0o600)", "A.msgsnd(q, 1, 'a')", "A.msgrcv(q, 1, 0) -> 1"]]
