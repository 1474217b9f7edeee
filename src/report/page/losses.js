// Figure 9 and Table 2: train and test loss after each epoch, beside what constants reach and what the output allows.
import {el, table, figure, legend} from "./element.js";
import {chart, folded, most_in_sight, plot, tick_text, ticks_for} from "./chart.js";
import {figure_of, percent, years, plural} from "./format.js";
import {results, configurations, configuration_of, short_name, full_name, subsets_of, failed} from "./results.js";
import {bound_figure, verdict} from "./bound.js";

// The lines that do not move: key and fold in a row of losses, name, colour, dashes.
const constants = [
  ["zeros", "test", "all zeros, test users", "var(--muted)", "6 3"],
  ["item_means", "test", "each film’s mean, test users", "var(--means)", "6 3"],
  ["floor", "test", "floor of the output, test users", "var(--floor)", "6 3"],
  ["floor", "train", "the same, training users", "var(--floor)", "2 3"],
];

function row_of(configuration) {
  return (results.losses || []).find((row) => row.configuration === configuration.id);
}

function curve_rows(configuration) {
  return configuration.history
    .flatMap(({epoch, train_loss, test_loss}) => [
      {epoch, loss: train_loss, of: "train"},
      {epoch, loss: test_loss, of: "test"},
    ])
    .filter((row) => row.loss !== null);
}

// A constant's loss: of the configuration itself or, where it was not measured (it stopped, or it was run for the modes
// alone), of another with the same data; the floor belongs to the output too.
function constant_of(configuration, key, fold) {
  if (configuration.loss !== "mse") return null;
  const row =
    row_of(configuration) ||
    (results.losses || []).find((other) => {
      const its = configuration_of(other.configuration);
      return (
        its &&
        its.subset === configuration.subset &&
        its.loss === "mse" &&
        (key !== "floor" || its.output === configuration.output)
      );
    });
  return (row && row[key] && row[key][fold]) ?? null;
}

function lines_of(configuration) {
  return constants
    .map(([key, fold, name, colour, dashes]) => ({name, colour, dashes, value: constant_of(configuration, key, fold)}))
    .filter((line) => line.value !== null);
}

function curves(configuration, domain, epochs, width) {
  const rows = curve_rows(configuration);
  const colour = (of) => (of === "train" ? "var(--train)" : "var(--test)");
  const single = configuration.history.length === 1;
  return plot({
    width,
    height: 180,
    marginLeft: 58,
    marginRight: 10,
    marginTop: 8,
    marginBottom: 26,
    x: {domain: [1, Math.max(2, epochs)], label: null},
    y: {domain, label: null},
    marks: [
      Plot.axisY({ticks: 4, tickSize: 3, tickFormat: tick_text(domain, 4)}),
      Plot.axisX({
        ticks: Math.min(epochs, ticks_for(width, 60)),
        tickSize: 3,
        tickFormat: (epoch) => (Number.isInteger(epoch) ? `${epoch}` : ""),
      }),
      Plot.gridY({ticks: 4, stroke: "var(--rule)", strokeOpacity: 1}),
      lines_of(configuration).map(({value, colour, dashes}) =>
        Plot.ruleY([value], {stroke: colour, strokeWidth: 1.3, strokeDasharray: dashes}),
      ),
      ["train", "test"].map((of) => {
        const own = rows.filter((row) => row.of === of);
        return [
          Plot.lineY(own, {x: "epoch", y: "loss", stroke: colour(of), strokeWidth: 1.8, clip: true}),
          single && Plot.dot(own, {x: "epoch", y: "loss", fill: colour(of)}),
        ];
      }),
      Plot.tip(
        rows.filter((row) => row.loss <= domain[1]),
        Plot.pointer({
          x: "epoch",
          y: "loss",
          title: (d) => `${d.of} loss ${figure_of(d.loss, 5)}\nafter epoch ${d.epoch}`,
        }),
      ),
    ],
  });
}

// The losses that the panels of a subset show: from a little below the lowest curve or line to a little above the
// constants and the last losses. A curve that begins higher, as with a sigmoid output, comes in from above.
function range_of_losses(trained) {
  const lines = trained.flatMap(lines_of).map((line) => line.value);
  const losses = trained.flatMap(curve_rows).map((row) => row.loss);
  const last = trained.flatMap((each) => [each.history.at(-1).train_loss, each.history.at(-1).test_loss]);
  const least = d3.min([...losses, ...lines]);
  const settled = d3.max([...lines, ...last.filter((loss) => loss !== null)]);
  const most = Math.min(d3.max([...losses, ...lines]), settled + (settled - least));
  const margin = (most - least || most || 1) * 0.06;
  return [Math.max(0, least - margin), most + margin];
}

