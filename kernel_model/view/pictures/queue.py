"""A message queue: its header, the linked list of messages, how full it is, who waits."""

from __future__ import annotations

from kernel_model.view.pictures.svg import (
    WIDTH,
    Picture,
    arrow,
    cell,
    group,
    path,
    rect,
    shortened,
    text,
    tokens,
)
from kernel_model.view.pictures.words import (
    View,
    is_broken,
    key_words,
    message_key,
    mode_words,
    name_of,
    number,
    queue_at,
    real_messages,
    sleepers_on,
)

TOP, HEADER = 34, 136  # where header and list begin; width of the header
BOX, GAP, TALL = 90, 16, 88  # a message
MOST = 4  # messages that have room in one row
FOOT = TOP + 140  # below header and list
FIELDS = ("first", "last", "qnum", "cbytes")


def queue(view: View, slot: int = 0) -> Picture:
    """The queue in a slot of the table: what the book draws as header, list and texts."""
    title, q = f"Message queue {slot}", queue_at(view, slot)
    if q is None:
        body = text(0, 16, title, "head") + rect(0, TOP, WIDTH, 150, "open")
        body += text(WIDTH / 2, TOP + 80, "no queue here", "label middle")
        return Picture(title, "The slot is free.", FOOT + 58, group(body, link=f"queue:{slot}"))
    told = f"key {key_words(q['key'])} · descriptor {q['msqid']} · {mode_words(q['mode'])}"
    link = f"queue:{slot}"
    body = group(text(0, 16, title, "head") + text(WIDTH, 16, told, "label end"), link=link)
    waiting, height = _waiting(view, slot)
    body += _header(q) + _list(q) + _fill(view, q) + waiting
    return Picture(title, _words(view, q), height, body)


def _header(q: View) -> str:
    name, broken = f"queue:{q['slot']}", any(map(is_broken, q["messages"]))
    box = rect(0, TOP, HEADER, 4 * 30 + 8, "box")
    for place, field in enumerate(FIELDS):
        y = TOP + 26 + 30 * place
        box += text(12, y, field, "mono")
        if field in ("first", "last"):
            some = bool(real_messages(q)) or (field == "last" and broken)
            box += (
                f'<circle class="dot" cx="{HEADER - 18}" cy="{y - 5}" r="5"/>'
                if some
                else path(f"M{HEADER - 26} {y + 2}l14-14", "wire")
            )
        else:
            box += cell(HEADER - 12, y, 62, q[field], f"{name}.{field}", "mono strong end")
    return group(box, key=name, link=name)


def _list(q: View) -> str:
    """The messages with their pointers; of many the first ones, how many more, and the last."""
    messages, slot = real_messages(q), q["slot"]
    broken = len(messages) < len(q["messages"])
    keys = [message_key(slot, place, message) for place, message in enumerate(messages)]
    hidden = max(len(messages) - MOST, 0)
    shown = list(enumerate(zip(keys, messages, strict=True)))
    if hidden:
        shown = [*shown[: MOST - 2], (MOST - 1, shown[-1][1])]
    drawn, y = "", TOP + 20.0
    for place, (key, message) in shown:
        x = HEADER + GAP + place * (BOX + GAP)
        drawn += _pointer(place, x, y) + _message(message, key, slot, x, TOP)
    if hidden:
        x = HEADER + GAP + (MOST - 2) * (BOX + GAP)
        drawn += _pointer(MOST - 2, x, y) + rect(x, TOP, BOX, TALL, "open")
        drawn += text(x + BOX / 2, TOP + 42, f"{hidden + 1} more", "strong middle")
        drawn += text(x + BOX / 2, TOP + 64, "messages", "label middle")
    if shown and not broken:
        drawn += _last(HEADER + GAP + shown[-1][0] * (BOX + GAP) + BOX / 2)
    elif broken:
        drawn += path(f"M{HEADER - 18} {TOP + 51}H{HEADER + 12}", "wire lost")
        drawn += text(HEADER + 18, TOP + 124, "last points elsewhere for a moment", "label")
        drawn += path(f"M{HEADER + 12} {TOP + 51}V{TOP + 119}", "wire lost")
    if not messages:
        drawn += text(HEADER + GAP + 10, TOP + 52, "the list is empty", "label")
    return drawn


