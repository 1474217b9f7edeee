"""The page at /status: what /metrics says, as charts that move."""

DRAWN = "document.querySelectorAll('.chart path.line').length > 8 && document.querySelector('.chart .now').textContent !== '–'"


def wait_until(page, condition):
    page.wait_for_function(f"() => {condition}", timeout=20_000)


def test_charts_follow_the_metrics(look, server):
    page = look("/status")
    wait_until(page, DRAWN)
    assert page.locator(".chart h2").all_inner_texts()[0] == "Requests a second"
    # Requests that come now are seen at the next look.
    page.wait_for_timeout(10)
    for _ in range(40):
        server.post("/v1/recommend", {"ratings": [{"title": "Alien", "rating": 5}]})
    wait_until(page, "Number(document.querySelector('.chart .now').textContent) > 0")
    assert page.locator(".tiles").inner_text().count("films") == 1


def test_look(look, keep_picture, server):
    pages = {(width, scheme): look("/status", width=width, scheme=scheme) for width in (360, 1400) for scheme in ("light", "dark")}
    for _ in range(20):
        server.post("/v1/recommend", {"ratings": [{"title": "Alien", "rating": 5}]})
    for (width, scheme), page in pages.items():
        wait_until(page, DRAWN)
        keep_picture(page, f"status-{width}-{scheme}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the window"
