"""JupyterLab as `kernelbook lab` opens it, driven by this machine's Chromium.

lab(folder)           the server, on a free port of the loopback, in a home of its own
chromium()            the browser
visit(browser, lab)   a page that may reach the server and nothing else
findings(page)        what axe-core finds in a page
"""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright
from playwright.sync_api import TimeoutError as PageTimeout

from tests.needs import require
from tests.ports import free_port

FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
SECONDS = 90  # for anything to happen, on a busy machine
LOCAL = {"127.0.0.1", "localhost", ""}
RUN = """() => {
  const cells = window.jupyterapp.shell.currentWidget.content.model.cells;
  return [...Array(cells.length).keys()].map((at) => cells.get(at)).every((cell) =>
    cell.type !== 'code' || !cell.sharedModel.getSource() || cell.executionState === 'idle');
}"""
IDLE = """(path) => {
  const { shell } = window.jupyterapp;
  const found = [...shell.widgets('main')].find((one) => one.context?.path === path);
  if (found && shell.currentWidget !== found) shell.activateById(found.id);
  const { sessionContext } = (shell.currentWidget === found && found?.context) || {};
  return sessionContext?.session?.kernel?.status === 'idle' && sessionContext.isReady;
}"""
# a word of the kernel's that was lost comes again, when it is asked how it is
ASK = """() => {
  window.jupyterapp.shell.currentWidget.context?.sessionContext.session?.kernel?.requestKernelInfo()
    .catch(() => {});  // whoever waits for it says that it does not answer
}"""
CLOSE = """async () => {
  const { commands, shell } = window.jupyterapp;
  const before = [...shell.widgets('main')];
  await commands.execute('launcher:create');  // where nothing is open one comes by itself, later
  before.forEach((one) => one.dispose());  // unsaved, and nobody is asked
}"""
FINDINGS = """async ([include, rules]) => {
  const options = { resultTypes: ['violations'], ...(rules.length && { runOnly: rules }) };
  const { violations } = await axe.run({ include }, options);
  return violations.flatMap((one) => one.nodes.map((node) => [one.id, node.html.slice(0, 300)]));
}"""
# anywidget gives the code of a widget two seconds to be there, on whatever machine
PATIENT = f"""const after = AbortSignal.timeout.bind(AbortSignal);
AbortSignal.timeout = (ms) => after(Math.max(ms, {SECONDS * 1000}));"""
PICTURES = "KERNELBOOK_PICTURES"  # names a folder that screenshots are kept in

expect.set_options(timeout=SECONDS * 1000)


@dataclass(frozen=True)
class Lab:
    """A running server."""

    url: str
    token: str
    folder: Path


@dataclass
class Visit:
    """One page and what it tried: requests that would leave the machine, and errors."""

    page: Page
    lab: Lab
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Opens a file of the lab and waits until its kernel is there.

        A page that shows the lab already opens it there, and closes what was open. JupyterLab puts
        its launcher where nothing is open, and in front: had it not come, it would come between.
        """
        if self.page.url.startswith(self.lab.url):
            self.page.evaluate(CLOSE)
        else:
            place = f"{self.lab.url}/lab?token={self.lab.token}&reset"
            self.page.goto(place, wait_until="domcontentloaded")
        self.page.wait_for_selector(".jp-Launcher")
        self.command("docmanager:open", {"path": path})
        self.page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=SECONDS * 1000)
        try:
            self.page.wait_for_function(IDLE, arg=path, timeout=SECONDS * 1000 / 3)
        except PageTimeout:
            self.page.evaluate(ASK)
            self.page.wait_for_function(IDLE, arg=path, timeout=SECONDS * 1000)
        self.page.wait_for_selector("#jupyterlab-splash", state="detached")
        return self.page

    def theme(self, name: str) -> None:
        """The machine turns "dark" or "light", and JupyterLab follows."""
        self.page.emulate_media(color_scheme="dark" if name == "dark" else "light")
        light = "false" if name == "dark" else "true"
        self.page.wait_for_selector(f"body[data-jp-theme-light={light}]", state="attached")

    def command(self, name: str, arguments: dict[str, Any] | None = None) -> None:
        """Runs one of JupyterLab's commands to its end; what it gives stays in the page."""
        self.page.evaluate(
            "async ([name, args]) => { await window.jupyterapp.commands.execute(name, args); }",
            [name, arguments or {}],
        )

    def run_all(self) -> None:
        """Runs every cell and waits for the last one."""
        self.command("notebook:run-all-cells")
        self.page.wait_for_function(RUN, timeout=SECONDS * 1000)

    def picture(self, name: str) -> None:
        """Keeps a screenshot, where a folder for them is named."""
        if os.environ.get(PICTURES):
            folder = Path(os.environ[PICTURES])
            folder.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=folder / f"{name}.png")


