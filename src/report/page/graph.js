// Boxes and arrows, laid out by dagre and drawn as SVG: what query plans and Spark's jobs share. Not their contents.
import {svg} from "./element.js";

const measuring = document.createElement("canvas").getContext("2d");

// Lines of at most `width` pixels at 11 px; what is longer than `most` lines ends in an ellipsis.
export function wrapped(text, width, most) {
  measuring.font = "11px system-ui, sans-serif";
  const lines = [];
  let line = "";
  for (const word of String(text).split(/(?<=[\s,()=])/)) {
    if (line && measuring.measureText(line + word).width > width) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += word;
    while (measuring.measureText(line).width > width) {
      let fits = line.length - 1;
      while (fits > 1 && measuring.measureText(line.slice(0, fits)).width > width) --fits;
      lines.push(line.slice(0, fits));
      line = line.slice(fits);
    }
  }
  if (line.trim()) lines.push(line.trimEnd());
  return lines.length <= most ? lines : [...lines.slice(0, most - 1), `${lines[most - 1].slice(0, -1)}…`];
}

// nodes: [{id, width, height}], edges: [{from, to, …}] → the same with x, y (centres) and points, and the whole's size.
export function laid_out(nodes, edges, {direction = "TB", between = 24, ranks = 36, margin = 4} = {}) {
  const graph = new dagre.graphlib.Graph({multigraph: true});
  graph.setGraph({rankdir: direction, nodesep: between, ranksep: ranks, marginx: margin, marginy: margin});
  graph.setDefaultEdgeLabel(() => ({}));
  nodes.forEach((node) => graph.setNode(String(node.id), {width: node.width, height: node.height}));
  edges.forEach((edge, at) => graph.setEdge(String(edge.from), String(edge.to), {}, String(at)));
  dagre.layout(graph);
  return {
    nodes: nodes.map((node) => ({...node, ...graph.node(String(node.id))})),
    edges: edges.map((edge, at) => ({
      ...edge,
      points: graph.edge(String(edge.from), String(edge.to), String(at)).points,
    })),
    width: graph.graph().width,
    height: graph.graph().height,
  };
}

const path = d3
  .line(
    (point) => point.x,
    (point) => point.y,
  )
  .curve(d3.curveBasis);

export function arrow(points, attributes = {}) {
  return svg("path", {d: path(points), class: "arrow", "marker-end": "url(#arrow-head)", ...attributes});
}

export function drawing(width, height, label, ...children) {
  return svg(
    "svg",
    {
      viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`,
      width: Math.ceil(width),
      height: Math.ceil(height),
      role: "img",
      "aria-label": label,
      class: "graph",
    },
    svg(
      "defs",
      {},
      svg(
        "marker",
        {
          id: "arrow-head",
          viewBox: "0 0 8 8",
          refX: 7,
          refY: 4,
          markerUnits: "userSpaceOnUse",
          markerWidth: 9,
          markerHeight: 9,
          orient: "auto-start-reverse",
        },
        svg("path", {d: "M0 0L8 4L0 8z", class: "arrow-head"}),
      ),
    ),
    ...children,
  );
}

// Lines of text from the top left corner (x, y).
export function text_lines(x, y, lines, attributes = {}) {
  return svg(
    "text",
    {x, y, ...attributes},
    lines.map((line, at) => svg("tspan", {x, dy: at === 0 ? 0 : 14}, line)),
  );
}
