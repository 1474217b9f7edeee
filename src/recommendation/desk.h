// A model opened once for many questions: what `encore recommend`, the C and Python packages and `encore serve` answer
// with. Not the reading of a model folder (folder/model_folder.h), and no words of any command or protocol.
#pragma once
#include <cstdint>
#include <filesystem>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>
#include "model/recommender.h"
#include "model/trained_model.h"
#include "model/exploration.h"
#include "models/model_files.h"
#include "recommendation/film_finder.h"
#include "recommendation/similar.h"

namespace encore {

/// Which films fit a condition: [M], 1 where they do.
using FilmMask = std::shared_ptr<const std::vector<std::uint8_t>>;

/// Thread-safe. What depends on the model alone (order by popularity, lengths of vectors, titles, films of a condition)
/// is worked out once.
class Desk {
 public:
  /// Throws UserError as read_model does.
  explicit Desk(std::string model_folder, Weights = Weights::in_memory);
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  const std::string& folder() const { return folder_; }
  const TrainedModel& model() const { return model_; }
  const FilmFinder& finder() const { return finder_; }
  const Recommender& recommender() const { return recommender_; }
  const ItemVectors& vectors() const { return vectors_; }
  const Explorer& explorer() const { return explorer_; }

  /// The films for which an SQL expression over the catalogue's columns is true (catalogue_filter.h); the last
  /// conditions are kept. Throws UserError that begins with `option`.
  FilmMask films_where(const std::string& expression, std::string_view option = "--where") const;

 private:
  static constexpr std::size_t kept_conditions = 64;

  std::string folder_;
  TrainedModel model_;
  FilmFinder finder_;
  Recommender recommender_;
  ItemVectors vectors_;
  Explorer explorer_;
  mutable std::mutex conditions_mutex_;
  mutable std::list<std::pair<std::string, FilmMask>> conditions_;  ///< the last used first
};

/// What a person is told beside the list, if anything: which of their films do not count, that there are popular films instead, or
/// fewer films than asked for. `where` is the name of the condition's option.
std::string note_of(const Desk& desk, const Question& question, const Recommendation& answer, std::string_view where);

/// The same of many people's films (of the model; −1: it has none), if anything: how many of them count in nobody's row.
std::string note_of_many(const TrainedModel& model, std::span<const std::int32_t> items);

/// "left out, because the model does not know these films: …", five at most; nothing when none are.
std::string note_of_unknown(std::span<const std::string> unknown);

}  // namespace encore
