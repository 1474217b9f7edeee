// Where the time of N workers goes: computing, exchanging, waiting for one another, and the rest; the workers' mean.
import {el, table, figure, legend} from "./element.js";
import {chart, plot} from "./chart.js";
import {seconds, count} from "./format.js";
import {configurations, full_name} from "./results.js";

const shares = [
  ["compute_seconds", "computing", "var(--c1)"],
  ["exchange_seconds", "exchange", "var(--c3)"],
  ["waiting_seconds", "waiting", "var(--c4)"],
  ["other_seconds", "other", "var(--c6)"],
];

export function time_of_workers() {
  const told = configurations.filter(
    (each) => each.training && each.training.workers && each.training.workers.length > 0,
  );
  if (told.length === 0) return null;
  const rows = told.flatMap((each) =>
    shares.map(([key, name]) => ({
      id: each.id,
      share: name,
      seconds: d3.mean(each.training.workers, (worker) => worker[key]) || 0,
    })),
  );
  const ids = told.map((each) => each.id);
  const name_of = new Map(told.map((each) => [each.id, full_name(each)]));
  const mean = (each, key) => d3.mean(each.training.workers, (worker) => worker[key]);
  const said = told.map(
    (each) => `${full_name(each)}: ${shares.map(([key, name]) => `${name} ${seconds(mean(each, key))}`).join(", ")}`,
  );
  const numbers = table(
    "Seconds of every worker",
    [{name: "Configuration", text: true}, {name: "Worker"}, ...shares.map(([, name]) => ({name}))],
    told.flatMap((each) =>
      each.training.workers.map((worker) => [
        full_name(each),
        count(worker.worker),
        ...shares.map(([key]) => seconds(worker[key])),
      ]),
    ),
  );
  return [
    el(
      "p",
      {class: "prose"},
      "The mean of the workers of each training. Waiting is time at the exchange until the slowest worker has come; ",
      "other is what is not training: starting processes, moving data, Spark.",
    ),
    figure({
      id: "time-figure",
      title: "Time of a worker in training",
      controls: legend(...shares.map(([, name, colour]) => [colour, name, "area"])),
      body: chart(said.join("; "), (width) =>
        plot({
          width,
          height: ids.length * (width < 520 ? 36 : 26) + 36,
          marginLeft: width < 520 ? 150 : 280,
          marginRight: 14,
          marginTop: 4,
          marginBottom: 28,
          x: {label: null, grid: true},
          y: {domain: ids, label: null},
          color: {domain: shares.map(([, name]) => name), range: shares.map(([, , colour]) => colour)},
          marks: [
            Plot.axisY({tickSize: 0, lineWidth: width < 520 ? 13 : 25, tickFormat: (id) => name_of.get(id)}),
            Plot.axisX({ticks: 5, tickSize: 3, tickFormat: (second) => `${second} s`}),
            Plot.barX(rows, {
              x: "seconds",
              y: "id",
              fill: "share",
              order: shares.map(([, name]) => name),
              insetTop: 3,
              insetBottom: 3,
              title: (d) => `${d.share}: ${seconds(d.seconds)}`,
              tip: {format: {y: false}},
            }),
          ],
        }),
      ),
      numbers,
    }),
  ];
}
