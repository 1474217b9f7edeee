// One user's ratings: which films and how well they are liked. Not the counts (audience.h), not the stars' histogram
// and not the file (twin.h).
#pragma once
#include <cstdint>
#include <vector>
#include "generation/audience.h"
#include "generation/preference.h"
#include "generation/visit.h"

namespace encore::generation {

/// Everything that is decided before any single rating; shared by all threads, not changed any more.
struct World {
  World(const Shape& shape, std::uint64_t seed);
  Shape shape;
  std::uint64_t seed;
  TasteSpace space;
  std::vector<Film> films;
  Audience audience;
  Shelves shelves;
};

struct Rating {
  std::int32_t film;    ///< index into World::films
  float liking;         ///< more is better; stars are cut from it (StarScale)
  std::int64_t second;  ///< since 1970
};

/// Makes users' ratings one after another; one maker for each thread.
class RatingMaker {
 public:
  explicit RatingMaker(const World& world);

  /// The ratings of a user, ascending by film, no film twice; valid until the next call. They depend on nothing but the
  /// world.
  ///
  /// A film is drawn from one of the user's profiles, then refused when it came out after the user's last visit, and
  /// kept with probability sigmoid(<leaning, film>): a draw in proportion to profile weight times sigmoid, without
  /// repetition. When that finds too little (the user rates much of a shelf), the rest is drawn from the same
  /// distribution by exponential keys (Efraimidis & Spirakis 2006: the k smallest of -ln(u) / weight).
  const std::vector<Rating>& ratings_of(std::int64_t user);

 private:
  void pick_by_refusal(const Shelf& shelf, std::size_t wanted, RandomStream& random);
  void pick_by_keys(const Shelf& shelf, std::size_t missing, RandomStream& random);
  void keep(std::int32_t film);
  float appeal(const Candidate& candidate) const;

  const World& world_;
  UserTaste taste_{};
  Visit visit_{};
  std::vector<bool> taken_;  ///< by film; true only while a user's ratings are made
  std::vector<Rating> ratings_;
  std::vector<std::pair<double, std::int32_t>> keys_;
};

}  // namespace encore::generation
