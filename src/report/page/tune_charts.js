// A search in pictures: the best so far, every trial as a line through its options, and how much each option mattered.
import {el, table, figure, legend} from "./element.js";
import {chart, plot, ticks_for} from "./chart.js";
import {seconds, figure_of, percent, plural} from "./format.js";
import {results} from "./results.js";
import {options_text} from "./tune_headline.js";

const kind_colours = ["var(--c1)", "var(--c2)", "var(--c3)", "var(--c4)", "var(--c5)", "var(--c6)"];

function colour_of_kind(model) {
  return kind_colours[Math.max(0, results.spaces.findIndex((space) => space.model === model)) % kind_colours.length];
}

function better(a, b) {
  return results.less_is_better ? a < b : a > b;
}

function trial_of(number) {
  return results.trials.find((trial) => trial.trial === number);
}

// What was the best finished trial after each answer.
function best_so_far() {
  let best = null;
  const line = [];
  for (const step of results.steps) {
    if (step.finished && step.value !== null && (best === null || better(step.value, best))) best = step.value;
    if (best !== null) line.push({seconds: step.seconds, value: best});
  }
  return line;
}

export function tune_over_time() {
  const steps = results.steps.filter((step) => step.value !== null).map((step) => ({...step, model: trial_of(step.trial).model}));
  if (steps.length === 0) return null;
  const line = best_so_far();
  const models = [...new Set(steps.map((step) => step.model))];
  const last = line.at(-1);
  const draw = (width) =>
    plot({
      width,
      height: 260,
      marginLeft: 58,
      marginRight: 12,
      marginBottom: 30,
      x: {label: null, domain: [0, d3.max(steps, (step) => step.seconds)]},
      y: {label: null, nice: true},
      marks: [
        Plot.axisY({ticks: 5, tickSize: 3}),
        Plot.axisX({ticks: ticks_for(width, 80), tickSize: 3, tickFormat: (second) => seconds(second)}),
        Plot.gridY({ticks: 5, stroke: "var(--rule)", strokeOpacity: 1}),
        Plot.lineY(line, {x: "seconds", y: "value", curve: "step-after", stroke: "var(--ink)", strokeWidth: 1.8}),
        Plot.dot(steps, {
          x: "seconds",
          y: "value",
          r: 3.5,
          fill: (step) => (step.finished ? colour_of_kind(step.model) : "none"),
          stroke: (step) => colour_of_kind(step.model),
        }),
        Plot.tip(
          steps,
          Plot.pointer({
            x: "seconds",
            y: "value",
            title: (step) =>
              `trial ${step.trial}: ${step.model}\n${options_text(trial_of(step.trial).options)}\n${figure_of(step.value)}`,
          }),
        ),
      ],
    });
  return [
    figure({
      id: "tune-time-figure",
      title: `${results.metric_title} of each answer, and the best finished trial so far`,
      note: "Time is that of all trials together, whoever computed them. A ring is a trial that was stopped there, or went on later.",
      body: [
        legend(...models.map((model) => [colour_of_kind(model), model, "dot"]), ["var(--ink)", "best so far"]),
        chart(last ? `Best so far: ${figure_of(last.value)}` : "No finished trial", draw),
      ],
    }),
  ];
}

// One chart a kind: an axis for each option, and one for what came of it.
function parallel_panel(space, trials, width) {
  const axes = [...space.options.map((option) => option.option), results.metric_title];
  const values = trials.map((trial) => trial.value);
  const [least, most] = [d3.min(values), d3.max(values)];
  const height_of = (value) => (most > least ? (value - least) / (most - least) : 0.5);
  const winner = results.winner ? results.winner.trial : null;
  const points = trials.flatMap((trial) =>
    [...trial.point, height_of(trial.value)].map((at, axis) => ({
      trial,
      axis: axes[axis],
      at,
      text: axis < space.options.length ? `${axes[axis]} ${trial.options[axes[axis]]}` : figure_of(trial.value),
    })),
  );
  const strength = (point) => 0.12 + 0.88 * (results.less_is_better ? 1 - height_of(point.trial.value) : height_of(point.trial.value));
  return plot({
    width,
    height: 280,
    marginLeft: 40,
    marginRight: 40,
    marginTop: 14,
    marginBottom: 28,
    x: {type: "point", domain: axes, label: null},
    y: {domain: [0, 1], axis: null},
    marks: [
      Plot.ruleX(axes, {stroke: "var(--rule)"}),
      Plot.axisX({tickSize: 0}),
      Plot.lineY(points, {
        x: "axis",
        y: "at",
        z: (point) => point.trial.trial,
        stroke: colour_of_kind(space.model),
        strokeOpacity: strength,
        strokeWidth: 1.2,
      }),
      Plot.lineY(
        points.filter((point) => point.trial.trial === winner),
        {x: "axis", y: "at", stroke: "var(--ink)", strokeWidth: 2.4},
      ),
      Plot.tip(
        points,
        Plot.pointer({x: "axis", y: "at", title: (point) => `trial ${point.trial.trial}\n${point.text}`}),
      ),
    ],
  });
}

