// How low a loss can be: what was reached beside constants and beside the floor of the output, for the users trained on
// and for the test users; and, where the data have the study's shape, what the study printed.
import {el, figure, legend, table} from "./element.js";
import {chart, plot, tick_text, ticks_for} from "./chart.js";
import {figure_of, years, listed} from "./format.js";
import {configuration_of, full_name, like_the_study} from "./results.js";

const folds = [
  ["train", "train_loss", "var(--train)"],
  ["test", "test_loss", "var(--test)"],
];

// The study's losses for a row, where they compare.
function printed(row) {
  return row.study && like_the_study(configuration_of(row.configuration).subset) ? row.study : null;
}

// A lane for each fold of each row: [{name, fold, colour, loss, zeros, item_means, floor, study}].
function lanes_of(rows) {
  return rows.flatMap((row) =>
    folds.map(([fold, key, colour]) => ({
      name: full_name(configuration_of(row.configuration)),
      fold,
      colour,
      loss: row[key],
      zeros: row.zeros ? row.zeros[fold] : null,
      item_means: row.item_means ? row.item_means[fold] : null,
      floor: row.floor ? row.floor[fold] : null,
      study: printed(row) ? printed(row)[key] : null,
    })),
  );
}

const marks_of_lane = [
  ["zeros", "all zeros"],
  ["item_means", "each film’s mean"],
  ["floor", "floor of the output"],
  ["loss", "loss"],
  ["study", "the study’s loss"],
];

function lanes_panel(lanes, most, width) {
  const [narrow, names] = [width < 520, [...new Set(lanes.map((lane) => lane.name))]];
  const ticks = ticks_for(width - 200, 80);
  const at = (key) => ({x: key, y: "fold", fy: "name"});
  const with_value = (key) => lanes.filter((lane) => lane[key] !== null);
  const points = lanes.flatMap((lane) =>
    marks_of_lane.filter(([key]) => lane[key] !== null).map(([key, said]) => ({...lane, value: lane[key], said})),
  );
  return plot({
    width,
    height: names.length * (narrow ? 56 : 44) + 40,
    marginLeft: narrow ? 104 : 230,
    marginRight: 34,
    marginTop: 6,
    marginBottom: 26,
    x: {domain: [0, most], label: null},
    y: {domain: ["train", "test"], type: "band", axis: null},
    fy: {domain: names, axis: null, padding: 0.3},
    marks: [
      Plot.axisFy({anchor: "left", label: null, tickSize: 0, lineWidth: narrow ? 8 : 20, fill: "var(--ink)"}),
      Plot.axisX({anchor: "bottom", ticks, tickSize: 3, tickFormat: tick_text([0, most], ticks)}),
      Plot.gridX({ticks, stroke: "var(--rule)", strokeOpacity: 1}),
      Plot.barX(with_value("floor"), {
        x1: 0,
        x2: "floor",
        y: "fold",
        fy: "name",
        fill: "var(--floor)",
        fillOpacity: 0.15,
      }),
      Plot.tickX(with_value("floor"), {...at("floor"), stroke: "var(--floor)", strokeWidth: 2}),
      Plot.tickX(with_value("zeros"), {...at("zeros"), stroke: "var(--muted)", strokeWidth: 1.6}),
      Plot.tickX(with_value("item_means"), {...at("item_means"), stroke: "var(--means)", strokeWidth: 1.6}),
      Plot.dot(with_value("loss"), {...at("loss"), fill: "colour", r: 4.2, stroke: "var(--paper)"}),
      Plot.dot(with_value("study"), {
        ...at("study"),
        stroke: "colour",
        fill: "var(--paper)",
        r: 4,
        strokeWidth: 1.8,
        symbol: "diamond",
      }),
      Plot.text(lanes, {
        y: "fold",
        fy: "name",
        text: "fold",
        frameAnchor: "right",
        textAnchor: "start",
        dx: 6,
        fill: "colour",
      }),
      Plot.tip(
        points,
        Plot.pointer({...at("value"), title: (d) => `${d.said} ${figure_of(d.value)}\n${d.fold} users`}),
      ),
    ],
  });
}

