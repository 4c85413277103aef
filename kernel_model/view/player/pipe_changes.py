"""What has changed of pipes and of who has their ends."""

from __future__ import annotations

from collections.abc import Iterator

from kernel_model.view.pictures.words import View

Change = tuple[str, str]
FIELDS = {"size": "bytes in it", "readers": "readers", "writers": "writers",
          "roff": "read offset", "woff": "write offset"}  # fmt: skip


def pipe_changes(old: View, new: View) -> Iterator[Change]:
    """Every change of pipes and descriptors."""
    before = {one["inode"]: one for one in old.get("pipes", [])}
    for one in new.get("pipes", []):
        was, name = before.pop(one["inode"], None), f"pipe {one['inode']}"
        if was is None:
            yield "", f"{name} is new"
            continue
        for field, words in FIELDS.items():
            if was[field] != one[field]:
                told = f"{name}: {words} {was[field]} → {one[field]}"
                yield f"pipe:{one['inode']}.{field}", told
        if was["text"] != one["text"]:
            yield f"pipe:{one['inode']}.text", ""
    for number in before:
        yield "", f"pipe {number} is gone"
    yield from _descriptors(old, new)


def _descriptors(old: View, new: View) -> Iterator[Change]:
    def held(view: View) -> dict[tuple[str, int], int]:
        rows = view.get("fds", [])
        return {(row["name"], fd["fd"]): fd["inode"] for row in rows for fd in row["fds"]}

    was, now = held(old), held(new)
    for who, fd in sorted(now.keys() - was.keys()):
        yield "", f"{who} has descriptor {fd}"
    for who, fd in sorted(was.keys() - now.keys()):
        yield "", f"{who} has descriptor {fd} no more"
