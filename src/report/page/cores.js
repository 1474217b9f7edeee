// Figure 8 of the study: each logical core over time, as rows of green; during training, and over all phases.
import {el, table, figure, legend, choice} from "./element.js";
import {axis_of_seconds, chart, draw_charts, plot} from "./chart.js";
import {percent, seconds, years} from "./format.js";
import {of_phases, phase_of, short_name, full_name, subsets_of} from "./results.js";

// The samples of each core within [from, to]: [{core, start, end, busy}], times since `from`.
function pieces(configuration, from, to) {
  const {seconds: times, cores} = configuration.samples;
  const within = times.map((time, index) => [time, index]).filter(([time]) => time >= from && time <= to);
  return cores.flatMap((busy, core) =>
    within.map(([time, index], at) => ({
      core,
      start: time - from,
      end:
        Math.min(to, at + 1 < within.length ? within[at + 1][0] : time + configuration.monitor.interval_seconds) - from,
      busy: busy[index],
    })),
  );
}

function heat(rows, cores, domain, width) {
  return plot({
    width,
    height: cores * (cores > 16 ? 8 : 16) + 30,
    marginLeft: 52,
    marginRight: 8,
    marginTop: 4,
    marginBottom: 24,
    x: {domain: [0, domain], label: null},
    y: {domain: d3.range(cores), type: "band", padding: 0.08, axis: null},
    opacity: {domain: [0, 100], range: [0.06, 1]},
    marks: [
      Plot.rectX(rows, {x1: "start", x2: "end", y: "core", fill: "var(--cpu)", fillOpacity: "busy", inset: 0}),
      Plot.text(
        d3.range(cores).filter((core) => cores <= 16 || core % 4 === 0),
        {y: (core) => core, text: (core) => `core ${core}`, frameAnchor: "left", textAnchor: "end", dx: -6},
      ),
      axis_of_seconds(domain, width - 60),
      Plot.tip(
        rows,
        Plot.pointer({
          x1: "start",
          x2: "end",
          y: "core",
          title: (d) => `core ${d.core}: ${percent(d.busy)}\nafter ${seconds(d.start)}`,
        }),
      ),
    ],
  });
}

function range_of(configuration, name) {
  if (name === "all") return [0, configuration.seconds || configuration.samples.seconds.at(-1)];
  const phase = phase_of(configuration, name);
  return phase ? [phase.start_seconds, phase.start_seconds + phase.seconds] : null;
}

export function cores() {
  const sampled = of_phases.filter(
    (each) => each.samples && each.samples.cores && each.samples.cores.length > 0 && each.samples.seconds.length > 0,
  );
  if (sampled.length === 0) return null;
  const body = el("div", {});
  const show = (name) => {
    const drawn = sampled.map((each) => [each, range_of(each, name)]).filter(([, range]) => range);
    const longest = d3.max(drawn, ([, [from, to]]) => to - from) || 1;
    body.replaceChildren(
      ...subsets_of(drawn.map(([each]) => each)).map((subset) =>
        el(
          "div",
          {class: "subset"},
          el("h4", {}, years(subset)),
          el(
            "div",
            {class: "cells wide"},
            drawn
              .filter(([each]) => each.subset === subset)
              .map(([each, [from, to]]) => {
                const rows = pieces(each, from, to);
                const said = `${full_name(each)}: ${each.samples.cores
                  .map(
                    (_, core) =>
                      `core ${core} ${percent(
                        d3.mean(
                          rows.filter((row) => row.core === core),
                          (row) => row.busy,
                        ),
                      )}`,
                  )
                  .join(", ")}`;
                return el(
                  "div",
                  {class: "cell"},
                  el("p", {class: "cell-head"}, el("b", {}, short_name(each)), el("span", {}, seconds(to - from))),
                  chart(said, (width) => heat(rows, each.samples.cores.length, longest, width)),
                );
              }),
          ),
        ),
      ),
    );
    draw_charts();
  };
  const training = sampled.some((each) => phase_of(each, "model training"));
  const controls = el(
    "div",
    {class: "controls"},
    legend(["var(--cpu)", "busy: full colour is 100 % of the core", "area"]),
    choice("Show", [...(training ? [["model training", "model training"]] : []), ["all", "all phases"]], show),
  );
  show(training ? "model training" : "all");
  const most = d3.max(sampled, (each) => each.samples.cores.length);
  const numbers = table(
    "Mean use of each core, all phases",
    [{name: "Configuration", text: true}, ...d3.range(most).map((core) => ({name: `core ${core}`}))],
    sampled.map((each) => [
      full_name(each),
      ...d3.range(most).map((core) => percent(d3.mean(each.samples.cores[core] || []))),
    ]),
  );
  return figure({
    id: "cores-figure",
    title: "Figure 8 of the study. Every logical core of the machine",
    controls,
    body,
    numbers,
    note:
      "The cores of the whole machine, whoever uses them. With one worker one core is busy at a time; the system may " +
      "move its work between them.",
  });
}
