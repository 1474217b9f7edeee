// The study's open questions, each with the answer that the run gave and a way to the figure behind it.
import {el} from "./element.js";
import {results} from "./results.js";

const evidence = {
  "when-distributed-pays": ["speed", "Speed-up and efficiency"],
  "quality-of-modes": ["modes", "Quality against workers"],
  memory: ["memory", "What the ratings weigh"],
  "time-of-workers": ["time", "Where the time goes"],
  floor: ["losses", "What the network learns"],
};

// A short answer is a paragraph; of a long one, each sentence is a line.
function said(text) {
  const sentences = text.split(/(?<=[^.]\.) (?=\S)/);
  return text.length <= 320 || sentences.length < 3
    ? el("p", {}, text)
    : el(
        "ul",
        {},
        sentences.map((each) => el("li", {}, each)),
      );
}

export function answers() {
  if (!results.answers || results.answers.length === 0) return null;
  return [
    el(
      "p",
      {class: "prose"},
      "The study ended with open questions. The answers below are sentences around measured numbers; ",
      "each leads to its figure.",
    ),
    el(
      "div",
      {class: "answers"},
      results.answers.map(({id, question, text}) =>
        el(
          "article",
          {class: "answer"},
          el("h3", {}, question),
          said(text),
          evidence[id] && el("p", {}, el("a", {href: `#${evidence[id][0]}`}, evidence[id][1])),
        ),
      ),
    ),
  ];
}
