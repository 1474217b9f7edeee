// Opens, and says what is missing.
#include "model/model_files.h"
#include <array>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include "digest/checksums.h"
#include "model/network_file.h"
#include "process/error.h"

namespace encore {

std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text;
  std::array<char, 1 << 14> piece;
  while (in.read(piece.data(), piece.size()), in.gcount() > 0)
    text.append(piece.data(), static_cast<std::size_t>(in.gcount()));
  if (!in.eof()) {
    throw UserError(fmt::format("{} cannot be read: {}; name a folder that `encore train` wrote", file.string(),
                                std::strerror(errno)));
  }
  return text;
}

std::string read_config_text(const std::filesystem::path& folder) {
  if (!std::filesystem::is_directory(folder)) {
    throw UserError(
        fmt::format("{} is not a model folder: there is no such folder; `encore train DATASET -o {}` would write it",
                    folder.string(), folder.string()));
  }
  const auto file = folder / config_file;
  if (!std::filesystem::exists(file)) {
    throw UserError(fmt::format("{} is not a model folder: it has no {}; name a folder that `encore train` wrote",
                                folder.string(), config_file));
  }
  return read_text(file);
}

ModelConfig read_model_without_catalogue(const std::filesystem::path& folder) {
  ModelConfig config = parse_config(read_config_text(folder), folder / config_file);
  TrainedModel& model = config.model;
  model.network =
      read_network(folder / weights_file, model.network.architecture, config.items, model.dataset_fingerprint);
  require_checksums(folder, {config_file});  // the weights carry their own
  return config;
}

}  // namespace encore
