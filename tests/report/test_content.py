"""What stands on the page: every section, every figure with its table, and in the tables the numbers of the results."""

import copy

SECTIONS = [
    "answers",
    "data",
    "configurations",
    "phases",
    "speed",
    "cores",
    "losses",
    "modes",
    "time",
    "memory",
    "jobs",
    "plans",
    "recommendations",
    "settings",
]


def digits(value, places=4):
    """A loss or a measure, as the page writes it."""
    import math

    return f"{value:.{min(9, max(places, places - 1 - math.floor(math.log10(abs(value)))))}f}"


def named(results, configuration):
    count = configuration["workers"]
    parts = [
        f"{count} worker{'' if count == 1 else 's'}",
        {"encore": "Encore", "spark": "Spark"}[configuration["engine"]],
    ]
    if configuration["parallel"] != "items" or configuration["purpose"] == "modes":
        parts.append(configuration["parallel"])
    if configuration["variant"] == "reference-sigmoid":
        parts.append("sigmoid output")
    return configuration["subset"].replace("-", "–") + ": " + ", ".join(parts)


def phase_runs(results):
    return [each for each in results["configurations"] if each["purpose"] == "phases"]


def test_the_browser_has_nothing_to_complain_of_and_nothing_is_fetched(page, results):
    assert page.complaints == []


def test_every_section_is_there_and_the_contents_lead_to_it(page, results):
    assert page.eval_on_selector_all("main > section", "all => all.map((each) => each.id)") == SECTIONS
    assert page.eval_on_selector_all("#contents a", "all => all.map((each) => each.getAttribute('href'))") == [
        f"#{each}" for each in SECTIONS
    ]
    assert page.locator("section.absent").count() == 0
    headings = page.eval_on_selector_all(
        "main :is(h1, h2, h3, h4)", "all => all.map((each) => Number(each.tagName[1]))"
    )
    assert headings[0] == 1 and headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(headings, headings[1:])), "a level of headings is left out"


def test_every_drawing_has_words_and_every_figure_a_table_behind_it(page, results):
    figures = page.eval_on_selector_all(
        "figure",
        """all => all.map((figure) => ({id: figure.id,
      title: document.getElementById(figure.getAttribute("aria-labelledby")).textContent,
      rows: figure.querySelectorAll("tbody tr").length,
      drawings: [...figure.querySelectorAll(".chart:not(:has(.scroll)), .scroll > svg")].length,
      labels: [...figure.querySelectorAll("[role=img]")].map((drawing) => drawing.getAttribute("aria-label"))}))""",
    )
    assert len(figures) >= 9 + 8
    for figure in figures:
        assert figure["title"] and figure["rows"] > 0, figure["id"]
        assert figure["drawings"] > 0 and len(figure["labels"]) >= figure["drawings"], figure["id"]
        assert all(label and "NaN" not in label and "undefined" not in label for label in figure["labels"]), figure


def test_no_number_is_missing_by_mistake(page, results):
    text = page.evaluate("document.querySelector('main').textContent")
    for mistake in ("NaN", "undefined", "Infinity", "[object", "null"):
        assert mistake not in text, mistake


def test_table_1_has_the_counts_beside_the_studys(page, rows, results):
    table = rows(page, "Table 1. The subsets")
    for subset, row in zip(results["subsets"], table[1:]):
        assert row[0] == subset["name"].replace("-", "–")
        for cell, key in zip(row[1:4], ("movies", "users", "ratings")):
            assert cell.split("\n") == [f"{subset[key]:,}", f"study: {subset['study'][key]:,}"]


def test_table_2_has_losses_divergence_constants_and_floor(page, rows, results):
    table = rows(page, "Table 2. Losses after the last epoch, beside constants and the floor")
    of = {each["id"]: each for each in results["configurations"]}
    assert len(table) == 1 + len(results["losses"])
    for row, loss in zip(table[1:], results["losses"]):
        assert row[0] == named(results, of[loss["configuration"]])
        assert row[1:4] == [
            digits(loss["train_loss"]),
            digits(loss["test_loss"]),
            f"{loss['divergence_percent']:.2f} %",
        ]
        for cell, key in zip(row[4:7], ("zeros", "item_means", "floor")):
            expected = (
                "none" if loss[key] is None else f"{digits(loss[key]['train'])}\ntest {digits(loss[key]['test'])}"
            )
            assert cell == expected
        if loss["study"]:
            assert digits(loss["study"]["test_loss"]) in row[7] and loss["study"]["name"] in row[7]
    assert "validation loss" in page.locator("#losses").inner_text()  # only to say that the study's are test losses


