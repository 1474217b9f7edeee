"""One server for all tests of the pages, a browser without a window, and pages that note whatever they complain of."""

import os
import pathlib
import shutil

import pytest
from playwright.sync_api import sync_playwright

import server as servers

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


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    place = tmp_path_factory.mktemp("serve")
    servers.encore("prepare", str(servers.RATINGS), "-o", str(place / "films"), "--quiet")
    servers.encore("train", str(place / "films"), "-o", str(place / "films.model"), "--epochs", "5", "--quiet")
    running = servers.Server(model=place / "films.model")
    yield running
    assert running.stop() == 0


@pytest.fixture
def look(browser, server):
    """look(path, width, scheme): a page that is ready. What the browser complains of, and what it asks of others than the
    server, stands in page.complaints, which must be empty at the end."""
    pages = []

    def looked(path="/", width=1400, scheme="light", context=None):
        context = context or browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce")
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        own = (server.url, "data:")
        page.on("request", lambda request: request.url.startswith(own) or page.complaints.append(request.url))
        page.goto(server.url + path)
        page.wait_for_selector("html[data-ready]", state="attached", timeout=60_000)
        pages.append(page)
        return page

    yield looked
    for page in pages:
        assert page.complaints == []
        page.context.close()


@pytest.fixture
def keep_picture():
    """Keeps a picture where ENCORE_SCREENSHOTS says so."""
    folder = os.environ.get("ENCORE_SCREENSHOTS")

    def kept(page, name):
        if folder:
            page.screenshot(path=str(pathlib.Path(folder) / f"{name}.png"), full_page=False)

    return kept
