"""How the page behaves: at three widths, dark, on paper, by keyboard, with hostile titles and with little data."""

import copy
import os
import pathlib

import pytest
from conftest import opened, resized

WIDTHS = (390, 820, 1440)

# Elements that stick out to the right, unless they are inside of what scrolls by itself.
STICKING_OUT = """() => [...document.querySelectorAll("body *")].filter((each) => {
  if (each.closest(".scroll, svg, .hidden, .skip")) return false;
  const box = each.getBoundingClientRect();
  return box.width > 0 && (box.right > document.documentElement.clientWidth + 1 || box.left < -1);
}).map((each) => `${each.tagName}.${each.className}: ${each.textContent.slice(0, 60)}`)"""

# Texts of a drawing that reach out of the page.
CUT_TEXTS = """() => [...document.querySelectorAll(".chart text")].filter((each) => {
  if (each.closest(".scroll")) return false;
  const box = each.getBoundingClientRect();
  return box.width > 0 && (box.left < -1 || box.right > document.documentElement.clientWidth + 1);
}).map((each) => each.textContent)"""

# Contrast of every text with what is behind it, by the formula of WCAG 2: [text, ratio] below 4.5 (3 for large type).
PALE = """() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const seen = new Map();
  const rgba = (colour) => {
    if (!seen.has(colour)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      seen.set(colour, [...canvas.getImageData(0, 0, 1, 1).data]);
    }
    return seen.get(colour);
  };
  const light = ([r, g, b]) => [r, g, b].map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (each) => {
    for (; each; each = each.parentElement) {
      const colour = rgba(getComputedStyle(each).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255];
  };
  const pale = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const each = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (!text || each.closest("script, style, noscript, option, title, .hidden") || each.getClientRects().length === 0) continue;
    const style = getComputedStyle(each);
    const [a, b] = [light(rgba(each.closest("svg") ? style.fill : style.color)), light(behind(each))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < (parseFloat(style.fontSize) >= 24 ? 3 : 4.5)) pale.push([text.slice(0, 40), each.className.baseVal || each.className, ratio]);
  }
  return pale;
}"""

TITLE = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>"
HOSTILE = [
    TITLE,
    "</script><script>window.hacked = 1</script>",
    "\u202eeltit desrever\u202c",
    "🎬 七人の侍 🎬",
    "&lt;b&gt; ${window.hacked = 1}",
    "W" * 300,
]


def hostile(results):
    """Whatever a person or a file may name, named badly."""
    bad = copy.deepcopy(results)
    bad["source"] = TITLE + "W" * 200
    bad["machine"]["processor"] = TITLE
    bad["answers"][0] = {"id": "</script>", "question": TITLE, "text": "W" * 300 + HOSTILE[1]}
    for at, each in enumerate(bad["configurations"]):
        each["label"] = TITLE
        if each["failure"]:
            each["failure"]["sentence"] = TITLE + "W" * 200
        for row in each["settings"]:
            row["value"] = HOSTILE[at % len(HOSTILE)]
        test = each["recommendation_test"]
        for films in (
            [test["popular"]] + [user[key] for user in test["users"] for key in ("rated", "recommended")]
            if test
            else []
        ):
            for nr, film in enumerate(films):
                film["title"] = HOSTILE[(at + nr) % len(HOSTILE)]
        for user in test["users"] if test else []:
            user["user"] = HOSTILE[at % len(HOSTILE)]
        for plan in each["query_plans"]:
            plan["statement"] = TITLE
            plan["plan"]["detail"] = HOSTILE[at % len(HOSTILE)]
        for stage in each["dag"]["stages"] if each["dag"] else []:
            stage["name"] = TITLE
            stage["operations"][0]["name"] = HOSTILE[at % len(HOSTILE)]
    return bad


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_sticks_out(look, results, width):
    page = look(results, width)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(STICKING_OUT) == []
    assert page.evaluate(CUT_TEXTS) == []
    page.eval_on_selector_all("details", "all => all.forEach((each) => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(STICKING_OUT) == []
    if "ENCORE_SCREENSHOTS" in os.environ:
        page.eval_on_selector_all(
            "main details, #colophon details", "all => all.forEach((each) => { each.open = false; })"
        )
        page.screenshot(path=pathlib.Path(os.environ["ENCORE_SCREENSHOTS"]) / f"page_{width}.png", full_page=True)


def test_hostile_titles_are_text(look, results):
    page = look(hostile(results), 390)
    assert page.complaints == []
    assert page.evaluate("window.hacked") is None
    assert page.locator("main img, main script").count() == 0
    text = page.evaluate("document.body.textContent")
    for title in HOSTILE:
        assert title in text
    for width in (390, 1440):
        resized(page, width)
        assert page.evaluate(STICKING_OUT) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("scheme", ("dark", "light"))
def test_every_text_can_be_read(page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.eval_on_selector_all("details", "all => all.forEach((each) => { each.open = true; })")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, paper[4:-1].split(","))) < 200) == (scheme == "dark")
    assert page.evaluate(PALE) == []


