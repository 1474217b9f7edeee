// Users of a dataset folder, without reading anybody else's ratings: the rows are sorted by user, so DuckDB skips nearly
// all others. Not the whole dataset in memory (folder/dataset_folder.h).
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>
#include "dataset/dataset.h"

namespace encore {

/// A dataset folder that stays open for questions about its users: files are compared with their sums, and the catalogue
/// is read, once. One question at a time.
class DatasetUsers {
 public:
  /// Throws UserError when a file is missing or damaged.
  explicit DatasetUsers(std::filesystem::path folder);
  ~DatasetUsers();
  DatasetUsers(const DatasetUsers&) = delete;
  DatasetUsers& operator=(const DatasetUsers&) = delete;

  /// How many users the folder holds.
  std::int32_t size() const;
  bool numeric_ids() const;  ///< whether users' ids are numbers
  const Catalogue& items() const;
  const RatingScale& scale() const;
  /// Whether the folder is still the one that was opened, and this the process that opened it.
  bool current() const;

  /// The catalogue, and as its users 0, 1, … those with these source ids, with all ratings; valid until the next
  /// question. Throws UserError when there is no such user, or when rows are damaged.
  const Dataset& with_ids(const std::vector<std::string>& user_ids);
  /// The same of the folder's users [first, first + count).
  const Dataset& in_order(std::int32_t first, std::int32_t count);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The catalogue and, as the only user, the one with this source id. Throws UserError as DatasetUsers does.
Dataset read_dataset_user(const std::filesystem::path& folder, const std::string& user_id);

}  // namespace encore
