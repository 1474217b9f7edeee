// What distributed training costs in quality: losses and NDCG against workers, at equal epochs and at equal steps.
import {el, table, figure, legend} from "./element.js";
import {chart, plot, tick_text} from "./chart.js";
import {count, figure_of, seconds, years} from "./format.js";
import {results, configurations, engine_name} from "./results.js";

const mode_colours = {
  items: "var(--c1)",
  "users-step": "var(--c2)",
  "users-epoch": "var(--c3)",
  elephas: "var(--c4)",
  async: "var(--c5)",
};

export function mode_name(row) {
  return row.engine === "spark" ? `${row.parallel} (Spark)` : row.parallel;
}

export function mode_colour(parallel) {
  return mode_colours[parallel] || "var(--c6)";
}

const measures = [
  ["ndcg@100", "NDCG@100", "higher is better"],
  ["test_loss", "Test loss", "lower is better"],
  ["seconds", "Seconds of training", "lower is better"],
];

function said_of(key, value) {
  return key === "seconds" ? seconds(value) : figure_of(value);
}

function said_of_all(rows, key) {
  return rows.map((row) => `${mode_name(row)} with ${row.workers}: ${said_of(key, row[key])}`).join("; ");
}

// One axis of workers for both halves, one axis of each measure: from zero where zero means something.
function panel(rows, key, domains, width, reference) {
  const names = [...new Set(rows.map(mode_name))];
  const dashed = (name) => name.endsWith("(Spark)");
  return plot({
    width,
    height: 210,
    marginLeft: 62,
    marginRight: 14,
    marginTop: 10,
    marginBottom: 30,
    x: {domain: domains.workers, type: "point", label: null, padding: 0.4},
    y: {domain: domains[key], label: null},
    marks: [
      Plot.axisX({tickSize: 3, tickFormat: (workers) => `${workers} W`}),
      Plot.axisY({
        ticks: 4,
        tickSize: 3,
        tickFormat: key === "seconds" ? (value) => `${value} s` : tick_text(domains[key], 4),
      }),
      Plot.gridY({ticks: 4, stroke: "var(--rule)", strokeOpacity: 1}),
      reference === null ? null : Plot.ruleY([reference], {stroke: "var(--muted)", strokeDasharray: "5 3"}),
      names.map((name, at) => {
        const dx = (at - (names.length - 1) / 2) * 5; // side by side where modes agree
        const own = rows
          .filter((row) => mode_name(row) === name && row[key] !== null)
          .sort((a, b) => a.workers - b.workers);
        const colour = mode_colour(own[0] ? own[0].parallel : "");
        return [
          Plot.lineY(own, {
            x: "workers",
            y: key,
            stroke: colour,
            strokeWidth: 1.8,
            strokeDasharray: dashed(name) ? "2 3" : null,
            dx,
          }),
          Plot.dot(own, {
            x: "workers",
            y: key,
            fill: dashed(name) ? "var(--paper)" : colour,
            stroke: colour,
            r: 3.6,
            dx,
          }),
        ];
      }),
      Plot.tip(
        rows.filter((row) => row[key] !== null),
        Plot.pointer({
          x: "workers",
          y: key,
          title: (d) => `${mode_name(d)}, ${d.workers} workers\n${said_of(key, d[key])}`,
        }),
      ),
    ],
  });
}

function popularity_of(subset) {
  const judged = configurations.find((each) => each.subset === subset && each.evaluation && each.evaluation.popularity);
  return judged ? judged.evaluation.popularity["ndcg@100"] : null;
}

function half(title, rows, domains, popularity) {
  if (rows.length === 0) return null;
  return el(
    "div",
    {},
    el("h4", {}, title),
    el(
      "div",
      {class: "cells wide"},
      measures.map(([key, name, better]) =>
        el(
          "div",
          {class: "cell"},
          el("p", {class: "cell-head"}, el("b", {}, name), el("span", {}, better)),
          chart(`${title}, ${name}: ${said_of_all(rows, key)}`, (width) =>
            panel(rows, key, domains, width, key === "ndcg@100" ? popularity : null),
          ),
        ),
      ),
    ),
  );
}

function mode_numbers(title, rows) {
  if (rows.length === 0) return null;
  return table(
    title,
    [
      {name: "Mode", text: true},
      {name: "Workers"},
      {name: "Epochs"},
      {name: "Steps"},
      {name: "Train loss"},
      {name: "Test loss"},
      {name: "NDCG@100"},
      {name: "Training"},
    ],
    rows.map((row) => [
      mode_name(row),
      count(row.workers),
      count(row.epochs),
      count(row.steps),
      figure_of(row.train_loss),
      figure_of(row.test_loss),
      figure_of(row["ndcg@100"]),
      seconds(row.seconds),
    ]),
  );
}

export function modes() {
  const {subset, equal_epochs = [], equal_steps = []} = results.modes || {};
  const all = [...equal_epochs, ...equal_steps];
  if (all.length === 0) return null;
  const popularity = popularity_of(subset);
  const losses_range = d3.extent(all, (row) => row.test_loss);
  // Differences below a hundredth of the loss must not fill the chart.
  const margin = Math.max((losses_range[1] - losses_range[0]) * 0.1, losses_range[1] * 0.01) || 1;
  const domains = {
    workers: [...new Set(all.map((row) => row.workers))].sort(d3.ascending),
    "ndcg@100": [0, Math.max(d3.max(all, (row) => row["ndcg@100"]) || 0, popularity || 0) * 1.08 || 1],
    test_loss: [losses_range[0] - margin, losses_range[1] + margin],
    seconds: [0, d3.max(all, (row) => row.seconds) * 1.05 || 1],
  };
  const shown = [...new Map(all.map((row) => [mode_name(row), row])).values()];
  const controls = legend(
    ...shown.map((row) => [mode_colour(row.parallel), mode_name(row), row.engine === "spark" ? "dashed" : "line"]),
    ...(popularity === null ? [] : [["var(--muted)", "recommending popular films", "dashed"]]),
  );
  return [
    el(
      "p",
      {class: "prose"},
      `On films of ${years(subset)}. With `,
      el("code", {}, "items"),
      " workers share the films of one model, and the arithmetic is that of one worker. With the others each ",
      "worker has all films and some of the users, and models or gradients are averaged. At equal epochs everybody has ",
      "seen the data as often; ",
      "at equal steps every model has been moved as often, which takes more epochs where the data are divided.",
    ),
    figure({
      id: "modes-figure",
      title: "Quality and time against workers",
      controls,
      body: el(
        "div",
        {},
        half("At equal epochs", equal_epochs, domains, popularity),
        half("At equal steps", equal_steps, domains, popularity),
      ),
      numbers: [mode_numbers("At equal epochs", equal_epochs), mode_numbers("At equal steps", equal_steps)],
    }),
  ];
}
