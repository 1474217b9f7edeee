// Builds a person's profile from what they name, or from a dataset's rows. Not the network's part (recommender.h).
#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include "recommendation/film_finder.h"
#include "model/recommender.h"

namespace encore {

/// A new user, film by film. Ids that the model does not know are kept aside, to be named to the user.
class ProfileBuilder {
 public:
  /// `scale` bounds the stars; the finder must outlive this.
  ProfileBuilder(const FilmFinder& finder, const RatingScale& scale) : finder_(finder), scale_(scale) {}
  /// "TITLE=STARS" or "id:318=STARS". Throws UserError: no "=", stars that are no number or off the scale, a title that
  /// fits no film or several.
  void rate(std::string_view title_and_stars);
  /// The same in two pieces. A film rated twice keeps the last word.
  void rate(std::string_view title, double stars);
  /// A row of a file, `id` where the film is known for sure to be named by its id. Of a film's rows the latest counts, and of equal
  /// times the highest rating, as in `prepare`.
  void rate_row(std::string_view film, bool is_id, double stars, double time);
  /// Films that more than one row named.
  std::int64_t repeated() const { return repeated_; }
  /// A film that is no answer, for whatever reason. Throws UserError as `rate` does.
  void exclude(std::string_view title);
  /// A film that the person has seen without rating it: no answer, and an input of channels only. Throws UserError as `rate` does.
  void seen(std::string_view title);
  /// `include_seen`: rated films may be recommended; excluded ones, and seen ones without a rating, still are not.
  Profile profile(bool include_seen) const;
  const std::set<std::int32_t>& seen_films() const { return seen_; }
  /// Ids that no film of the model has, in the order in which they came.
  const std::vector<std::string>& unknown() const { return unknown_; }

 private:
  void require_on_scale(std::string_view title, double stars) const;

  const FilmFinder& finder_;
  RatingScale scale_;
  std::map<std::int32_t, float> stars_;
  std::map<std::int32_t, std::pair<double, std::int64_t>> rows_;  ///< of a film: the latest time, and how many
  std::int64_t repeated_ = 0;
  std::set<std::int32_t> excluded_, seen_;
  std::vector<std::string> unknown_;
};

/// For each item of a dataset's catalogue the model's item with the same source id, −1 where the model has none.
std::vector<std::int32_t> model_items_of(const Catalogue& dataset_items, const FilmFinder& finder);

/// What either of two ascending lists holds.
std::vector<std::int32_t> united(const std::vector<std::int32_t>& one, const std::vector<std::int32_t>& other);

/// A user of a dataset: all ratings, and films seen without one, that the model knows; `excluded` (ascending) is hidden too, and what the
/// user has dismissed. `include_seen`: rated and seen films may be recommended. Appends the source ids of unknown films to `unknown`
/// unless that is null.
Profile profile_of(const Dataset& dataset, std::int32_t user, const std::vector<std::int32_t>& model_items,
                   const std::vector<std::int32_t>& excluded, bool include_seen, std::vector<std::string>* unknown);

}  // namespace encore
