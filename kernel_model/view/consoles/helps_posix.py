"""What the console says of POSIX queues and semaphores, mutexes and conditions."""

from __future__ import annotations

from typing import Any

CALLS = {
    "mq_open": "Opens a queue by its name, or makes it; gives a descriptor.",
    "mq_close": "Gives a descriptor up; the messages stay.",
    "mq_unlink": "Takes the name of a queue away; it goes when nobody has it open.",
    "mq_send": "Sends a message of a priority; sleeps while the queue is full.",
    "mq_receive": "Takes the oldest message of the highest priority; sleeps until there is one.",
    "mq_timedsend": "As mq_send, but sleeps no longer than so many milliseconds.",
    "mq_timedreceive": "As mq_receive, but sleeps no longer than so many milliseconds.",
    "mq_getattr": "How large a queue may be, and how many messages there are.",
    "mq_setattr": "Sets or clears O_NONBLOCK.",
    "mq_notify": "Asks to be told by a signal, once, when a message comes.",
    "sem_open": "Opens a semaphore by its name, or makes it; gives its address.",
    "sem_close": "Gives a semaphore with a name up.",
    "sem_unlink": "Takes the name of a semaphore away.",
    "sem_init": "Makes a semaphore at an address.",
    "sem_destroy": "Ends a semaphore that sem_init made.",
    "sem_wait": "Takes 1 from a semaphore; sleeps while it is 0.",
    "sem_trywait": "Takes 1 from a semaphore, or fails.",
    "sem_timedwait": "As sem_wait, but sleeps no longer than so many milliseconds.",
    "sem_post": "Adds 1 to a semaphore, and wakes a sleeper.",
    "sem_getvalue": "The value of a semaphore.",
    "pthread_mutex_init": "Makes a mutex at an address.",
    "pthread_mutex_lock": "Locks a mutex; sleeps while somebody has it.",
    "pthread_mutex_trylock": "Locks a mutex, or fails.",
    "pthread_mutex_unlock": "Unlocks a mutex, and wakes a sleeper.",
    "pthread_mutex_consistent": "Says that all is in order after an owner died.",
    "pthread_mutex_destroy": "Ends a mutex.",
    "pthread_cond_init": "Makes a condition at an address.",
    "pthread_cond_wait": "Unlocks the mutex and sleeps until it is signalled; locks it again.",
    "pthread_cond_signal": "Wakes one who waits for the condition.",
    "pthread_cond_broadcast": "Wakes all who wait for the condition.",
    "pthread_cond_destroy": "Ends a condition.",
}

MAKING = (
    ("O_CREAT", "make it if there is none", ""),
    ("O_EXCL", "with O_CREAT: fail if there is one", ""),
)
FLAGS = {
    "mq_open": (
        ("O_RDWR", "to receive and to send", ""),
        ("O_WRONLY", "only to send", ""),
        *MAKING,
        ("O_NONBLOCK", "fail rather than sleep", ""),
    ),
    "mq_setattr": (("O_NONBLOCK", "fail rather than sleep", ""),),
    "sem_open": MAKING,
}

CHOICES = {
    "kind": (
        ("PTHREAD_MUTEX_NORMAL", "", ""),
        ("PTHREAD_MUTEX_RECURSIVE", "its owner may lock it again", ""),
        ("PTHREAD_MUTEX_ERRORCHECK", "fails rather than go wrong", ""),
    ),
    "robust": (
        ("PTHREAD_MUTEX_STALLED", "stays locked when its owner dies", ""),
        ("PTHREAD_MUTEX_ROBUST", "the next one is told", ""),
    ),
    "pshared": (
        ("PTHREAD_PROCESS_SHARED", "for several processes", ""),
        ("PTHREAD_PROCESS_PRIVATE", "for one", ""),
    ),
}

FIELDS: dict[tuple[str, str], dict[str, Any]] = {
    ("", "mqd"): {"kind": "id", "label": "queue", "help": "a descriptor that mq_open gave"},
    ("mq_open", "path"): {"kind": "text", "label": "name", "value": "/jobs"},
    ("mq_unlink", "path"): {"kind": "text", "label": "name", "value": "/jobs"},
    ("mq_open", "flags"): {"kind": "flags", "value": ["O_RDWR", "O_CREAT"]},
    ("mq_open", "mode"): {"kind": "mode", "value": "0600", "label": "permissions"},
    ("mq_open", "attr"): {"kind": "json", "label": "size", "help": "messages, and bytes in each",
                          "value": '{"maxmsg": 3, "msgsize": 100}'},
    ("mq_send", "text"): {"kind": "text", "value": "hello"},
    ("mq_timedsend", "text"): {"kind": "text", "value": "hello"},
    ("", "prio"): {"value": "1", "label": "priority", "help": "higher ones are received first"},
    ("mq_send", "size"): {"help": "in bytes; empty: the whole text"},
    ("mq_receive", "size"): {"value": "100", "help": "of the buffer, in bytes"},
    ("mq_timedreceive", "size"): {"value": "100", "help": "of the buffer, in bytes"},
    ("mq_receive", "null"): {"kind": "bad", "label": "bad address", "help": "no buffer"},
    ("mq_notify", "option"): {"kind": "json", "label": "signal", "value": '"SIGUSR1"',
                              "help": '0: no signal; null: no longer'},
    ("", "ms"): {"value": "100", "label": "milliseconds"},
    ("sem_open", "path"): {"kind": "text", "label": "name", "value": "/tokens"},
    ("sem_unlink", "path"): {"kind": "text", "label": "name", "value": "/tokens"},
    ("sem_open", "flags"): {"kind": "flags", "value": ["O_CREAT"]},
    ("sem_open", "mode"): {"kind": "mode", "value": "0600", "label": "permissions"},
    ("sem_open", "value"): {"value": "1"},
    ("sem_init", "value"): {"value": "1"},
    ("", "mutex"): {"kind": "addr"},
    ("sem_init", "pshared"): {"value": "1", "help": "0: for one process"},
    ("", "kind"): {"kind": "choice", "value": "PTHREAD_MUTEX_NORMAL"},
    ("", "robust"): {"kind": "choice", "value": "PTHREAD_MUTEX_STALLED"},
    ("", "pshared"): {"kind": "choice", "label": "shared", "value": "PTHREAD_PROCESS_SHARED"},
}  # fmt: skip
