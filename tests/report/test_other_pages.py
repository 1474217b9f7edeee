"""The pages of `encore tune` and `encore compare`: every section drawn, the numbers in the tables, nothing sticking out, text stays text."""

import copy
import json
import pathlib

import pytest
from conftest import opened, resized
from test_look import CUT_TEXTS, PALE, STICKING_OUT, WIDTHS

EXAMPLES = pathlib.Path(__file__).resolve().parent / "examples"
HOSTILE = "</script><script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>"
SECTIONS = {
    "tune": ["winner", "time", "options", "importance", "trials"],
    "compare": ["differences", "curves", "slices", "quality-time"],
}


def example_of(kind):
    return json.loads((EXAMPLES / f"{kind}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module", params=SECTIONS)
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def example(browser, draw, kind):
    """The example's page, opened on a phone, one for all tests that only look."""
    page = opened(browser, draw(example_of(kind)), min(WIDTHS))
    yield page
    page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_every_section_is_drawn_and_nothing_sticks_out(example, kind, width):
    page = example
    resized(page, width)
    assert page.complaints == []
    assert page.eval_on_selector_all("main > section", "all => all.map((each) => each.id)") == SECTIONS[kind]
    assert page.locator("section.absent").count() == 0
    assert page.locator("main .chart svg").count() >= len(SECTIONS[kind]) - 2
    page.eval_on_selector_all("details", "all => all.forEach((each) => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(STICKING_OUT) == []
    assert page.evaluate(CUT_TEXTS) == []


@pytest.mark.parametrize("scheme", ("light", "dark"))
def test_every_text_can_be_read(example, scheme):
    resized(example, 1440)
    example.emulate_media(color_scheme=scheme)
    example.eval_on_selector_all("details", "all => all.forEach((each) => { each.open = true; })")
    assert example.evaluate(PALE) == []


def test_hostile_names_are_text(look, kind):
    results = example_of(kind)
    results["dataset"] = HOSTILE
    if kind == "tune":
        results["winner"]["command"] = HOSTILE
        results["trials"][0]["failure"] = HOSTILE
    else:
        results["comparisons"][0]["sentence"] = HOSTILE
    page = look(results)
    assert page.evaluate("window.hacked") is None
    assert page.locator("main img, main script").count() == 0
    assert HOSTILE in page.evaluate("document.body.textContent")


def test_a_search_shows_its_numbers(look, rows):
    results = example_of("tune")
    page = look(results)
    shown = rows(page, "Trials, the best first")
    assert len(shown) == 1 + len(results["trials"])
    best = max(one["value"] for one in results["trials"] if one["state"] == "finished")
    assert shown[1][3] == f"{best:.4f}" == f"{results['winner']['value']:.4f}"
    assert results["winner"]["command"] in page.evaluate("document.body.textContent")
    explained = rows(page, "Importance")[1:]
    known = [option["importance"] for space in results["spaces"] for option in space["options"] if option["importance"] is not None]
    assert [row[1] for row in explained] == [f"{100 * share:.1f} %" for share in sorted(known, reverse=True)]


def test_a_search_without_an_end_says_so(look):
    results = copy.deepcopy(example_of("tune"))
    results["winner"] = None
    results["trials"] = [{**one, "state": "not run", "rungs": [], "value": None, "point": []} for one in results["trials"]]
    results["steps"] = []
    page = look(results)
    assert page.complaints == []
    assert page.locator("section.absent").count() >= 4


def test_a_comparison_shows_its_numbers(look, rows):
    results = example_of("compare")
    page = look(results)
    found = results["comparisons"][0]["metrics"]["ndcg@100"]
    shown = rows(page, "Differences")[1]
    assert shown[1:3] == [f"{found['first']:.4f}", f"{found['second']:.4f}"]
    assert shown[6] == f"{found['wins']}, {found['ties']}, {found['losses']}"
    assert len(rows(page, "NDCG@k")) == 1 + len(results["models"])
