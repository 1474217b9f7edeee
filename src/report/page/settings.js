// Every configuration's settings beside the study's; the machine; what was the same for all.
import {el, table} from "./element.js";
import {count, bytes, percent, seconds} from "./format.js";
import {results, configurations, full_name} from "./results.js";

function machine_table() {
  const {machine} = results;
  const study = (results.study && results.study.machine) || {};
  const value = (each) => (each === null || each === undefined ? "–" : String(each));
  return table(
    "The machine",
    [
      {name: "", text: true},
      {name: "This study", text: true},
      {name: "The study", text: true},
    ],
    [
      ["Processor", value(machine.processor), value(study.processor)],
      ["Physical cores", value(machine.physical_cores), value(study.physical_cores)],
      ["Logical cores", value(machine.logical_cores), value(study.logical_cores)],
      ["Cores that the container allows", value(machine.cpu_quota), "–"],
      ["Memory", bytes(machine.memory_bytes), bytes(study.memory_bytes)],
      ["Memory that the container allows", bytes(machine.memory_limit_bytes), "–"],
      ["System", value(machine.system), "–"],
      ["Instruction set of the kernels", value(machine.kernels), "–"],
    ],
  );
}

function run_table() {
  const {settings: shared} = results;
  const studied = {epochs: "50", batch_size: "64"};
  return table(
    "The same for all configurations",
    [{name: "Setting", text: true}, {name: "Value"}, {name: "The study"}],
    Object.entries(shared).map(([name, value]) => [
      name.replaceAll("_", " "),
      value === null ? "–" : String(value),
      studied[name] || "–",
    ]),
  );
}

export function settings() {
  if (configurations.length === 0) return null;
  const each = configurations.map((configuration) =>
    el(
      "details",
      {},
      el("summary", {}, full_name(configuration)),
      table(
        `Settings of ${full_name(configuration)}`,
        [
          {name: "Setting", text: true},
          {name: "Value", text: true},
          {name: "The study", text: true},
        ],
        (configuration.settings || []).map((setting) => [setting.name, setting.value, setting.study]),
      ),
    ),
  );
  const watched = configurations.filter((configuration) => configuration.monitor);
  return [
    machine_table(),
    run_table(),
    el("h3", {}, "Each configuration"),
    el("div", {class: "stack"}, each),
    watched.length === 0
      ? null
      : el(
          "details",
          {},
          el("summary", {}, "What measuring cost"),
          table(
            "The monitor’s own time",
            [
              {name: "Configuration", text: true},
              {name: "Interval"},
              {name: "Samples"},
              {name: "CPU seconds"},
              {name: "Of a core"},
            ],
            watched.map((configuration) => [
              full_name(configuration),
              seconds(configuration.monitor.interval_seconds),
              count(configuration.monitor.samples),
              seconds(configuration.monitor.cpu_seconds),
              percent(configuration.monitor.percent_of_a_core, 2),
            ]),
          ),
        ),
  ];
}
