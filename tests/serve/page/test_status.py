"""The page at /status: what /metrics says, as charts that move."""

import pytest


def test_charts_follow_the_metrics(look, server):
    page = look("/status")
    drawn = "document.querySelectorAll('.chart path.line').length > 8 && document.querySelector('.chart .now').textContent !== '–'"
    page.wait_for_function(f"() => {drawn}", timeout=20_000)
    assert page.locator(".chart h2").all_inner_texts()[0] == "Requests a second"
    # Requests that come now are seen at the next look.
    page.wait_for_timeout(10)
    for _ in range(40):
        server.post("/v1/recommend", {"ratings": [{"title": "Alien", "rating": 5}]})
    page.wait_for_function("() => Number(document.querySelector('.chart .now').textContent) > 0", timeout=20_000)
    assert page.locator(".tiles").inner_text().count("films") == 1


@pytest.mark.parametrize("width", [360, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_look(look, keep_picture, server, width, scheme):
    page = look("/status", width=width, scheme=scheme)
    for _ in range(20):
        server.post("/v1/recommend", {"ratings": [{"title": "Alien", "rating": 5}]})
    page.wait_for_timeout(4500)
    keep_picture(page, f"status-{width}-{scheme}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the window"