function lane_numbers(lanes) {
  return table(
    "Losses beside constants, the floor and the study",
    [{name: "Configuration", text: true}, {name: "Users", text: true}, ...marks_of_lane.map(([, name]) => ({name}))],
    lanes.map((lane) => [lane.name, lane.fold, ...marks_of_lane.map(([key]) => figure_of(lane[key]))]),
  );
}

// rows: of results.losses, all of the mean squared error.
export function bound_figure(rows) {
  const lanes = lanes_of(rows);
  const most = d3.max(lanes, (lane) => d3.max(marks_of_lane, ([key]) => lane[key])) * 1.03;
  const said = lanes.map(
    (lane) =>
      `${lane.name}, ${lane.fold} users: ` +
      marks_of_lane
        .filter(([key]) => lane[key] !== null)
        .map(([key, name]) => `${name} ${figure_of(lane[key])}`)
        .join(", "),
  );
  return figure({
    id: "bound",
    title: "How low a loss can be",
    note: "The last losses, from zero. What is tinted cannot be reached by the output layer, whatever the weights.",
    controls: legend(
      ["var(--train)", "train loss", "dot"],
      ["var(--test)", "test loss", "dot"],
      ...(lanes.some((lane) => lane.study !== null) ? [["var(--test)", "printed by the study", "ring"]] : []),
      ...(lanes.some((lane) => lane.floor !== null) ? [["var(--floor)", "below the floor of the output", "area"]] : []),
      ["var(--means)", "each film’s mean"],
      ["var(--muted)", "all zeros"],
    ),
    body: chart(said.join("; "), (width) => lanes_panel(lanes, most, width)),
    numbers: lane_numbers(lanes),
  });
}

// "1950–1959 it is 0.0104, and the lowest test loss that was reached is 0.0111": a phrase for each subset.
function floors_said(rows) {
  return [...d3.group(rows, (row) => configuration_of(row.configuration).subset)].map(
    ([subset, own]) =>
      `for the test users of ${years(subset)} it is ${figure_of(own[0].floor.test)}, and the lowest loss that was ` +
      `reached is ${figure_of(d3.min(own, (row) => row.test_loss))}`,
  );
}

// One sentence for each of the study's rows that lies below a floor.
function printed_below(rows) {
  const found = rows.filter((row) => printed(row) && folds.some(([fold, key]) => printed(row)[key] < row.floor[fold]));
  const once = found.filter((row, at) => found.findIndex((other) => other.study.name === row.study.name) === at);
  return once.map(
    ({study, floor}) =>
      `${study.name}: ${figure_of(study.train_loss)} and ${figure_of(study.test_loss)}, ` +
      `where the floors are ${figure_of(floor.train)} and ${figure_of(floor.test)}`,
  );
}

// Why there is a floor, and that the study prints losses below it; nothing where no output has one.
export function verdict(rows) {
  const floored = rows.filter((row) => row.floor);
  if (floored.length === 0) return null;
  const below = printed_below(floored);
  const sigmoid = rows.some((row) => configuration_of(row.configuration).output === "sigmoid");
  return el(
    "div",
    {class: "verdict"},
    el(
      "h3",
      {},
      below.length > 0
        ? "The losses that the study prints lie below what its network can reach"
        : "There is a floor below the losses of a softmax",
    ),
    el(
      "p",
      {},
      "The output of the study’s network is a softmax: what it says of all films adds up to 1 for every user, while ",
      "the targets, ratings divided by 5, add up to much more. So there is a floor that no weights can go below: the ",
      "distance of each user’s ratings to the nearest row that adds up to 1.",
    ),
    below.length > 0
      ? [
          el("p", {}, "On data of this shape the study prints, as train and test loss:"),
          el(
            "ul",
            {},
            below.map((each) => el("li", {}, each)),
          ),
          el("p", {}, "With this output and these targets such values cannot occur."),
        ]
      : el(
          "p",
          {},
          `Here, ${listed(floors_said(floored))}. The study’s losses are of data of another shape; made-up data of its `,
          "shape, ",
          el("code", {}, "encore generate -o ml-25m --like ml-25m"),
          ", set them beside their floor.",
        ),
    sigmoid &&
      el("p", {}, "A sigmoid for each film has no such floor; the same network with that output stands beside it."),
  );
}
