// How much faster more workers are, in all and phase by phase, and how much of each worker that uses.
import {el, table, figure, legend} from "./element.js";
import {chart, plot, ticks_for} from "./chart.js";
import {seconds, times, percent, plural} from "./format.js";
import {results, configuration_of, full_name} from "./results.js";

const palette = ["var(--c1)", "var(--c2)", "var(--c3)", "var(--c4)", "var(--c5)", "var(--c6)"];

function speed_panel(rows, names, most, width) {
  const phase_names = ["all phases", ...results.phases];
  return plot({
    width,
    height: phase_names.length * 26 + 34,
    marginLeft: width < 520 ? 120 : 190,
    marginRight: 16,
    marginTop: 4,
    marginBottom: 26,
    x: {domain: [0, most], label: null},
    y: {domain: phase_names, type: "point", label: null, padding: 0.6},
    color: {domain: names, range: palette},
    symbol: {domain: names},
    marks: [
      Plot.axisY({tickSize: 0, lineWidth: width < 520 ? 10 : 18}),
      Plot.axisX({ticks: ticks_for(width - 150, 60), tickSize: 3, tickFormat: (factor) => `${factor} ×`}),
      Plot.ruleY(phase_names, {stroke: "var(--rule)"}),
      Plot.ruleX([1], {stroke: "var(--ink)", strokeWidth: 1}),
      Plot.ruleX([...new Set(rows.map((row) => row.workers))], {stroke: "var(--muted)", strokeDasharray: "3 3"}),
      Plot.dot(rows, {x: "speed_up", y: "phase", fill: "name", symbol: "name", r: 4.5, stroke: "var(--paper)"}),
      Plot.tip(
        rows,
        Plot.pointer({
          x: "speed_up",
          y: "phase",
          title: (d) =>
            `${d.name}\n${d.phase}: ${times(d.speed_up)}\n${seconds(d.baseline_seconds)} → ${seconds(d.seconds)}`,
        }),
      ),
    ],
  });
}

function cell_of(phase) {
  return phase && phase.speed_up !== null
    ? [times(phase.speed_up), el("small", {}, percent(phase.efficiency * 100))]
    : "–";
}

function machine_said() {
  const {machine, study} = results;
  const physical =
    machine.physical_cores === null
      ? "an unknown number of physical ones"
      : plural(machine.physical_cores, "physical one");
  const quota = (machine.cpu_quota ?? null) === null ? "" : `, of which its container may use ${machine.cpu_quota}`;
  const studied =
    study && study.machine ? `; the study’s had ${study.machine.logical_cores} on ${study.machine.physical_cores}` : "";
  return `This machine has ${plural(machine.logical_cores, "logical core")} on ${physical}${quota}${studied}. `;
}

// A chart for each engine and network: its configurations as dots, phase by phase.
function panels_of(named) {
  const points = named
    .flatMap((row) => [
      {...row, phase: "all phases"},
      ...row.phases.map((phase) => ({...phase, phase: phase.name, name: row.name, workers: row.workers})),
    ])
    .filter((point) => point.speed_up !== null);
  const most = 1.05 * d3.max([1.1, ...points.map((point) => point.speed_up), ...named.map((row) => row.workers)]);
  const kind = ({engine, variant}) => `${engine} ${variant}`;
  return [...d3.group(named, (row) => kind(configuration_of(row.configuration))).values()].map((group) => {
    const names = group.map((row) => row.name);
    const own = points.filter((point) => names.includes(point.name));
    const said = group.map((row) => `${row.name}: ${times(row.speed_up)}`).join("; ");
    return el(
      "div",
      {},
      legend(...names.map((name, at) => [palette[at % palette.length], name, "dot"])),
      chart(`Speed-up of each phase. ${said}`, (width) => speed_panel(own, names, most, width)),
    );
  });
}

export function speed_ups() {
  const named = (results.speed_ups || [])
    .filter((row) => configuration_of(row.configuration))
    .map((row) => ({...row, name: full_name(configuration_of(row.configuration))}));
  if (named.length === 0) return null;
  const numbers = table(
    "Speed-up over one worker (and efficiency: speed-up ÷ workers)",
    [
      {name: "Configuration", text: true},
      {name: "all phases"},
      ...results.phases.map((name) => ({name})),
      {name: "Seconds", note: "one worker"},
    ],
    named.map((row) => [
      row.name,
      cell_of(row),
      ...results.phases.map((name) => cell_of(row.phases.find((phase) => phase.name === name))),
      [seconds(row.seconds), el("small", {}, seconds(row.baseline_seconds))],
    ]),
  );
  return [
    el("p", {class: "prose"}, machine_said(), "More workers than physical cores cannot be as many times as fast."),
    figure({
      id: "speed-figure",
      title: "Speed-up of each phase",
      note: "Right of the black line is faster than one worker; a dashed line is as many times as there are workers.",
      body: [el("div", {class: "panels"}, panels_of(named)), numbers],
    }),
  ];
}
