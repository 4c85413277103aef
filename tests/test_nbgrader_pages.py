"""Nothing that a student writes runs on a page of feedback or in the formgrader."""

import html
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbgrader
import pytest
from nbconvert.exporters import HTMLExporter
from nbformat import v4
from traitlets.config import Config

from autograder.nbgrader_plugin import configure
from autograder.nbgrader_plugin.pages import FeedbackExporter

GRADER = Path(str(nbgrader.__file__)).parent / "server_extensions" / "formgrader"
ATTACKS = [
    "<script>alert(7)</script>",
    "# a heading <script>alert(7)</script>",
    "<img src=x onerror=alert(7)>",
    "<svg onload=alert(7)>",
    "<a href='java\tscript:alert(7)'>x</a>",
    "[x](javascript:alert(7))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "<iframe srcdoc='<script>alert(7)</script>'></iframe>",
    "<form action=/formgrader/api><button>x</button></form>",
    "<style>@import url(//x)</style><div style='background:url(//x)'>x</div>",
    "```mermaid\n</pre><script>alert(7)</script>\n```",
    "```x'onclick='alert(7)\ny\n```",
    "![x](attachment:a.png)",
    "$<script>alert(7)</script>$",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=1 onerror=alert(7)>'>",
]


class Elements(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def page(template: str, *cells: Any, exporter: type[HTMLExporter] = HTMLExporter) -> str:
    """A page as nbgrader makes it with the course's configuration."""
    config = Config()
    configure(config)
    config.HTMLExporter.template_name = template
    config.HTMLExporter.extra_template_basedirs = [str(GRADER / "templates")]
    config.HTMLExporter.extra_template_paths = [
        str(GRADER / "static" / "node_modules" / "bootstrap" / "dist" / "css")
    ]
    making: Any = exporter(config=config)
    grades = {"notebook": "messages", "score": 0, "max_score": 1, "late_penalty": 0}
    known = {"nbgrader": grades, "index": 0, "total": 1}
    body, _ = making.from_notebook_node(v4.new_notebook(cells=list(cells)), resources=known)
    return str(body)


def elements(text: str) -> list[tuple[str, dict[str, str]]]:
    """The elements of a page."""
    parser = Elements()
    parser.feed(text)
    return parser.found


def test_a_page_of_feedback_asks_no_other_machine_for_anything() -> None:
    text = page("feedback", v4.new_markdown_cell("$x$"), exporter=FeedbackExporter)

    asked = [value for tag, given in elements(text) for name, value in given.items()
             if name == "src" or (tag, name) == ("link", "href")]  # fmt: skip
    assert [place for place in asked if "//" in place] == []
    assert "cdnjs" in page("feedback", v4.new_markdown_cell("$x$"))


@pytest.mark.parametrize("template", ["feedback", "formgrade"])
def test_no_markdown_adds_anything_that_runs(template: str) -> None:
    evil = {"a.png": {"image/png' onerror='alert(7)": "AAAA", "text/html": "<script>"}}
    cells = [v4.new_markdown_cell(text, attachments=evil) for text in ATTACKS]
    cells += [v4.new_raw_cell(text) for text in ATTACKS]
    stock = [tag for tag, _ in elements(page(template))]
    found = elements(page(template, *cells))

    for tag in ("script", "iframe", "form", "style", "svg", "math", "object", "button"):
        assert [each for each, _ in found].count(tag) == stock.count(tag), tag
    for _, attributes in found:
        assert not [name for name in attributes if name in ("onerror", "onload", "srcdoc")]
        assert "alert(7)" not in attributes.get("onclick", "")
        href = "".join(attributes.get("href", "").split())
        assert not href.startswith(("javascript:", "data:text"))


def test_what_is_harmless_stays() -> None:
    text = [
        "# Why\n\nA *queue* with `a < b`, $x < y$ and a [link](https://x.org).",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "<details><summary>more</summary>\n\nx\n\n</details>",
        "```python\nx = 1\n```",
        "![p](attachment:a.png)",
    ]
    picture = {"a.png": {"image/png": "AAAA"}}
    made = page("feedback", v4.new_markdown_cell("\n\n".join(text), attachments=picture))

    for part in (
        "<h1", "<em>queue</em>", "<code>a &lt; b</code>", "$x &lt; y$", 'href="https://x.org"',
        "<td>1</td>", "<summary>more</summary>", 'src="data:image/png;base64,AAAA"',
    ):  # fmt: skip
        assert part in made


@pytest.mark.parametrize("attached", [{}, {"a.png": {}}])
def test_a_picture_that_is_not_attached_costs_only_itself(attached: Any) -> None:
    cell = v4.new_markdown_cell("before ![my <b>](attachment:a.png) after", attachments=attached)
    made = page("formgrade", cell)

    assert "before (my" in made
    assert "this picture is not in the notebook) after" in made


@pytest.mark.parametrize("make", [v4.new_markdown_cell, v4.new_code_cell])
def test_a_cell_that_would_take_hours_is_shown_as_it_is(make: Any) -> None:
    text = "<b>a.&" * 60_000  # stock readers take time that grows with the square
    others = [make("`x` = 1 <i>") for _ in range(2)]
    made = page("feedback", make(text), *others)

    assert html.escape(text) in made
    assert made.count(f"<pre>{html.escape(others[0].source)}</pre>") == 2
    assert "<pre>`x`" not in page("feedback", *others)


def test_code_has_its_colours() -> None:
    assert '<span class="k">def</span>' in page("feedback", v4.new_code_cell("def x(): pass"))
