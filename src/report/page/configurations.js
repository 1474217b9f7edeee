// Every configuration in one table: how it ended, what it took. Failures come with their reason.
import {el, table, figure, legend} from "./element.js";
import {chart, plot, ticks_for} from "./chart.js";
import {seconds, bytes, figure_of, plural, years} from "./format.js";
import {
  results,
  configurations,
  of_phases,
  configuration_of,
  full_name,
  short_name,
  engine_name,
  failed,
  subsets_of,
} from "./results.js";

export function status_of(configuration) {
  if (!failed(configuration)) return el("span", {class: "status done"}, "done");
  const kind = configuration.failure ? configuration.failure.kind : configuration.status;
  return el(
    "span",
    {class: "status failed"},
    configuration.status === "interrupted" ? "interrupted" : `failed: ${kind}`,
  );
}

function where_of({phase}) {
  return phase ? `in ${phase}: ` : "";
}

function failures() {
  const broken = configurations.filter(failed);
  if (broken.length === 0) return null;
  return el(
    "div",
    {class: "failures", role: "note"},
    el("h3", {}, `${plural(broken.length, "configuration")} did not finish`),
    el(
      "ul",
      {},
      broken.map((configuration) =>
        el(
          "li",
          {},
          el("b", {}, full_name(configuration)),
          configuration.failure
            ? ` – ${where_of(configuration.failure)}${configuration.failure.sentence}`
            : " – interrupted; run the same command again, and it goes on here",
        ),
      ),
    ),
    el("p", {}, "What was measured until then is shown."),
  );
}

// Nine phases in three families: preparation in blues, training in amber, judging in violet.
const phase_colours = [
  "var(--p1)",
  "var(--p2)",
  "var(--p3)",
  "var(--p4)",
  "var(--p5)",
  "var(--p6)",
  "var(--p7)",
  "var(--p8)",
  "var(--p9)",
];

function time_bars() {
  const rows = of_phases.flatMap((configuration) =>
    (configuration.phases || []).map((phase) => ({
      subset: years(configuration.subset),
      name: short_name(configuration),
      phase: phase.name,
      seconds: phase.seconds,
    })),
  );
  if (rows.length === 0) return null;
  const subsets = subsets_of(of_phases).map(years);
  const longest = d3.max(of_phases, (each) => d3.sum(each.phases || [], (phase) => phase.seconds));
  const panels = subsets.map((subset) => {
    const here = rows.filter((row) => row.subset === subset);
    const names = [...new Set(here.map((row) => row.name))];
    return el(
      "div",
      {},
      el("h4", {}, subset),
      chart(`Seconds of each phase, stacked, ${subset}`, (width) =>
        plot({
          width,
          height: names.length * (width < 520 ? 36 : 26) + 34,
          marginLeft: width < 520 ? 120 : 190,
          marginRight: 12,
          marginTop: 4,
          x: {domain: [0, longest], label: null, grid: true},
          y: {domain: names, label: null},
          color: {domain: results.phases, range: phase_colours},
          marks: [
            Plot.axisX({ticks: ticks_for(width - 150, 70), tickSize: 3, tickFormat: (second) => `${second} s`}),
            Plot.axisY({tickSize: 0, lineWidth: width < 520 ? 10 : 17}),
            Plot.barX(here, {
              x: "seconds",
              y: "name",
              fill: "phase",
              order: results.phases,
              insetTop: 2,
              insetBottom: 2,
              title: (d) => `${d.phase}: ${seconds(d.seconds)}`,
              tip: {format: {x: false, y: true, fill: true}},
            }),
          ],
        }),
      ),
    );
  });
  const numbers = table(
    "Seconds of each phase",
    [{name: "Configuration", text: true}, ...results.phases.map((name) => ({name})), {name: "all"}],
    of_phases.map((configuration) => [
      full_name(configuration),
      ...results.phases.map((name) =>
        seconds((configuration.phases || []).find((phase) => phase.name === name)?.seconds),
      ),
      seconds(configuration.seconds),
    ]),
  );
  return figure({
    id: "time-bars",
    title: "Seconds of the nine phases",
    note: "One axis for all: a bar half as long took half the time.",
    controls: legend(...results.phases.map((name, at) => [phase_colours[at], name, "area"])),
    body: el("div", {class: "panels"}, panels),
    numbers,
  });
}

export function configurations_run() {
  if (configurations.length === 0) return null;
  return [
    failures(),
    table(
      "Configurations that ran all phases",
      [
        {name: "Configuration", text: true},
        {name: "Network", text: true},
        {name: "Mode", text: true},
        {name: "Status", text: true},
        {name: "Time"},
        {name: "Peak memory"},
        {name: "Test loss"},
        {name: "NDCG@100"},
      ],
      of_phases.map((configuration) => [
        full_name(configuration),
        `${configuration.variant} (${configuration.output})`,
        configuration.parallel,
        status_of(configuration),
        seconds(configuration.seconds),
        bytes(configuration.peak_bytes),
        figure_of(configuration.history?.at(-1)?.test_loss),
        figure_of(configuration.evaluation?.ranking?.["ndcg@100"]),
      ]),
    ),
    time_bars(),
  ];
}
