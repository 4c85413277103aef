"""A message queue of POSIX: its messages by priority, who waits, and who is to be told."""

from __future__ import annotations

from collections import Counter

from kernel_model.constants import SIGNAL_NAMES
from kernel_model.view.pictures.svg import (
    WIDTH,
    Picture,
    arrow,
    cell,
    group,
    listed,
    path,
    rect,
    shortened,
    text,
    tokens,
)
from kernel_model.view.pictures.words import View, mode_words

TOP, HEADER = 34, 136  # where header and list begin; width of the header
BOX, GAP, TALL = 90, 16, 88  # a message
MOST = 4  # messages that have room in one row
FOOT = TOP + 140  # below header and list
FIELDS = {"maxmsg": "at most", "msgsize": "bytes", "curmsgs": "now"}


def posix_queue(view: View, number: int | None = None) -> Picture:
    """The queue whose inode has this number, or the first: a list with the best message first."""
    found = [one for one in view.get("mqueues", []) if number in (None, one["number"])]
    if not found:
        title = "POSIX queue"
        body = text(0, 16, title, "head") + rect(0, TOP, WIDTH, 130, "open")
        body += text(WIDTH / 2, TOP + 70, "no queue here", "label middle")
        return Picture(title, "There is no such queue.", FOOT, body)
    q = found[0]
    title, link = f"POSIX queue {shortened(q['name'], 24)}", f"mq:{q['number']}"
    told = mode_words(q["mode"]) if q["linked"] else "has no name any more"
    many = "1 opening" if q["opens"] == 1 else f"{q['opens']} openings"
    head = text(0, 16, title, "head") + text(WIDTH, 16, f"{told} · {many}", "label end")
    waiting, height = _waiting(q)
    body = group(head, link=link) + _header(q) + _list(q) + _notify(q) + waiting
    return Picture(title, _words(q), height, body)


def _header(q: View) -> str:
    name = f"mq:{q['number']}"
    box = rect(0, TOP, HEADER, 4 * 30 + 8, "box") + text(12, TOP + 26, "first", "mono")
    if q["messages"]:
        box += f'<circle class="dot" cx="{HEADER - 18}" cy="{TOP + 21}" r="5"/>'
    else:
        box += path(f"M{HEADER - 26} {TOP + 28}l14-14", "wire")
    for place, field in enumerate(FIELDS, 1):
        y = TOP + 26 + 30 * place
        value = len(q["messages"]) if field == "curmsgs" else q[field]
        box += text(12, y, field, "mono")
        box += cell(HEADER - 12, y, 56, value, f"{name}.{field}", "mono strong end")
    return group(box, key=name, link=name)


def _list(q: View) -> str:
    """The messages with their pointers; of many the first ones, how many more, and the last."""
    keys = message_keys(q)
    shown = list(enumerate(zip(keys, q["messages"], strict=True)))
    hidden = max(len(shown) - MOST, 0)
    if hidden:
        shown = [*shown[: MOST - 2], (MOST - 1, shown[-1][1])]
    drawn = ""
    for place, (key, message) in shown:
        drawn += _pointer(place) + _message(message, key, q, HEADER + GAP + place * (BOX + GAP))
    if hidden:
        x = HEADER + GAP + (MOST - 2) * (BOX + GAP)
        drawn += _pointer(MOST - 2) + rect(x, TOP, BOX, TALL, "open")
        drawn += text(x + BOX / 2, TOP + 42, f"{hidden + 1} more", "strong middle")
        drawn += text(x + BOX / 2, TOP + 64, "messages", "label middle")
    if not shown:
        return drawn + text(HEADER + GAP + 10, TOP + 52, "the list is empty", "label")
    y = TOP + TALL + 24
    drawn += text(HEADER + GAP, y, "highest priority first, of equal ones the oldest", "label")
    return drawn


def message_keys(q: View) -> list[str]:
    """A name for each message, which it keeps while others come and go."""
    seen: Counter[tuple[int, str]] = Counter()
    names = []
    for one in q["messages"]:
        what = one["prio"], one["text"]
        names.append(f"mqmsg:{q['number']}.{what[0]}.{what[1]}.{seen[what]}")
        seen[what] += 1
    return names


def _pointer(place: int) -> str:
    """From the header or the message before to the next box."""
    x = HEADER + GAP + place * (BOX + GAP)
    start = HEADER - 18 if place == 0 else x - GAP
    return path(f"M{start:g} {TOP + 21}H{x - 6:g}", "wire") + arrow(x - 1, TOP + 21)


def _message(message: View, key: str, q: View, x: float) -> str:
    box = rect(x, TOP, BOX, TALL) + text(x + 8, TOP + 24, f"prio {message['prio']}", "strong")
    box += text(x + 8, TOP + 50, shortened(f"“{_plain(message['text'])}”", 8), "mono")
    size = "1 byte" if message["size"] == 1 else f"{message['size']} bytes"
    box += text(x + 8, TOP + 75, size, "label")
    return group(box, "msg", key=key, link=f"{key} mq:{q['number']}", home="actor")


def _plain(words: str) -> str:
    return "".join(letter if letter.isprintable() else "·" for letter in words)


def _notify(q: View) -> str:
    """Who is to be told of a message for the empty queue."""
    told = "nobody is to be told" if q["notify"] is None else notify_words(q["notify"])
    return cell(0, FOOT + 14, WIDTH, told, f"mq:{q['number']}.notify", "label")


def notify_words(notify: View) -> str:
    """A request to be told."""
    sig = notify["sig"]
    how = f"by {SIGNAL_NAMES.get(sig, f'signal {sig}')}" if sig else "without a signal"
    return f"{notify['proc']} is to be told, once, {how}"


def _waiting(q: View) -> tuple[str, float]:
    """Who sleeps until a message comes, and until there is room; and where that ends."""
    drawn, y = "", FOOT + 26
    for names, words in (
        (q["receivers"], "wait for a message"),
        ([one["proc"] for one in q["senders"]], "wait for room"),
    ):
        if names:
            drawn += text(0, y + 20, words, "label")
            drawn += tokens(HEADER + GAP, y, names, "sleep", "mqwait", WIDTH - HEADER - GAP)
            y += 38
    if q["senders"]:
        prios = ", ".join(str(one["prio"]) for one in q["senders"])
        drawn += text(HEADER + GAP, y + 12, f"with priority {prios}: who slept first goes first",
                      "label")  # fmt: skip
        y += 24
    return drawn, y


def _words(q: View) -> str:
    messages = [f"priority {m['prio']} “{_plain(m['text'])}”" for m in q["messages"]]
    said = f"Messages in order: {', '.join(messages)}." if messages else "The list is empty."
    said += f" At most {q['maxmsg']} of {q['msgsize']} bytes."
    if q["receivers"]:
        said += f" {listed(q['receivers'])} wait for a message."
    if q["senders"]:
        waiting = [f"{one['proc']} with priority {one['prio']}" for one in q["senders"]]
        said += f" {listed(waiting)} wait for room."
    return said + (f" {notify_words(q['notify'])}." if q["notify"] else "")
