// What the tests of preparation share: a folder that vanishes, and one call that prepares and reads back.
#pragma once
#include <gtest/gtest.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
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

inline std::string content(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace encore