def test_on_paper_it_is_light_and_fits(look, results):
    page = look(results, 794, "dark", "print")  # A4 at 96 pixels an inch
    assert page.evaluate("document.documentElement.scrollWidth") <= 794
    assert page.evaluate(STICKING_OUT) == []
    assert page.evaluate(PALE) == []
    assert not page.locator("#contents").is_visible() and not page.locator(".choice").first.is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_the_keyboard_goes_everywhere(look, results):
    page = look(results)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#page"
    unreachable = page.evaluate(
        """() => [...document.querySelectorAll(".scroll")].filter((each) => each.scrollWidth > each.clientWidth
      && (each.tabIndex < 0 || !each.getAttribute("aria-label"))).length"""
    )
    assert unreachable == 0
    choice = page.locator("#plans").get_by_label("Statement", exact=True)
    before = page.locator("#plans .note").first.inner_text()
    choice.focus()
    page.keyboard.press("ArrowDown")
    assert page.locator("#plans .note").first.inner_text() != before


def test_what_is_long_waits_behind_a_click(browser, draw, results):
    page = opened(browser, draw(results), unfolded=False)
    folds = page.locator("details.fold")
    assert folds.count() > 0 and page.locator("details.fold[open]").count() == 0
    first = page.locator("#phase-1 details.fold")
    assert first.locator("svg").count() == 0 and page.locator("#phase-7 .cell svg").first.is_visible()
    first.locator("summary").first.click()
    first.locator(".cell svg").first.wait_for()
    assert first.locator(".cell svg").count() == first.locator(".chart").count()
    page.context.close()


def test_made_up_ratings_are_called_so_at_once(look, page, results):
    assert "made-up" not in page.locator("header.headline").inner_text()
    results["made_up"] = True
    assert "made-up twin of MovieLens" in look(results).locator("header.headline").inner_text()


def test_charts_follow_the_width_of_the_window(look, results):
    page = look(results)
    resized(page, 390)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.evaluate(STICKING_OUT) == [] and page.evaluate(CUT_TEXTS) == []


def without(results, engine):
    """The same study with one engine only."""
    other = copy.deepcopy(results)
    gone = {each["id"] for each in other["configurations"] if each["engine"] == engine}
    other["configurations"] = [each for each in other["configurations"] if each["id"] not in gone]
    for key in ("losses", "speed_ups"):
        other[key] = [row for row in other[key] if row["configuration"] not in gone]
    for key in ("equal_epochs", "equal_steps"):
        other["modes"][key] = [row for row in other["modes"][key] if row["configuration"] not in gone]
    return other


def test_without_spark_its_section_says_how_to_get_it(look, results):
    page = look(without(results, "spark"))
    assert page.complaints == []
    assert page.eval_on_selector_all("section.absent", "all => all.map((each) => each.id)") == ["jobs"]
    assert "--engine spark" in page.locator("#jobs").inner_text()


def test_with_spark_alone_duckdb_is_left_out(look, results):
    page = look(without(results, "encore"))
    assert page.complaints == []
    assert "plans" in page.eval_on_selector_all("section.absent", "all => all.map((each) => each.id)")


def test_a_study_in_which_nothing_worked_is_still_a_page(look, results):
    nothing = copy.deepcopy(results)
    for key in ("losses", "speed_ups", "representations", "answers"):
        nothing[key] = []
    nothing["modes"].update(equal_epochs=[], equal_steps=[])
    for subset in nothing["subsets"]:
        subset.update(dict.fromkeys(("movies", "users", "ratings", "training_users", "test_users", "cells", "density")))
    nothing["configurations"] = [
        dict(
            each,
            status="failed",
            failure={"kind": "memory", "phase": "data loading", "sentence": "killed at 2 GB"},
            seconds=None,
            peak_bytes=None,
            dataset=None,
            phases=[],
            training=None,
            history=[],
            evaluation=None,
            recommendation_test=None,
            query_plans=[],
            dag=None,
            monitor=None,
            samples={"seconds": [], "cpu_percent": [], "memory_bytes": [], "cores": [], "processes": {}},
        )
        for each in results["configurations"]
    ]
    page = look(nothing)
    assert page.complaints == []
    assert "killed at 2 GB" in page.locator(".failures").inner_text()
    nothing["configurations"] = []
    empty = look(nothing)
    assert empty.complaints == [] and empty.locator("section.absent").count() == 14
