"""Interleavings in a page: every choice by keys, back and another way, with nobody but the page."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from autograder.bench.page import page_of
from kernel_model.programs import chosen
from kernel_model.programs.classics import exclusion
from kernel_model.view import drive, interleave
from kernel_model.view.interleavings.widget import Interleave
from kernel_model.view.programs.widget import Drive
from tests.browser import PICTURES, chromium, findings

Open = Callable[..., Page]
LOCKS = Path(__file__).parent / "locks"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a widget in a page of its own; fails if it asked for anything or had an error."""
    wrong: list[str] = []
    contexts = []

    def ask(route: Route) -> None:
        if route.request.url.startswith(("file:", "data:")):
            route.continue_()
        else:
            wrong.append(f"asked for {route.request.url}")
            route.abort()

    def open_(widget: Interleave | Drive, width: int = 1200, **given: str) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **given)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.route("**/*", ask)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text))
        file = tmp_path / f"{len(contexts)}.html"
        file.write_text(page_of(widget), "utf-8")
        page.goto(file.as_uri())
        page.wait_for_function("window.first !== undefined")
        page.focus(".kb-interleave")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []


def shown(name: str, n: int = 2, schedule: str | list[int] = "") -> Interleave:
    text = (LOCKS / f"{name}.py").read_text("utf-8")
    return interleave(text, n, schedule=schedule or (), title=name)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def said(page: Page) -> str:
    return page.inner_text(".kb-say")