def test_losses_of_every_epoch_stand_behind_figure_9(page, rows, results):
    trained = [each for each in results["configurations"] if each["history"] and each["loss"] == "mse"]
    table = rows(page, "Losses after each epoch")
    assert len(table[0]) == 1 + 2 * len(trained)
    for at, configuration in enumerate(trained):
        for epoch in configuration["history"]:
            cells = table[epoch["epoch"]][1 + 2 * at : 3 + 2 * at]
            assert cells == [digits(epoch["train_loss"], 5), digits(epoch["test_loss"], 5)], (
                configuration["id"],
                epoch,
            )


def seconds(value):
    if value < 0.0995:
        return f"{float(f'{value * 1000:.2g}'):g} ms"
    if value < 59.95:
        return f"{value:.2f} s" if value < 9.995 else f"{value:.1f} s"
    return f"{round(value) // 60} min {round(value) % 60} s"


def test_each_phase_has_a_chart_and_numbers_of_every_configuration(page, rows, results):
    for at, name in enumerate(results["phases"], 1):
        ran = [(each, phase) for each in phase_runs(results) for phase in each["phases"] if phase["name"] == name]
        figure = page.locator(f"#phase-{at}")
        assert figure.locator(".cell svg").count() == len(ran)
        assert figure.locator(".cell").count() == len(phase_runs(results))
        table = rows(page, f"{name}: time, CPU and memory")
        assert [row[:2] for row in table[1:]] == [
            [named(results, each), seconds(phase["seconds"])] for each, phase in ran
        ]
        assert [row[5] for row in table[1:]] == [f"{phase['rows']:,}" for _, phase in ran]


def test_the_axes_of_a_figure_are_shared_until_they_are_set_free(page, results):
    """The green areas are as wide as the phases were long."""
    figure = page.locator("#phase-7")
    runs = {
        named(results, each).split(": ")[1]: phase["seconds"]
        for each in phase_runs(results)
        if each["subset"] == "1950-1959"
        for phase in each["phases"]
        if phase["name"] == "model training"
    }
    script = """figure => [...figure.querySelector(".subset").querySelectorAll(".cell")].map((cell) =>
      [cell.querySelector("b").textContent, cell.querySelector("svg path[stroke='var(--cpu)'], svg g[stroke='var(--cpu)'] path").getBBox().width])"""
    shared = dict(figure.evaluate(script))
    longest = max(runs, key=runs.get)
    for name, wide in shared.items():
        assert abs(wide / shared[longest] - runs[name] / runs[longest]) < 0.02, name
    figure.get_by_label("the same axes for all").uncheck()
    free = dict(figure.evaluate(script))
    assert all(abs(wide - free[longest]) < 1 for wide in free.values())
    figure.get_by_label("the same axes for all").check()


def test_speed_ups_modes_and_time_come_from_the_results(page, rows, results):
    of = {each["id"]: each for each in results["configurations"]}
    table = rows(page, "Speed-up over one worker (and efficiency: speed-up ÷ workers)")
    for row, rated in zip(table[1:], results["speed_ups"]):
        assert row[:2] == [
            named(results, of[rated["configuration"]]),
            f"{rated['speed_up']:.2f} ×\n{rated['efficiency'] * 100:.0f} %",
        ]
        assert [cell.split("\n")[0] for cell in row[2:11]] == [
            f"{phase['speed_up']:.2f} ×" for phase in rated["phases"]
        ]
    for title, key in (("At equal epochs", "equal_epochs"), ("At equal steps", "equal_steps")):
        table = rows(page, title)
        expected = [
            [
                str(row["workers"]),
                str(row["epochs"]),
                f"{row['steps']:,}",
                digits(row["train_loss"]),
                digits(row["test_loss"]),
                digits(row["ndcg@100"]),
            ]
            for row in results["modes"][key]
        ]
        assert [row[1:7] for row in table[1:]] == expected
    table = rows(page, "Seconds of every worker")
    assert len(table) - 1 == sum(
        len(each["training"]["workers"]) for each in results["configurations"] if each["training"]
    )


def test_answers_stand_first_and_lead_to_their_figures(page, results):
    shown = page.eval_on_selector_all(
        ".answer",
        "all => all.map((each) => [each.querySelector('h3').textContent, each.querySelector('p').textContent])",
    )
    assert shown == [[each["question"], each["text"]] for each in results["answers"]]
    for target in page.eval_on_selector_all(".answer a", "all => all.map((each) => each.getAttribute('href'))"):
        assert page.locator(target).count() == 1


def test_the_headline_says_the_speed_up_of_the_most_workers(page, results):
    rated = max(
        (each for each in results["speed_ups"] if each["configuration"].startswith("encore")),
        key=lambda each: each["workers"],
    )
    assert f"{rated['speed_up']:.2f} times as fast as one" in page.locator("h1").inner_text()


