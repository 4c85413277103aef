"""Lets a process that sleeps make a call."""


def break_msgrcv():
    return [["q = A.msgget(1, IPC_CREAT | 0o600)", "A.msgrcv(q, 10, 0)", "A.msgsnd(q, 1, 'a')"]]
