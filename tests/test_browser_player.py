"""The player in a page: quick, by keys, in light and dark, with nobody but the page itself."""

import inspect
import json
import os
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from autograder.bench.page import page_of
from kernel_model import messages
from kernel_model.view import across, compare, play
from kernel_model.view.pictures.words import real_messages
from kernel_model.view.player.widget import Player
from tests.browser import PICTURES, chromium, findings
from tests.test_view_compare import FILE, TWO, msgrcv
from tests.view_runs import CONVERSATION, USERS

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a player in a page of its own; fails if the page asked for anything or had an error."""
    wrong: list[str] = []
    contexts = []

    def ask(route: Route) -> None:
        if route.request.url.startswith(("file:", "data:", "blob:")):
            route.continue_()
        else:
            wrong.append(f"asked for {route.request.url}")
            route.abort()

    def open_(player: Player, width: int = 1400, **given: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **given)
        contexts.append(context)
        page = context.new_page()
        page.route("**/*", ask)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text))
        file = tmp_path / f"{len(contexts)}.html"
        file.write_text(page_of(player), "utf-8")
        page.goto(file.as_uri())
        page.wait_for_function("window.first !== undefined")
        page.focus(".kb-player")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []


def conversation() -> Player:
    return play(CONVERSATION, uids=USERS)


def step(page: Page) -> int:
    return int(page.input_value(".kb-goto"))


def said(page: Page) -> str:
    return page.inner_text(".kb-say")


# Steps as fast as a page can take them: no time passes between them, nor before what they give is
# looked at, however busy the machine
STEP = """(count) => {
  const step = () => document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
  for (let n = 0; n < count; n++) step();
  return document.getAnimations().map((one) => ({
    key: one.effect.target.dataset.key || "",
    message: one.effect.target.matches(".msg"),
    frames: one.effect.getKeyframes().map((frame) => frame.transform || ""),
  }));
}"""


def keep(page: Page, name: str) -> None:
    """Keeps a screenshot, where a folder for them is named."""
    if os.environ.get(PICTURES):
        page.screenshot(path=Path(os.environ[PICTURES]) / f"{name}.png", full_page=True)


# Steps


def test_every_step_shows_the_pictures_that_were_made_for_it(opened: Open) -> None:
    player = conversation()
    page = opened(player, reduced_motion="reduce")
    data = player.data

    for at in range(len(player)):
        shown = page.eval_on_selector_all(
            ".kb-picture", "all => all.map(one => [one.dataset.place, one.textContent])"
        )
        for name, text in shown:
            place = [one["name"] for one in data["places"]].index(name)
            made = ET.fromstring(data["strings"][data["sides"][0]["pictures"][place][at]])
            assert text == "".join(made.itertext()), (at, name)
        assert said(page).startswith(data["strings"][data["sides"][0]["text"][at]])
        page.keyboard.press("ArrowRight")
    assert step(page) == len(player) - 1


def test_a_picture_has_the_room_it_needs_and_keeps_what_it_has_had(opened: Open) -> None:
    page = opened(conversation(), reduced_motion="reduce")
    look = """all => all.map(box => {
      const { width, height } = box.firstElementChild.viewBox.baseVal;
      return [box.clientHeight, Math.round(height * box.clientWidth / width)];
    })"""

    def rooms() -> list[list[int]]:
        found: list[list[int]] = page.eval_on_selector_all(".kb-picture", look)
        return found

    first = rooms()
    highest = [drawn for _, drawn in first]
    for _ in range(100):
        page.keyboard.press("ArrowRight")
        now = rooms()
        highest = [max(old, drawn) for old, (_, drawn) in zip(highest, now, strict=True)]
        assert all(abs(room - most) < 2 for (room, _), most in zip(now, highest, strict=True))
    page.keyboard.press("Home")
    assert [room for room, _ in rooms()] == [room for room, _ in now]


def test_keys_go_where_the_legend_says(opened: Open) -> None:
    player = conversation()
    page = opened(player)
    steps = player.stories[0].steps
    events = [n for n, one in enumerate(steps) if one.kind in ("sleep", "wakeup", "error")]
    calls = [n for n, one in enumerate(steps) if one.kind == "call"]

    def after(key: str) -> int:
        page.keyboard.press(key)
        return step(page)

    assert [after(key) for key in ("n", "n", "Shift+ArrowRight")] == events[:3]
    assert [after(key) for key in ("p", "Shift+ArrowLeft")] == [events[1], events[0]]
    assert [after(key) for key in ("Home", "c", "c", "Shift+C")] == [
        0,
        calls[1],
        calls[2],
        calls[1],
    ]
    assert [after(key) for key in ("End", "ArrowRight", "ArrowLeft")] == [
        len(steps) - 1,
        len(steps) - 1,
        len(steps) - 2,
    ]
    for key in ("g", "4", "2", "Enter"):
        page.keyboard.press(key)
    assert step(page) == 42
    page.keyboard.press("?")
    assert page.is_visible(".kb-help")
    page.keyboard.press("Escape")
    assert page.is_hidden(".kb-help")


FACES = """() => {
  const button = document.querySelector(".kb-play");
  window.faces = [];  // what it shows, one after the other: playing may be over before we look
  new MutationObserver(() => window.faces.push(button.getAttribute("aria-label")))
    .observe(button, { attributeFilter: ["aria-label"] });
}"""


def test_it_plays_and_stops_at_the_end(opened: Open) -> None:
    page = opened(conversation())

    page.keyboard.press("End")
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    for _ in range(5):
        page.keyboard.press("+")
    before = step(page)
    page.evaluate(FACES)
    page.keyboard.press(" ")
    page.wait_for_function("window.faces.length > 1")
    assert page.evaluate("window.faces") == ["pause", "play"]
    assert step(page) == before + 4


def test_a_click_on_the_timeline_goes_there(opened: Open) -> None:
    player = conversation()
    page = opened(player)

    box = page.locator(".kb-chart").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 20)
    assert step(page) == round((len(player) - 1) / 2)


def test_the_step_goes_back_to_python_once_stepping_has_stopped(opened: Open) -> None:
    page = opened(conversation())

    page.evaluate(STEP, 6)
    page.wait_for_function("window.saved.length > 0")
    assert page.evaluate("window.saved") == [6]
    page.evaluate("window.model.set('step', 9); window['change:step']()")
    assert step(page) == 9


def test_the_line_that_runs_is_in_sight_and_marked(opened: Open) -> None:
    player = conversation()
    page = opened(player)

    for _ in range(12):
        page.keyboard.press("n")
        stack = player.data["strings"][player.data["sides"][0]["stack"][step(page)]]
        line = json.loads(stack)[-1][1] if json.loads(stack) else None
        if line is None:
            continue
        now = page.locator(".kb-now")
        assert now.get_attribute("data-n") == str(line)
        assert now.get_attribute("aria-current") == "step"
        pane, row = page.locator(".kb-code").bounding_box(), now.bounding_box()
        assert pane is not None
        assert row is not None
        assert pane["y"] <= row["y"] <= pane["y"] + pane["height"] - 20


# Motion and marks


def first(player: Player, kind: str) -> int:
    return next(n for n, one in enumerate(player.stories[0].steps) if one.kind == kind)


def test_a_sleeper_that_is_woken_moves_from_its_event_to_the_ready(opened: Open) -> None:
    player = conversation()
    page = opened(player)

    for _ in range(first(player, "wakeup") - 1):
        page.keyboard.press("ArrowRight")
    moving = {one["key"]: one["frames"] for one in page.evaluate(STEP, 1)}
    assert moving["at:B"][0].startswith("translate(")
    keep(page, "player-wakeup")


def test_a_message_travels_from_its_sender_and_to_its_receiver(opened: Open) -> None:
    player = conversation()
    steps = player.stories[0].steps
    sizes = [sum(len(real_messages(q)) for q in one.view["msgque"]) for one in steps]
    sent = next(n for n in range(1, len(steps)) if sizes[n] > sizes[n - 1])
    taken = next(n for n in range(1, len(steps)) if sizes[n] < sizes[n - 1] and sizes[n] == 0)
    page = opened(player)

    for at in (sent, taken):
        page.fill(".kb-goto", str(at - 1))
        page.keyboard.press("Enter")
        page.wait_for_function("document.getAnimations().length === 0")
        page.focus(".kb-player")
        moving = [one["frames"] for one in page.evaluate(STEP, 1) if one["message"]]
        assert any("translate" in frame for frames in moving for frame in frames), at


def test_nothing_moves_for_those_who_want_it_still(opened: Open) -> None:
    player = conversation()
    page = opened(player, reduced_motion="reduce")

    for _ in range(first(player, "wakeup")):
        page.keyboard.press("ArrowRight")
        assert page.evaluate("document.getAnimations().length") == 0


def test_what_a_step_changed_is_marked_and_no_more_after_it(opened: Open) -> None:
    player = conversation()
    page = opened(player)

    at = first(player, "sleep")
    for _ in range(at):
        page.keyboard.press("ArrowRight")
    marked = "all => all.map(one => one.dataset.cell)"
    assert page.eval_on_selector_all(".changed", marked) == ["proc:B.state"]
    assert page.inner_text(".kb-fresh") == (
        "B: running → asleep, until there is a message in queue 0"
    )
    page.keyboard.press("Home")
    assert page.eval_on_selector_all(".changed", marked) == []
    assert page.inner_text(".kb-fresh") == "nothing"


def test_the_sign_of_a_line_that_a_lecture_quotes_is_not_shown(opened: Open) -> None:
    player = conversation()
    page = opened(player, reduced_motion="reduce")
    page.fill(".kb-goto", str(first(player, "sleep") - 1))
    page.keyboard.press("Enter")
    shown = page.inner_text(".kb-lines")

    assert "# DOC:" in inspect.getsource(messages.msgrcv)
    assert "await sleep(u, q.arrival, PMSG)" in shown
    assert "DOC:" not in shown


def test_a_process_is_highlighted_everywhere_by_mouse_and_by_keys(opened: Open) -> None:
    player = conversation()
    page = opened(player, reduced_motion="reduce")  # what moves may leave the mouse behind
    for _ in range(first(player, "sleep")):
        page.keyboard.press("ArrowRight")

    def linked() -> list[str]:
        found: list[str] = page.evaluate(
            """() => [...document.querySelectorAll(".linked")].map((one) =>
              one.closest("[data-place]")?.dataset.place || one.getAttribute("class")).sort()"""
        )
        return found

    page.hover('[data-key="at:B"]')
    by_mouse = linked()
    assert {"processes", "sleepers", "queue 0"} <= set(by_mouse)
    page.mouse.move(5, 5)
    assert linked() == []
    for _ in range(2):
        page.keyboard.press("h")
    assert said(page) == "highlighted: process B"
    assert linked() == by_mouse
    page.keyboard.press("Escape")
    assert linked() == []


# Comparison


def test_two_runs_move_together_and_differences_are_marked(opened: Open) -> None:
    player = compare(FILE, msgrcv, only=TWO)
    page = opened(player)

    assert step(page) == player.step
    assert page.locator(".kb-side").count() == 2
    assert "the kernel's: B goes to sleep" in said(page)
    assert "yours: msgrcv returns 3 to B." in said(page)
    assert page.locator('.differs[data-cell="queue:0.qnum"]').count() == 2
    page.keyboard.press("Home")
    assert page.locator(".differs").count() == 0
    page.keyboard.press("End")
    assert step(page) == len(player) - 1
    keep(page, "player-compare")


# Still pictures


def test_the_pictures_can_be_saved(opened: Open) -> None:
    page = opened(conversation())
    page.keyboard.press("n")

    with page.expect_download() as svg:
        page.keyboard.press("s")
    text = Path(svg.value.path()).read_text("utf-8")
    root = ET.fromstring(text)
    assert svg.value.suggested_filename == f"step-{step(page)}.svg"
    assert "B goes to sleep" in "".join(root.itertext())
    assert "--kb-paper:" in text
    with page.expect_download() as png:
        page.get_by_role("button", name="save as PNG").click()
    assert Path(png.value.path()).read_bytes().startswith(b"\x89PNG")


# Hosts

UNFILLED = """(all) => all.filter((one) => getComputedStyle(one).fill === "none")
  .map((one) => one.textContent)"""


def test_a_lost_packet_is_reached_by_key_and_crossed_out_in_both_pictures(opened: Open) -> None:
    player = across(loss=25, seed=3).player
    assert player is not None
    page = opened(player, color_scheme="dark", reduced_motion="reduce")
    lost = [n for n, one in enumerate(player.stories[0].steps) if one.kind == "lost"]
    for _ in range(20):
        page.keyboard.press("n")
        if step(page) == lost[0]:
            break

    assert said(page) == "Packet 2 from 10.0.0.2 is lost on the way."
    for place in ("exchange", "layers"):
        assert page.locator(f"[data-place={place}] .cross").count() == 1
    packet, words = (
        page.locator(f"[data-place=layers] [data-key^=packet] {part}").first.bounding_box()
        for part in ("rect", "text")
    )
    assert packet
    assert words
    assert packet["x"] <= words["x"]
    assert words["x"] + words["width"] <= packet["x"] + packet["width"] - 4
    keep(page, "hosts-dark")
    assert page.eval_on_selector_all(".kb-picture text", UNFILLED) == []
    assert findings(page) == []


# Widths

INSIDE = """() => [...document.querySelectorAll(".kb-chart .call")].filter((call) =>
  call.firstElementChild.getComputedTextLength() + 7 > call.width.baseVal.value
  && call.firstElementChild.style.display !== "none").length"""
NAMED = """() => [...document.querySelectorAll(".kb-chart .call text")].filter((one) =>
  one.getComputedTextLength() > 0).length"""
HIDDEN = """async (shown) => {
  document.querySelector(".kb-player").style.display = shown;
  for (let frame = 0; frame < 5; frame++) await new Promise(requestAnimationFrame);
}"""
NEXT = """() => {
  const pane = document.querySelector(".kb-code").getBoundingClientRect();
  const next = document.querySelector(".kb-now").getBoundingClientRect();
  return next.top >= pane.top && next.bottom <= pane.bottom;
}"""


def test_the_timeline_names_the_calls_that_it_has_room_for(opened: Open) -> None:
    player = across("datagrams", loss=20, double=20, reorder=60, seed=2).player
    assert player is not None
    page = opened(player, 1400)
    wide = page.evaluate(NAMED)
    page.set_viewport_size({"width": 560, "height": 900})
    page.wait_for_function(f"({NAMED})() < {wide}")

    assert page.evaluate(INSIDE) == 0
    for shown in ("none", ""):  # a notebook takes out of the page what is far from view
        page.evaluate(HIDDEN, shown)
    page.set_viewport_size({"width": 1400, "height": 900})
    page.wait_for_function(f"({NAMED})() === {wide}")


def test_the_line_that_is_next_stays_in_view_when_the_page_gets_narrower(opened: Open) -> None:
    player = across(step="the socket layer takes 1200 bytes").player
    assert player is not None
    page = opened(player, 1400, reduced_motion="reduce")
    assert page.evaluate(NEXT)
    page.set_viewport_size({"width": 480, "height": 900})
    page.wait_for_function(NEXT)

    page.evaluate("document.querySelector('.kb-code').scrollTop = 0")
    page.set_viewport_size({"width": 1400, "height": 900})
    page.wait_for_function(NEXT)


# For everybody


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [700, 1400])
def test_nothing_stands_in_anybodys_way(opened: Open, scheme: Any, width: int) -> None:
    player = conversation()
    page = opened(player, width, color_scheme=scheme, reduced_motion="reduce")
    for at in (first(player, "wakeup"), first(player, "error")):
        page.fill(".kb-goto", str(at))
        page.keyboard.press("Enter")
        assert findings(page) == []
    keep(page, f"player-{scheme}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_jupyterlab_keeps_its_hands_off_the_keys(opened: Open) -> None:
    page = opened(conversation())

    without = page.eval_on_selector_all(
        ".kb-player, .kb-player button, .kb-player input, .kb-player select, [tabindex]",
        "all => all.filter(one => one.dataset.lmSuppressShortcuts !== 'true').length",
    )
    assert without == 0


def test_dark_is_dark(opened: Open) -> None:
    page = opened(conversation(), color_scheme="dark")

    colour = "getComputedStyle(document.querySelector('.kb-player')).backgroundColor"
    assert page.evaluate(colour) == "rgb(22, 24, 29)"
