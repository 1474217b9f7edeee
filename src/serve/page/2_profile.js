// What somebody rated, has seen or does not want: kept in this browser only. Every change can be undone.
const PLACE = "encore.profile";
const emptyProfile = () => ({ ratings: {}, seen: {}, dismissed: {} });

const stored = () => {
  try {
    return { ...emptyProfile(), ...JSON.parse(localStorage.getItem(PLACE) ?? "{}") };
  } catch {
    return emptyProfile();
  }
};

export const profile = {
  now: emptyProfile(),
  before: [],
  shared: false,  // somebody else's list, from a link; nothing is stored until it is taken over
  listeners: [],

  load() {
    this.now = stored();
    this.shared = false;
    this.before = [];
  },
  changed(words) {
    if (!this.shared) localStorage.setItem(PLACE, JSON.stringify(this.now));
    for (const listener of this.listeners) listener(words);
  },
  change(words, edit) {
    this.before.push(JSON.stringify(this.now));
    edit(this.now);
    this.changed(words);
  },
  undo() {
    const last = this.before.pop();
    if (last === undefined) return;
    this.now = JSON.parse(last);
    this.changed("Taken back");
  },
  rate(film, stars) {
    this.change(`${film.name}: ${stars}`, (now) => {
      now.ratings[film.movieId] = { ...plain(film), stars };
      delete now.seen[film.movieId];
      delete now.dismissed[film.movieId];
    });
  },
  putAside(kind, film) {
    this.change(kind === "seen" ? `${film.name}: seen` : `${film.name}: not interested`, (now) => {
      now[kind][film.movieId] = plain(film);
    });
  },
  drop(kind, id) {
    const film = this.now[kind][id];
    this.change(`${film.name} is out again`, (now) => delete now[kind][id]);
  },
  keep() {
    this.shared = false;
    this.changed("This list is yours now");
  },
};

const plain = ({ movieId, name, year }) => ({ movieId, name, year });

/** The list as the fragment of a link, which browsers send to no server: r=1214:5,1:3 */
export const toFragment = (now) =>
  `#r=${Object.values(now.ratings).map((film) => `${encodeURIComponent(film.movieId)}:${film.stars}`).join(",")}`;

/** [[id, stars], …], or nothing for another fragment. */
export const fromFragment = (fragment) => {
  if (!fragment.startsWith("#r=")) return null;
  return fragment
    .slice(3)
    .split(",")
    .map((pair) => pair.split(":"))
    .map(([id, stars]) => [decodeURIComponent(id ?? ""), Number(stars)])
    .filter(([id, stars]) => id !== "" && Number.isFinite(stars))
    .slice(0, 500);
};
