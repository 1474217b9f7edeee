// Figure 9 and Table 2: train and test loss after each epoch, between what constants reach and what the output allows.
import {el, table, figure, legend} from "./element.js";
import {chart, plot, tick_text, ticks_for} from "./chart.js";
import {figure_of, percent, years, plural, listed} from "./format.js";
import {
  results,
  configurations,
  configuration_of,
  short_name,
  full_name,
  subsets_of,
  like_the_study,
  failed,
} from "./results.js";

const constants = [
  ["zeros", "all zeros", "var(--muted)"],
  ["item_means", "each film’s mean", "var(--means)"],
  ["floor", "floor of the output", "var(--floor)"],
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

// A constant's loss on the test users: of the configuration itself or, where it was not measured (it stopped, or it was run for the
// modes alone), of another with the same data; the floor belongs to the output too.
function constant_of(configuration, key) {
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
  return row && row[key] && row[key].test !== undefined ? row[key].test : null;
}

function lines_of(configuration) {
  return constants
    .map(([key, name, colour]) => ({key, name, colour, value: constant_of(configuration, key)}))
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
      Plot.ruleY(lines_of(configuration), {
        y: "value",
        stroke: (d) => d.colour,
        strokeDasharray: "5 3",
        strokeWidth: 1.3,
      }),
      ["train", "test"].map((of) => {
        const own = rows.filter((row) => row.of === of);
        return [
          Plot.lineY(own, {x: "epoch", y: "loss", stroke: colour(of), strokeWidth: 1.8}),
          single && Plot.dot(own, {x: "epoch", y: "loss", fill: colour(of)}),
        ];
      }),
      Plot.tip(
        rows,
        Plot.pointer({
          x: "epoch",
          y: "loss",
          title: (d) => `${d.of} loss ${figure_of(d.loss, 5)}\nafter epoch ${d.epoch}`,
        }),
      ),
    ],
  });
}

// A panel of curves for each configuration; those of one subset and one loss share their axes.
function curve_figure(loss, trained) {
  const epochs = d3.max(trained, (each) => each.history.at(-1).epoch);
  const body = subsets_of(trained).map((subset) => {
    const here = trained.filter((each) => each.subset === subset);
    const values = here.flatMap((each) => [
      ...curve_rows(each).map((row) => row.loss),
      ...lines_of(each).map((line) => line.value),
    ]);
    const [least, most] = d3.extent(values);
    const margin = (most - least || most || 1) * 0.06;
    return el(
      "div",
      {class: "subset"},
      el("h4", {}, years(subset)),
      el(
        "div",
        {class: "cells wide"},
        here.map((each) => {
          const last = each.history.at(-1);
          const said = `${full_name(each)}: after epoch ${last.epoch} train loss ${figure_of(last.train_loss)}, test loss ${figure_of(last.test_loss)}`;
          return el(
            "div",
            {class: "cell"},
            el(
              "p",
              {class: "cell-head"},
              el("b", {}, short_name(each)),
              el(
                "span",
                {},
                failed(each) ? `stopped after ${plural(last.epoch, "epoch")}` : `test ${figure_of(last.test_loss)}`,
              ),
            ),
            chart(said, (width) => curves(each, [Math.max(0, least - margin), most + margin], epochs, width)),
          );
        }),
      ),
    );
  });
  const lines = constants.filter(([key]) => trained.some((each) => lines_of(each).some((line) => line.key === key)));
  return figure({
    id: `curves-${loss}`,
    title: `Figure 9 of the study. ${loss === "mse" ? "Mean squared error" : `Loss (${loss})`} after each epoch`,
    note: "Horizontal: epochs. The loss of the test users, which the study calls validation loss, chooses nothing here. Dashed: what constants reach on the test users, and the floor.",
    controls: legend(
      ["var(--train)", "train loss"],
      ["var(--test)", "test loss"],
      ...lines.map(([, name, colour]) => [colour, name, "dashed"]),
    ),
    body: el("div", {}, body),
    numbers: curve_numbers(trained),
  });
}

