// Random users through the saved model: what they rated highest, what is recommended, and what everybody watches.
import {el, choice} from "./element.js";
import {count, plural} from "./format.js";
import {of_phases, full_name} from "./results.js";

// The titles' years are often part of the titles already.
function film(title, year) {
  return year === null || year === undefined || String(title).includes(`(${year})`) ? title : `${title} (${year})`;
}

function list(title, films, aside) {
  return el(
    "div",
    {},
    el("h4", {}, title),
    films.length === 0
      ? el("p", {class: "note"}, "none")
      : el(
          "ol",
          {class: "films"},
          films.map((each) =>
            el("li", {}, el("bdi", {}, film(each.title, each.year)), el("span", {class: "aside"}, aside(each))),
          ),
        ),
  );
}

function card({user, fold, ratings, rated, recommended}, popular) {
  const loved = new Set(popular.map((each) => each.title));
  return el(
    "article",
    {class: "card"},
    el(
      "header",
      {},
      el("h3", {}, "User ", el("bdi", {}, String(user))),
      el(
        "p",
        {class: "note"},
        `${plural(ratings, "rating")}; ${fold === "test" ? "never seen in training" : "seen in training"}`,
      ),
    ),
    list("Rated highest", rated, (each) => `${each.rating} ★`),
    list(
      "Recommended",
      recommended,
      (each) => `${count(each.ratings)} ratings${loved.has(each.title) ? ", popular" : ""}`,
    ),
  );
}

export function recommendations() {
  const tested = of_phases.filter((each) => each.recommendation_test && each.recommendation_test.users.length > 0);
  if (tested.length === 0) return null;
  const body = el("div", {class: "cards"});
  const show = (id) => {
    const {users, popular} = tested.find((each) => each.id === id).recommendation_test;
    body.replaceChildren(
      ...users.map((user) => card(user, popular)),
      el(
        "article",
        {class: "card popular"},
        el(
          "header",
          {},
          el("h3", {}, "Everybody"),
          el("p", {class: "note"}, "what recommending popular films would say to all of them"),
        ),
        list("Most ratings", popular, (each) => `${count(each.ratings)} ratings`),
      ),
    );
  };
  const rank = (each) => (each.evaluation && each.evaluation.ranking ? each.evaluation.ranking["ndcg@100"] : 0);
  const ordered = [...tested].sort((a, b) => d3.descending(rank(a), rank(b)));
  show(ordered[0].id);
  return [
    el(
      "p",
      {class: "prose"},
      `Users drawn at random (seed ${ordered[0].recommendation_test.seed}). What they rated is never recommended to them.`,
    ),
    el(
      "div",
      {class: "controls"},
      choice(
        "Model",
        ordered.map((each) => [each.id, full_name(each)]),
        show,
      ),
    ),
    body,
  ];
}
