// Figures 1 to 7 of the study, and its last two phases: CPU in green over memory in blue, a small chart for each
// configuration.
import {el, table, figure, legend, switched} from "./element.js";
import {axis_of_seconds, chart, draw_charts, folded, most_in_sight, plot} from "./chart.js";
import {seconds, bytes, percent, count, plural, years} from "./format.js";
import {
  results,
  of_phases,
  phase_of,
  samples_of_phase,
  cpu_of_phase,
  short_name,
  full_name,
  subsets_of,
  failed,
} from "./results.js";
import {status_of} from "./configurations.js";

const always_open = "model training";
const figures_of_study = 7;

// Two strips in one drawing: CPU from 0 to 100 %, memory from 0 to `most` bytes, over `domain` seconds.
function strips(samples, domain, most, width) {
  const rows = samples.flatMap(({at, cpu, memory}) => [
    {strip: "CPU", at, share: cpu === null ? NaN : Math.min(cpu, 100) / 100, said: `CPU ${percent(cpu)}`},
    {strip: "memory", at, share: memory / most, said: `memory ${bytes(memory)}`},
  ]);
  const colour = (strip) => (strip === "CPU" ? "var(--cpu)" : "var(--ram)");
  const edges = [
    ["CPU", 1, "100 %"],
    ["CPU", 0, "0"],
    ["memory", 1, bytes(most)],
    ["memory", 0, "0"],
  ];
  return plot({
    width,
    height: 150,
    marginLeft: 48,
    marginRight: 6,
    marginTop: 8,
    marginBottom: 24,
    x: {domain: [0, domain], label: null},
    y: {domain: [0, 1], axis: null},
    fy: {domain: ["CPU", "memory"], axis: null, padding: 0.2},
    marks: [
      Plot.ruleY(
        [0, 0.5, 1].flatMap((y) => ["CPU", "memory"].map((strip) => ({y, strip}))),
        {y: "y", fy: "strip", stroke: "var(--rule)", strokeWidth: (d) => (d.y === 0 ? 1.2 : 0.6)},
      ),
      Plot.text(edges, {
        fy: (d) => d[0],
        y: (d) => d[1],
        text: (d) => d[2],
        frameAnchor: "left",
        textAnchor: "end",
        dx: -6,
      }),
      ["CPU", "memory"].map((strip) => {
        const own = rows.filter((row) => row.strip === strip);
        const channels = {x: "at", y: "share", fy: "strip"};
        return [
          Plot.areaY(own, {x: "at", y1: 0, y2: "share", fy: "strip", fill: colour(strip), fillOpacity: 0.16}),
          Plot.lineY(own, {...channels, stroke: colour(strip), strokeWidth: 1.6, strokeLinejoin: "round"}),
          Plot.tip(own, Plot.pointerX({...channels, title: (d) => `${d.said}\nafter ${seconds(d.at)}`})),
        ];
      }),
      axis_of_seconds(domain, width - 54),
    ],
  });
}

function cell(configuration, phase, shared) {
  const samples = samples_of_phase(configuration, phase);
  const name = short_name(configuration);
  const most = d3.max(samples, (sample) => sample.memory);
  const said =
    `${name}, ${phase.name}: ${seconds(phase.seconds)}, CPU ${percent(cpu_of_phase(phase))} on average, ` +
    `at most ${bytes(phase.peak_bytes)}`;
  const broken = failed(configuration) && configuration.failure && configuration.failure.phase === phase.name;
  return el(
    "div",
    {class: "cell"},
    el(
      "p",
      {class: "cell-head"},
      el("b", {}, name),
      el("span", {}, broken ? status_of(configuration) : seconds(phase.seconds)),
    ),
    chart(said, (width) =>
      strips(samples, shared.on ? shared.longest : phase.seconds || 1, shared.on ? shared.most : most || 1, width),
    ),
    el(
      "p",
      {class: "cell-foot"},
      el("span", {class: "cpu"}, `CPU ${percent(cpu_of_phase(phase))}`),
      el("span", {class: "ram"}, `peak ${bytes(phase.peak_bytes)}`),
    ),
  );
}

// A phase that stopped its configuration may not be among its phases; its place says why it is empty.
function empty_cell(configuration, name) {
  const {failure} = configuration;
  const here = failure && failure.phase === name;
  return el(
    "div",
    {class: "cell empty"},
    el("p", {class: "cell-head"}, el("b", {}, short_name(configuration)), status_of(configuration)),
    el(
      "p",
      {},
      here ? failure.sentence : failure && failure.phase ? `stopped before, in ${failure.phase}` : "not reached",
    ),
  );
}