function curve_numbers(trained) {
  const epochs = [...new Set(trained.flatMap((each) => each.history.map((row) => row.epoch)))].sort(d3.ascending);
  const columns = [
    {name: "Epoch"},
    ...trained.flatMap((each) => [
      {name: "train", note: full_name(each)},
      {name: "test", note: full_name(each)},
    ]),
  ];
  return table(
    "Losses after each epoch",
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

// From zero, on one axis: what was reached, what constants reach, the floor, and what the study printed.
function bound_panel(rows, width, most) {
  const names = rows.map((row) => row.name);
  const points = rows.flatMap((row) => row.points.map((point) => ({...point, name: row.name})));
  const floors = rows.filter((row) => row.floor !== null);
  const filled = points.filter((point) => point.kind === "measured");
  const rings = points.filter((point) => point.kind === "study");
  const ticks = points.filter((point) => point.kind === "constant");
  return plot({
    width,
    height: names.length * (width < 520 ? 48 : 34) + 40,
    marginLeft: width < 520 ? 112 : 230,
    marginRight: 16,
    marginTop: 6,
    marginBottom: 26,
    x: {domain: [0, most], label: null},
    y: {domain: names, type: "band", label: null, padding: 0.25},
    marks: [
      Plot.axisY({tickSize: 0, lineWidth: width < 520 ? 9 : 20}),
      Plot.axisX({
        ticks: ticks_for(width - 150, 80),
        tickSize: 3,
        tickFormat: tick_text([0, most], ticks_for(width - 150, 80)),
      }),
      Plot.gridX({ticks: ticks_for(width - 150, 80), stroke: "var(--rule)", strokeOpacity: 1}),
      Plot.barX(floors, {x1: 0, x2: "floor", y: "name", fill: "var(--floor)", fillOpacity: 0.14}),
      Plot.tickX(floors, {x: "floor", y: "name", stroke: "var(--floor)", strokeWidth: 2}),
      Plot.tickX(ticks, {x: "value", y: "name", stroke: "colour", strokeWidth: 1.6}),
      Plot.dot(filled, {x: "value", y: "name", fill: "colour", r: 4.5, stroke: "var(--paper)"}),
      Plot.dot(rings, {
        x: "value",
        y: "name",
        stroke: "colour",
        fill: "var(--paper)",
        r: 4.5,
        strokeWidth: 1.8,
        symbol: "diamond",
      }),
      Plot.tip(points, Plot.pointer({x: "value", y: "name", title: (d) => `${d.said} ${figure_of(d.value, 4)}`})),
    ],
  });
}

function bound_row(row) {
  const configuration = configuration_of(row.configuration);
  const comparable = row.study && like_the_study(configuration.subset);
  const point = (kind, said, value, colour) => ({kind, said, value, colour});
  return {
    name: full_name(configuration),
    floor: row.floor ? row.floor.test : null,
    points: [
      point("constant", "all zeros:", row.zeros.test, "var(--muted)"),
      point("constant", "each film’s mean:", row.item_means.test, "var(--means)"),
      point("measured", "train loss", row.train_loss, "var(--train)"),
      point("measured", "test loss", row.test_loss, "var(--test)"),
      ...(comparable
        ? [
            point("study", "the study’s train loss", row.study.train_loss, "var(--train)"),
            point("study", "the study’s test loss", row.study.test_loss, "var(--test)"),
          ]
        : []),
    ].filter((each) => each.value !== null),
  };
}

function bound_figure(rows) {
  const drawn = rows.map(bound_row);
  const most = d3.max(drawn, (row) => d3.max(row.points, (point) => point.value)) * 1.03;
  const studied = drawn.some((row) => row.points.some((point) => point.kind === "study"));
  const floored = drawn.some((row) => row.floor !== null);
  const said = drawn
    .map((row) => `${row.name}: ${row.points.map((point) => `${point.said} ${figure_of(point.value)}`).join(", ")}`)
    .join("; ");
  return figure({
    id: "bound",
    title: "How low a loss can be",
    note: "The same losses from zero. The tinted part cannot be reached by the output layer, whatever the weights.",
    controls: legend(
      ["var(--train)", "train", "dot"],
      ["var(--test)", "test", "dot"],
      ...(studied ? [["var(--test)", "printed by the study", "ring"]] : []),
      ...(floored ? [["var(--floor)", "below the floor of the output (test users)", "area"]] : []),
      ["var(--means)", "each film’s mean"],
      ["var(--muted)", "all zeros"],
    ),
    body: chart(said, (width) => bound_panel(drawn, width, most)),
  });
}

// The study prints losses below the floor of its own output: said with the numbers, where the data have its shape.
function verdict(rows) {
  const floored = rows.filter((row) => row.floor);
  if (floored.length === 0) return null;
  const below = floored.filter(
    (row) =>
      row.study && like_the_study(configuration_of(row.configuration).subset) && row.study.test_loss < row.floor.test,
  );
  const reason =
    "The output of the study’s network is a softmax: what it says of all films of a user adds up to 1, while the targets, ratings divided by 5, add up to much more. " +
    "So there is a floor that no weights can go below; it is computed for each user as the distance to the nearest row that sums to 1. ";
  const low = below.filter((row, at) => below.findIndex((other) => other.study.name === row.study.name) === at);
  return el(
    "div",
    {class: "verdict"},
    el(
      "h3",
      {},
      low.length > 0
        ? "The study’s printed losses lie below what its network can reach"
        : "There is a floor below every loss",
    ),
    el(
      "p",
      {},
      reason,
      low.length > 0
        ? [
            "On data of the same shape the study prints ",
            listed(
              low.map(
                (row) =>
                  `${figure_of(row.study.test_loss)} (${row.study.name}; the floor is ${figure_of(row.floor.test)})`,
              ),
            ),
            " as test losses. With this output and these targets such values cannot occur.",
          ]
        : [
            `On ${listed(floors_said(floored))}. The study prints test losses far below these for data of another shape; on data of the same shape `,
            "(",
            el("code", {}, "encore generate --like ml-25m"),
            ") this page sets them beside their floor.",
          ],
    ),
    rows.some((row) => configuration_of(row.configuration).output === "sigmoid")
      ? el(
          "p",
          {},
          "With a sigmoid for each film there is no such floor; the same network with that output stands beside it.",
        )
      : null,
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

// "1950–1959 it is 0.0104 for the test users, and the best test loss is 0.0111": a phrase for each subset.
function floors_said(rows) {
  return [...d3.group(rows, (row) => configuration_of(row.configuration).subset)].map(
    ([subset, own]) =>
      `${years(subset)} it is ${figure_of(own[0].floor.test)} for the test users, and the lowest test loss that was reached is ` +
      `${figure_of(d3.min(own, (row) => row.test_loss))}`,
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
