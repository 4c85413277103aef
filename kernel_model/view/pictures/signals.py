"""Signals: what is pending for each process, what it has blocked, and what each signal does."""

from __future__ import annotations

from typing import Any

from kernel_model.view.pictures.svg import (
    WIDTH,
    Picture,
    cell,
    group,
    path,
    rect,
    shortened,
    text,
    token,
    token_width,
)
from kernel_model.view.pictures.words import View

TITLE = "Signals"
ROW, TOP = 34, 56
BOLT = "M2-8l-8 10h6l-4 7"  # the sign of a pending signal
BAR = "M-7-7h14v14h-14zM-7 7l14-14"  # of a blocked one


def signals(view: View) -> Picture:
    """A row for each signal of each process that is pending, blocked, or not left to its default.

    pending: it has come and is not handled yet; blocked: it waits until it is unblocked
    """
    known = view.get("signals", [])
    wide = max((token_width(one["name"]) for one in known), default=36)
    at = {"sig": wide + 14, "pending": wide + 122, "blocked": wide + 228, "does": wide + 336}
    body = text(0, 16, TITLE, "head")
    heads = {"sig": "signal", "pending": "pending", "blocked": "blocked", "does": "what it does"}
    body += "".join(text(at[name], 46, words, "label") for name, words in heads.items())
    y = float(TOP)
    for one in known:
        body += token(0, y + 2, one["name"], f"sig:{one['name']}")
        for row in one["rows"]:
            body += _row(one["name"], row, y, at)
            y += ROW
        y += 8
    if not known:
        body += text(0, y + 20, "all are left to their defaults, and none is pending", "label")
        y += ROW
    told = [f"{one['name']}: {'; '.join(map(_told, one['rows']))}" for one in known]
    return Picture(TITLE, f"{'. '.join(told) or 'None is pending or caught'}.", y, body)


def _row(name: str, row: View, y: float, at: dict[str, float]) -> str:
    """One signal: its name, two signs, and its action."""
    key, base = f"sig:{name}.{row['sig']}", y + 22
    drawn = cell(at["sig"], base, 104, row["sig"].removeprefix("SIG"), f"{key}.name", "mono strong")
    drawn += _flag(at["pending"], y, row["pending"], "pending", BOLT, f"{key}.pending", "ready")
    drawn += _flag(at["blocked"], y, row["blocked"], "blocked", BAR, f"{key}.blocked", "stop")
    room = WIDTH - at["does"]
    does = shortened(action_words(row), int(room / 7.8))
    drawn += cell(at["does"], base, room, f"{does}\u00a0\u00a0", f"{key}.action", "")
    return group(drawn, key=key, link=f"proc:{name}")


def _flag(x: float, y: float, on: bool, words: str, sign: str, name: str, kind: str) -> str:
    """A pill where something holds, and a dash where it does not."""
    if not on:
        return cell(x, y + 22, 20, "–", name, "label")
    shown = rect(x - 4, y + 3, 100, 26, round_=13)
    shown += f'<g transform="translate({x + 14:g} {y + 16:g})">{path(sign, "sign")}</g>'
    shown += text(x + 28, y + 21, words)
    return group(shown, f"pill {kind}", cell=name)


def action_words(row: View) -> str:
    """What a signal does, and how often its handler ran."""
    action: Any = row["action"]
    ran = f", ran {row['ran']}×" if row["ran"] else ""
    if action == "SIG_DFL":
        return f"default{ran}"
    if action == "SIG_IGN":
        return "is ignored"
    where = f" at {action:#x}" if isinstance(action, int) else ""
    return f"handler{where}{ran}"


def _told(row: View) -> str:
    states = [word for word in ("pending", "blocked") if row[word]]
    return ", ".join([row["sig"], *states, action_words(row)])