def memory(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.eval_on_selector_all(
        ".kb-interleave [data-cell]",
        "all => Object.fromEntries(all.map(one => [one.dataset.cell, one.textContent]))",
    )
    return found


def standing(page: Page) -> dict[str, str]:
    """The row at which each processor stands."""
    found: dict[str, str] = page.eval_on_selector_all(
        ".kb-row .kb-who b",
        "all => Object.fromEntries(all.map(one =>"
        " [one.textContent, one.closest('.kb-row').lastElementChild.textContent]))",
    )
    return found


def test_the_digits_choose_whose_turn_it_is(opened: Open) -> None:
    page = opened(shown("flag"))
    assert standing(page) == {"0": "outside", "1": "outside"}

    press(page, "1", "1", "2")

    assert said(page) == "Processor 1 wants to get in and calls Pprim."
    assert standing(page) == {
        "0": "await store(sem.val[procid], 1)", "1": "while await load(sem.val[0]):",
    }  # fmt: skip
    press(page, "1")
    assert memory(page) == {"val[0]": "1", "val[1]": "0", "lastid": "0"}
    assert page.inner_text(".kb-where") == "step 4 of 4"


def test_every_schedule_shows_what_the_model_says(opened: Open) -> None:
    widget = shown("peterson")
    page = opened(widget)
    machine = widget.machine
    turns = [0, 1, 0, 1, 1, 0, 0, 1, 0, 0, 1, 1, 1, 0, 1]

    for count, place in enumerate(machine.places(turns)):
        held = dict(zip(machine.cells, place.values, strict=True))
        assert memory(page) == held, turns[:count]
        coming = page.locator(".kb-card code").all_inner_texts()
        assert coming == [machine.at(place, p).coming for p in (0, 1)]
        if count < len(turns):
            press(page, str(turns[count] + 1))
    seen = {machine.key(place) for place in machine.places(turns)}
    assert page.inner_text(".kb-seen > :first-child") == f"{len(seen)} of 58 states seen so far"


def test_pointers_are_drawn_as_they_are_after_each_step(opened: Open) -> None:
    text = (LOCKS.parent / "systems" / "list_unlocked.py").read_text("utf-8")
    widget = interleave(text, schedule="bad")
    page = opened(widget)

    for place in reversed(widget.machine.places(widget.turns)):
        held = dict(zip(widget.machine.cells, place.values, strict=True))
        drawn = page.eval_on_selector_all(
            ".link:not(.off):not(.was)", "all => all.map(one => one.dataset.when)"
        )
        assert {f"{cell}={held[cell]}" for cell in held if held[cell] != "-1"} >= {*drawn}
        assert len(drawn) == sum(held[cell] != "-1" for cell in held if "." in cell)
        press(page, "ArrowLeft")


def test_a_click_on_a_state_leads_there(opened: Open) -> None:
    widget = shown("flag")
    page = opened(widget)
    (bad, *_) = page.locator(".state.bad[data-state]").all()

    bad.click()

    assert "are inside at the same time" in said(page)
    assert page.inner_text(".kb-where") == "step 6 of 6"
    expect(page.locator(".state.here[data-state]")).to_have_count(1)


def test_a_key_goes_on_to_what_has_not_been_seen_until_all_has(opened: Open) -> None:
    page = opened(shown("flag"))

    for _ in range(24):
        press(page, "u")
    assert page.inner_text(".kb-seen > :first-child") == "25 of 25 states seen so far"
    press(page, "u")
    assert said(page) == "All states that can be reached from here have been seen."


def test_a_click_on_a_processor_is_its_turn(opened: Open) -> None:
    page = opened(shown("flag"))

    page.locator(".kb-card").nth(1).click()

    assert said(page) == "Processor 1 wants to get in and calls Pprim."


def test_one_goes_back_and_takes_another_branch_and_finds_both_again(opened: Open) -> None:
    page = opened(shown("flag"))
    assert page.is_hidden(".kb-tree")

    press(page, "1", "1", "1", "ArrowLeft", "ArrowLeft", "2", "2")

    assert page.locator(".kb-tree circle").count() == 6
    assert page.locator(".kb-tree svg").get_attribute("aria-label") == "2 branches taken so far"
    press(page, "ArrowUp")
    assert said(page) == "Processor 0 reads val[0] and finds 0."
    press(page, "ArrowRight")
    assert memory(page)["val[0]"] == "1"
    press(page, "Home", "End")
    assert said(page).endswith("It is inside now.")
    press(page, "ArrowDown")
    assert said(page) == "Processor 1 wants to get in and calls Pprim."


def test_the_bad_schedule_is_found_and_stepped_through(opened: Open) -> None:
    page = opened(shown("flag"))

    press(page, "x")

    assert "A shortest bad schedule, 6 steps: two processors are inside at once." in said(page)
    assert page.inner_text(".kb-where") == "step 0 of 6"
    press(page, *["ArrowRight"] * 6)
    assert "Processors 0 and 1 are inside at the same time." in said(page)
    assert standing(page) == {"0": "critical section", "1": "critical section"}
    assert page.locator(".kb-turns .cross").count() == 1


def test_what_goes_on_for_ever_comes_round_again(opened: Open) -> None:
    widget = shown("test_and_set")
    page = opened(widget)
    stem, cycle = len(widget.machine.stem), len(widget.machine.cycle)

    press(page, "x", "End")

    assert page.inner_text(".kb-where") == f"step {stem + cycle} of {stem + cycle}"
    assert page.locator(".againwords").inner_html() == "again and again"
    press(page, "ArrowRight")
    assert page.inner_text(".kb-where") == f"step {stem} of {stem + cycle}"
    assert f"Everything is as after step {stem}: this can go on for ever." in said(page)


def test_of_a_right_lock_it_says_that_there_is_no_bad_schedule(opened: Open) -> None:
    page = opened(shown("peterson"))

    press(page, "x")

    assert said(page).startswith("There is none: in all 58 states")


def test_all_states_light_up_as_they_are_seen(opened: Open) -> None:
    page = opened(shown("flag"))

    press(page, "1", "2")

    assert page.locator(".kb-states .state").count() == 25
    assert page.locator(".kb-states .state.seen").count() == 3
    assert page.locator(".kb-states .state.here").count() == 1


def test_it_opens_where_a_schedule_has_led_and_tells_python_where_it_is(opened: Open) -> None:
    page = opened(shown("flag", schedule=[0, 0, 1]))
    assert page.inner_text(".kb-where") == "step 3 of 3"

    press(page, "2")

    page.wait_for_function("window.saved.length > 0")
    assert page.evaluate("window.saved.at(-1)") == [0, 0, 1, 1]


def test_a_screen_reader_hears_each_step_and_every_control_has_a_name(opened: Open) -> None:
    page = opened(shown("flag"))

    assert page.get_attribute(".kb-say", "aria-live") == "polite"
    names = page.eval_on_selector_all(
        ".kb-interleave button", "all => all.map(b => b.getAttribute('aria-label') || b.innerText)"
    )
    assert all(names)
    quiet = "all => all.every(b => b.hasAttribute('data-lm-suppress-shortcuts'))"
    assert page.eval_on_selector_all(".kb-interleave :is(button,[tabindex])", quiet)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("name", "n"), [("flag", 2), ("dijkstra", 3)])
