// The first thing a reader sees: one sentence that answers, what was measured, and the main numbers.
import {el} from "./element.js";
import {count, seconds, bytes, times, percent, figure_of, plural, years, listed} from "./format.js";
import {results, configurations, of_phases, configuration_of, failed, engine_name, full_name} from "./results.js";

// Less than this many seconds of work say nothing about speed.
const least_seconds = 1;

// The speed-up that the headline is about: of the most workers, on the largest subset, Encore's before Spark's.
function main_speed_up() {
  const rated = (results.speed_ups || []).filter(
    (row) =>
      row.speed_up !== null &&
      row.workers > 1 &&
      row.baseline_seconds >= least_seconds &&
      configuration_of(row.configuration),
  );
  const weight = (row) => {
    const configuration = configuration_of(row.configuration);
    const subset = (results.subsets || []).find((each) => each.name === configuration.subset);
    return [configuration.engine === "encore" ? 1 : 0, row.workers, (subset && subset.cells) || 0];
  };
  return rated.sort(
    (a, b) =>
      d3.descending(weight(a)[0], weight(b)[0]) ||
      d3.descending(weight(a)[1], weight(b)[1]) ||
      d3.descending(weight(a)[2], weight(b)[2]),
  )[0];
}

function sentence(row) {
  if (!row) return `The study, measured again on ${results.source}`;
  const factor = times(row.speed_up).replace(" ×", "");
  return row.speed_up > 1
    ? `${row.workers} workers do the whole experiment ${factor} times as fast as one`
    : `${row.workers} workers do not do the experiment any faster than one`;
}

function tile(value, name, classes = "") {
  return el("div", {class: `tile ${classes}`}, el("dd", {}, value), el("dt", {}, name));
}

function tiles(row) {
  const found = [];
  if (row) {
    const configuration = configuration_of(row.configuration);
    const where = `${engine_name(configuration.engine)}, ${years(configuration.subset)}`;
    found.push(
      tile(
        seconds(row.seconds),
        `all nine phases with ${plural(row.workers, "worker")} (${where}); one: ${seconds(row.baseline_seconds)}`,
      ),
    );
    found.push(
      tile(
        percent(row.efficiency * 100),
        `efficiency: speed-up ${times(row.speed_up)} with ${plural(row.workers, "worker")}`,
      ),
    );
  }
  const heaviest = d3.greatest(
    of_phases.filter((each) => each.engine === "encore" && each.peak_bytes),
    (each) => each.peak_bytes,
  );
  if (heaviest)
    found.push(tile(bytes(heaviest.peak_bytes), `the most memory that Encore took (${full_name(heaviest)})`, "ram"));
  const spark = d3.greatest(
    of_phases.filter((each) => each.engine === "spark" && each.peak_bytes),
    (each) => each.peak_bytes,
  );
  if (spark)
    found.push(tile(bytes(spark.peak_bytes), `the most that Spark took, all processes (${full_name(spark)})`, "ram"));
  const best = d3.greatest(
    configurations.filter(
      (each) => each.evaluation && each.evaluation.ranking && each.evaluation.ranking["ndcg@100"] !== null,
    ),
    (each) => each.evaluation.ranking["ndcg@100"],
  );
  if (best) {
    const popularity = best.evaluation.popularity
      ? `; recommending popular films: ${figure_of(best.evaluation.popularity["ndcg@100"], 3)}`
      : "";
    found.push(
      tile(figure_of(best.evaluation.ranking["ndcg@100"], 3), `best NDCG@100 (${full_name(best)})${popularity}`),
    );
  }
  const broken = configurations.filter(failed);
  if (broken.length > 0) {
    found.push(
      tile(`${broken.length} of ${configurations.length}`, "configurations did not finish; why stands below", "failed"),
    );
  }
  return found;
}

export function headline() {
  const {machine, settings} = results;
  const row = main_speed_up();
  const engines = [...new Set(of_phases.map((each) => each.engine))].map(engine_name);
  const subsets = (results.subsets || []).map((subset) => years(subset.name));
  return el(
    "header",
    {class: "headline"},
    el("p", {class: "kicker"}, `encore study · ${results.source}${results.made_up ? " · made-up ratings" : ""}`),
    el("h1", {}, sentence(row)),
    el(
      "p",
      {class: "lead"},
      "The study that this project repeats asked what Spark and distributed training bring to a recommender that is an ",
      `autoencoder. Here is its experiment again: films of ${listed(subsets)}, `,
      `${plural(configurations.length, "configuration")} on ${listed(engines)}, ${plural(settings.epochs, "epoch")}, `,
      `on ${machine.processor} with ${plural(machine.logical_cores, "logical core")}.`,
      results.made_up &&
        " The ratings are a made-up twin of MovieLens: the same counts and distributions, invented titles and tastes.",
    ),
    el("dl", {class: "tiles"}, tiles(row)),
    el(
      "p",
      {class: "byline"},
      `Measured by Encore ${results.program}, written ${written(results.created)}. Every number on this page comes from `,
      el("a", {href: download(), download: "results.json"}, "results.json"),
      ", which is inside it.",
    ),
  );
}

function written(created) {
  const day = new Date(created);
  return Number.isNaN(day.getTime())
    ? created
    : `${day.toLocaleDateString("en-GB", {day: "numeric", month: "long", year: "numeric", timeZone: "UTC"})}`;
}

function download() {
  return URL.createObjectURL(new Blob([document.getElementById("results").textContent], {type: "application/json"}));
}
