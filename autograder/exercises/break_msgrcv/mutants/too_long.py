"""Gives scenarios that are longer than any that shows something."""


def break_msgrcv():
    many = [f"A.msgsnd(q, {n}, 'a')" for n in range(1, 1000)]
    return [
        ["q = A.msgget(1, IPC_CREAT | 0o600)", *many],
        [f"A.msgsnd(0, 1, '{'a' * 1000}')"],
        ["A.msgsnd(0, 1, {'rep': 'a', 'n': 1000000000})"],
    ]
