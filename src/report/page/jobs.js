// Spark's job as the study shows it: stages as frames, operations inside, shuffles as the thick arrows between them.
import {el, svg, table, figure, legend, choice, scrolling} from "./element.js";
import {chart, draw_charts, folded} from "./chart.js";
import {count, seconds, bytes, plural} from "./format.js";
import {of_phases, full_name} from "./results.js";
import {wrapped, laid_out, arrow, drawing, text_lines} from "./graph.js";

const [operation_width, padding, head] = [190, 14, 74];

// One stage: its operations laid out downwards, inside a frame with room for its name.
function framed(stage) {
  const own = new Set(stage.operations.map((operation) => operation.id));
  const nodes = stage.operations.map((operation) => {
    const lines = wrapped(operation.name, operation_width - 16, 3);
    return {...operation, lines, width: operation_width, height: 14 + lines.length * 14};
  });
  const edges = stage.operations.flatMap((operation) =>
    operation.parents.filter((parent) => own.has(parent)).map((from) => ({from, to: operation.id})),
  );
  const inner = laid_out(nodes, edges, {between: 12, ranks: 22, margin: 0});
  const width = Math.max(inner.width, operation_width + 20) + 2 * padding;
  return {
    ...stage,
    inner,
    width,
    height: (nodes.length > 0 ? inner.height : 0) + head + padding,
    shift: (width - inner.width) / 2,
  };
}

function stage_box(stage) {
  const [left, top] = [stage.x - stage.width / 2, stage.y - stage.height / 2];
  const skipped = stage.status === "skipped";
  const facts = skipped
    ? "skipped: it was there already"
    : [
        plural(stage.tasks, "task"),
        seconds(stage.seconds),
        stage.input_rows === null ? null : `${count(stage.input_rows)} rows`,
      ]
        .filter(Boolean)
        .join(" · ");
  // Its letters are bolder and larger than those that are measured.
  const name = wrapped(`Stage ${stage.id}: ${stage.name}`, 0.84 * (stage.width - 2 * padding), 2);
  const inside = (node) => ({x: left + stage.shift + node.x, y: top + head + node.y});
  return svg(
    "g",
    {class: `stage ${skipped ? "skipped" : ""}`},
    svg("rect", {x: left, y: top, width: stage.width, height: stage.height, rx: 10, class: "frame"}),
    text_lines(left + padding, top + 22, name, {class: "name"}),
    text_lines(left + padding, top + 22 + 16 * name.length, wrapped(facts, stage.width - 2 * padding, 1), {class: "detail"}),
    stage.inner.edges.map((edge) => arrow(edge.points.map(inside))),
    stage.inner.nodes.map((node) => {
      const {x, y} = inside(node);
      return svg(
        "g",
        {class: `operation ${node.kind}`},
        svg("rect", {x: x - node.width / 2, y: y - node.height / 2, width: node.width, height: node.height, rx: 5}),
        text_lines(x - node.width / 2 + 8, y - node.height / 2 + 18, node.lines),
      );
    }),
  );
}

function job_drawing(dag, width) {
  const frames = dag.stages.map(framed);
  const known = new Set(frames.map((stage) => stage.id));
  const edges = frames.flatMap((stage) =>
    stage.parents
      .filter((parent) => known.has(parent))
      .map((from) => ({
        from,
        to: stage.id,
        moved: (frames.find((other) => other.id === from) || {}).shuffle_write_bytes,
      })),
  );
  const across = laid_out(frames, edges, {direction: "LR", between: 30, ranks: 90});
  const graph = across.width <= width ? across : laid_out(frames, edges, {direction: "TB", between: 30, ranks: 54});
  const said = dag.stages.map((stage) => {
    const after = stage.parents.length > 0 ? `, after stage ${stage.parents.join(" and ")}` : "";
    return `stage ${stage.id} ${stage.name}, ${stage.status}${after}`;
  });
  const label = `Job ${dag.job}: ${said.join("; ")}`;
  return drawing(
    graph.width,
    graph.height,
    label,
    graph.nodes.map(stage_box),
    graph.edges.map((edge) => {
      const middle = edge.points[Math.floor(edge.points.length / 2)];
      const sideways = graph === across;
      return [
        arrow(edge.points, {class: "arrow shuffle"}),
        svg(
          "text",
          {
            x: middle.x + (sideways ? 0 : 10),
            y: middle.y + (sideways ? -8 : 4),
            class: "rows",
            "text-anchor": sideways ? "middle" : "start",
          },
          edge.moved ? `${bytes(edge.moved)}` : "shuffle",
        ),
      ];
    }),
  );
}

function job_numbers(dag) {
  return [
    table(
      "Stages of the job",
      [
        {name: "Stage", text: true},
        {name: "Status", text: true},
        {name: "After", text: true},
        {name: "Tasks"},
        {name: "Time"},
        {name: "Rows in"},
        {name: "Shuffle read"},
        {name: "Shuffle written"},
        {name: "Operations", text: true},
      ],
      dag.stages.map((stage) => [
        `${stage.id}: ${stage.name}`,
        stage.status,
        stage.parents.join(", ") || "–",
        count(stage.tasks),
        seconds(stage.seconds),
        count(stage.input_rows),
        bytes(stage.shuffle_read_bytes),
        bytes(stage.shuffle_write_bytes),
        stage.operations.map((operation) => `${operation.name} (${operation.kind})`).join(", "),
      ]),
    ),
    table(
      "All jobs",
      [{name: "Job", text: true}, {name: "Phase", text: true}, {name: "Time"}, {name: "Stages", text: true}],
      dag.jobs.map(({id, name, phase, seconds: took, stages}) => [
        `${id}: ${name}`,
        phase || "–",
        seconds(took),
        stages.join(", "),
      ]),
    ),
  ];
}

export function spark_jobs() {
  const drawn = of_phases.filter((each) => each.dag && each.dag.stages.length > 0);
  if (drawn.length === 0) return null;
  drawn.sort((a, b) => d3.descending(a.workers, b.workers));
  let shown = drawn[0];
  const behind = el("div", {});
  const title = el("p", {class: "note"});
  const box = chart("", (width) => scrolling("Stages of the job", job_drawing(shown.dag, width)));
  const show = (id) => {
    shown = drawn.find((each) => each.id === id);
    const job = shown.dag.jobs.find((each) => each.id === shown.dag.job);
    title.textContent = job
      ? `Job ${job.id}, “${job.name}”, in ${job.phase}: ${seconds(job.seconds)}, ` +
        `${plural(shown.dag.stages.length, "stage")}; ${plural(shown.dag.jobs.length, "job")} in all.`
      : "";
    behind.replaceChildren(...job_numbers(shown.dag));
    draw_charts([box]);
  };
  show(shown.id);
  const controls = el(
    "div",
    {class: "controls"},
    choice(
      "Configuration",
      drawn.map((each) => [each.id, full_name(each)]),
      show,
    ),
    legend(
      ["var(--ram)", "narrow: within a partition", "area"],
      ["var(--wide)", "wide: across partitions, a shuffle", "area"],
      ["var(--muted)", "skipped stage", "dashed"],
    ),
  );
  return [
    el(
      "p",
      {class: "prose"},
      "The job that makes the ratings arrays, run after the statistics as in the study. A stage is what can be done ",
      "within partitions; a wide step ends it, and its rows move between the workers. A skipped stage had been done for ",
      "an earlier job.",
    ),
    figure({
      id: "job-figure",
      title: "Stages of the arrays job",
      controls,
      body: [title, folded("The stages, drawn", box)],
      numbers: behind,
    }),
  ];
}
