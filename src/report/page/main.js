// The order of the page, and who draws what. A section whose data are absent is one sentence on how to get them.
import {el} from "./element.js";
import {draw_charts, follow_width} from "./chart.js";

// draw() returns the nodes of the section, or null when there is nothing to show.
const of_study = [
  {
    id: "answers",
    title: "The questions, answered",
    draw: answers,
    absent: "No question could be answered: no configuration reached its end.",
  },
  {id: "data", title: "The data", draw: data, absent: "No configuration came as far as its statistics."},
  {id: "configurations", title: "What was run", draw: configurations_run, absent: "Nothing was run."},
  {id: "phases", title: "Nine phases, side by side", draw: phases, absent: "No phase was measured."},
  {
    id: "speed",
    title: "Speed-up and efficiency",
    draw: speed_ups,
    absent: "There is nothing to compare with one worker: run the study with `--workers 1,2` or more.",
  },
  {id: "cores", title: "Core by core", draw: cores, absent: "The cores were not sampled on this machine."},
  {id: "losses", title: "What the network learns", draw: losses, absent: "No configuration was trained."},
  {
    id: "modes",
    title: "Quality against workers",
    draw: modes,
    absent: "The modes were not compared: run the study with `--parallel items,users-epoch,elephas`.",
  },
  {
    id: "time",
    title: "Where the time of the workers goes",
    draw: time_of_workers,
    absent: "No training tells how its workers spent their time.",
  },
  {
    id: "memory",
    title: "What the ratings weigh",
    draw: representations,
    absent: "No configuration came as far as its ratings arrays.",
  },
  {
    id: "jobs",
    title: "The jobs of Spark",
    draw: spark_jobs,
    absent:
      "This study ran without Spark. `encore study SOURCE -o report/ --engine spark` draws its jobs and stages here.",
  },
  {
    id: "plans",
    title: "The plan of DuckDB",
    draw: query_plans,
    absent: "This study ran on Spark alone. `encore study SOURCE -o report/` draws DuckDB's plans here.",
  },
  {
    id: "recommendations",
    title: "What it recommends",
    draw: recommendations,
    absent: "No configuration came as far as its recommendations.",
  },
  {id: "settings", title: "Settings and machine", draw: settings, absent: "No settings were recorded."},
];

const of_tune = [
  {
    id: "winner",
    title: "The winner",
    draw: tune_winner,
    absent: "No trial came to its end: give more `--minutes` and `--resume`.",
  },
  {id: "time", title: "Best so far", draw: tune_over_time, absent: "No trial was answered."},
  {
    id: "options",
    title: "Every trial through its options",
    draw: tune_parallel,
    absent: "No kind was searched: all trials are defaults.",
  },
  {
    id: "importance",
    title: "What mattered",
    draw: tune_importance,
    absent: "There are fewer than six trials of each kind: too few to say which option mattered. Search with more `--trials`.",
  },
  {id: "trials", title: "All trials", draw: tune_trials, absent: "No trial was answered."},
];

const of_compare = [
  {id: "differences", title: "The differences", draw: compare_differences, absent: "The metrics say nothing of these users."},
  {id: "curves", title: "Over k", draw: compare_curves},
  {id: "slices", title: "Slice by slice", draw: compare_slices, absent: "No slice has a user with something to find."},
  {id: "quality-time", title: "Quality against time", draw: compare_time},
];

const pages = {
  "encore-study": {sections: of_study, headline},
  "encore-tune": {sections: of_tune, headline: tune_headline},
  "encore-compare": {sections: of_compare, headline: compare_headline},
};

// `commands` in a sentence stand as code.
function with_code(sentence) {
  return sentence.split("`").map((part, at) => (at % 2 === 1 ? el("code", {}, part) : part));
}

function contents(shown) {
  return el(
    "details",
    {open: window.matchMedia("(min-width: 75rem)").matches},
    el("summary", {}, "Contents"),
    el(
      "ol",
      {},
      shown.map((section) => el("li", {}, el("a", {href: `#${section.id}`}, section.title))),
    ),
  );
}

function section_of({id, title, draw, absent}) {
  const nodes = draw();
  return el(
    "section",
    {id, "aria-labelledby": `${id}-heading`, class: nodes ? null : "absent"},
    el("h2", {id: `${id}-heading`}, title),
    nodes || el("p", {class: "notice"}, with_code(absent)),
  );
}

const page = pages[JSON.parse(document.getElementById("results").textContent).format];
document.getElementById("contents").append(contents(page.sections));
document.getElementById("page").append(page.headline(), ...page.sections.map(section_of));
draw_charts();
follow_width();
document.documentElement.dataset.ready = "true";
