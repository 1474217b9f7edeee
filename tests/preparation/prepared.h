// What the tests of preparation share: a folder that vanishes, and one call that prepares and reads back.
#pragma once
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include "database/database.h"
#include "folder/dataset_folder.h"
#include "preparation/preparation.h"
#include "process/error.h"
#include "temporary_folder.h"

namespace encore {

inline const std::filesystem::path source_folder = ENCORE_SOURCE_DIR;
inline const std::filesystem::path diseases = source_folder / "tests/preparation/data";
inline const std::filesystem::path real_ratings = source_folder / "data/ml-latest-small";

class PreparationTest : public testing::Test {
 protected:
  PrepareSettings settings_for(const std::filesystem::path& source) const {
    PrepareSettings settings;
    settings.source = source.string();
    settings.output = (folder_ / "dataset").string();
    return settings;
  }
  DatasetSummary prepare(const PrepareSettings& settings, int threads = 1) {
    return prepare_dataset(settings, threads, Output{.json = false, .quiet = true}).summary;
  }
  /// The sentence of the UserError, or nothing when it works.
  std::string complaint(const PrepareSettings& settings) {
    try {
      prepare(settings);
      return {};
    } catch (const UserError& error) {
      return error.what();
    }
  }
  std::filesystem::path write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
    return folder_ / name;
  }
  /// The files of the folder, for "nothing is left behind".
  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder_), {}));
  }

  TemporaryFolder temporary_;
  std::filesystem::path folder_ = temporary_.path();
};

/// The table of a CSV file whose columns are whole numbers.
inline void write_parquet(const std::filesystem::path& csv, const std::filesystem::path& parquet) {
  Database database({.threads = 1});
  database.run(fmt::format("COPY (SELECT * FROM read_csv({})) TO {} (FORMAT parquet, USE_TMP_FILE false)", sql_path(csv),
                           sql_literal(parquet.string())));
}

inline std::string content(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace encore
