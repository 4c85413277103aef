"""The slider of a local procedure call: what copies and what maps, and what that costs."""

import xml.etree.ElementTree as ET
from pathlib import Path

from autograder.measure import Measured, Row
from autograder.measure.result import COPIES
from autograder.measure.threshold import Threshold, best, chart, lines, messages, total
from kernel_model.view.pictures import mechanisms

SIZES = (64, 1024, 65536, 1 << 20)


def run(copied: tuple[float, ...], mapped: tuple[float, ...]) -> Measured:
    """A run with these seconds for each size."""
    rows = [
        Row(way, "many", size, 0.0, seconds, seconds, seconds, 1, 1)
        for way, times in ((COPIES[0], copied), ("shared memory", mapped))
        for size, seconds in zip(SIZES, times, strict=True)
    ]
    return Measured(tuple(rows))


CROSSING = run((1e-6, 2e-6, 5e-5, 8e-4), (1e-5, 1e-5, 2e-5, 1e-4))


def test_what_is_small_is_copied_and_what_is_large_is_mapped() -> None:
    copied, mapped = lines(CROSSING)

    expected = sum(messages(n) * copied[n] for n in SIZES[:2])
    expected += sum(messages(n) * mapped[n] for n in SIZES[2:])
    assert total(CROSSING, 1024) == expected


def test_the_best_threshold_is_where_the_lines_cross() -> None:
    assert best(CROSSING) == 1024
    assert all(total(CROSSING, best(CROSSING)) <= total(CROSSING, n) for n in (0, *SIZES))


def test_when_one_way_is_always_cheaper_the_best_rule_uses_it_alone() -> None:
    cheap, dear = (1e-6, 1e-6, 1e-6, 1e-6), (1e-3, 1e-3, 1e-3, 1e-3)

    assert best(run(cheap, dear)) == SIZES[-1]
    assert best(run(dear, cheap)) == 0


def test_the_chart_says_in_words_what_the_rule_costs() -> None:
    picture = chart(CROSSING, 64)

    assert ET.fromstring(picture).tag.endswith("svg")
    assert f"this rule {total(CROSSING, 64) * 1000:.4g} ms" in picture.words
    assert "best: up to 1 KiB" in picture.words


def test_moving_the_slider_draws_the_chart_of_that_threshold() -> None:
    widget = Threshold(CROSSING)
    assert repr(widget) == "<Threshold at 64 bytes>"
    widget.slider.value = 65536

    assert widget.page.value == str(chart(CROSSING, 65536))
    assert widget._repr_mimebundle_()["image/svg+xml"] == str(chart(CROSSING, 65536))


def test_a_run_shows_its_figure_in_a_notebook_no_wider_than_the_page() -> None:
    stored = Measured.read(Path(__file__).parents[1] / "notebooks/01_copy_or_map.csv")
    bundle = stored._repr_mimebundle_()

    root = ET.fromstring(bundle["text/html"])
    assert root.get("style") == "max-width:100%;height:auto"
    assert root.get("height") is None
    told = root.findtext("{http://www.w3.org/2000/svg}desc")
    assert told is not None
    assert bundle["text/plain"] == f"Copy or map: both on one processor: {told}"
    assert "Set up once, used many times: shared memory is against" in told


def test_the_map_of_mechanisms_names_each_once_with_its_lecture() -> None:
    picture = mechanisms()

    keys = [one.get("data-key") for one in ET.fromstring(picture).iter() if one.get("data-key")]
    assert len(keys) == len(set(keys)) == 12
    assert "message queues (typed messages; lecture 4)" in picture.words
    assert "shared memory (whatever is there; lecture 6)" in picture.words
