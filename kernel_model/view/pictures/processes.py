"""Processes: who they are, how they are, and who sleeps on what."""

from __future__ import annotations

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
    token,
    token_width,
    tokens,
)
from kernel_model.view.pictures.words import STATES, View, deciding_class, event_words

ROW = 40
HEAD = 56  # of a picture: its name, and those of its columns


def processes(view: View) -> Picture:
    """The process table: name, process id, user, state, the call it is in and what it waits for."""
    procs = view["procs"]
    wide = max((token_width(p["name"]) for p in procs), default=36)
    columns = {"pid": wide + 14, "uid": wide + 66, "state": wide + 124, "in": wide + 262}
    body = text(0, 16, "Processes", "head")
    body += text(columns["pid"], 46, "pid", "label") + text(columns["uid"], 46, "user", "label")
    body += text(columns["state"], 46, "state", "label")
    body += text(columns["in"], 46, "in the call, waiting for", "label")
    for place, p in enumerate(procs):
        modes = [
            f"mode:{q['slot']}.{class_}"
            for q in view["msgque"]
            if (class_ := deciding_class(p, q)) is not None
        ]
        body += _row(p, modes, HEAD + ROW * place, columns)
    told = [_told(p) for p in procs]
    return Picture("Processes", "; ".join(told) + ".", HEAD + ROW * max(len(procs), 1), body)


def _row(p: View, modes: list[str], y: float, columns: dict[str, float]) -> str:
    name, base = f"proc:{p['name']}", y + 26
    kind = STATES[p["state"]][0]
    row = rect(-4, y + 1, WIDTH + 8, ROW - 2, "row") + token(0, y + 5, p["name"], "", kind)
    row += cell(columns["pid"], base, 44, p["pid"], f"{name}.pid")
    user = p["uid"] if p["uid"] == p["euid"] else f"{p['uid']}→{p['euid']}"
    row += cell(columns["uid"], base, 52, user, f"{name}.uid")
    row += pill(columns["state"], y + 6, p["state"], f"{name}.state")
    row += _doing(p, columns["in"], y, base)
    return group(row, key=name, link=" ".join([name, *modes]))


def pill(x: float, y: float, state: str, name: str) -> str:
    """A state as a coloured word with its sign."""
    kind, words, sign = STATES[state]
    shown = rect(x, y, 126, 28, round_=14)
    shown += f'<g transform="translate({x + 14:g} {y + 14:g})">{path(sign, "sign")}</g>'
    shown += text(x + 32, y + 20, words)
    return group(shown, f"pill {kind}".rstrip(), cell=name)


def _doing(p: View, x: float, y: float, base: float) -> str:
    """The call, and below it what the process waits for or which signals wait for it."""
    name, more = f"proc:{p['name']}", ""
    if p["state"] == "asleep" and p["wchan"]:
        more = event_words(p["wchan"])
    if p["sig"]:
        more = f"{listed(p['sig'])} pending"
    room = WIDTH - x
    if not more:
        return cell(x, base, room, p["call"] or "–", f"{name}.call", "mono strong")
    most = int(room / 7.6)
    shown = cell(x, y + 18, room, p["call"] or "–", f"{name}.call", "mono strong")
    return shown + text(x, y + 35, shortened(more, most), "label")


def _told(p: View) -> str:
    kind = STATES[p["state"]][1]
    call = f" in {p['call']}" if p["call"] else ""
    wait = f", waiting for {event_words(p['wchan'])}" if p["state"] == "asleep" else ""
    signals = f", {listed(p['sig'])} pending" if p["sig"] else ""
    return f"{p['name']} (pid {p['pid']}, user {p['uid']}) is {kind}{call}{wait}{signals}"


def sleepers(view: View) -> Picture:
    """Who runs, who is ready, and for each event who sleeps on it: tokens that change places."""
    procs = view["procs"]
    of = {
        state: [p["name"] for p in procs if p["state"] == state]
        for state in ("kernel", "ready", "asleep")
    }
    events = list(dict.fromkeys(p["wchan"] for p in procs if p["state"] == "asleep"))
    body = text(0, 16, "Who sleeps on what", "head")
    body += text(0, 54, "runs", "label") + tokens(44, 34, of["kernel"], "run", "at", 150)
    body += text(210, 54, "ready", "label")
    body += tokens(258, 34, of["ready"], "ready", "at", WIDTH - 258)
    for place, event in enumerate(events):
        names = [p["name"] for p in procs if p["state"] == "asleep" and p["wchan"] == event]
        body += _event(event or "?", names, 78 + 46 * place)
    if not events:
        body += text(0, 104, "nobody sleeps", "label")
    told = [
        f"{listed(of['kernel'], 'nobody')} in the kernel",
        f"{listed(of['ready'], 'nobody')} ready",
    ]
    for event in events:
        names = [p["name"] for p in procs if p["wchan"] == event]
        told.append(f"{listed(names)} asleep on {event}")
    height = 78 + 46 * max(len(events), 1)
    return Picture("Who sleeps on what", "; ".join(told) + ".", height, body)


def _event(event: str, names: list[str], y: float) -> str:
    table, _, slot = event.partition("]")[0].partition("[")
    kind = {"msgque": "queue", "sema": "set"}.get(table)
    box = rect(0, y, 238, 38, "box")
    box += text(10, y + 16, shortened(event, 26), "mono") + text(
        10, y + 32, shortened(event_words(event).partition(" in set")[0], 32), "label"
    )
    link = f"{kind}:{slot}" if kind else ""
    wire = path(f"M238 {y + 19:g}h18", "wire") + arrow(264, y + 19)
    return group(box + wire, key=f"event:{event}", link=link) + tokens(
        270, y + 4, names, "sleep", "at", WIDTH - 270
    )
