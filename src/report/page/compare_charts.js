// A comparison in pictures: the differences with their intervals, curves over k, slices, quality against time.
import {el, table, figure, legend} from "./element.js";
import {chart, plot, ticks_for} from "./chart.js";
import {count, seconds, figure_of, plural} from "./format.js";
import {results} from "./results.js";
import {signed} from "./tune_headline.js";

const model_colours = ["var(--c1)", "var(--c4)", "var(--c2)", "var(--c3)", "var(--c5)", "var(--c6)"];

function colour_of_model(name) {
  return model_colours[Math.max(0, results.models.findIndex((model) => model.model === name)) % model_colours.length];
}

function models_legend() {
  return legend(...results.models.map((model) => [colour_of_model(model.model), model.model, "dot"]));
}

export function compare_headline() {
  return el(
    "header",
    {class: "headline"},
    el("p", {class: "kicker"}, `encore compare · ${results.dataset}`),
    el("h1", {}, results.comparisons[0].sentence),
    results.comparisons.slice(1).map((comparison) => el("p", {class: "lead"}, comparison.sentence)),
    el(
      "p",
      {class: "lead"},
      `The same ${plural(results.models[0].users, `${results.fold} user`)} were asked of each model. Intervals are of the difference, by `,
      "10,000 samples of the users; p is of a paired permutation test, corrected for all comparisons together (Holm).",
    ),
  );
}

export function compare_differences() {
  const rows = results.comparisons.flatMap((comparison) =>
    Object.entries(comparison.metrics)
      .filter(([, found]) => found !== null)
      .map(([metric, found]) => ({...found, metric, model: comparison.second, name: `${comparison.second}, ${metric}`})),
  );
  if (rows.length === 0) return null;
  const draw = (width) =>
    plot({
      width,
      height: rows.length * 28 + 40,
      marginLeft: width < 520 ? 150 : 260,
      marginRight: 16,
      marginBottom: 28,
      x: {label: null, nice: true},
      y: {domain: rows.map((row) => row.name), label: null},
      marks: [
        Plot.axisY({tickSize: 0, lineWidth: width < 520 ? 12 : 22}),
        Plot.axisX({ticks: ticks_for(width - 200, 80), tickSize: 3, tickFormat: "+.3f"}),
        Plot.ruleX([0], {stroke: "var(--ink)"}),
        Plot.ruleY(rows, {
          x1: (row) => row.interval[0],
          x2: (row) => row.interval[1],
          y: "name",
          stroke: (row) => colour_of_model(row.model),
          strokeWidth: 2,
        }),
        Plot.dot(rows, {x: "difference", y: "name", fill: (row) => colour_of_model(row.model), r: 4.5}),
      ],
    });
  return [
    figure({
      id: "compare-differences-figure",
      title: `How far each model is from ${results.comparisons[0].first}`,
      note: "Right of the black line it is better. A line is the 95 % interval; where it crosses the black one, chance may explain it.",
      body: chart("Differences with their intervals", draw),
      numbers: table(
        "Differences",
        [
          {name: "Model and metric", text: true},
          {name: results.comparisons[0].first},
          {name: "This one"},
          {name: "Difference"},
          {name: "95 % interval"},
          {name: "p (Holm)"},
          {name: "Wins, ties, losses"},
        ],
        rows.map((row) => [
          row.name,
          figure_of(row.first),
          figure_of(row.second),
          signed(row.difference),
          `${signed(row.interval[0])} to ${signed(row.interval[1])}`,
          figure_of(row.p_holm),
          `${row.wins}, ${row.ties}, ${row.losses}`,
        ]),
      ),
    }),
  ];
}

function curve_rows_of(kind) {
  return results.models.flatMap((model) =>
    model.curves[kind].filter((point) => point.value !== null).map((point) => ({...point, model: model.model})),
  );
}

