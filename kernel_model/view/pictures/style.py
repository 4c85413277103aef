"""The look of every picture: few colours, each with one meaning, in light and dark.

Colours are Okabe and Ito's, which people who see red and green alike can tell apart; each goes
with a word or a sign. Paper and ink are JupyterLab's where there is one, else the reader's choice
of light or dark. Everything else is mixed from these, so that a test can compute every contrast.
"""

from __future__ import annotations

from functools import cache

PREFIX = "kb"

# What a colour means
COLOURS = {
    "run": "#009E73",  # runs on the processor
    "ready": "#E69F00",  # awake, waits for the processor
    "sleep": "#0072B2",  # asleep
    "stop": "#CC79A7",  # stopped, or a zombie
    "error": "#D55E00",  # a call failed; two runs differ
    "message": "#56B4E9",  # a message, and the memory that it takes
    "change": "#F0E442",  # has just changed
}
ON = dict.fromkeys(COLOURS, "#000000") | {"sleep": "#ffffff"}  # text on each of them

# Paper and ink where there is no JupyterLab
LIGHT = {"paper": "#ffffff", "ink": "#1a1a1a"}
DARK = {"paper": "#16181d", "ink": "#ededed"}
JUPYTER = {"paper": "--jp-layout-color0", "ink": "--jp-content-font-color0"}

# Mixed from them: name -> (a colour, per cent of it, the rest)
MIXED = {
    "muted": ("ink", 72, "paper"),  # labels
    "line": ("ink", 58, "paper"),  # borders and arrows
    "faint": ("ink", 16, "paper"),  # rules between rows
    "wash": ("ink", 6, "paper"),  # the ground of a box
    "message-tint": ("message", 30, "paper"),
    "sleep-tint": ("sleep", 22, "paper"),
    "run-tint": ("run", 24, "paper"),  # the line that is next
    "sleep-edge": ("sleep", 62, "ink"),  # a line or an outline on paper
    "run-edge": ("run", 60, "ink"),
    "error-edge": ("error", 72, "ink"),
    "message-edge": ("message", 55, "ink"),
}

SANS = "var(--jp-ui-font-family,system-ui,sans-serif)"
MONO = "var(--jp-code-font-family,ui-monospace,Menlo,Consolas,monospace)"