def test_it_can_be_used_by_everyone(opened: Open, name: str, n: int, theme: str) -> None:
    page = opened(shown(name, n, "bad"), color_scheme=theme)
    press(page, "?", "ArrowLeft", "ArrowLeft", "1", "2")

    if os.environ.get(PICTURES):
        page.screenshot(path=Path(os.environ[PICTURES]) / f"interleave-{name}-{theme}.png",
                        full_page=True)  # fmt: skip
    assert findings(page) == []


@pytest.mark.parametrize("width", [420, 800, 1400])
def test_it_fits_any_width(opened: Open, width: int) -> None:
    page = opened(shown("book_from_0", schedule="bad"), width)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    expect(page.locator(".kb-card").first).to_be_visible()


def test_a_cycle_that_it_opens_with_can_be_gone_round(opened: Open) -> None:
    widget = shown("test_and_set", schedule="bad")
    page = opened(widget)
    stem, cycle = len(widget.machine.stem), len(widget.machine.cycle)
    assert page.inner_text(".kb-where") == f"step {stem + cycle} of {stem + cycle}"
    assert "a processor tries for ever and never gets in" in said(page)

    press(page, "ArrowRight")

    assert page.inner_text(".kb-where") == f"step {stem} of {stem + cycle}"


def test_who_sleeps_cannot_be_made_to_go_on(opened: Open) -> None:
    text = (LOCKS.parent / "systems" / "sleep_lock_lost_wakeup.py").read_text("utf-8")
    widget = interleave(text, schedule="bad")
    page = opened(widget)
    last = widget.machine.places(widget.machine.stem)[-1]
    sleeper = next(p for p in (0, 1) if widget.machine.phase(last, p) == "asleep")
    assert "sleeps in chan for ever" in said(page)

    press(page, str(sleeper + 1))

    assert said(page) == f"Processor {sleeper} cannot go on: asleep, swtch(chan)."
    assert page.locator(".kb-card").nth(sleeper).get_attribute("aria-disabled") == "true"


def test_programs_on_the_kernel_are_driven_by_keys_by_chance_and_by_name(opened: Open) -> None:
    widget = drive(exclusion.TWO_ORDERS, title="Two orders")
    page = opened(widget)

    press(page, "1", "2", "1")
    assert "Whatever happens now, not all programs come to their ends." in said(page)
    assert standing(page) == {
        "A": "await u.semop(s, [[1, -1, 0]])", "B": "await u.semop(s, [[0, -1, 0]])",
    }  # fmt: skip
    press(page, "1")
    assert said(page).startswith("Process A cannot go on: asleep")
    press(page, "2")
    assert "Deadlock: A → B → A." in said(page)
    assert page.locator(".kb-scene .deadly").count() == 4
    assert page.inner_text(".kb-seen > :first-child") == "5 of 39 states seen so far"
    press(page, "ArrowLeft", "ArrowLeft", "ArrowLeft", "1")
    assert page.locator(".kb-tree circle").count() == 6
    press(page, "x", "End")
    assert page.inner_text(".kb-where") == "step 4 of 4"

    for seed in (1, 2, 9):
        press(page, "Home")
        page.fill(".kb-seed", str(seed))
        page.click(".kb-chance button")
        turns = chosen(exclusion.TWO_ORDERS, seed)
        assert page.inner_text(".kb-where").startswith(f"step {len(turns)} of")
        state = widget.subject.graph.states[widget.subject.follow(turns)[-1]]
        assert page.locator(".kb-phase").all_inner_texts() == list(state.phases)
    assert findings(page, within=[".kb-interleave"]) == []
