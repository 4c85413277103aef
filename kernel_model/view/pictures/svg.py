"""A picture is a text of SVG that knows its size, its title and what it says in words.

`data-key` names an element for motion (unique in a picture), `data-link` what it belongs to (for
highlighting in every picture at once), `data-cell` a value that may have changed.
"""

from __future__ import annotations

from html import escape
from typing import Any, Self

from kernel_model.view.pictures import style

WIDTH = 560  # of every picture, in its own units; 16 of them are the size of the type
WIDEST = (
    600  # as an image, which shrinks beside a player only (player.css); a part of the page does
)
NAMESPACE = "http://www.w3.org/2000/svg"


class Picture(str):  # a string, so that it can be put wherever SVG goes; a notebook shows it
    """A picture as the text of an SVG document that stands by itself."""

    name: str
    words: str
    width: float
    height: float
    body: str

    def __new__(
        cls, title: str, words: str, height: float, body: str, width: float = WIDTH
    ) -> Self:
        """A picture from its parts.

        words   what it shows, for those who do not see it
        body    its elements, drawn from (0, 0) to (width, height)
        """
        margin = 12
        box = f"{-margin} {-margin} {width + 2 * margin} {height + 2 * margin}"
        made = super().__new__(
            cls,
            f'<svg xmlns="{NAMESPACE}" class="kb" viewBox="{box}" width="{width + 2 * margin}" '
            f'role="img" style="max-width:100%;height:auto"><title>{escape(title)}</title>'
            f"<desc>{escape(words)}</desc><style>{style.css()}</style>"
            f'<rect class="paper" x="{-margin}" y="{-margin}" width="{width + 2 * margin}" '
            f'height="{height + 2 * margin}"/>{body}</svg>',
        )
        made.name, made.words, made.width, made.height, made.body = (
            title, words, width, height, body,
        )  # fmt: skip
        return made

    def fragment(self) -> str:
        """The same for a page that has the style sheet: no style, no ground, no namespace."""
        return (
            f'<svg viewBox="0 0 {self.width} {self.height}" role="img" '
            f'aria-label="{escape(self.name)}"><desc>{escape(self.words)}</desc>{self.body}</svg>'
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        kind = "image/svg+xml" if self.width <= WIDEST else "text/html"
        return {kind: str(self), "text/plain": f"{self.name}: {self.words}"}


def text(x: float, y: float, words: Any, kind: str = "") -> str:
    """A line of text; `kind` is made of the classes of the style sheet."""
    kinds = f' class="{kind}"' if kind else ""
    return f'<text x="{x:g}" y="{y:g}"{kinds}>{escape(str(words))}</text>'


def fitted(x: float, y: float, words: str, wide: float, each: float, kind: str = "") -> str:
    """A line of text, narrower if it needs more room; `each` is what a character takes, at most."""
    made = text(x, y, words, kind)
    if len(words) * each <= wide:
        return made
    fit = f'textLength="{wide:g}" lengthAdjust="spacingAndGlyphs"'
    return made.replace("<text ", f"<text {fit} ", 1)


def rect(x: float, y: float, width: float, height: float, kind: str = "", round_: float = 6) -> str:
    """A box with round corners."""
    kinds = f' class="{kind}"' if kind else ""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{round_:g}"{kinds}/>'
    )


def path(way: str, kind: str) -> str:
    """A line along a way."""
    return f'<path class="{kind}" d="{way}"/>'


def group(
    inside: str, kind: str = "", *, key: str = "", link: str = "", home: str = "", cell: str = ""
) -> str:
    """Elements that are one thing.

    key   its name in this picture        link  what it belongs to, names with blanks between
    home  the key of the element, in any picture, that it comes from and goes back to, or "actor":
          who does the step             cell  the value that it shows
    """
    given = {"class": kind, "data-key": key, "data-link": link, "data-home": home}
    given["data-cell"] = cell
    told = "".join(f' {name}="{escape(value)}"' for name, value in given.items() if value)
    return f"<g{told}>{inside}</g>"


def cell(x: float, y: float, width: float, words: Any, name: str, kind: str = "mono") -> str:
    """A value that is marked when it has changed; (x, y) is where its text begins, or ends."""
    wide = min(width, (9.2 if "mono" in kind else 9.6) * len(str(words)) + 10)
    ground = rect(x - wide + 5 if "end" in kind.split() else x - 5, y - 17, wide, 24, round_=4)
    return group(ground + text(x, y, words, kind), "cell", cell=name)


def arrow(x: float, y: float, turn: int = 0) -> str:
    """The tip of an arrow that ends in (x, y), pointing right; turned by so many degrees."""
    return f'<path class="tip" d="M0 0-10-5v10z" transform="translate({x:g} {y:g})rotate({turn})"/>'


def token_width(name: str) -> float:
    """How wide the token of a process is."""
    return max(36, 10 * len(shortened(name, 10)) + 18)


def token(x: float, y: float, name: str, key: str, kind: str = "", home: str = "") -> str:
    """A process as a token with its name, 30 high; (x, y) is its upper left corner."""
    wide = token_width(name)
    inside = rect(x, y, wide, 30, round_=15)
    inside += text(x + wide / 2, y + 21, shortened(name, 10), "strong middle")
    return group(inside, f"token {kind}".rstrip(), key=key, link=f"proc:{name}", home=home)


def tokens(x: float, y: float, names: list[str], kind: str, key: str, room: float = 1e9) -> str:
    """Tokens in a row; where there is no room for all, how many more there are."""
    drawn, start = "", x
    for place, name in enumerate(names):
        if x + token_width(name) > start + room - (44 if place < len(names) - 1 else 0):
            return drawn + text(x, y + 21, f"+{len(names) - place}", "strong")
        drawn += token(x, y, name, f"{key}:{name}", kind, home=f"proc:{name}")
        x += token_width(name) + 8
    return drawn


def shortened(words: Any, most: int) -> str:
    """At most so many characters, the last one an ellipsis if something is left out."""
    told = str(words)
    return told if len(told) <= most else told[: most - 1] + "…"


def listed(words: list[str], none: str = "none") -> str:
    """Words with commas and an `and`."""
    if len(words) < 2:
        return words[0] if words else none
    return f"{', '.join(words[:-1])} and {words[-1]}"