function phase_numbers(name, ran) {
  return table(
    `${name}: time, CPU and memory`,
    [
      {name: "Configuration", text: true},
      {name: "Seconds"},
      {name: "CPU", note: "mean, of all cores"},
      {name: "CPU seconds"},
      {name: "Peak memory"},
      {name: "Rows"},
      {name: "Of it to materialise"},
    ],
    ran.map(([configuration, phase]) => [
      full_name(configuration),
      seconds(phase.seconds),
      percent(cpu_of_phase(phase)),
      seconds(phase.cpu_seconds),
      bytes(phase.peak_bytes),
      count(phase.rows),
      phase.materialise_seconds === null ? "–" : seconds(phase.materialise_seconds),
    ]),
  );
}

function figure_of_phase(name, number) {
  const ran = of_phases
    .map((configuration) => [configuration, phase_of(configuration, name)])
    .filter(([, phase]) => phase);
  if (ran.length === 0) return null;
  const shared = {
    on: true,
    longest: d3.max(ran, ([, phase]) => phase.seconds) || 1,
    most:
      d3.max(ran, ([configuration, phase]) =>
        d3.max(samples_of_phase(configuration, phase), (sample) => sample.memory),
      ) || 1,
  };
  const rows = subsets_of(of_phases).map((subset) =>
    el(
      "div",
      {class: "subset"},
      el("h4", {}, years(subset)),
      el(
        "div",
        {class: "cells"},
        of_phases
          .filter((each) => each.subset === subset)
          .map((configuration) => {
            const phase = phase_of(configuration, name);
            return phase ? cell(configuration, phase, shared) : empty_cell(configuration, name);
          }),
      ),
    ),
  );
  const many = rows.length > 0 && of_phases.length > most_in_sight && name !== always_open;
  const body = el("div", {}, many ? folded(`${plural(of_phases.length, "chart")}, one for each configuration`, rows) : rows);
  const redraw = (on) => {
    shared.on = on;
    draw_charts([...body.querySelectorAll(".chart")]);
  };
  const controls = el(
    "div",
    {class: "controls"},
    legend(["var(--cpu)", "CPU, 100 % = all logical cores"], ["var(--ram)", "memory of all its processes"]),
    switched("the same axes for all", true, redraw),
  );
  return figure({
    id: `phase-${number}`,
    title: `Phase ${number}. ${name[0].toUpperCase()}${name.slice(1)}`,
    note: remarks[name] + (number <= figures_of_study ? ` Figure ${number} of the study.` : ""),
    controls,
    body,
    numbers: phase_numbers(name, ran),
  });
}

const remarks = {
  "data loading": "The files are read and their lines parsed; nothing is filtered yet.",
  "ratings data transformation": "Each line becomes film, user and rating.",
  "movies data transformation": "Titles lose their year, and films outside of the years go.",
  "data integration": "Ratings are joined with the films that stayed.",
  "statistical analysis": "Films, users and ratings are counted, and each gets its number.",
  "ratings arrays generation":
    "The ratings of each user come together. The study fills dense arrays here; Encore keeps sparse rows.",
  "model training": "All epochs, with both losses measured after each.",
  "model evaluation": "Reconstruction errors, and the ranking of held-out ratings.",
  "recommendation testing": "Random users, through the saved model.",
};

function sampling_note() {
  const watched = of_phases.filter((each) => each.monitor && each.monitor.percent_of_a_core !== null);
  if (watched.length === 0) return "";
  const [least, most] = d3.extent(watched, (each) => each.monitor.percent_of_a_core);
  const range = least === most ? percent(most, 2) : `${percent(least, 2)} to ${percent(most, 2)}`;
  const materialised = d3.sum(of_phases, (each) =>
    d3.sum(each.phases || [], (phase) => phase.materialise_seconds || 0),
  );
  const all = d3.sum(of_phases, (each) => each.seconds || 0);
  const apart =
    materialised > 0
      ? `; materialising each phase, so that its cost is its own, ${seconds(materialised)} of ${seconds(all)} in all`
      : "";
  return ` Sampling cost ${range} of a core${apart}.`;
}

export function phases() {
  const figures = results.phases.map((name, at) => figure_of_phase(name, at + 1)).filter(Boolean);
  if (figures.length === 0) return null;
  return [
    el(
      "p",
      {class: "prose"},
      "As in the study’s figures, CPU is green and memory is blue. Within a figure all charts have the same axes, ",
      `so a line that ends early was faster, and a lower one took less.${sampling_note()}`,
    ),
    figures,
  ];
}
