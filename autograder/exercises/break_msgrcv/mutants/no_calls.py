"""Gives lines that are no calls."""


def break_msgrcv():
    return [["send a message", "receive it"], ["A.msgsnd(q, 1 'a')"], ["msgrcv(0, 1, 0)"]]