function range_text(option) {
  if (option.values) return option.values.join(" | ");
  const [low, high] = option.factors || [option.low, option.high];
  const unit = option.factors ? " × its own" : "";
  return `${Number(low.toPrecision(3))} – ${Number(high.toPrecision(3))}${unit}${option.logarithmic ? ", logarithmic" : ""}`;
}

export function tune_parallel() {
  const panels = results.spaces
    .map((space) => ({
      space,
      trials: results.trials.filter((trial) => trial.model === space.model && trial.point.length > 0 && trial.value !== null),
    }))
    .filter(({space, trials}) => space.options.length > 0 && trials.length > 1);
  if (panels.length === 0) return null;
  return panels.map(({space, trials}) =>
    figure({
      id: `tune-options-${space.model}`,
      title: `${space.model}: ${plural(trials.length, "trial")}`,
      note:
        "Each line is a trial; bold colour is a better one, the dark line the winner. Every axis runs over the range that " +
        "was searched.",
      body: chart(`The trials of ${space.model} through their options`, (width) => parallel_panel(space, trials, width)),
      numbers: table(
        `Ranges of ${space.model}`,
        [{name: "Option", text: true}, {name: "Searched", text: true}],
        space.options.map((option) => [option.option, range_text(option)]),
      ),
    }),
  );
}

export function tune_importance() {
  const rows = results.spaces.flatMap((space) =>
    space.options
      .filter((option) => option.importance !== null)
      .map((option) => ({name: `${space.model}: ${option.option}`, model: space.model, importance: option.importance})),
  );
  if (rows.length === 0) return null;
  rows.sort((a, b) => b.importance - a.importance);
  const draw = (width) =>
    plot({
      width,
      height: rows.length * 26 + 40,
      marginLeft: width < 520 ? 130 : 200,
      marginRight: 44,
      marginBottom: 28,
      x: {domain: [0, 1], label: null},
      y: {domain: rows.map((row) => row.name), label: null},
      marks: [
        Plot.axisY({tickSize: 0}),
        Plot.axisX({ticks: ticks_for(width - 200, 60), tickSize: 3, tickFormat: (share) => percent(share * 100)}),
        Plot.barX(rows, {x: "importance", y: "name", fill: (row) => colour_of_kind(row.model)}),
        Plot.text(rows, {x: "importance", y: "name", text: (row) => percent(row.importance * 100), dx: 6, textAnchor: "start"}),
      ],
    });
  return [
    figure({
      id: "tune-importance-figure",
      title: "How much of the difference between trials each option explains alone",
      note:
        "The share of the variance after the first rung that is explained by knowing whether the option was low, middle or " +
        "high (ε²). Options that only matter together show little here.",
      body: chart("Importance of each option", draw),
      numbers: table(
        "Importance",
        [{name: "Option", text: true}, {name: "Explained"}],
        rows.map((row) => [row.name, percent(row.importance * 100, 1)]),
      ),
    }),
  ];
}

export function tune_trials() {
  const trials = results.trials.filter((trial) => trial.rungs.length > 0);
  if (trials.length === 0) return null;
  const order = [...trials].sort((a, b) => {
    const rank = (trial) => (trial.state === "finished" ? 2 : trial.state === "failed" ? 0 : 1);
    if (rank(a) !== rank(b)) return rank(b) - rank(a);
    return results.less_is_better ? d3.ascending(a.value, b.value) : d3.descending(a.value, b.value);
  });
  return [
    table(
      "Trials, the best first",
      [
        {name: "Trial"},
        {name: "Model", text: true},
        {name: "Options", text: true},
        {name: results.metric_title},
        {name: "Epochs"},
        {name: "Time"},
        {name: "State", text: true},
      ],
      order.map((trial) => [
        trial.trial,
        trial.model,
        options_text(trial.options),
        figure_of(trial.value),
        trial.epochs === 0 ? "–" : trial.epochs,
        seconds(trial.seconds),
        trial.failure ? `failed: ${trial.failure}` : trial.state,
      ]),
    ),
  ];
}