def test_less_than_a_second_of_work_makes_no_headline_about_speed(look, results):
    for each in results["speed_ups"]:
        each["baseline_seconds"] = 0.9
    assert "as fast as one" not in look(results).locator("h1").inner_text()


def test_failures_are_said_with_their_reason(page, results):
    broken = [each for each in results["configurations"] if each["status"] != "done"]
    assert broken, "the example has a failure"
    for each in broken:
        assert each["failure"]["sentence"] in page.locator(".failures").inner_text()
        assert f"failed: {each['failure']['kind']}" in page.locator("#configurations table").first.inner_text()
    assert page.locator("#phase-8 .cell.empty").count() == len(broken)


def operators(plan):
    return 1 + sum(operators(child) for child in plan["children"])


def test_plans_are_drawn_with_every_operator_for_every_choice(page, rows, results):
    planned = [each for each in phase_runs(results) if each["query_plans"]]
    for configuration in planned[:2]:
        page.locator("#plans").get_by_label("Configuration", exact=True).select_option(configuration["id"])
        for at, statement in enumerate(configuration["query_plans"]):
            page.locator("#plans").get_by_label("Statement", exact=True).select_option(str(at))
            assert page.locator("#plans svg .operator").count() == operators(statement["plan"])
            table = rows(page, f"Operators of {statement['statement']}, from the result down")
            assert len(table) - 1 == operators(statement["plan"])
            assert table[1][2] == f"{statement['plan']['rows']:,}" and table[1][0] == statement["plan"]["operator"]


def test_the_job_is_drawn_with_its_stages_operations_and_skipped_stages(page, rows, results):
    for configuration in [each for each in phase_runs(results) if each["dag"]]:
        page.locator("#jobs").get_by_label("Configuration", exact=True).select_option(configuration["id"])
        stages = configuration["dag"]["stages"]
        assert page.locator("#jobs svg .stage").count() == len(stages)
        assert page.locator("#jobs svg .stage.skipped").count() == sum(stage["status"] == "skipped" for stage in stages)
        assert page.locator("#jobs svg .shuffle").count() == sum(len(stage["parents"]) for stage in stages)
        for kind in ("narrow", "wide"):
            expected = sum(operation["kind"] == kind for stage in stages for operation in stage["operations"])
            assert page.locator(f"#jobs svg .operation.{kind}").count() == expected
        assert [row[1] for row in rows(page, "Stages of the job")[1:]] == [stage["status"] for stage in stages]


def test_the_studys_printed_losses_are_set_beside_the_floor_of_data_of_their_shape(look, page, results):
    """Data with the study's number of cells, and a floor as measured there: above what it prints."""
    like = copy.deepcopy(results)
    for subset in like["subsets"]:
        subset["cells"] = subset["study"]["cells"]
    for row in like["losses"]:
        if row["floor"]:
            row["floor"] = {"train": 0.00131, "test": 0.0013}
    shaped = look(like)
    text = shaped.locator(".verdict").inner_text()
    assert (
        "lie below what its network can reach" in text
        and "1W 50-60: 0.0003450 and 0.0004710, where the floors are 0.001310 and 0.001300" in text
    )
    said = "test users: all zeros 0.01080, each film’s mean 0.009900, floor of the output 0.001300, loss 0.01109, the study’s loss 0.0004710"
    assert said in shaped.locator("#bound svg").get_attribute("aria-label")
    assert "lie below" not in page.locator(".verdict").inner_text()
    assert "do not compare" in page.locator("#data").inner_text()


def test_recommendations_show_users_and_popularity(page, results):
    tested = [each for each in phase_runs(results) if each["recommendation_test"]]
    page.locator("#recommendations").get_by_label("Model", exact=True).select_option(tested[0]["id"])
    test = tested[0]["recommendation_test"]
    text = page.locator("#recommendations .cards").inner_text()
    assert page.locator("#recommendations .card").count() == len(test["users"]) + 1
    for film in [film for user in test["users"] for film in user["rated"] + user["recommended"]] + test["popular"]:
        assert film["title"] in text


def test_settings_stand_beside_the_studys(page, rows, results):
    for each in results["configurations"]:
        if not each["settings"]:
            continue
        table = rows(page, f"Settings of {named(results, each)}")
        assert table[1:] == [[row["name"], row["value"] or "–", row["study"] or "–"] for row in each["settings"]]


def test_the_results_can_be_taken_out_of_the_page(page, results):
    with page.expect_download() as taken:
        page.get_by_role("link", name="results.json").click()
    import json

    assert json.loads(open(taken.value.path(), encoding="utf-8").read()) == results
