// POST /v1/recommend: from the JSON of a request to a question for the batcher, and from its answer to JSON. Not the
// batching, and no HTTP.
#pragma once
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>
#include "recommendation/desk.h"
#include "model/exploration.h"
#include "serve/checked_body.h"
#include "serve/known_users.h"
#include "serve/recommend_fields.h"

namespace encore::serve {

inline constexpr std::size_t most_ratings = 10'000;  ///< of one request

/// One request, understood.
struct RecommendCall {
  std::shared_ptr<const Desk> desk;
  std::optional<std::string> user;
  Profile person;                       ///< hidden: also what earlier pages gave
  std::vector<std::int32_t> delivered;  ///< by earlier pages
  FilmMask fits;
  std::int64_t k = 10;
  double diversity = 0;
  Exploration explore;
  bool explain = false;
  std::vector<std::string> fields;   ///< empty: the usual ones
  std::vector<std::string> unknown;  ///< ids that the model does not know
  std::vector<std::string> notes;

  /// How many films the batcher is asked for: more than k where they are chosen for diversity.
  std::int64_t wanted() const;
};

/// Where lists go on. Keeps the last few thousand; thread-safe.
class Cursors {
 public:
  std::string keep(RecommendCall next);
  /// Throws HttpError 410: not kept any more, never heard of, or of a model that was replaced.
  RecommendCall find(const std::string& token, const std::shared_ptr<const Desk>& desk) const;
  /// When the model was replaced: nothing shall keep the old one in memory.
  void clear();

 private:
  static constexpr std::size_t most = 4096;
  mutable std::mutex mutex_;
  std::list<std::pair<std::string, std::shared_ptr<const RecommendCall>>> kept_;  ///< the last first
  std::unordered_map<std::string, decltype(kept_)::iterator> index_;
};

/// Throws HttpError: 400 for what the request says wrongly, 410 for a cursor that is gone. `users` is null where the
/// server knows none; `retired`: films that are no answer, ascending; `explore`: the share where the request says none.
RecommendCall understood(const Json& body, const std::string& place, const std::shared_ptr<const Desk>& desk, const KnownUsers* users,
                         const std::vector<std::int32_t>& retired, double explore, const Cursors& cursors);

/// The answer's object. Runs the network again where reasons are asked for.
Json answer_json(const RecommendCall& call, const Recommendation& answer, Cursors& cursors);

/// An id as answers say it: a number where the catalogue's ids are numbers and this is one, else a text.
Json id_json(const std::string& id, bool numeric);
/// {movieId, title, year} and what else `fields` names (empty: these three) of a film; a score where there is one.
Json film_object(const Catalogue& items, std::int32_t item, const std::vector<std::string>& fields, const float* score);

/// 16 hex digits that nobody guesses.
std::string fresh_token();

}  // namespace encore::serve
