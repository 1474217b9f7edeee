// What the ratings weigh as dense arrays, as Elephas' doubled pairs and as sparse rows; and which of Spark's processes
// hold memory.
import {el, table, figure, legend} from "./element.js";
import {axis_of_seconds, chart, plot, ticks_for} from "./chart.js";
import {bytes, large, count, years, seconds} from "./format.js";
import {results, of_phases, full_name, short_name, subsets_of} from "./results.js";

function weights(rows, domain, width) {
  const names = [...new Set(rows.map((row) => row.kind))];
  const measured = rows.filter((row) => row.measured_bytes !== null);
  const left = width < 520 ? 124 : 160;
  return plot({
    width,
    height: names.length * 30 + 40,
    marginLeft: left,
    marginRight: 20,
    marginTop: 4,
    marginBottom: 26,
    x: {type: "log", base: 2, domain, label: null},
    y: {domain: names, type: "band", label: null, padding: 0.3},
    marks: [
      Plot.axisY({tickSize: 0, lineWidth: 16}),
      Plot.axisX(byte_ticks(domain, width - left), {tickSize: 3, tickFormat: bytes}),
      Plot.gridX(byte_ticks(domain, width - left), {stroke: "var(--rule)", strokeOpacity: 1}),
      Plot.barX(rows, {
        x1: domain[0],
        x2: "computed_bytes",
        y: "kind",
        fill: (row) => (row.kind.startsWith("sparse") ? "var(--cpu)" : "var(--ram)"),
        fillOpacity: 0.75,
      }),
      Plot.dot(measured, {
        x: "measured_bytes",
        y: "kind",
        fill: "var(--paper)",
        stroke: "var(--ink)",
        r: 4.5,
        strokeWidth: 1.6,
        symbol: "diamond",
      }),
      Plot.tip(
        rows,
        Plot.pointer({
          x: "computed_bytes",
          y: "kind",
          title: (d) =>
            `${d.kind}\ncomputed: ${bytes(d.computed_bytes)} (${d.formula})\nmeasured: ${bytes(d.measured_bytes)}`,
        }),
      ),
    ],
  });
}

function byte_ticks([least, most], width) {
  const powers = d3.range(Math.ceil(Math.log2(least)), Math.floor(Math.log2(most)) + 1);
  const step = Math.max(1, Math.ceil(powers.length / ticks_for(width, 70)));
  return powers.filter((power) => power % step === 0).map((power) => 2 ** power);
}

function process_memory() {
  const split = of_phases.filter((each) => each.samples && Object.keys(each.samples.processes || {}).length > 0);
  if (split.length === 0) return null;
  const names = [...new Set(split.flatMap((each) => Object.keys(each.samples.processes)))];
  const colours = ["var(--p2)", "var(--p7)", "var(--p8)", "var(--p5)", "var(--p9)"];
  const most_of = (each) =>
    names.map((name) => `${name} at most ${bytes(d3.max(each.samples.processes[name] || []))}`).join(", ");
  const longest = d3.max(split, (each) => each.samples.seconds.at(-1));
  const stack_of = (each) =>
    names.flatMap((name) =>
      (each.samples.processes[name] || []).map((memory, index) => ({name, memory, at: each.samples.seconds[index]})),
    );
  const most = d3.max(split, (each) =>
    d3.max(
      d3
        .rollup(
          stack_of(each),
          (rows) => d3.sum(rows, (row) => row.memory),
          (row) => row.at,
        )
        .values(),
    ),
  );
  const cells = subsets_of(split).map((subset) =>
    el(
      "div",
      {class: "subset"},
      el("h4", {}, years(subset)),
      el(
        "div",
        {class: "cells wide"},
        split
          .filter((each) => each.subset === subset)
          .map((each) =>
            el(
              "div",
              {class: "cell"},
              el("p", {class: "cell-head"}, el("b", {}, short_name(each)), el("span", {}, seconds(each.seconds))),
              chart(`Memory by process, ${full_name(each)}: ${most_of(each)}`, (width) =>
                plot({
                  width,
                  height: 150,
                  marginLeft: 56,
                  marginRight: 8,
                  marginBottom: 24,
                  x: {domain: [0, longest], label: null},
                  y: {domain: [0, most], label: null},
                  color: {domain: names, range: colours},
                  marks: [
                    Plot.areaY(stack_of(each), {x: "at", y: "memory", fill: "name", order: names}),
                    Plot.ruleY([0], {stroke: "var(--muted)"}),
                    Plot.axisY([0, most / 2, most], {tickSize: 3, tickFormat: bytes}),
                    axis_of_seconds(longest, width - 64),
                  ],
                }),
              ),
            ),
          ),
      ),
    ),
  );
  return figure({
    id: "processes",
    title: "Memory of Spark, process by process",
    note: "Stacked over all phases.",
    controls: legend(...names.map((name, at) => [colours[at % colours.length], name, "area"])),
    body: el("div", {}, cells),
    numbers: table(
      "Most memory of each process",
      [{name: "Configuration", text: true}, ...names.map((name) => ({name}))],
      split.map((each) => [full_name(each), ...names.map((name) => bytes(d3.max(each.samples.processes[name] || [])))]),
    ),
  });
}

export function representations() {
  const weighed = (results.representations || []).filter((each) => each.cells);
  if (weighed.length === 0) return process_memory();
  const rows = weighed.flatMap((each) => each.kinds.map((kind) => ({...kind, kind: kind.name, subset: each.subset})));
  const positive = rows.flatMap((row) => [row.computed_bytes, row.measured_bytes]).filter((value) => value > 0);
  const domain = [d3.min(positive) / 4, d3.max(positive) * 2];
  const panels = weighed.map((each) => {
    const own = rows.filter((row) => row.subset === each.subset);
    return el(
      "div",
      {},
      el("h4", {}, `${years(each.subset)}: ${large(each.cells)} cells, ${count(each.ratings)} ratings`),
      chart(
        `${years(each.subset)}: ${own.map((row) => `${row.kind} ${bytes(row.computed_bytes)}`).join(", ")}`,
        (width) => weights(own, domain, width),
      ),
    );
  });
  return [
    el(
      "p",
      {class: "prose"},
      "The study fills one array of all films for each user, and its library wants every array twice, as input and as ",
      "target. Sparse rows keep the ratings alone. ",
      "The axis is logarithmic: each mark is a multiple of the one before.",
    ),
    figure({
      id: "memory-figure",
      title: "Memory of the ratings, by representation",
      controls: legend(
        ["var(--ram)", "dense, computed", "area"],
        ["var(--cpu)", "sparse, computed", "area"],
        ["var(--ink)", "measured", "ring"],
      ),
      body: el("div", {class: "panels"}, panels),
      numbers: table(
        "Bytes of each representation",
        [
          {name: "Subset", text: true},
          {name: "Representation", text: true},
          {name: "Formula", text: true},
          {name: "Computed"},
          {name: "Measured"},
        ],
        rows.map((row) => [
          years(row.subset),
          row.kind,
          row.formula,
          bytes(row.computed_bytes),
          bytes(row.measured_bytes),
        ]),
      ),
    }),
    process_memory(),
  ];
}
