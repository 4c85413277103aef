"""The lectures in JupyterLab, as a learner has them: every cell runs, everything can be used."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import SECONDS, Lab, Visit, chromium, findings, lab, visit
from tests.shown import shown

LECTURES = sorted(path.name for path in (Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
STUDENT = "dana"
MESSAGES = "lectures/04_messages.ipynb"
LOCKS = "lectures/14_locks_from_plain_memory.ipynb"
OURS = [".kb", ".jp-RenderedMarkdown"]  # players, consoles, questions, pictures, prose
ERRORS = """() => {
  const cells = window.jupyterapp.shell.currentWidget.content.model.cells;
  return [...Array(cells.length).keys()].map((at) => cells.get(at))
    .filter((cell) => cell.type === 'code')
    .flatMap((cell) => cell.outputs.toJSON())
    .filter((output) => output.output_type === 'error' || output.name === 'stderr')
    .map((output) => output.evalue || output.text);
}"""
FITS = "(img) => img.getBoundingClientRect().width <= img.parentElement.clientWidth"
TO_THE_END = """() => {
  const all = document.querySelector('.jp-WindowedPanel-outer');
  all.scrollTop = all.scrollHeight;
}"""
LAST_AT_THE_END = """() => {
  const all = document.querySelector('.jp-WindowedPanel-outer').getBoundingClientRect();
  const last = [...document.querySelectorAll('.jp-Cell')].at(-1).getBoundingClientRect();
  return last.bottom > all.bottom - 100;
}"""
THEMES = {"light": (), "dark": ("color-contrast",)}  # rules; by night only the colours change
IN_FRONT = """() => {
  const { context } = window.jupyterapp?.shell.currentWidget ?? {};
  return context?.sessionContext.session ? context.path : '';
}"""
# A busy page, or one whose tab is not in front, is told late that a tenth of a second has passed
LATE = """const soon = window.setTimeout.bind(window);
window.setTimeout = (call, after, ...rest) =>
  soon(call, after >= 100 && after < 200 ? 3000 : after, ...rest);"""
STOP = "() => window.jupyterapp.shell.currentWidget.context.sessionContext.shutdown()"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Lab]:
    with lab(tmp_path_factory.mktemp("lab")) as made:
        yield made


@pytest.fixture
def visitor(browser: Browser, server: Lab) -> Iterator[Visit]:
    with visit(browser, server) as found:
        yield found
        assert found.outside == []
        assert found.errors == []


@pytest.fixture(scope="module")
def page_for_all(browser: Browser, server: Lab) -> Iterator[Visit]:
    """JupyterLab loaded once, in which one lecture after the other is opened."""
    with visit(browser, server) as found:
        yield found


@pytest.fixture
def reader(page_for_all: Visit) -> Iterator[Visit]:
    page_for_all.outside.clear()
    page_for_all.errors.clear()
    page_for_all.page.emulate_media(color_scheme="light")
    yield page_for_all
    assert page_for_all.outside == []
    assert page_for_all.errors == []


def run(reader: Visit, path: str) -> Page:
    """A lecture in which every cell has run: the one that a test before has left, if it is that."""
    if not reader.page.url.startswith(reader.lab.url) or reader.page.evaluate(IN_FRONT) != path:
        reader.open(path)
        reader.run_all()
    return reader.page


@pytest.mark.parametrize("name", LECTURES)
def test_a_lecture_runs_whole_and_can_be_used_by_everyone_by_day_and_by_night(
    reader: Visit, name: str
) -> None:
    page = reader.open(f"lectures/{name}")
    if name in MESSAGES:  # its players are there before anything has run
        expect(shown(page, ".kb-player").locator(".kb-title")).to_be_visible()
    reader.run_all()

    assert page.evaluate(ERRORS) == []
    for theme, rules in THEMES.items():
        reader.theme(theme)
        shown(page, ".kb-player")
        reader.picture(f"{name.removesuffix('.ipynb')}-{theme}")
        assert findings(page, *rules, within=OURS) == []


def test_saved_players_are_shown_where_the_page_is_late(visitor: Visit) -> None:
    visitor.page.add_init_script(LATE)
    page = visitor.open(MESSAGES)

    expect(shown(page, ".kb-player").locator(".kb-title")).to_be_visible()


def test_pictures_shrink_with_a_narrow_page(reader: Visit) -> None:
    page = run(reader, "lectures/02_pipes.ipynb")
    page.set_viewport_size({"width": 900, "height": 900})
    picture = shown(page, ".jp-RenderedSVG > img")

    page.wait_for_function(FITS, arg=picture.element_handle())
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_lecture_ends_with_its_last_cell_and_no_empty_page_below(reader: Visit) -> None:
    page = run(reader, "lectures/02_pipes.ipynb")
    page.evaluate(TO_THE_END)

    page.wait_for_function(LAST_AT_THE_END)


def test_interleavings_are_chosen_by_keys_when_the_kernel_has_gone(reader: Visit) -> None:
    page = run(reader, LOCKS)
    widget = shown(page, ".kb-interleave")
    page.evaluate(STOP)
    shown(page, ".kb-interleave").focus()
    for key in ("1", "1", "2", "2", "1", "2"):
        page.keyboard.press(key)
    reader.picture("interleave")

    expect(widget.locator(".kb-where")).to_have_text("step 6 of 6")
    expect(widget.locator(".kb-say")).to_contain_text("are inside at the same time")
    page.keyboard.press("ArrowLeft")
    expect(widget.locator(".kb-where")).to_have_text("step 5 of 6")


def test_the_console_puts_a_process_to_sleep_and_another_wakes_it(reader: Visit) -> None:
    page = run(reader, MESSAGES)
    console = shown(page, ".kbc")
    call = console.get_by_label("System call", exact=True)
    log = console.get_by_role("log")

    for who, what in (("Ada", "msgget"), ("Bob", "msgrcv")):
        console.locator(f".card label:has(b:text-is('{who}'))").click()
        call.select_option(what)
        console.get_by_role("button", name="Call", exact=True).click()
        expect(log).to_contain_text(f"{who} {what}")
    expect(console.locator(".card.asleep")).to_contain_text("until a message comes to queue 0")
    reader.picture("console")
    console.locator(".card label:has(b:text-is('Ada'))").click()
    call.select_option("msgsnd")
    console.get_by_label("text", exact=True).fill("good morning")
    console.get_by_label("text", exact=True).press("Enter")

    expect(log.locator("li").last).to_contain_text("Bob's msgrcv returns 12")
    expect(console.locator(".card.asleep")).to_have_count(0)


def test_a_prediction_is_answered_only_after_the_learner_has_chosen(reader: Visit) -> None:
    page = run(reader, MESSAGES)
    asked = shown(page, ".kbq")
    why = "So negative types make a queue of priorities"
    assert why not in page.content()
    asked.get_by_label("the second one, type 1").check()
    asked.get_by_role("button", name="Commit").click()

    expect(asked).to_contain_text(why)


def test_the_player_steps_by_keys_when_the_kernel_has_gone(reader: Visit) -> None:
    page = run(reader, MESSAGES)
    player = shown(page, ".kb-player")
    page.evaluate(STOP)
    shown(page, ".kb-player").focus()
    page.keyboard.press("Home")
    before = player.locator(".kb-say").inner_text()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    reader.picture("player")

    assert player.locator(".kb-say").inner_text() != before
    expect(player.locator("input.kb-goto")).to_have_value("12")


def test_the_start_page_leads_to_the_first_lecture(visitor: Visit, server: Lab) -> None:
    page = visitor.page
    page.goto(f"{server.url}/?token={server.token}", wait_until="domcontentloaded")
    link = page.locator(".jp-MarkdownViewer a", has_text="3. What System V IPC shares").first
    link.wait_for(timeout=SECONDS * 1000)
    visitor.picture("start")
    link.click()

    page.wait_for_selector(".jp-NotebookPanel h1:has-text('What System V IPC shares')")


def test_formgrader_grades_a_submission_of_the_class_and_shows_its_feedback(
    visitor: Visit, server: Lab
) -> None:
    page = visitor.page
    page.goto(f"{server.url}/lab?token={server.token}&reset", wait_until="domcontentloaded")
    page.goto(f"{server.url}/formgrader/manage_submissions/ps2", wait_until="domcontentloaded")
    row = page.locator("tr", has_text=STUDENT).first
    row.locator(".autograde a").click()
    page.get_by_text("Successfully autograded").wait_for(timeout=SECONDS * 1000)
    visitor.picture("formgrader")
    page.get_by_text("OK", exact=True).click()
    row.locator(".generate-feedback a").click()
    page.get_by_text("Successfully generated feedback").wait_for(timeout=SECONDS * 1000)

    made = server.folder / "course" / "feedback" / STUDENT / "ps2" / "messages.html"
    page.goto(made.as_uri())
    expect(page.locator("body")).to_contain_text("msgrcv")
    expect(page.locator("body")).to_contain_text("BROKEN")
