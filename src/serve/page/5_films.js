// The rows of "Your films" and the cards of the list.
const filmOf = (item) => ({ movieId: item.movieId, name: spoken(item.title), year: item.year });

/** Stars where the model knows a scale, else one button. */
export const rater = (scale, film, stars) => {
  const rate = (value) => profile.rate(film, value);
  if (scale.implicit) {
    const pressed = String(stars !== undefined);
    return element("button", { type: "button", class: "likes", "aria-pressed": pressed, onclick: () => rate(scale.maximum) },
      stars === undefined ? "I like it" : "Liked");
  }
  const slider = starSlider(scale, stars, film.name, rate);
  slider.dataset.film = film.movieId;
  return element("span", { class: "rater" }, slider);
};

const away = (name, action) => element("button", { type: "button", class: "away", "aria-label": name, title: name, onclick: action }, "×");

export const showYours = (scale) => {
  const held = document.activeElement?.dataset?.film;
  const { ratings, seen, dismissed } = profile.now;
  const films = Object.values(ratings).reverse();
  byId("rated").replaceChildren(
    ...films.map((film) =>
      element("li", {},
        element("span", { class: "title" }, film.name, element("span", { class: "quiet small" }, film.year ? ` ${film.year}` : "")),
        element("span", { class: "stars-row" }, rater(scale, film, film.stars),
          scale.implicit ? null : element("span", { class: "value" }, String(film.stars))),
        away(`Take ${film.name} out`, () => profile.drop("ratings", film.movieId)))),
  );
  byId("nothing").hidden = films.length > 0;
  const aside = [seen, dismissed].flatMap((of, i) => Object.values(of).map((film) => [["seen", "dismissed"][i], film]));
  byId("put-aside").hidden = aside.length === 0;
  byId("put-aside").querySelector("summary").textContent = `${aside.length} seen or not wanted`;
  byId("aside").replaceChildren(
    ...aside.map(([kind, film]) =>
      element("li", {},
        element("span", {}, film.name, element("span", { class: "quiet small" }, kind === "seen" ? " seen" : " not interested")),
        away(`Let ${film.name} be an answer again`, () => profile.drop(kind, film.movieId)))),
  );
  if (held) byId("rated").querySelector(`[data-film="${CSS.escape(held)}"]`)?.focus();
  byId("undo").disabled = profile.before.length === 0;
  byId("share").disabled = films.length === 0;
};

const because = (reasons) => {
  if (!reasons || reasons.length === 0) return null;
  const names = reasons.slice(0, 2).map((reason) => element("b", {}, spoken(reason.title)));
  const text = element("p", { class: "because" }, "Because you rated ", names[0]);
  if (names[1]) text.append(" and ", names[1]);
  return text;
};

const showLike = async (film, place) => {
  if (place.childElementCount > 0) return place.replaceChildren();
  try {
    const answer = await ask("/v1/similar", { movieId: film.movieId, k: 6 });
    place.replaceChildren(element("span", {}, "Most alike:"), element("ul", {},
      ...answer.items.map((item) => element("li", {},
        element("span", {}, `${spoken(item.title)} `, element("span", { class: "quiet" }, item.year ?? "")),
        element("button", { type: "button", onclick: () => profile.putAside("seen", filmOf(item)) }, "Seen")))));
  } catch (error) {
    failed(error);
  }
};

const movement = (item, rank, places) => {
  if (places === null) return "";
  const before = places.get(String(item.movieId));
  if (before === undefined) return "new";
  return before > rank ? `↑${before - rank}` : before < rank ? `↓${rank - before}` : "";
};

/** One film of the list. `places`: where films stood before the last change, by id; null: nothing to compare. */
export const card = (scale, item, rank, places) => {
  const film = filmOf(item);
  const like = element("div", { class: "like" });
  const put = (kind, words) => element("button", { type: "button", onclick: () => profile.putAside(kind, film) }, words);
  const made = element("li", { class: "card" },
    element("span", { class: "rank" }, String(rank),
      element("span", { class: "moved", "aria-hidden": "true" }, movement(item, rank, places))),
    element("h3", { class: "title" }, film.name, " ", element("span", { class: "year" }, item.year ?? "")),
    element("div", { class: "genres" }, element("span", {}, (item.genres ?? "").replaceAll("|", " · ").replace("(no genres listed)", "")),
      element("button", { type: "button", class: "text", onclick: () => showLike(film, like) }, "More like it")),
    element("div", {}, because(item.reasons),
      element("div", { class: "does" }, rater(scale, film, undefined), put("seen", "Seen"), put("dismissed", "Not interested"))),
    like);
  made.dataset.id = item.movieId;
  return made;
};

/** Replaces the list; films that stay glide to their new places. */
export const replaceList = (list, cards) => {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const before = new Map([...list.children].map((child) => [child.dataset.id, child.getBoundingClientRect()]));
  list.replaceChildren(...cards);
  if (calm) return;
  for (const child of list.children) {
    const old = before.get(child.dataset.id), now = child.getBoundingClientRect();
    const from = old ? { transform: `translate(${old.left - now.left}px, ${old.top - now.top}px)` } : { opacity: 0 };
    child.animate([from, { transform: "none", opacity: 1 }], { duration: 280, easing: "cubic-bezier(.2,.7,.2,1)" });
  }
};
