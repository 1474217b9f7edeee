// The first thing a reader of a search sees: what was found, on how many users, and how to make it again.
import {el, table} from "./element.js";
import {count, seconds, figure_of, plural} from "./format.js";
import {results} from "./results.js";

// {"l2": 431, "hidden": [600, 200]} → "l2 431, hidden 600,200"
export function options_text(options) {
  const said = Object.entries(options).map(([name, value]) => `${name} ${value}`);
  return said.length > 0 ? said.join(", ") : "its defaults";
}

export function signed(value) {
  return value === null || value === undefined ? "–" : `${value < 0 ? "−" : "+"}${figure_of(Math.abs(value))}`;
}

function tune_tile(value, name, classes = "") {
  return el("div", {class: `tile ${classes}`}, el("dd", {}, value), el("dt", {}, name));
}

export function tune_headline() {
  const {winner, trials, metric_title, validation_users} = results;
  const failed_trials = trials.filter((trial) => trial.state === "failed").length;
  const kinds = results.spaces.map((space) => space.model).join(", ");
  return el(
    "header",
    {class: "headline"},
    el("p", {class: "kicker"}, `encore tune · ${results.dataset}`),
    el("h1", {}, winner ? `${winner.model} with ${options_text(winner.options)}` : "No trial came to its end"),
    el(
      "p",
      {class: "lead"},
      `${plural(trials.length, "trial")} of ${kinds}, judged by ${metric_title} on ${plural(validation_users, "validation user")}. `,
      results.in_time ? "" : "The time was over before all trials were. ",
      "The best of many trials looks better than it is: chance chose it, too. The test users, who chose nothing, say how good it is.",
    ),
    el(
      "dl",
      {class: "tiles"},
      winner && tune_tile(figure_of(winner.value), `${metric_title}, validation users`),
      winner && winner.test && winner.test[results.metric] !== null &&
        tune_tile(figure_of(winner.test[results.metric]), `${metric_title}, ${plural(winner.test.users, "test user")}, looked at once`),
      winner && winner.over_defaults &&
        tune_tile(signed(winner.over_defaults.difference), "over the defaults of its kind, validation users"),
      tune_tile(seconds(results.seconds), `for ${count(trials.length)} trials`),
      failed_trials > 0 && tune_tile(count(failed_trials), "trials failed; why stands below", "failed"),
    ),
  );
}

export function tune_winner() {
  const {winner} = results;
  if (!winner) return null;
  const over = winner.over_defaults;
  const test = Object.entries(winner.test || {}).filter(([name, value]) => name !== "users" && value !== null);
  return [
    el("p", {class: "prose"}, "This makes the same model again, bit for bit: ", el("code", {}, winner.command)),
    over &&
      el(
        "p",
        {class: "prose"},
        `Beside the defaults of ${winner.model}, which reach ${figure_of(over.defaults)}, it gains ${signed(over.difference)} on `,
        `the same ${plural(over.users, "user")} (95 % interval ${signed(over.interval[0])} to ${signed(over.interval[1])}).`,
      ),
    test.length > 0 &&
      table(
        `Test users (${count(winner.test.users)})`,
        [{name: "Metric", text: true}, {name: "Value"}],
        test.map(([name, value]) => [name, figure_of(value)]),
      ),
  ];
}