def _pointer(place: int, x: float, y: float) -> str:
    """From the header or the message before to the one whose box begins at x."""
    start = HEADER - 18 if place == 0 else x - GAP
    return path(f"M{start:g} {y + 1:g}H{x - 6:g}", "wire") + arrow(x - 1, y + 1)


def _last(x: float) -> str:
    """The pointer from the header to the last message, below the boxes."""
    y = TOP + TALL
    way = f"M{HEADER - 18} {TOP + 51}H{HEADER + 12}V{y + 22}H{x:g}V{y + 7}"
    return path(way, "wire") + arrow(x, y + 1, -90)


def _message(message: View, key: str, slot: int, x: float, y: float) -> str:
    words = message["text"]
    kind = f"type {message['mtype']}"
    kind = kind if len(kind) <= 8 else shortened(message["mtype"], 8)
    box = rect(x, y, BOX, TALL) + text(x + 8, y + 24, kind, "strong")
    box += text(x + 8, y + 50, shortened(f"“{_plain(words)}”", 8), "mono")
    bytes_ = "1 byte" if message["size"] == 1 else f"{message['size']} bytes"
    box += text(x + 8, y + 75, bytes_, "label")
    return group(box, "msg", key=key, link=f"{key} queue:{slot}", home="actor")


def _plain(words: str) -> str:
    return "".join(letter if letter.isprintable() else "·" for letter in words)


def _fill(view: View, q: View) -> str:
    """How full the queue is, and who used it last."""
    name = f"queue:{q['slot']}"
    part = min(number(q["cbytes"]) / max(number(q["qbytes"]), 1), 1)
    bar = rect(0, FOOT + 6, HEADER, 14, "free", 4)
    if part > 0:
        bar += rect(0, FOOT + 6, max(HEADER * part, 4), 14, "full", 4)
    x = HEADER + GAP
    bar += text(x, FOOT + 18, f"{q['cbytes']} of", "mono")
    bar += cell(x + 9 * len(f"{q['cbytes']} of "), FOOT + 18, 110, f"{q['qbytes']} bytes",
                f"{name}.qbytes")  # fmt: skip
    for at, what, pid, time in ((0, "sent", "lspid", "stime"), (280, "received", "lrpid", "rtime")):
        told = f"last {what} by {name_of(view, q[pid])}"
        told += f" at {q[time]}" if q[time] else ""
        bar += cell(at, FOOT + 48, 280, shortened(told, 36), f"{name}.{what}", "label")
    return group(bar, link=name)


def _waiting(view: View, slot: int) -> tuple[str, float]:
    """Who sleeps until a message comes, and until there is room; and where that ends."""
    drawn, y = "", FOOT + 58
    for what, words in (("arrival", "wait for a message"), ("space", "wait for room")):
        names = sleepers_on(view, f"msgque[{slot}].{what}")
        if names:
            drawn += text(0, y + 20, words, "label")
            drawn += tokens(HEADER + GAP, y, names, "sleep", "wait", WIDTH - HEADER - GAP)
            y += 38
    return drawn, y


def _words(view: View, q: View) -> str:
    messages = [f"type {m['mtype']} “{_plain(m['text'])}”" for m in real_messages(q)]
    said = f"{q['qnum']} messages: {', '.join(messages)}" if messages else "the list is empty"
    if len(messages) < len(q["messages"]):
        said += "; last does not point to the last message"
    return (
        f"Key {key_words(q['key'])}, descriptor {q['msqid']}; {said}; {q['cbytes']} of "
        f"{q['qbytes']} bytes; last sender {name_of(view, q['lspid'])}, "
        f"last receiver {name_of(view, q['lrpid'])}."
    )
