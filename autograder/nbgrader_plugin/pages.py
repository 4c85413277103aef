"""Markdown on nbgrader's pages: feedback, and the formgrader, which is the instructor's own page.

Stock nbgrader puts a student's HTML there as it stands, so that a script in an answer, or in a
file's name that a note tells, would run with the instructor's rights over every grade. And it gives
up at a picture that is not there, and takes hours for some long texts: then there is no page.
"""

import html
from typing import Any

import bleach  # type: ignore[import-untyped]  # a part of nbconvert
from jinja2 import DictLoader, pass_context
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import (
    InvalidNotebook,
    IPythonRenderer,
    MarkdownWithMath,
)

TAGS = frozenset(
    """
    a abbr b blockquote br caption cite code dd del details div dl dt em figcaption figure
    h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strong sub summary sup
    table tbody td tfoot th thead tr tt u ul var
    """.split()  # noqa: SIM905  # one reads it more easily than quotes
)
ATTRIBUTES = frozenset(
    "align alt class colspan height href id rowspan src start title width".split()  # noqa: SIM905
)
PROTOCOLS = frozenset({"http", "https", "mailto"})
PICTURE = "data:image/"
LONG, ALL = 20_000, 300_000  # characters of a cell, of all cells: longer ones are shown as they are
NO_MATHJAX = '{%- macro mathjax(url="") -%}{%- endmacro %}'


class FeedbackExporter(HTMLExporter):
    """A page of feedback that asks no other machine for anything: stock ones ask for MathJax."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["extra_loaders"] = [DictLoader({"mathjax.html.j2": NO_MATHJAX})]
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]  # nbconvert's


class Renderer(IPythonRenderer):
    """Takes a picture that is not attached for its words."""

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """A picture, from the notebook or from elsewhere."""
        try:
            return super().image(text, url, title)
        except (InvalidNotebook, StopIteration):
            return html.escape(f"({text}: this picture is not in the notebook)")


@pass_context  # type: ignore[untyped-decorator, unused-ignore]
def markdown2html(context: Any, source: str) -> str:
    """A cell's Markdown as HTML in which nothing runs: what could is shown as text."""
    if too_long(context, source):
        return as_it_is(source)
    attached = context.get("cell", {}).get("attachments", {})
    renderer = Renderer(escape=False, attachments=attached)
    made: str = bleach.clean(
        MarkdownWithMath(renderer=renderer).render(source),
        tags=TAGS,
        attributes=harmless,
        protocols=PROTOCOLS | {"data"},
    )
    return made


@pass_context  # type: ignore[untyped-decorator, unused-ignore]
def highlight_code(context: Any, source: str, metadata: Any = None) -> str:
    """A cell's code in colours."""
    if too_long(context, source):
        return as_it_is(source)
    made: str = Highlight2HTML(pygments_lexer="ipython3")(source, metadata=metadata)  # type: ignore[no-untyped-call, unused-ignore]
    return made


def too_long(context: Any, source: str) -> bool:
    """Would it, with all others of the notebook, take longer than anybody waits?"""
    nb = context.get("nb")
    return len(source) > LONG or (nb is not None and sum(len(c.source) for c in nb.cells) > ALL)


def as_it_is(source: str) -> str:
    """A text as it stands."""
    return f"<pre>{html.escape(source)}</pre>"


def harmless(tag: str, name: str, value: str) -> bool:
    """May an element have this attribute? Its protocol is looked at besides."""
    if name not in ATTRIBUTES:
        return False
    bare = "".join(value.split()).lower()
    is_picture = (tag, name) == ("img", "src") and bare.startswith(PICTURE)
    return is_picture or not bare.startswith("data:")