function curve_cell(configuration, range) {
  const last = configuration.history.at(-1);
  const planned = configuration.purpose === "phases" ? results.settings.epochs : last.epoch;
  const stopped = failed(configuration) && last.epoch < planned;
  const beside = stopped ? `stopped after ${plural(last.epoch, "epoch")}` : `test ${figure_of(last.test_loss)}`;
  const said =
    `${full_name(configuration)}: after epoch ${last.epoch} train loss ${figure_of(last.train_loss)}, ` +
    `test loss ${figure_of(last.test_loss)}`;
  return el(
    "div",
    {class: "cell"},
    el("p", {class: "cell-head"}, el("b", {}, short_name(configuration)), el("span", {}, beside)),
    chart(said, (width) => curves(configuration, range, Math.max(planned, last.epoch), width)),
  );
}

// A panel of curves for each configuration; those of one subset, loss and output share their losses, and their epochs
// unless they trained for more, as those that are compared at equal steps do.
function curve_figure(loss, trained) {
  const body = subsets_of(trained).map((subset) => {
    const here = d3.sort(trained.filter((each) => each.subset === subset), (each) => each.purpose !== "phases");
    const range = d3.rollup(here, range_of_losses, (each) => each.output);
    const cells_of = (some) => el("div", {class: "cells wide"}, some.map((each) => curve_cell(each, range.get(each.output))));
    return el(
      "div",
      {class: "subset"},
      el("h4", {}, years(subset)),
      cells_of(here.slice(0, most_in_sight)),
      here.length > most_in_sight &&
        folded(`${here.length - most_in_sight} more`, cells_of(here.slice(most_in_sight))),
    );
  });
  const drawn = new Set(trained.flatMap(lines_of).map((line) => line.name));
  const lines = constants.filter(([, , name]) => drawn.has(name));
  return figure({
    id: `curves-${loss}`,
    title: `Figure 9 of the study. ${loss === "mse" ? "Mean squared error" : `Loss (${loss})`} after each epoch`,
    note:
      "Horizontal: epochs. The test loss, which the study calls validation loss, is of the test users and chooses " +
      "nothing. Dashed: what constants reach, and the floor. Models that train on parts of the users are shown for as " +
      "many epochs as give them as many steps.",
    controls: legend(
      ["var(--train)", "train loss"],
      ["var(--test)", "test loss"],
      ...lines.map(([, , name, colour, dashes]) => [colour, name, dashes === "6 3" ? "dashed" : "dotted"]),
    ),
    body: el("div", {}, body),
    numbers: curve_numbers(loss, trained),
  });
}

function curve_numbers(loss, trained) {
  const epochs = [...new Set(trained.flatMap((each) => each.history.map((row) => row.epoch)))].sort(d3.ascending);
  const columns = [
    {name: "Epoch"},
    ...trained.flatMap((each) => [
      {name: "train", note: full_name(each)},
      {name: "test", note: full_name(each)},
    ]),
  ];
  return table(
    loss === "mse" ? "Losses after each epoch" : `Losses (${loss}) after each epoch`,
    columns,
    epochs.map((epoch) => [
      String(epoch),
      ...trained.flatMap((each) => {
        const row = each.history.find((other) => other.epoch === epoch) || {};
        return [figure_of(row.train_loss, 5), figure_of(row.test_loss, 5)];
      }),
    ]),
  );
}

function table_two(rows) {
  const pair = (row, key) =>
    row[key] ? [figure_of(row[key].train), el("small", {}, `test ${figure_of(row[key].test)}`)] : "none";
  return table(
    "Table 2. Losses after the last epoch, beside constants and the floor",
    [
      {name: "Configuration", text: true},
      {name: "Train loss"},
      {name: "Test loss"},
      {name: "Divergence"},
      {name: "All zeros"},
      {name: "Film means"},
      {name: "Floor"},
      {name: "Study", note: "train / test"},
    ],
    rows.map((row) => [
      full_name(configuration_of(row.configuration)),
      figure_of(row.train_loss),
      figure_of(row.test_loss),
      percent(row.divergence_percent, 2),
      pair(row, "zeros"),
      pair(row, "item_means"),
      pair(row, "floor"),
      row.study
        ? [
            `${figure_of(row.study.train_loss)} / ${figure_of(row.study.test_loss)}`,
            el("small", {}, `${row.study.name}: ${percent(row.study.divergence_percent, 2)}`),
          ]
        : "–",
    ]),
  );
}

export function losses() {
  const trained = configurations.filter((each) => each.history && each.history.length > 0);
  if (trained.length === 0) return null;
  const rows = (results.losses || []).filter((row) => configuration_of(row.configuration));
  const squared = rows.filter((row) => configuration_of(row.configuration).loss === "mse");
  const by_loss = d3.group(trained, (each) => each.loss);
  return [
    verdict(squared),
    squared.length > 0 ? bound_figure(squared) : null,
    [...by_loss].map(([loss, own]) => curve_figure(loss, own)),
    rows.length > 0
      ? [
          table_two(rows),
          el(
            "p",
            {class: "note"},
            "Divergence = (test − train) ÷ train × 100. ",
            "Where the study’s data have another shape, its losses stand here for the record and do not compare.",
          ),
        ]
      : null,
  ];
}