@contextmanager
def lab(folder: Path) -> Iterator[Lab]:
    """`kernelbook lab` in a folder of its own, with nobody's settings.

    Its notebooks' kernels are reached by files: a port that is found for one may be another's by
    the time it is used. Their names must be short, so they have a folder near the root.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as runtime:
        yield from _lab(folder, runtime)


def _lab(folder: Path, runtime: str) -> Iterator[Lab]:
    port, token = free_port(), secrets.token_hex(16)
    home, root = folder / "home", folder / "lab"
    home.mkdir(parents=True)
    names = ("CONFIG_DIR", "DATA_DIR")
    own = {f"JUPYTER_{name}": str(home / name.lower()) for name in names}
    own["JUPYTER_RUNTIME_DIR"] = runtime
    env = (
        os.environ
        | own
        | {
            "HOME": str(home),
            "IPYTHONDIR": str(home / "ipython"),
            "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        }
    )
    log = folder / "lab.log"
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "autograder.cli", "lab", "--to", str(root), "--",
             "--no-browser", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}",
             "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}",
             "--KernelManager.transport=ipc", "--LabApp.expose_app_in_browser=True"],
            cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
        )  # fmt: skip
    made = Lab(f"http://127.0.0.1:{port}", token, root)
    try:
        _wait(made, process, log)
        yield made
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(made: Lab, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(f"the lab ended:\n{log.read_text()[-3000:]}")
        with suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(f"{made.url}/api/status?token={made.token}", timeout=5).close()
            return
        time.sleep(0.1)
    raise AssertionError(f"the lab did not start in {SECONDS} s:\n{log.read_text()[-3000:]}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """This machine's own Chromium, without a window."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    require(found, "chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, headless=True, args=FLAGS, timeout=SECONDS * 1000
        )
        yield browser
        browser.close()


@contextmanager
def visit(browser: Browser, made: Lab, width: int = 1280, height: int = 900) -> Iterator[Visit]:
    """A page of its own; what would leave the machine is stopped and noted."""
    context = browser.new_context(viewport={"width": width, "height": height})
    context.set_default_timeout(SECONDS * 1000)
    context.add_init_script(PATIENT)
    found = Visit(context.new_page(), made)

    def ask(route: Route) -> None:
        if urlsplit(route.request.url).hostname in {*LOCAL, None}:
            route.continue_()
        else:
            found.outside.append(route.request.url)
            route.abort()

    found.page.route("**/*", ask)
    found.page.on("dialog", lambda dialog: dialog.accept())  # leave what was not saved
    found.page.on("pageerror", lambda error: found.errors.append(str(error)))
    yield found
    context.close()


def findings(page: Page, *rules: str, within: Iterable[str] = ("html",)) -> list[list[str]]:
    """What axe-core's rules (all, unless named) find, and where: [[rule, element], ...].

    Only that leaves the page: what else axe-core tells of a notebook is megabytes.
    """
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(Axe().axe_script)
    found: list[list[str]] = page.evaluate(FINDINGS, [[[one] for one in within], list(rules)])
    return found
