"""The map of mechanisms: what processes can communicate by, and which lecture tells of it."""

from __future__ import annotations

from kernel_model.view.pictures.svg import WIDTH, Picture, group, listed, rect, text

Mechanism = tuple[str, str, int]  # its name, what it carries, the lecture

HIGHER: list[Mechanism] = [
    ("monitors", "one inside at a time", 16),
    ("procedure calls", "here or far away", 1),
    ("tracing", "a child's words", 10),
]
MESSAGES: list[Mechanism] = [
    ("signals", "a number", 9),
    ("pipes", "bytes, one way", 2),
    ("message queues", "typed messages", 4),
    ("sockets", "between machines", 11),
]
MEMORY: list[Mechanism] = [
    ("shared memory", "whatever is there", 6),
    ("mapped files", "and stays", 6),
]
WAITING: list[Mechanism] = [
    ("semaphores", "permission to go on", 7),
    ("mutexes", "with conditions", 8),
    ("locks", "of processors", 14),
]
TALL, GAP = 62, 10


def mechanisms() -> Picture:
    """Message-based and memory-based ones side by side, what rests on them above, waiting below."""
    title = "Mechanisms of interprocess communication"
    body = text(0, 16, title, "head")
    right = 384  # where the memory-based ones begin
    body += _row("higher-level semantics", HIGHER, 0, 32, WIDTH, 3)
    body += _row("message-based", MESSAGES, 0, 142, right - 24, 2)
    body += _row("memory-based", MEMORY, right, 142, WIDTH - right, 1)
    body += _row("synchronisation", WAITING, 0, 324, WIDTH, 3)
    kinds = {
        "higher-level semantics": HIGHER,
        "message-based": MESSAGES,
        "memory-based": MEMORY,
        "synchronisation": WAITING,
    }
    told = [
        f"{kind}: {listed([f'{name} ({carries}; lecture {n})' for name, carries, n in several])}"
        for kind, several in kinds.items()
    ]
    return Picture(title, "; ".join(told) + ".", 424, body)


def _row(kind: str, several: list[Mechanism], x: float, y: float, wide: float, across: int) -> str:
    """A kind with its mechanisms in boxes."""
    drawn = text(x, y + 16, kind, "label")
    box = (wide - GAP * (across - 1)) / across
    for place, (name, carries, lecture) in enumerate(several):
        left, top = x + place % across * (box + GAP), y + 26 + place // across * (TALL + GAP)
        shape = rect(left, top, box, TALL, "held" if kind == "memory-based" else "box")
        shape += text(left + 9, top + 25, name, "strong")
        shape += text(left + 9, top + 48, carries, "label")
        shape += text(left + box - 8, top + 48, lecture, "label end")
        drawn += group(shape, key=f"mechanism:{name}")
    return drawn
