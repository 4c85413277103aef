"""Console and questions in a page: by mouse and by keys, with and without a kernel behind them.

The page's model is a stand-in that hands what the page sends to the widget in this process.
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from kernel_model.debugger import COUNTS, SUM
from kernel_model.scenario import load
from kernel_model.view import console, debug, predict, quiz, shell
from kernel_model.view.debugger.widget import Debug
from kernel_model.view.pipelines import Shell
from kernel_model.view.player.widget import Player
from tests.browser import PICTURES, chromium, findings
from tests.test_view_predict import TEXT

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Widgets</title>
<style>:root{color-scheme:light dark}body{margin:8px;background:Canvas}%(css)s</style>
<main><h1>Widgets</h1><div id="place"></div></main>
<script type="module">
const own = URL.createObjectURL(new Blob([%(esm)s], {type: "text/javascript"}));
const {default: widget} = await import(own);
const calls = [];
let state = %(state)s;
const answer = async (message) => {
  state = JSON.parse(await window.python(JSON.stringify(message)));
  calls.forEach((call) => call());
};
const model = {
  get: () => state,
  on: (name, call) => calls.push(call),
  off() {},
  send: (message) => {
    window.late = () => answer(message);
    if (!window.dead) window.late();
  },
};
widget.render({ model, el: document.getElementById("place") });
window.drawn = true;
</script></html>"""

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a widget in a page of its own; fails if the page asked for anything or had an error."""
    wrong: list[str] = []
    contexts = []

    def ask(route: Route) -> None:
        if route.request.url.startswith(("file:", "data:", "blob:")):
            route.continue_()
        else:
            wrong.append(f"asked for {route.request.url}")
            route.abort()

    def open_(shown: Any, width: int = 1200, **given: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 1000}, **given)
        contexts.append(context)
        page = context.new_page()
        page.route("**/*", ask)
        page.on("pageerror", lambda error: wrong.append(str(error)))

        def python(message: str) -> str:
            shown._heard(shown.page, json.loads(message), [])
            return json.dumps(shown.page.state)

        page.expose_function("python", python)
        parts = {"css": shown.page._css, "esm": json.dumps(shown.page._esm),
                 "state": json.dumps(shown.page.state).replace("</", "<\\/")}  # fmt: skip
        file = tmp_path / "page.html"
        file.write_text(PAGE % parts, encoding="utf-8")
        page.goto(file.as_uri())
        page.wait_for_function("window.drawn")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []


def picture(page: Page, name: str) -> None:
    """Keeps a screenshot, where a folder for them is named."""
    if os.environ.get(PICTURES):
        folder = Path(os.environ[PICTURES])
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png", full_page=True)


def choose(page: Page, who: str, call: str) -> Locator:
    """Says who calls what; gives the button that does it."""
    page.locator(f".card label:has(b:text-is('{who}'))").click()
    page.get_by_label("System call", exact=True).select_option(call)
    return page.get_by_role("button", name="Call", exact=True)


def conversation(page: Page) -> None:
    """A makes a queue, and B sleeps on it."""
    choose(page, "A", "msgget").click()
    expect(page.get_by_role("log")).to_contain_text("kept as q")
    choose(page, "B", "msgrcv").click()
    expect(page.locator(".card.asleep")).to_contain_text("until a message comes to queue 0")


# The console


def test_one_process_is_put_to_sleep_and_another_wakes_it(opened: Open) -> None:
    page = opened(console())
    conversation(page)
    assert page.locator(".card.asleep input").is_disabled()
    expect(page.locator(".card.ready input")).to_be_checked()  # the next one who can

    page.get_by_label("System call", exact=True).select_option("msgsnd")
    page.get_by_label("text", exact=True).fill("good morning")
    page.get_by_label("text", exact=True).press("Enter")

    log = page.get_by_role("log")
    expect(log.locator("li")).to_have_count(3)
    expect(log.locator("li").last).to_contain_text(
        "A msgsnd(q, 1, “good morning”, 0) returns 0; B's msgrcv returns 12: type 1, “good morning”"
    )
    assert log.get_attribute("aria-live") == "polite"
    expect(page.locator(".card.asleep")).to_have_count(0)


def test_who_is_chosen_is_shown_a_descriptor_of_its_own(opened: Open) -> None:
    page = opened(console(first="Sockets"))
    choose(page, "A", "socketpair").click()
    expect(page.get_by_role("log")).to_contain_text("kept as pair")
    choose(page, "B", "socket").click()
    expect(page.get_by_role("log")).to_contain_text("kept as sock")

    page.get_by_label("System call", exact=True).select_option("close")
    shown = page.get_by_label("descriptor", exact=True)
    expect(shown).to_have_value("$sock")
    page.locator(".card label:has(b:text-is('A'))").click()
    expect(shown).to_have_value("$pair.1")
    page.get_by_role("button", name="Call", exact=True).click()
    expect(shown).to_have_value("$pair.0")


def test_a_sleeper_is_signalled_from_its_card(opened: Open) -> None:
    page = opened(console())
    conversation(page)
    page.get_by_role("button", name="signal B").click()
    assert page.evaluate("document.activeElement.closest('.field').innerText").startswith("signal")
    page.get_by_label("signal", exact=True).select_option("SIGTERM")
    page.get_by_role("button", name="Call", exact=True).click()

    expect(page.locator(".log li").last).to_contain_text("B is gone (ended by SIGTERM)")
    expect(page.locator(".card.ended")).to_contain_text("gone")


def test_everything_can_be_done_by_keys(opened: Open) -> None:
    page = opened(console())
    page.locator(".card input").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.value") == "B"
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.innerText || ''"))
        if reached[-1] == "Call":
            break
    page.keyboard.press("Enter")
    expect(page.locator(".log li")).to_contain_text("B msgget(key 7, IPC_CREAT | 0600) returns 0")

    focusable = "button, input, select, summary, [tabindex='0']"
    assert (
        page.evaluate(
            "(which) => [...document.querySelectorAll(which)]"
            ".filter((one) => !one.dataset.lmSuppressShortcuts).map((one) => one.outerHTML)",
            focusable,
        )
        == []
    )


def test_mode_boxes_and_octal_say_the_same(opened: Open) -> None:
    page = opened(console())
    mode = page.get_by_label("mode of a new one", exact=True)

    page.get_by_label("group: read").check()
    assert mode.input_value() == "0640"
    mode.fill("0602")
    assert page.get_by_label("others: write").is_checked()
    assert not page.get_by_label("group: read").is_checked()
    expect(page.locator(".preview")).to_have_text("A: msgget(key 7, IPC_CREAT | 0602)")


def test_what_was_filled_in_stays_and_a_new_result_is_chosen(opened: Open) -> None:
    page = opened(console())
    choose(page, "A", "msgget").click()
    expect(page.locator(".log li")).to_have_count(1)
    press = choose(page, "A", "msgsnd")
    page.get_by_label("text", exact=True).fill("one")
    press.click()
    expect(page.locator(".log li")).to_have_count(2)
    assert page.get_by_label("text", exact=True).input_value() == "one"
    assert page.get_by_label("queue", exact=True).input_value() == "$q"

    press = choose(page, "A", "msgget")
    page.get_by_label("IPC_PRIVATE").check()
    page.get_by_label("keep the result as").fill("mine")
    press.click()
    expect(page.locator(".log li").last).to_contain_text("kept as mine")
    choose(page, "A", "msgsnd")

    assert page.get_by_label("text", exact=True).input_value() == "one"
    assert page.get_by_label("queue", exact=True).input_value() == "$mine"


def test_an_error_is_said_beside_the_button_and_changes_nothing(opened: Open) -> None:
    page = opened(console())
    press = choose(page, "A", "msgsnd")
    page.get_by_label("type", exact=True).fill("one!")
    press.click()

    said = page.locator(".make [role=status]")
    expect(said).to_have_text("Type: 'one!' is not a number.")
    page.get_by_label("type", exact=True).fill("1")
    page.get_by_label("queue: the number").fill("99")
    press.click()
    expect(page.locator(".log li")).to_contain_text("fails with EINVAL")
    expect(said).to_have_text("")


def test_processes_are_made_calls_undone_and_all_begun_afresh(opened: Open) -> None:
    page = opened(console())
    page.get_by_text("New process").click()
    new = page.get_by_role("form", name="New process")
    assert new.get_by_label("name").input_value() == "C"
    new.get_by_label("uid", exact=True).fill("0")
    new.get_by_label("uid", exact=True).press("Enter")
    expect(page.locator(".card").nth(2)).to_contain_text("superuser")
    assert new.get_by_label("name").input_value() == "D"

    conversation(page)
    page.get_by_role("button", name="Undo the last call").click()
    expect(page.locator(".log li")).to_have_count(1)
    expect(page.locator(".card.asleep")).to_have_count(0)
    page.get_by_role("button", name="Start afresh").click()
    expect(page.locator(".card")).to_have_count(2)
    expect(page.get_by_text("Nothing has been called yet")).to_be_visible()
    assert page.get_by_role("button", name="Play it").is_disabled()


def test_what_was_done_is_saved_in_a_file_of_scenarios(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = opened(console())
    conversation(page)
    page.get_by_role("button", name="Save as scenario").click()
    expect(page.locator(".json")).to_contain_text('{"asleep": "B"}')
    page.get_by_label("name of the scenario").fill("asleep.b")
    page.get_by_label("file", exact=True).fill("mine.json")
    page.get_by_label("file", exact=True).press("Enter")

    expect(page.get_by_text("asleep.b is in mine.json.")).to_be_visible()
    assert [one.id for one in load(tmp_path / "mine.json")] == ["asleep.b"]


def test_a_page_without_its_kernel_says_so(opened: Open) -> None:
    page = opened(console())
    page.evaluate("() => { window.dead = true; }")
    page.clock.install()
    page.get_by_role("button", name="Call", exact=True).click()
    page.clock.fast_forward("01:00")

    expect(page.locator(".make [role=status]")).to_contain_text("run this cell again")


def test_nobody_who_can_call_is_told_as_such(opened: Open) -> None:
    page = opened(console(processes={"A": 0}))
    choose(page, "A", "pause").click()

    expect(page.locator(".preview")).to_have_text("Nobody can make a call now: make a new process.")
    assert page.get_by_role("button", name="Call", exact=True).is_disabled()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 420])
def test_the_console_is_for_everyone(opened: Open, scheme: str, width: int) -> None:
    page = opened(console(limits={"MSGMNB": 100}), width, color_scheme=scheme)
    conversation(page)
    page.get_by_text("New process").click()
    page.get_by_role("button", name="Save as scenario").click()
    page.get_by_role("button", name="Try it for real").click()
    expect(page.get_by_text("For real", exact=True)).to_be_visible()
    for call in ("msgctl", "sigprocmask", "msgget"):
        page.get_by_label("System call", exact=True).select_option(call)
        assert findings(page) == [], call
    picture(page, f"console-{scheme}-{width}")

    assert page.evaluate("document.documentElement.scrollWidth") <= width


# Questions


def test_a_prediction_is_judged_when_the_learner_commits(opened: Open) -> None:
    page = opened(predict("Does `it` sleep?", ["yes", "no"], "no", "There is a message."))
    assert "There is a message" not in page.content()
    commit = page.get_by_role("button", name="Commit")
    commit.click()
    expect(page.get_by_text("Choose an option first.")).to_be_visible()

    page.get_by_label("yes").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")

    expect(page.locator(".told")).to_contain_text("Not so.")
    expect(page.locator(".told")).to_contain_text("There is a message.")
    expect(page.locator(".isright")).to_contain_text("no")
    expect(page.locator(".iswrong .word")).to_have_text("yours")
    assert page.evaluate("document.activeElement.className") == "told wrong"
    assert page.get_by_label("yes").is_disabled()
    expect(commit).to_be_hidden()


def test_a_quiz_is_answered_in_any_order_and_counted(opened: Open) -> None:
    page = opened(quiz(TEXT))
    cards = page.locator("form")
    cards.nth(2).get_by_label("Your answer").fill("16 KB")
    cards.nth(2).get_by_label("Your answer").press("Enter")
    expect(page.locator(".score")).to_have_text("1 of 1 right, 2 left")
    cards.nth(1).get_by_label("a message").check()
    cards.nth(1).get_by_role("button").click()

    expect(page.locator(".score")).to_have_text("1 of 2 right, 1 left")
    expect(cards.nth(1).locator(".isright .word")).to_have_text(["right, and yours", "right"])


def test_a_question_without_its_kernel_says_so(opened: Open) -> None:
    page = opened(predict("2 + 2?", None, 4, "So."))
    page.evaluate("() => { window.dead = true; }")
    page.clock.install()
    page.get_by_label("Your answer").fill("4")
    page.keyboard.press("Enter")
    page.clock.fast_forward("01:00")

    expect(page.locator(".say")).to_contain_text("Run this cell again, then commit")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [900, 400])
def test_questions_are_for_everyone(opened: Open, scheme: str, width: int) -> None:
    page = opened(quiz(TEXT), width, color_scheme=scheme)
    assert findings(page) == []
    for card in page.locator("form").all()[:2]:
        card.get_by_role("radio").or_(card.get_by_role("checkbox")).first.check()
        card.get_by_role("button").click()
    page.get_by_label("Your answer").fill("5")
    page.keyboard.press("Enter")
    expect(page.locator(".score")).to_have_text("0 of 3 right")

    assert findings(page) == []
    picture(page, f"quiz-{scheme}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


# The debugger


class Debugged:
    """A debugger as the page above takes a widget."""

    def __init__(self, widget: Debug) -> None:
        self.page, self.widget = self, widget
        self._css, self._esm = widget._css, widget._esm

    @property
    def state(self) -> str:
        return self.widget.packed

    def _heard(self, page: Any, message: dict[str, Any], buffers: Any) -> None:
        self.widget._heard(page, message, buffers)


def test_a_late_answer_of_the_debugger_ends_the_word_that_there_is_none(opened: Open) -> None:
    page = opened(Debugged(debug(SUM)))
    page.evaluate("() => { window.dead = true; }")
    page.clock.install()
    page.get_by_role("button", name="breakpoint at loop", exact=True).click()
    page.clock.fast_forward("01:00")
    expect(page.locator(".kbd-wrong")).to_contain_text("There is no answer")
    page.evaluate("() => window.late()")

    expect(page.locator(".kbd-answer")).to_have_text("A breakpoint is written at loop.")
    expect(page.locator(".kbd-wrong")).to_have_text("")


def test_a_program_is_debugged_by_clicks(opened: Open) -> None:
    page = opened(Debugged(debug(SUM)))
    answer, rows = page.locator(".kbd-answer"), page.locator(".kbd-row")
    register = page.get_by_role("group", name="registers")

    page.get_by_role("button", name="breakpoint at loop", exact=True).click()
    expect(answer).to_have_text("A breakpoint is written at loop.")
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(answer).to_have_text("sum is stopped by a breakpoint at loop: cmp r1, r2.")
    expect(page.locator(".kbd-cost")).to_contain_text("continue has cost 9 calls of ptrace and 18")
    expect(rows.nth(4)).to_have_attribute("aria-current", "step")
    register.get_by_role("button", name="r1 is 4; change it").click()
    page.get_by_label("new value of r1").fill("2")
    page.keyboard.press("Enter")
    expect(answer).to_have_text("r1 is 2 now.")
    page.get_by_role("button", name="n was not read; read it").click()
    expect(answer).to_have_text("n: 4.")
    page.get_by_label("command", exact=True).fill("read 8")
    page.keyboard.press("Enter")
    expect(answer).to_have_text(re.compile("There is no such address: sum has nothing at 0x8"))
    picture(page, "debugger")
    page.get_by_role("button", name="Kill", exact=True).click()
    expect(answer).to_have_text("SIGKILL has ended sum.")
    expect(page.locator(".kbd-log li")).to_have_count(7)


def test_one_goes_back_in_time_and_another_way_by_keys(opened: Open) -> None:
    page = opened(Debugged(debug(SUM, ["break loop", "continue"])))
    where, say, root = page.locator(".kb-where"), page.locator(".kb-say"), page.locator(".kbd")
    root.focus()
    page.keyboard.press("s")
    expect(page.locator(".kbd-log li")).to_have_count(4)
    end = where.inner_text()
    for _ in range(6):
        page.keyboard.press("ArrowLeft")
    expect(page.locator(".kbd-past")).to_contain_text("takes back the 1 after it")
    expect(page.locator(".kbd-state.sleep")).to_have_count(1)
    expect(say).not_to_be_empty()
    page.keyboard.press("p")
    expect(page.locator(".kbd-answer")).to_contain_text("stopped by a breakpoint at loop")
    page.keyboard.press("c")
    expect(page.locator(".kbd-log li").last).to_contain_text("continue")
    expect(page.locator(".kbd-log li")).to_have_count(4)
    assert where.inner_text() != end
    page.keyboard.press("Home")
    expect(where).to_have_text(re.compile("moment 0 of"))
    page.keyboard.press("?")
    expect(page.locator(".kb-help")).to_be_visible()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 420)])
def test_the_debugger_is_for_everyone(opened: Open, scheme: str, width: int) -> None:
    commands = ["continue", "send SIGUSR1", "look data", "read 8"]
    page = opened(Debugged(debug(COUNTS, commands)), width=width, color_scheme=scheme)

    assert findings(page) == []
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    assert wide <= width
    picture(page, f"debugger-{scheme}-{width}")


# The shell

SHELL = """
const own = URL.createObjectURL(new Blob([%s], { type: "text/javascript" }));
const made = (tag, given) => Object.assign(document.createElement(tag), given);
function control({ kind, text, value }, send) {
  if (kind === "HTML") return made("div", { innerHTML: value });
  if (kind === "Button") return made("button", { textContent: text, onclick: () => send({}) });
  const box = kind === "Checkbox";
  const input = made("input", box ? { type: "checkbox", checked: value } : { value });
  input.onchange = () => send({ value: box ? input.checked : input.value });
  const label = made("label", { textContent: text });
  label.append(input);
  return label;
}
async function render({ model, el }) {
  const { default: player } = await import(own);
  let pressed = true;
  const draw = () => {
    if (!pressed) return;
    const { controls, run } = model.get();
    const parts = controls.map((one, at) => control(one, (said) => {
      pressed = !("value" in said);  // what is typed or checked stays as it is
      model.send({ at, ...said });
    }));
    el.replaceChildren(...parts);
    if (!run) return;
    const place = el.appendChild(made("div", {}));
    const get = (name) => run[name], set = (name, value) => { run[name] = value; };
    player.render({ el: place, model: { get, set, save_changes() {}, on() {}, off() {} } });
  };
  model.on("change", draw);
  draw();
}
export default { render };
"""


class Shelled:
    """A shell as the page above takes a widget; plain HTML stands for the controls of ipywidgets.

    The controls are those that the widget has just now, and the player is drawn by its own code.
    """

    _css, _esm = Player._css, SHELL % json.dumps(Player._esm)

    def __init__(self, widget: Shell) -> None:
        self.page, self.widget = self, widget

    @property
    def state(self) -> dict[str, Any]:
        controls = [one for one in self.widget.children if not isinstance(one, Player)]
        run = next((one for one in self.widget.children if isinstance(one, Player)), None)
        return {
            "controls": [
                {"kind": type(one).__name__, "text": one.description,
                 "value": getattr(one, "value", None)} for one in controls
            ],
            "run": None if run is None else {"data": run.data, "step": run.step},
        }  # fmt: skip

    def _heard(self, page: Any, message: dict[str, Any], buffers: Any) -> None:
        control = self.widget.children[message["at"]]
        if "value" in message:
            control.value = message["value"]
        else:
            control.click()


def test_the_shell_of_lecture_2_is_run_changed_and_hung_by_clicks(opened: Open) -> None:
    page = opened(Shelled(shell("cat f1 f2 | sort")))
    run = page.get_by_role("button", name="Run", exact=True)
    printed, goto, say = page.locator("pre"), page.locator(".kb-goto"), page.locator(".kb-say")

    expect(printed).to_have_text("apple\nfig\nlime\npear\nplum\nquince\n")
    expect(goto).not_to_have_value("0")  # it begins where the first bytes are in the pipe
    expect(page.locator(".kb-player")).to_contain_text("pear")
    picture(page, "shell-begins")
    page.locator(".kb-player").focus()
    page.keyboard.press("Home")
    expect(goto).to_have_value("0")
    page.keyboard.press("End")
    expect(goto).to_have_value(goto.get_attribute("max") or "")
    picture(page, "shell")

    page.get_by_label("the shell leaves its writing ends open").check()
    run.click()
    expect(page.get_by_text("It hangs:")).to_be_visible()
    expect(page.locator("p", has_text="It hangs")).to_contain_text("sh and sort wait for ever")
    expect(printed).to_have_text("nothing was printed")
    expect(goto).not_to_have_value("0")  # the player stands where it hangs
    expect(say).not_to_be_empty()
    picture(page, "shell-hangs")

    page.get_by_label("the shell leaves its writing ends open").uncheck()
    page.get_by_role("textbox").fill("cat f2 | wc")
    page.keyboard.press("Tab")
    run.click()
    expect(printed).to_contain_text("3")
    expect(page.get_by_text("It hangs:")).to_have_count(0)
    page.get_by_role("textbox").fill("rm f1")
    page.keyboard.press("Tab")
    run.click()
    expect(page.get_by_text("is no command")).to_be_visible()
    expect(page.locator(".kb-player")).to_have_count(0)
