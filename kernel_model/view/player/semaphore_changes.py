"""What has changed in the tables of semaphores: sets, values, waiting counts, undo structures."""

from __future__ import annotations

from collections.abc import Iterator

from kernel_model.view.pictures.words import View, key_words, mode_words, name_of

Change = tuple[str, str]
FIELDS = (("key", key_words), ("uid", str), ("gid", str), ("mode", mode_words))
NEW = {"key": 0, "uid": 0, "gid": 0, "mode": 0, "otime": 0, "ctime": 0, "sems": []}
WORDS = {"semncnt": "waiting for an increase", "semzcnt": "waiting for 0"}


def semaphore_changes(old: View, new: View) -> Iterator[Change]:
    """Every change of the tables of semaphores."""
    before = {one["slot"]: one for one in old.get("sema", [])}
    for one in new["sema"]:
        was = before.pop(one["slot"], None)
        if was is None:
            yield "", f"slot {one['slot']} of the semaphore table is taken"
        yield from _set(was or NEW, one, new)
    for slot in before:
        yield "", f"set {slot} is gone"
    yield from _undo(old, new)


def _set(was: View, one: View, view: View) -> Iterator[Change]:
    """What has changed in one set."""
    name = f"set {one['slot']}"
    if len(was["sems"]) != len(one["sems"]):
        yield "", f"{name} has {len(one['sems'])} semaphores"
    for field, shown in FIELDS:
        if was[field] != one[field]:
            yield "", f"{name}: {field} {shown(was[field])} → {shown(one[field])}"
    for num, (before, now) in enumerate(zip(was["sems"], one["sems"], strict=False)):
        its, words = f"sem:{one['slot']}.{num}", f"semaphore {num} of {name}"
        if before["semval"] != now["semval"]:
            yield f"{its}.semval", f"{words}: {before['semval']} → {now['semval']}"
        for field, told in WORDS.items():
            if before[field] != now[field]:
                yield f"{its}.{field}", f"{words}: {told} {before[field]} → {now[field]}"
        if before["sempid"] != now["sempid"]:
            yield f"{its}.sempid", f"{words}: last used by {name_of(view, now['sempid'])}"
    for field in ("otime", "ctime"):
        if was[field] != one[field]:
            yield "", f"{name}: {field} {was[field]} → {one[field]}"


def _undo(old: View, new: View) -> Iterator[Change]:
    """What exit will do otherwise than before."""
    before = {
        (undo["pid"], one["slot"], one["num"]): one["adjust"]
        for undo in old.get("undo", [])
        for one in undo["entries"]
    }
    for undo in new["undo"]:
        name = name_of(new, undo["pid"])
        for one in undo["entries"]:
            at = f"{one['slot']}.{one['num']}"
            was = before.pop((undo["pid"], one["slot"], one["num"]), 0)
            if was != one["adjust"]:
                told = f"exit of {name} adds {one['adjust']} to semaphore {one['num']}"
                yield f"undo:{name}.{at}", f"{told} of set {one['slot']}"
    for pid, slot, num in before:
        told = f"exit of {name_of(old, pid)} adds nothing to semaphore {num} of set {slot} any more"
        yield "", told
