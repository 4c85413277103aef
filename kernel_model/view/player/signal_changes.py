"""What has changed in what processes do with signals, and in the trace structure."""

from __future__ import annotations

from collections.abc import Iterator

from kernel_model.view.pictures.signals import action_words
from kernel_model.view.pictures.tracing import EMPTY, request_words
from kernel_model.view.pictures.words import View, name_of

Change = tuple[str, str]


def signal_changes(old: View, new: View) -> Iterator[Change]:
    """Every change of masks and actions, and of the trace structure; pending is told elsewhere."""
    before = {one["name"]: {row["sig"]: row for row in one["rows"]} for one in _signals(old)}
    for one in _signals(new):
        for row in one["rows"]:
            yield from _row(one["name"], before.get(one["name"], {}).get(row["sig"]), row)
    if "tracing" in new:
        yield from _tracing(old.get("tracing", EMPTY), new["tracing"], new)


def _signals(view: View) -> list[View]:
    found: list[View] = view.get("signals", [])
    return found


def _row(name: str, was: View | None, row: View) -> Iterator[Change]:
    key = f"sig:{name}.{row['sig']}"
    was = was or {"pending": False, "blocked": False, "action": "SIG_DFL", "ran": 0}
    if was["pending"] != row["pending"]:
        yield f"{key}.pending", ""
    if was["blocked"] != row["blocked"]:
        how = "blocked" if row["blocked"] else "not blocked any more"
        yield f"{key}.blocked", f"{name}: {row['sig']} is {how}"
    if (was["action"], was["ran"]) != (row["action"], row["ran"]):
        yield f"{key}.action", f"{name}: {row['sig']}: {action_words(row)}"


def _tracing(was: View, now: View, view: View) -> Iterator[Change]:
    """The four words of the structure, and who is stopped by which signal."""
    if was["lock"] != now["lock"]:
        whose = f"locked for {name_of(view, now['lock'])}" if now["lock"] else "free"
        yield "trace:lock", f"trace structure: {whose}"
    if was["req"] != now["req"]:
        told = f"request {request_words(now['req'])}" if now["req"] else "the request is taken"
        yield "trace:req", f"trace structure: {told}"
    for name in ("addr", "data"):
        if was[name] != now[name]:
            yield f"trace:{name}", ""
