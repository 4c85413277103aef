"""A widget of a notebook in JupyterLab, scrolled into view, in a page that stands still.

shown(page, kind)   the first widget of a kind; where none comes, what there is instead
"""

import time

from playwright.sync_api import Locator, Page

from tests.browser import SECONDS

# A screen on, or from the end back to the beginning; once what is there is drawn
FURTHER = """async () => {
  const all = document.querySelector('.jp-WindowedPanel-outer');
  const before = all.scrollTop;
  all.scrollTop += 500;
  if (all.scrollTop === before) all.scrollTop = 0;
  for (let frame = 0; frame < 5; frame++) await new Promise(requestAnimationFrame);
}"""
# An element is in view, and neither it nor the length of the page changes for a dozen frames
STANDS_STILL = """async (element) => {
  element.scrollIntoView({ block: 'nearest' });
  const all = document.querySelector('.jp-WindowedPanel-outer');
  const place = () => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [x, y, width, height, all.scrollTop, all.scrollHeight].join();
  };
  const before = place();
  for (let frame = 0; frame < 12; frame++) {
    await new Promise(requestAnimationFrame);
    if (!element.isConnected || place() !== before) return false;
  }
  return document.getAnimations().every((one) =>
    one.effect.getComputedTiming().endTime === Infinity || one.playState === 'finished');
}"""
# Panels stand at scrollTop/clientHeight/scrollHeight: five times, for a page may go to and fro
INSTEAD = """async (kind) => {
  const texts = (css) => [...document.querySelectorAll(css)].map((one) => one.textContent.trim());
  const panels = () => [...document.querySelectorAll('.jp-WindowedPanel-outer')].map((one) =>
    [one.scrollTop, one.clientHeight, one.scrollHeight].join('/')).join(' ');
  const scrolled = [];
  for (let time = 0; time < 5; time++) {
    scrolled.push(panels());
    await new Promise((after) => setTimeout(after, 100));
  }
  const { context } = window.jupyterapp.shell.currentWidget ?? {};
  const { status, connectionStatus } = context?.sessionContext.session?.kernel ?? {};
  const moving = document.getAnimations().filter((one) => one.playState !== 'finished' &&
    one.effect.getComputedTiming().endTime !== Infinity);
  const said = (text) => /^(Loading|Error displaying) widget/.test(text);
  return {
    there: document.querySelectorAll(kind).length,
    widgets: texts('.jp-OutputArea-output').filter(said).reduce(
      (count, text) => ({ ...count, [text]: (count[text] ?? 0) + 1 }), {}),
    dialogs: texts('.jp-Dialog').map((text) => text.slice(0, 200)),
    front: context?.path, kernel: [status, connectionStatus].join(), page: document.visibilityState,
    moving: moving.length, scrolled,
  };
}"""


def shown(page: Page, kind: str) -> Locator:
    """The first such widget, scrolled into view, in a page that stands still.

    JupyterLab draws a cell only when it is near; what is drawn above a widget moves it, and may
    draw it again.
    """
    found = page.locator(kind).first
    until = time.monotonic() + SECONDS
    while not found.count() or not found.evaluate(STANDS_STILL):
        if time.monotonic() > until:
            instead = page.evaluate(INSTEAD, kind)
            raise AssertionError(f"no {kind} that stands still in {SECONDS} s: {instead}")
        if not found.count():
            page.evaluate(FURTHER)
    return found
