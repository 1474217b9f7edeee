"""The page at /: rate films by keyboard, see the list change, filter, dismiss, undo; the profile stays in the browser."""

import json

import pytest


def titles(page):
    return page.eval_on_selector_all("#list .card h3", "found => found.map((one) => one.textContent.trim())")


def after(page, act):
    """The titles of the list that the server gave after `act`."""
    count = int(page.evaluate("document.body.dataset.answers"))
    act()
    page.wait_for_function("(count) => Number(document.body.dataset.answers) > count && !document.body.matches('.loading')", arg=count)
    return titles(page)


def rate_by_keyboard(page, words, *keys):
    page.keyboard.press("/")
    page.keyboard.type(words)
    page.wait_for_selector("#found:not([hidden]) [aria-selected=true]")
    found = after(page, lambda: page.keyboard.press("Enter"))
    for key in keys:
        found = after(page, lambda pressed=key: page.keyboard.press(pressed))
    return found


def stored(page):
    return json.loads(page.evaluate("localStorage.getItem('encore.profile')") or "{}")


def test_a_list_by_keyboard_alone(look):
    page = look()
    popular = titles(page)
    assert page.inner_text("#answers-title") == "What most people rated"
    assert len(popular) == 12
    rated = rate_by_keyboard(page, "godfather the 1972")
    assert page.inner_text("#answers-title") == "For you"
    assert rated != popular
    # The focus is on the stars: the arrow lowers them by a half.
    lowered = rate_by_keyboard(page, "alien 1979", "ArrowLeft", "ArrowLeft")
    assert lowered != rated
    assert sorted(film["stars"] for film in stored(page)["ratings"].values()) == [4, 5]
    assert sorted(page.locator("#rated .value").all_inner_texts()) == ["4", "5"]
    assert page.evaluate("document.activeElement.getAttribute('role')") == "slider"
    assert page.evaluate("document.activeElement.getAttribute('aria-valuetext')") == "4 of 5"
    assert any("Because you rated" in text for text in page.locator("#list .because").all_inner_texts())


def test_the_search_is_a_combobox(look):
    page = look()
    words = page.locator("#words")
    words.fill("star wa")
    page.wait_for_selector("#found:not([hidden]) [role=option]")
    assert words.get_attribute("aria-expanded") == "true"
    first = words.get_attribute("aria-activedescendant")
    words.press("ArrowDown")
    assert words.get_attribute("aria-activedescendant") != first
    words.press("Escape")
    assert page.locator("#found").is_hidden()
    words.fill("zzzz")
    page.wait_for_selector("#found .none")


def test_dismissed_seen_and_undone(look):
    page = look()
    before = rate_by_keyboard(page, "toy story 1995")
    card = page.locator("#list .card").first
    left = after(page, lambda: card.get_by_role("button", name="Not interested").click())
    assert left[:11] == before[1:]
    left = after(page, lambda: page.locator("#list .card").first.get_by_role("button", name="Seen").click())
    assert left[:10] == before[2:]
    assert "2 seen or not wanted" in page.inner_text("#put-aside summary")
    assert after(page, lambda: page.locator("#undo").click())[:11] == before[1:]
    page.locator("#answers").focus()
    assert after(page, lambda: page.keyboard.press("Control+z")) == before
    assert after(page, lambda: page.locator("#undo").click()) != before  # the rating, too
    assert page.locator("#undo").is_disabled()


def test_filters_and_more(look):
    page = look()
    rate_by_keyboard(page, "alien 1979")
    after(page, lambda: page.select_option("#genre", "Comedy"))
    assert all("Comedy" in genres for genres in page.locator("#list .genres").all_inner_texts())
    after(page, lambda: page.fill("#to", "1970"))
    assert all(int(year) <= 1970 for year in page.locator("#list .year").all_inner_texts())
    whole = after(page, lambda: page.click("#all"))
    page.click("#more")
    page.wait_for_function("() => document.querySelectorAll('#list .card').length === 24")
    more = titles(page)
    assert more[:12] == whole and len(set(more)) == 24
    mixed = after(page, lambda: page.locator("#variety").fill("0.8"))
    assert mixed[0] == whole[0] and mixed != whole
    page.fill("#from", "2100")
    page.wait_for_function("() => document.getElementById('note').textContent.includes('No film is left')")


