// A prepared dataset in memory: catalogue, users and the sparse user × item matrix. Not its files (dataset_folder.h)
// and not how they come about (preparation/). Dimension letters used everywhere: M items, U users, B rows of a batch, H
// width of a hidden layer.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace encore {

enum class Fold : std::uint8_t { train, validation, test };
enum class Part : std::uint8_t {
  none,
  given,
  target,
  hidden  ///< of a judged user: neither goes in nor is to be found nor shown
};  ///< of a held-out user's liked rating: goes in, or is to be found

/// A source id: numbers are kept as their decimal text; `numeric_ids` of the catalogue says how they order.
struct Catalogue {
  bool numeric_ids = true;
  std::vector<std::string> id;     ///< [M] movieId of the source, ascending (numbers by value, text by bytes)
  std::vector<std::string> title;  ///< [M] as in the source, outer blanks removed
  std::vector<std::optional<std::int32_t>> year;  ///< [M]
  std::vector<std::string> genres;                ///< [M]
  std::vector<std::int64_t> ratings;              ///< [M] kept ratings of all users
  std::vector<std::int64_t> training_ratings;     ///< [M] of training users only
  std::vector<std::uint8_t> added = {};    ///< [M] 1: came after the training, with rows predicted from features; empty: none did
  std::vector<std::uint8_t> retired = {};  ///< [M] 1: never an answer any more, still a taste; empty: none is
  std::int32_t size() const { return static_cast<std::int32_t>(id.size()); }
  bool is_added(std::int32_t item) const { return !added.empty() && added[static_cast<std::size_t>(item)] != 0; }
  bool is_retired(std::int32_t item) const { return !retired.empty() && retired[static_cast<std::size_t>(item)] != 0; }
  /// Whether the item may be recommended: the model has learned or predicted something about it, and it is not retired.
  bool can_answer(std::int32_t item) const {
    return (training_ratings[static_cast<std::size_t>(item)] > 0 || is_added(item)) && !is_retired(item);
  }
};

struct UserTable {
  bool numeric_ids = true;
  std::vector<std::string> id;  ///< [U] ascending
  std::vector<Fold> fold;       ///< [U]
  std::int32_t size() const { return static_cast<std::int32_t>(id.size()); }
};

/// Users × items in compressed rows: row u is item[start[u] … start[u+1]) ascending, with its stars and its part.
struct RatingMatrix {
  std::vector<std::int64_t> start{0};  ///< [U + 1]
  std::vector<std::int32_t> item;      ///< [ratings]
  std::vector<float> rating;           ///< [ratings] in stars (the source's scale)
  std::vector<Part> part;              ///< [ratings]; empty when no user is held out
  std::int32_t users() const { return static_cast<std::int32_t>(start.size()) - 1; }
  std::int64_t size() const { return static_cast<std::int64_t>(item.size()); }
  std::span<const std::int32_t> items_of(std::int32_t user) const {
    return {item.data() + start[user], static_cast<std::size_t>(start[user + 1] - start[user])};
  }
  std::span<const float> ratings_of(std::int32_t user) const {
    return {rating.data() + start[user], static_cast<std::size_t>(start[user + 1] - start[user])};
  }
  std::span<const Part> parts_of(std::int32_t user) const {
    return {part.data() + start[user], static_cast<std::size_t>(start[user + 1] - start[user])};
  }
};

/// Users × items about which nothing but that is known, in the rows of RatingMatrix; `start` is empty where no user has any.
struct UserItems {
  std::vector<std::int64_t> start;  ///< [U + 1]
  std::vector<std::int32_t> item;   ///< ascending within a row
  std::span<const std::int32_t> items_of(std::int32_t user) const {
    if (start.empty()) return {};
    const auto row = static_cast<std::size_t>(user);
    return {item.data() + start[row], static_cast<std::size_t>(start[row + 1] - start[row])};
  }
};

/// What `dataset.json` says about the numbers, as far as models need it.
struct RatingScale {
  double minimum = 0.5, maximum = 5;  ///< stars
  double liked = 4;                   ///< a rating of at least this counts as liked
  bool implicit = false;              ///< no stars: every interaction has the value 1
  bool log_counts = false;            ///< counts: what is liked weighs log(1 + count), not 1
};

struct Dataset {
  RatingScale scale;
  std::uint64_t seed = 42;  ///< of folds and parts
  std::string fingerprint;  ///< sha256 over the scale and the sorted (userId, movieId, rating, fold)
  Catalogue items;
  UserTable users;
  RatingMatrix ratings;
  UserItems seen = {};       ///< seen without a rating: an input of channels, and never to be found
  UserItems dismissed = {};  ///< not wanted: no answer to this user
  std::vector<std::int32_t> users_in(Fold fold) const;  ///< ascending
};

}  // namespace encore
