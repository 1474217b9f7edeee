// Table 1: films, users and ratings of each subset, beside the study's.
import {el, table} from "./element.js";
import {count, large, percent, years, listed} from "./format.js";
import {results, like_the_study} from "./results.js";

function beside(value, study) {
  return study === null || study === undefined
    ? count(value)
    : [count(value), el("small", {}, `study: ${count(study)}`)];
}

export function data() {
  const subsets = (results.subsets || []).filter((subset) => subset.cells !== null);
  if (subsets.length === 0) return null;
  const like = subsets.filter((subset) => like_the_study(subset.name)).map((subset) => years(subset.name));
  const largest = d3.greatest(subsets, (subset) => subset.cells);
  return [
    el(
      "p",
      {class: "prose"},
      `As one array of films for each user, ${years(largest.name)} would be ${large(largest.cells)} cells, of which `,
      `${percent(largest.density * 100, largest.density < 0.01 ? 2 : 1)} hold a rating. `,
      like.length > 0
        ? `The study’s figures stand beside ours; the shape of its data is that of ${listed(like)}.`
        : "These are other data than the study’s: its numbers stand beside ours for orientation and do not compare.",
    ),
    table(
      "Table 1. The subsets",
      [
        {name: "Films of", text: true},
        {name: "Films"},
        {name: "Users"},
        {name: "Ratings"},
        {name: "Training users"},
        {name: "Test users"},
        {name: "Cells"},
        {name: "Rated"},
      ],
      subsets.map((subset) => {
        const study = subset.study || {};
        return [
          years(subset.name),
          beside(subset.movies, study.movies),
          beside(subset.users, study.users),
          beside(subset.ratings, study.ratings),
          count(subset.training_users),
          count(subset.test_users),
          beside(subset.cells, study.cells),
          percent(subset.density * 100, 2),
        ];
      }),
    ),
  ];
}
