"""A matplotlib figure in a notebook is a picture: one for day and night, with words."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

from kernel_model.view import Picture, chart, lines

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


def drawn() -> Any:
    """Two axes; the first has a legend, a grid and a line in black."""
    figure = Figure(figsize=(6.5, 3))
    left, right = figure.subplots(1, 2)
    left.plot([1, 2], [3, 4.5], label="by queue")
    left.plot([1, 2], [3, 3], color="black", label="by memory")
    left.set(title="Use", xlabel="items", ylabel="crossings")
    left.grid()
    left.legend()
    right.plot([0, 9], [7, 0], color="C1")
    right.set(xlabel="loss, %", ylabel="packets")
    return figure


@pytest.fixture(scope="module")
def made() -> Picture:
    return chart(drawn())


def test_every_colour_of_a_figure_is_the_pages_own(made: Picture) -> None:
    sheet = re.compile(r"<style>[^<]*\.kb[^<]*</style>")
    assert len(sheet.findall(made)) == 1
    assert re.findall(r"#[0-9a-f]{6}\b", sheet.sub("", made)) == []
    assert {"ink", "paper", "faint", "sleep-edge", "error-edge"} <= {
        *re.findall(r"var\(--kb-([a-z-]+)\)", sheet.sub("", made))
    }


def test_a_figure_says_in_words_where_its_lines_begin_and_end(made: Picture) -> None:
    assert made.name == "Use"
    assert made.words == (
        "Use: crossings over items, by queue from 3 at 1 to 4.5 at 2; by memory from 3 at 1 to 3"
        " at 2. packets over loss, %, from 7 at 0 to 0 at 9."
    )
    assert chart(drawn(), "what one sees").words == "what one sees"


def test_lines_have_dashes_and_signs_beside_their_colour_and_no_signs_where_points_crowd() -> None:
    few, many = (
        lines(range(n), {"queue": range(n), "segment": [3] * n}, "items", "crossings", "Use")
        for n in (30, 50)
    )

    assert few.words == (
        "Use: crossings over items, queue from 0 at 0 to 29 at 29; segment from 3 at 0 to 3 at 29."
    )
    assert "stroke-dasharray" in few
    assert "stroke-dasharray" in many
    assert few.count("<use") > 2 * 30
    assert many.count("<use") < 50


def test_more_lines_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^5 lines cannot be told apart; 4 can$"):
        lines([0], {name: [0] for name in "abcde"}, "items", "crossings")


def test_the_same_figure_gives_the_same_bytes_whose_text_is_text(made: Picture) -> None:
    assert made == chart(drawn())
    assert ET.fromstring(made).attrib["width"] == "648.0"
    assert ">crossings</text>" in made


def test_a_figure_that_is_wider_than_a_page_may_be_becomes_smaller_with_it(made: Picture) -> None:
    narrow = chart(Figure(figsize=(5, 3)))

    assert set(made._repr_mimebundle_()) == {"text/html", "text/plain"}
    assert set(narrow._repr_mimebundle_()) == {"image/svg+xml", "text/plain"}
    assert 'style="max-width:100%;height:auto"' in made.partition(">")[0]


def test_no_lecture_shows_a_figure_that_is_white_by_night() -> None:
    assert NOTEBOOKS
    assert [path.name for path in NOTEBOOKS if '"image/png"' in path.read_text("utf-8")] == []