RULES = """
.kb{font-family:{sans};font-size:16px;color:var(--kb-ink)}
.kb text{fill:var(--kb-ink)}
.kb .head{font-size:17px;font-weight:650}
.kb .label{font-size:13.5px;fill:var(--kb-muted)}
.kb .mono{font-family:{mono};font-size:15px}
.kb .strong{font-weight:700}
.kb .middle{text-anchor:middle}
.kb .end{text-anchor:end}
.kb .paper{fill:var(--kb-paper)}
.kb .now{fill:var(--kb-run-tint)}
.kb .rule{stroke:var(--kb-faint);stroke-width:1}
.kb .row{fill:none;stroke:none}
.kb .box{fill:var(--kb-wash);stroke:var(--kb-line);stroke-width:1.5}
.kb .open{fill:none;stroke:var(--kb-line);stroke-width:1.5;stroke-dasharray:4 4}
.kb .wire{fill:none;stroke:var(--kb-line);stroke-width:2}
.kb .thin{fill:none;stroke:var(--kb-line);stroke-width:1.2}
.kb .bold{fill:none;stroke:var(--kb-message-edge);stroke-width:3}
.kb .held{fill:var(--kb-message-tint);stroke:var(--kb-message-edge);stroke-width:2}
.kb .sleeps{fill:var(--kb-sleep-tint);stroke:var(--kb-sleep-edge);stroke-width:1.5}
.kb .asleep{fill:none;stroke:var(--kb-sleep-edge);stroke-width:5;stroke-dasharray:10 4}
.kb .outcome{font-size:14.5px}
.kb .said{font-size:15.5px}
.kb .halo{paint-order:stroke;stroke:var(--kb-paper);stroke-width:9;stroke-linejoin:round}
.kb .halo.near{stroke-width:4}
.kb .runs{fill:var(--kb-run);stroke:var(--kb-line);stroke-width:1}
.kb .naps{fill:var(--kb-paper);stroke:none}
.kb .again{stroke:var(--kb-message-edge);stroke-width:3.5}
.kb text.onfull{fill:#000;font-size:14.5px}
.kb text.byte{fill:#000;font-size:14px;text-anchor:middle;font-family:{mono}}
.kb text.onwire{font-size:14.5px;font-weight:400}
.kb .bad{fill:var(--kb-error-edge);font-weight:700}
.kb .cross{fill:none;stroke:var(--kb-error-edge);stroke-width:3.5;stroke-linecap:round}
.kb .lost{stroke:var(--kb-error-edge);stroke-dasharray:5 4}
.kb .tip,.kb .dot{fill:var(--kb-line)}
.kb .maybe{stroke-dasharray:5 5;stroke-width:1.5}
.kb .wire.deadly{stroke:var(--kb-error-edge);stroke-width:4}
.kb .tip.deadly{fill:var(--kb-error-edge)}
.kb .msg rect{fill:var(--kb-message-tint);stroke:var(--kb-message-edge);stroke-width:2}
.kb .taken{fill:var(--kb-message);stroke:var(--kb-message-edge);stroke-width:1.5}
.kb .loose{fill:var(--kb-message-tint);stroke:var(--kb-message-edge);stroke-width:2}
.kb .loose{stroke-dasharray:4 3}
.kb .free{fill:none;stroke:var(--kb-line);stroke-width:1}
.kb .full{fill:var(--kb-message)}
.kb .token rect,.kb .pill rect{stroke:var(--kb-line);stroke-width:1.5;fill:var(--kb-wash)}
.kb .sign{fill:none;stroke:var(--kb-ink);stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.kb .cell rect{fill:none}
.kb .cell.changed rect{fill:var(--kb-change);stroke:#000;stroke-width:1}
.kb .cell.changed text{fill:#000;font-weight:700}
.kb .cell.differs rect{fill:none;stroke:var(--kb-error-edge);stroke-width:2.5;stroke-dasharray:5 3}
.kb .cell.changed.differs rect{fill:var(--kb-change)}
.kb .cell.differs text{font-weight:700}
.kb .pill.changed rect{stroke:var(--kb-ink);stroke-width:3}
.kb .linked>rect:first-of-type{stroke:var(--kb-ink);stroke-width:3.5;stroke-dasharray:none}
.kb .linked>.thin,.kb .linked>.bold{stroke:var(--kb-ink);stroke-width:4.5}
"""


def mixed(first: str, per_cent: int, second: str) -> str:
    """Two colours mixed as CSS color-mix does it in sRGB."""
    pairs = zip(_channels(first), _channels(second), strict=True)
    parts = [round(a * per_cent / 100 + b * (100 - per_cent) / 100) for a, b in pairs]
    return "#" + "".join(f"{part:02x}" for part in parts)


def colours(ground: dict[str, str]) -> dict[str, str]:
    """Every colour there is on a ground (LIGHT or DARK), by its name."""
    found = COLOURS | ground
    for name, (first, per_cent, second) in MIXED.items():
        found[name] = mixed(found[first], per_cent, found[second])
    return found


def contrast(first: str, second: str) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2)."""
    high, low = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@cache
def css() -> str:
    """The style sheet of the pictures; `.kb` is the element around one."""
    given = "".join(f"--kb-{name}:{value};" for name, value in COLOURS.items())
    given += "".join(f"--kb-on-{name}:{value};" for name, value in ON.items())
    mixes = "".join(
        f"--kb-{name}:color-mix(in srgb,var(--kb-{first}) {per_cent}%,var(--kb-{second}));"
        for name, (first, per_cent, second) in MIXED.items()
    )
    rules = RULES.replace("{sans}", SANS).replace("{mono}", MONO).replace("\n", "")
    states = "".join(
        f".kb .{name} rect{{fill:var(--kb-{name});stroke:none}}.kb .{name} text{{fill:{ON[name]}}}"
        f".kb .{name} .sign{{stroke:{ON[name]}}}"
        for name in ("run", "ready", "sleep", "stop", "error")
    )
    dark = _ground(DARK)
    return (
        f".kb{{{given}{_ground(LIGHT)}{mixes}}}"
        f"@media(prefers-color-scheme:dark){{.kb{{{dark}}}}}{rules}{states}"
    )


def _ground(ground: dict[str, str]) -> str:
    return "".join(f"--kb-{name}:var({JUPYTER[name]},{value});" for name, value in ground.items())


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    parts = [part / 255 for part in _channels(colour)]
    red, green, blue = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
