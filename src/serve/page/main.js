// The page at /: a profile in the browser, a list from the server, and what connects them.
const PAGE = 12;
let scale = { minimum: 0.5, maximum: 5, implicit: false };
let shown = [], cursor = null, places = null, running = null;

export const failed = (error) => {
  if (error.status === 401 || error.status === 403) {
    byId("locked").hidden = false;
    byId("key").focus();
  }
  say(error.message);
};

const question = () => {
  const { ratings, seen, dismissed } = profile.now;
  return {
    ratings: Object.values(ratings).map(({ movieId, stars }) => (scale.implicit ? { movieId } : { movieId, rating: stars })),
    seen: Object.values(seen).map((film) => film.movieId),
    exclude: Object.values(dismissed).map((film) => film.movieId),
    where: filters.where(),
    diversity: filters.diversity(),
  };
};

const take = (answer, more) => {
  shown = more ? [...shown, ...answer.items] : answer.items;
  cursor = answer.cursor;
  byId("more").hidden = cursor === null;
  const own = answer.score !== "ratings";
  byId("answers-title").textContent = own ? "For you" : "What most people rated";
  if (!more) byId("why").textContent = own ? "" : "Rate a few, and this becomes your list.";
  byId("note").textContent = shown.length === 0 ? "No film is left here. Other filters may bring some." : "";
  const cards = shown.map((item, i) => card(scale, item, i + 1, places));
  if (more) byId("list").replaceChildren(...cards);
  else replaceList(byId("list"), cards);
};

const refresh = async () => {
  running?.abort();
  running = new AbortController();
  document.body.classList.add("loading");
  places = shown.length > 0 ? new Map(shown.map((item, i) => [String(item.movieId), i + 1])) : null;
  try {
    const fields = ["movieId", "title", "year", "genres"];
    take(await ask("/v1/recommend", { ...question(), k: PAGE, explain: true, fields }, running.signal), false);
    document.body.dataset.answers = String(Number(document.body.dataset.answers ?? 0) + 1);
  } catch (error) {
    if (error.name === "AbortError") return;  // a later question is on its way
    failed(error);
  }
  document.body.classList.remove("loading");
};

const showMore = async () => {
  try {
    const answer = await ask("/v1/recommend", { cursor, k: PAGE, explain: true });
    const from = shown.length;
    take(answer, true);
    byId("list").children[from]?.querySelector(".stars, button")?.focus();
  } catch (error) {
    if (error.status === 410) await refresh();  // the model was replaced, or it is long ago
    else failed(error);
  }
};

/** Somebody's list, from the link: its ids get their titles; ids that are unknown are left out. */
const openShared = async () => {
  const pairs = fromFragment(location.hash);
  profile.load();
  byId("shared").hidden = pairs === null;
  if (pairs !== null) {
    profile.shared = true;
    profile.now = { ratings: {}, seen: {}, dismissed: {} };
    const films = await Promise.all(pairs.map(([id]) => ask(`/v1/items/${encodeURIComponent(id)}`).catch(() => null)));
    films.forEach((film, i) => {
      const stars = Math.min(scale.maximum, Math.max(scale.minimum, pairs[i][1]));
      if (film) profile.now.ratings[film.movieId] = { ...filmOf(film), stars };
    });
  }
  showYours(scale);
  await refresh();
};

const wire = () => {
  profile.listeners.push((words) => {
    say(words);
    showYours(scale);
    refresh();
  });
  wireSearch((film) => {
    profile.rate(film, scale.maximum);
    byId("rated").querySelector(".stars")?.focus();  // to be lowered by the arrow keys
  });
  filters.wire(refresh);
  byId("more").addEventListener("click", showMore);
  byId("undo").addEventListener("click", () => profile.undo());
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key !== "z" || event.target.matches("input")) return;
    event.preventDefault();
    profile.undo();
  });
  byId("clear").addEventListener("click", () => profile.change("All of it is gone; Undo brings it back", (now) => {
    now.ratings = {}, now.seen = {}, now.dismissed = {};
  }));
  byId("share").addEventListener("click", async () => {
    const link = `${location.origin}/${toFragment(profile.now)}`;
    try {
      await navigator.clipboard.writeText(link);
      say("The link is in the clipboard");
    } catch {
      prompt("The link to this list:", link);
    }
  });
  byId("keep").addEventListener("click", () => {
    history.replaceState(null, "", "/");
    byId("shared").hidden = true;
    profile.keep();
  });
  byId("mine").addEventListener("click", () => {
    history.replaceState(null, "", "/");
    openShared();
  });
  addEventListener("hashchange", openShared);
  byId("unlock").addEventListener("submit", (event) => {
    event.preventDefault();
    holdKey(byId("key").value.trim());
    byId("locked").hidden = true;
    begin();
  });
};

const begin = async () => {
  try {
    const model = await ask("/v1/model");
    scale = model.scale;
    byId("variety-label").hidden = !model.vectors;
    byId("model").textContent = `${model.items.toLocaleString("en")} films · model ${model.model}`;
    if (byId("genre").length === 1) await filters.fill();
    await openShared();
  } catch (error) {
    failed(error);
  }
  document.documentElement.dataset.ready = "";
};

wire();
begin();
