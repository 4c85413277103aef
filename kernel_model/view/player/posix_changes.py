"""What has changed of POSIX queues, and of locks that lie in memory."""

from __future__ import annotations

from collections.abc import Iterator

from kernel_model.view.pictures.locks import WORDS, called, lock_key, locks_of
from kernel_model.view.pictures.posix_queue import message_keys, notify_words
from kernel_model.view.pictures.words import View

Change = tuple[str, str]


def posix_changes(old: View, new: View) -> Iterator[Change]:
    """Every change of them."""
    yield from _queues(old, new)
    yield from _locks(old, new)


def _queues(old: View, new: View) -> Iterator[Change]:
    before = {q["number"]: q for q in old.get("mqueues", [])}
    for q in new.get("mqueues", []):
        was, name, words = before.pop(q["number"], None), f"mq:{q['number']}", f"queue {q['name']}"
        if was is None:
            yield f"{name}.maxmsg", f"{words} is there"
            continue
        yield from _messages(was, q, words)
        if len(was["messages"]) != len(q["messages"]):
            yield f"{name}.curmsgs", ""
        if was["linked"] != q["linked"]:
            yield "", f"{words} has no name any more"
        if was["notify"] != q["notify"]:
            told = notify_words(q["notify"]) if q["notify"] else "nobody is to be told any more"
            yield f"{name}.notify", f"{words}: {told}"
    for q in before.values():
        yield "", f"queue {q['name']} is gone"


def _messages(was: View, q: View, words: str) -> Iterator[Change]:
    before = dict(zip(message_keys(was), was["messages"], strict=True))
    now = dict(zip(message_keys(q), q["messages"], strict=True))
    for others, where, told in ((now, before, "on"), (before, now, "off")):
        for key, message in others.items():
            if key not in where:
                text, prio = message["text"][:16], message["prio"]
                yield "", f"{words}: “{text}” of priority {prio} is {told} the list"


def _locks(old: View, new: View) -> Iterator[Change]:
    before = {lock_key(one): one for _, one in locks_of(old)}
    for kind, one in locks_of(new):
        name = lock_key(one)
        was, words = before.pop(name, None), called(kind, one)
        if was is None:
            yield f"{name}.{WORDS[kind][0]}", f"a {kind} lies in region {one['region']}"
            continue
        for field in (*WORDS[kind], *(("state",) if kind == "mutex" else ())):
            if was.get(field) != one[field]:
                yield f"{name}.{field}", f"{words}: {field} {was.get(field)} → {one[field]}"
    for one in before.values():
        yield "", f"what lay in region {one['region']} at byte {one['offset']} is no more"
