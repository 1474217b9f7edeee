"""What the page's tests share: a browser without a window, the example's results, and pages drawn from results."""

import json
import os
import pathlib
import shutil
import subprocess

import pytest
from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def browser():
    program = next(found for found in map(shutil.which, BROWSERS) if found)
    with sync_playwright() as driver:
        # Chromium's own sandbox refuses root, as in a container.
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        running = driver.chromium.launch(executable_path=program, args=flags)
        yield running
        running.close()


def example():
    return json.loads((ROOT / "tests/study/example/results.json").read_text(encoding="utf-8"))


@pytest.fixture
def results():
    return example()


@pytest.fixture(scope="session")
def draw(tmp_path_factory):
    """The file of the page of some results."""

    def drawn(results):
        page = subprocess.run(
            [os.environ["DRAW_PAGE"]], input=json.dumps(results).encode(), stdout=subprocess.PIPE, check=True
        )
        file = tmp_path_factory.mktemp("page") / "index.html"
        file.write_bytes(page.stdout)
        return file

    return drawn


def opened(browser, file, width=1440, scheme="light", media="screen", unfolded=True):
    """A page that is ready. What the browser complains of or asks the network for is in page.complaints."""
    page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    page.emulate_media(media=media, color_scheme=scheme)
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    own = (file.as_uri(), "data:", "blob:")
    page.on("request", lambda request: request.url.startswith(own) or page.complaints.append(request.url))
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached", timeout=60_000)
    if unfolded:
        page.eval_on_selector_all("details.fold", "all => all.forEach((each) => { each.open = true; })")
        page.wait_for_function("() => [...document.querySelectorAll('details.fold .chart')].every((each) => each.firstChild)")
    return page


def resized(page, width):
    """The same page in a window of that width, its charts drawn anew."""
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_timeout(400)


@pytest.fixture(scope="session")
def page(browser, draw):
    """The example's page on a desk, one for all tests that only read or choose."""
    page = opened(browser, draw(example()))
    yield page
    page.context.close()


@pytest.fixture
def look(browser, draw):
    """Opens the page of some results: look(results, width, scheme, media)."""
    pages = []

    def looked(results, *how):
        pages.append(opened(browser, draw(results), *how))
        return pages[-1]

    yield looked
    for page in pages:
        page.context.close()


@pytest.fixture(scope="session")
def rows():
    """The cells of the table with a caption, as lists of texts; the first list is the head."""

    def rows_of(page, caption):
        found = page.evaluate(
            """(caption) => [...document.querySelectorAll("table")].filter((table) => table.caption.textContent === caption)
                 .map((table) => [...table.rows].map((row) => [...row.cells].map((cell) => cell.innerText || cell.textContent)))""",
            caption,
        )
        assert len(found) == 1, f"{len(found)} tables are called '{caption}'"
        return found[0]

    return rows_of
