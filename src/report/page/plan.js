// DuckDB's plan of a statement, as a tree: data rise from the scans at the bottom; bars show where the time went.
import {el, svg, table, figure, choice, scrolling, legend} from "./element.js";
import {count, plural, seconds} from "./format.js";
import {of_phases, full_name} from "./results.js";
import {wrapped, laid_out, arrow, drawing, text_lines} from "./graph.js";

const box_width = 196;

// The tree as lists, parents before children: nodes with an id and a depth, edges from child to parent.
function flattened(plan) {
  const nodes = [];
  const edges = [];
  const visit = (operator, depth) => {
    const id = nodes.length;
    const lines = wrapped(operator.detail || "", box_width - 20, 3);
    nodes.push({id, depth, ...operator, lines, width: box_width, height: 46 + lines.length * 14});
    for (const child of operator.children || []) edges.push({from: visit(child, depth + 1), to: id, rows: child.rows});
    return id;
  };
  visit(plan, 0);
  return {nodes, edges};
}

function box(node, most) {
  const [left, top] = [node.x - node.width / 2, node.y - node.height / 2];
  const share = most > 0 && node.seconds ? node.seconds / most : 0;
  return svg(
    "g",
    {class: "operator"},
    svg("title", {}, `${node.operator}: ${node.detail || ""}`),
    svg("rect", {x: left, y: top, width: node.width, height: node.height, rx: 6, class: "box"}),
    svg("rect", {
      x: left + 10,
      y: top + node.height - 9,
      width: node.width - 20,
      height: 3,
      rx: 1.5,
      class: "bar-rest",
    }),
    svg("rect", {
      x: left + 10,
      y: top + node.height - 9,
      width: Math.max(share * (node.width - 20), share > 0 ? 1 : 0),
      height: 3,
      rx: 1.5,
      class: "bar",
    }),
    svg(
      "text",
      {x: left + 10, y: top + 18, class: "name"},
      wrapped(String(node.operator).replaceAll("_", " ").toLowerCase(), box_width - 70, 1)[0],
    ),
    svg("text", {x: left + node.width - 10, y: top + 18, class: "amount", "text-anchor": "end"}, seconds(node.seconds)),
    text_lines(left + 10, top + 33, node.lines, {class: "detail"}),
  );
}

function tree(statement) {
  const {nodes, edges} = flattened(statement.plan);
  const most = d3.max(nodes, (node) => node.seconds) || 0;
  // dagre ranks downwards from sources; arrows go up, so the layout is upside down.
  const graph = laid_out(nodes, edges, {direction: "BT", ranks: 40});
  const wide = d3.scaleLog([1, Math.max(10, d3.max(nodes, (node) => node.rows) || 10)], [1, 6]).clamp(true);
  const said = nodes.map((node) => `${node.operator}, ${count(node.rows)} rows, ${seconds(node.seconds)}`);
  const label = `Plan of ${statement.statement}: ${said.join("; ")}`;
  return drawing(
    graph.width,
    graph.height,
    label,
    graph.edges.map((edge) => {
      return [
        arrow(edge.points, {"stroke-width": wide(Math.max(1, edge.rows || 1)).toFixed(1), "marker-end": null}),
        svg(
          "text",
          {x: edge.points[0].x + 8, y: edge.points[0].y - 8, class: "rows"},
          edge.rows === null || edge.rows === undefined ? "" : plural(edge.rows, "row"),
        ),
      ];
    }),
    graph.nodes.map((node) => box(node, most)),
  );
}

function plan_numbers(statement) {
  const {nodes} = flattened(statement.plan);
  return table(
    `Operators of ${statement.statement}, from the result down`,
    [{name: "Operator", text: true}, {name: "Detail", text: true}, {name: "Rows"}, {name: "Time"}],
    nodes.map((node) => [
      `${"· ".repeat(node.depth)}${node.operator}`,
      node.detail || "",
      count(node.rows),
      seconds(node.seconds),
    ]),
  );
}

export function query_plans() {
  const planned = of_phases.filter((each) => each.query_plans && each.query_plans.length > 0);
  if (planned.length === 0) return null;
  const shown = {
    configuration: d3.greatest(planned, (each) => d3.sum(each.query_plans, (plan) => plan.seconds)) || planned[0],
    statement: 0,
  };
  const body = el("div", {});
  const behind = el("div", {});
  const draw = () => {
    const statement = shown.configuration.query_plans[shown.statement];
    body.replaceChildren(
      el(
        "p",
        {class: "note"},
        `${statement.statement}, in ${statement.phase}: ${seconds(statement.seconds)}, ${count(statement.rows)} rows.`,
      ),
      scrolling(`Plan of ${statement.statement}`, tree(statement)),
    );
    behind.replaceChildren(plan_numbers(statement));
  };
  const statements = el("div", {class: "choice"});
  const choose_statement = () => {
    const plans = shown.configuration.query_plans;
    const order = d3.range(plans.length).sort((a, b) => d3.descending(plans[a].seconds, plans[b].seconds));
    shown.statement = order[0];
    statements.replaceChildren(
      choice(
        "Statement",
        order.map((at) => [at, `${plans[at].statement} (${seconds(plans[at].seconds)})`]),
        (at) => {
          shown.statement = Number(at);
          draw();
        },
      ),
    );
    draw();
  };
  const ordered = [shown.configuration, ...planned.filter((each) => each !== shown.configuration)];
  choose_statement();
  const controls = el(
    "div",
    {class: "controls"},
    choice(
      "Configuration",
      ordered.map((each) => [each.id, full_name(each)]),
      (id) => {
        shown.configuration = planned.find((each) => each.id === id);
        choose_statement();
      },
    ),
    statements,
    legend(["var(--cpu)", "time of an operator, beside the longest", "area"]),
  );
  return [
    el(
      "p",
      {class: "prose"},
      "On one machine DuckDB runs the preparation. This is what it made of the SQL, with the rows that went through ",
      "each step and the CPU time that it took. Data rise from the scans at the bottom to the result at the top; a ",
      "thicker line carried more rows.",
    ),
    figure({id: "plan-figure", title: "The plan of a statement", controls, body, numbers: behind}),
  ];
}
