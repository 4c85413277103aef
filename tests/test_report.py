"""autograder/report: a class as one page, with a figure that can be read without seeing it."""

import re
from html.parser import HTMLParser
from itertools import product

import pytest

from autograder.grades import Grade
from autograder.report.figure import draw, shares_of, worst
from autograder.report.grades import ClassGrades, Missed, Part, Row
from autograder.report.page import TEMPLATE, page
from autograder.report.rules import broken_rules

PARTS = [Part("msgsnd", 5), Part("msgrcv", 10), Part("why", 2, manual=True)]
ROWS = [
    Row("ada", "Ada A", {"msgsnd": 5, "msgrcv": 10, "why": 2}),
    Row("bo", "Bo <b>", {"msgsnd": 5, "msgrcv": 4, "why": None}),
    Row("cy", "", {"msgsnd": 0, "msgrcv": 0, "why": None}),
]
MISSED = [
    Missed("msgrcv", "what costs $5 & is too long", ("bo", "cy")),
    Missed("msgsnd", "tests again after a sleep", ("cy",)),
]
CLASS = ClassGrades("kernelbook", "ps2", PARTS, ROWS, MISSED, "namespaces")


class Texts(HTMLParser):
    """Collects tags and the text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_an_answer_that_waits_for_a_person_counts_nothing_yet() -> None:
    assert [row.total() for row in ROWS] == [17, 9, 0]
    assert [CLASS.reached(row) for row in ROWS] == [15, 9, 0]
    assert (CLASS.most(), CLASS.middle(), CLASS.waiting()) == (15, 9, 2)


def test_students_are_counted_by_all_some_and_no_points() -> None:
    assert shares_of(CLASS, "msgrcv", 10) == (1, 1, 1)
    assert shares_of(CLASS, "msgsnd", 5) == (2, 0, 1)


def test_the_rules_that_most_students_broke_come_first() -> None:
    assert [one.exercise for one in worst(MISSED[::-1])] == ["msgrcv", "msgsnd"]


def test_broken_rules_are_found_in_what_a_student_is_told() -> None:
    grade = Grade("msgrcv", 3, 10, "fail", "full")
    grade.rules = {"size": False, "sleep": True, "who-may": False}
    grade.sayings = {"size": ("BROKEN or not: a message that does not fit stays", "Bach 11.2.1")}

    assert broken_rules(grade.report()) == ["size", "who-may"]


def test_the_same_class_gives_the_same_page_byte_for_byte() -> None:
    assert page(CLASS) == page(CLASS)


def test_the_page_needs_nothing_from_elsewhere() -> None:
    tags = Texts(page(CLASS)).tags

    loaded = [(tag, a) for tag, a in tags if tag in ("script", "link", "img", "iframe", "object")]
    links = [a[key] for _, a in tags for key in ("href", "src", "xlink:href") if key in a]
    assert loaded == []
    assert [link for link in links if not str(link).startswith("#")] == []


def test_text_from_students_and_cases_is_never_markup() -> None:
    texts = Texts(page(CLASS)).texts

    assert "Bo <b>" in texts
    assert "what costs $5 & is too long" in texts


def test_the_figure_is_named_in_words_for_those_who_cannot_see_it() -> None:
    (svg,) = [a for tag, a in Texts(draw(CLASS)).tags if tag == "svg"]

    assert svg["role"] == "img"
    assert svg["aria-label"] == (
        "3 students; median 9 of 15 points; 1 have all points. "
        "msgsnd: 2 all points, 0 some, 1 none. msgrcv: 1 all points, 1 some, 1 none. "
        "Broken most often, by 2: msgrcv, what costs $5 & is too long."
    )


def test_the_figure_has_no_colour_of_its_own() -> None:
    assert re.findall(r"#[0-9a-fA-F]{6}", draw(CLASS)) == []


def test_a_class_of_none_has_a_page() -> None:
    empty = ClassGrades("kernelbook", "ps2", PARTS, [], [], "namespaces")

    assert "0 students" in page(empty)


def test_grades_from_an_unsafe_tier_are_labelled_loudly() -> None:
    unsafe = ClassGrades("kernelbook", "ps2", PARTS, ROWS, [], "plain", official=False)

    assert "NOT OFFICIAL" in page(unsafe)
    assert "NOT OFFICIAL" not in page(CLASS)


def test_students_are_linked_to_their_feedback() -> None:
    tags = Texts(page(CLASS, {"ada": "feedback/ada/ps2/ps2.html"})).tags

    assert [a["href"] for tag, a in tags if tag == "a"] == ["feedback/ada/ps2/ps2.html"]


THEMES = [
    dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block))
    for block in re.findall(r":root \{(.*?)\}", TEMPLATE.template, re.DOTALL)
]


@pytest.mark.parametrize(("theme", "name"), list(product((0, 1), ("ink", "muted", "link"))))
def test_text_has_the_contrast_that_readers_need(theme: int, name: str) -> None:
    colours = THEMES[theme]

    assert contrast(colours[name], colours["paper"]) >= 4.5
    assert contrast(colours["ink"], colours["alarm"]) >= 4.5


def contrast(one: str, other: str) -> float:
    """WCAG 2: (L1 + 0.05) / (L2 + 0.05) of the relative luminances."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(a * b for a, b in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
