// The results as the page asks for them: which configurations there are, how they are called, which compare. No elements.

export const results = JSON.parse(document.getElementById("results").textContent);

export const configurations = results.configurations || [];
export const of_phases = configurations.filter((configuration) => configuration.purpose === "phases");
const by_id = new Map(configurations.map((configuration) => [configuration.id, configuration]));

export function configuration_of(id) {
  return by_id.get(id);
}

const engine_names = {encore: "Encore", spark: "Spark"};
const variant_names = {reference: "the study's network", "reference-sigmoid": "sigmoid output", "mult-dae": "mult-dae"};

export function engine_name(engine) {
  return engine_names[engine] || engine;
}

export function variant_name(variant) {
  return variant_names[variant] || variant;
}

// What distinguishes a configuration from others of its subset: "2 workers", "8 workers, Spark, elephas".
export function short_name(configuration) {
  const several = new Set(configurations.map((other) => other.engine)).size > 1;
  return [
    `${configuration.workers} ${configuration.workers === 1 ? "worker" : "workers"}`,
    several && engine_name(configuration.engine),
    (configuration.parallel !== "items" || configuration.purpose === "modes") && configuration.parallel,
    configuration.variant !== "reference" && variant_name(configuration.variant),
  ]
    .filter(Boolean)
    .join(", ");
}

export function full_name(configuration) {
  return `${configuration.subset.replace("-", "–")}: ${short_name(configuration)}`;
}

export function subsets_of(list) {
  const named = (results.subsets || []).map((subset) => subset.name);
  const used = [...new Set(list.map((configuration) => configuration.subset))];
  return [...named.filter((name) => used.includes(name)), ...used.filter((name) => !named.includes(name))];
}

export function phase_of(configuration, name) {
  return (configuration.phases || []).find((phase) => phase.name === name);
}

export function failed(configuration) {
  return configuration.status !== "done";
}

// The data have the shape of the study's subset: its cells within a tenth. Only then do its losses compare.
export function like_the_study(subset_name) {
  const subset = (results.subsets || []).find((each) => each.name === subset_name);
  return Boolean(subset && subset.study && subset.cells && Math.abs(subset.cells / subset.study.cells - 1) < 0.1);
}

// CPU of a whole phase in percent of all logical cores.
export function cpu_of_phase(phase) {
  const cores = results.machine.logical_cores;
  return phase.seconds > 0 && phase.cpu_seconds !== null
    ? Math.min(100, (phase.cpu_seconds / phase.seconds / cores) * 100)
    : null;
}

// The samples within a phase: [{at (seconds since its start), cpu (%), memory (bytes)}], the outer ones held to its
// ends. A phase shorter than the sampling interval has none; its two ends then carry its mean CPU and its peak.
export function samples_of_phase(configuration, phase) {
  const {seconds = [], cpu_percent = [], memory_bytes = []} = configuration.samples || {};
  const found = [];
  seconds.forEach((second, index) => {
    const at = second - phase.start_seconds;
    if (at >= 0 && at <= phase.seconds) found.push({at, cpu: cpu_percent[index], memory: memory_bytes[index]});
  });
  if (found.length >= 2) return [{...found[0], at: 0}, ...found, {...found[found.length - 1], at: phase.seconds}];
  const flat = {cpu: cpu_of_phase(phase), memory: phase.peak_bytes};
  return [
    {at: 0, ...flat},
    {at: phase.seconds, ...flat},
  ];
}