def test_a_question_that_is_given_up_while_its_answer_comes(look):
    page = look()
    # The next answer never comes whole: its question is given up when another follows.
    page.evaluate("""() => {
      const real = window.fetch;
      window.fetch = async (path, options) => {
        const answer = await real(path, options);
        if (window.given) return answer;
        answer.json = () => new Promise((_, refuse) => {
          window.given = true;
          options.signal.addEventListener("abort", () => refuse(options.signal.reason));
        });
        return answer;
      };
    }""")
    page.fill("#from", "1950")
    page.wait_for_function("() => window.given")
    assert page.locator("body.loading").count() == 1
    after(page, lambda: page.fill("#to", "1960"))
    years = page.locator("#list .year").all_inner_texts()
    assert page.locator("#said").text_content() == ""  # nothing went wrong
    assert len(years) == 12 and all(1950 <= int(year) <= 1960 for year in years)


def test_the_profile_is_in_the_browser_only(look, browser, server):
    page = look()
    list_of_one = rate_by_keyboard(page, "heat 1995")
    again = look(context=page.context)
    assert titles(again) == list_of_one
    other = look()  # another browser
    assert other.inner_text("#answers-title") == "What most people rated"
    assert 'encore_users 0' in server.ask("GET", "/metrics")[1]
    assert page.context.cookies() == []


def test_a_link_to_share(look):
    page = look()
    mine = rate_by_keyboard(page, "heat 1995")
    other = look("/#r=1214:5,1:3.5,99999999:4", context=page.context)
    assert other.locator("#shared").is_visible()
    other.complaints = [words for words in other.complaints if "404" not in words]  # the browser's word for the film that is not there
    assert other.locator("#rated li").count() == 2
    assert titles(other) != mine
    assert after(other, lambda: other.click("#mine")) == mine
    third = look("/#r=1214:5", context=page.context)
    shared = titles(third)
    after(third, lambda: third.click("#keep"))
    assert titles(look(context=page.context)) == shared


def test_more_like_it(look):
    page = look()
    rate_by_keyboard(page, "alien 1979")
    card = page.locator("#list .card").first
    card.get_by_role("button", name="More like it").click()
    card.locator(".like li").first.wait_for()
    assert card.locator(".like li").count() == 6


@pytest.mark.parametrize("width", [360, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_look(look, keep_picture, width, scheme):
    page = look(width=width, scheme=scheme)
    keep_picture(page, f"films-{width}-{scheme}-empty")
    rate_by_keyboard(page, "godfather the 1972")
    rate_by_keyboard(page, "rear window")
    rate_by_keyboard(page, "casablanca", "ArrowLeft")
    keep_picture(page, f"films-{width}-{scheme}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the window"
    # Words stand out from what is behind them (WCAG 2.1, 1.4.3).
    low = page.evaluate(
        """() => {
          const light = (color) => color.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
            .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
          const behind = (node) => { for (; node; node = node.parentElement) {
            const color = getComputedStyle(node).backgroundColor; if (!/, 0\\)$/.test(color) && color !== "transparent") return color; } };
          return [...document.querySelectorAll("h1, h2, h3, p, button, label, span, a, summary")].filter((node) =>
            node.checkVisibility() && node.textContent.trim() && !node.closest(".toast, .hidden, .skip, :disabled, [hidden]")).filter((node) => {
              const pair = [light(getComputedStyle(node).color), light(behind(node))].sort((a, b) => b - a);
              return (pair[0] + 0.05) / (pair[1] + 0.05) < 4.5; }).map((node) => `${node.className} ${node.textContent.slice(0, 40)}`);
        }"""
    )
    assert low == []


def test_nothing_of_a_title_becomes_markup(look):
    page = look()
    page.evaluate("localStorage.setItem('encore.profile', JSON.stringify({ratings: {1: {movieId: 1, name: '<img src=x onerror=alert(1)>', stars: 4}}}))")
    again = look(context=page.context)
    assert again.locator("#rated img").count() == 0
    assert "<img" in again.inner_text("#rated")


def test_the_policy(server):
    status, _, headers = server.ask("GET", "/")
    policy = headers["Content-Security-Policy"]
    assert status == 200
    assert "default-src 'none'" in policy and "connect-src 'self'" in policy and "unsafe" not in policy
    assert policy != server.ask("GET", "/")[2]["Content-Security-Policy"]  # a nonce is used once