function curve_panel(kind, title, width) {
  const rows = curve_rows_of(kind);
  return plot({
    width,
    height: 240,
    marginLeft: 48,
    marginRight: 12,
    marginBottom: 30,
    x: {type: "log", label: null},
    y: {label: null, nice: true},
    marks: [
      Plot.axisY({ticks: 5, tickSize: 3}),
      Plot.axisX(results.models[0].curves[kind].map((point) => point.k), {tickSize: 3, tickFormat: (k) => `${k}`}),
      Plot.gridY({ticks: 5, stroke: "var(--rule)", strokeOpacity: 1}),
      Plot.lineY(rows, {x: "k", y: "value", z: "model", stroke: (row) => colour_of_model(row.model), strokeWidth: 1.8}),
      Plot.dot(rows, {x: "k", y: "value", fill: (row) => colour_of_model(row.model), r: 2.5}),
      Plot.tip(
        rows,
        Plot.pointer({x: "k", y: "value", title: (row) => `${row.model}\n${title}@${row.k}: ${figure_of(row.value)}`}),
      ),
    ],
  });
}

export function compare_curves() {
  return [
    ["ndcg", "NDCG"],
    ["recall", "Recall"],
  ].map(([kind, title]) =>
    figure({
      id: `compare-${kind}-figure`,
      title: `${title} of the first k`,
      body: [models_legend(), chart(`${title} over k`, (width) => curve_panel(kind, title, width))],
      numbers: table(
        `${title}@k`,
        [{name: "Model", text: true}, ...results.models[0].curves[kind].map((point) => ({name: `${point.k}`}))],
        results.models.map((model) => [model.model, ...model.curves[kind].map((point) => figure_of(point.value))]),
      ),
    }),
  );
}

export function compare_slices() {
  const slices = results.models[0].slices.filter((slice) => slice.users > 0).map((slice) => slice.slice);
  if (slices.length === 0) return null;
  const rows = results.models.flatMap((model) =>
    model.slices.filter((slice) => slices.includes(slice.slice) && slice.value !== null).map((slice) => ({...slice, model: model.model})),
  );
  const draw = (width) =>
    plot({
      width,
      height: slices.length * 30 + 40,
      marginLeft: width < 520 ? 130 : 220,
      marginRight: 16,
      marginBottom: 28,
      x: {label: null, nice: true, zero: true},
      y: {domain: slices, label: null},
      marks: [
        Plot.axisY({tickSize: 0, lineWidth: width < 520 ? 11 : 20}),
        Plot.axisX({ticks: ticks_for(width - 200, 60), tickSize: 3}),
        Plot.ruleY(slices, {stroke: "var(--rule)"}),
        Plot.dot(rows, {x: "value", y: "slice", fill: (row) => colour_of_model(row.model), r: 5, stroke: "var(--paper)"}),
      ],
    });
  return [
    figure({
      id: "compare-slices-figure",
      title: `${results.metric_title} by popularity of the films to be found and by length of the history`,
      body: [models_legend(), chart(`${results.metric_title} of each slice`, draw)],
      numbers: table(
        "Slices",
        [{name: "Slice", text: true}, {name: "Users"}, ...results.models.map((model) => ({name: model.model}))],
        slices.map((name) => [
          name,
          count(results.models[0].slices.find((slice) => slice.slice === name).users),
          ...results.models.map((model) => figure_of(model.slices.find((slice) => slice.slice === name).value)),
        ]),
      ),
    }),
  ];
}

export function compare_time() {
  const rows = results.models.filter((model) => model.value !== null);
  const draw = (width) =>
    plot({
      width,
      height: 240,
      marginLeft: 52,
      marginRight: 24,
      marginBottom: 30,
      x: {label: null, zero: true, nice: true},
      y: {label: null, nice: true},
      marks: [
        Plot.axisY({ticks: 5, tickSize: 3}),
        Plot.axisX({ticks: ticks_for(width, 80), tickSize: 3, tickFormat: (second) => seconds(second)}),
        Plot.gridY({ticks: 5, stroke: "var(--rule)", strokeOpacity: 1}),
        Plot.dot(rows, {x: "seconds", y: "value", fill: (row) => colour_of_model(row.model), r: 6}),
      ],
    });
  return [
    figure({
      id: "compare-time-figure",
      title: `${results.metric_title} against the time to rank for all ${count(results.models[0].users)} users`,
      note: "Measured while this page was made, with whatever else the machine did. Up and left is better.",
      body: [models_legend(), chart("Quality against time", draw)],
      numbers: table(
        "Quality, time and size",
        [{name: "Model", text: true}, {name: results.metric_title}, {name: "Time"}, {name: "Parameters"}],
        rows.map((row) => [row.model, figure_of(row.value), seconds(row.seconds), count(row.parameters)]),
      ),
    }),
  ];
}
