// Opens, and says what is missing.
#include "models/model_files.h"
#include <array>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include "digest/checksums.h"
#include "model/file_tensors.h"
#include "model/model_source.h"
#include "models/table.h"
#include "process/error.h"
#include "training/checkpoint.h"

namespace encore {

std::shared_ptr<const Model> open_weights(const std::filesystem::path& folder, const ModelConfig& config, Weights where) {
  const auto config_path = folder / config_file;
  const ConfigReader architecture(config.architecture, config_path, "architecture.");
  const ModelKind& kind = named(architecture, "model", model_kind);
  const auto reader = std::make_shared<SafetensorsReader>(folder / weights_file);
  FileTensors tensors(reader);
  const auto& metadata = reader->metadata();
  if (const auto said = metadata.find("dataset_fingerprint");
      said == metadata.end() || said->second != config.model.dataset_fingerprint) {
    throw UserError(
        fmt::format("{} belongs to another model than {} beside it: they name different datasets; copy the model again",
                    tensors.file(), config_file));
  }
  reader->begin_verification();
  const bool stays = where == Weights::in_file && reader->can_read_in_parts();
  auto model = kind.open({architecture, config.items, config.model.block_items, tensors, stays ? reader : nullptr});
  reader->expect_all_read();
  return model;
}

void write_weights(const std::filesystem::path& folder, const Model& model, const std::string& dataset_fingerprint) {
  std::vector<TensorView> tensors;
  for (const auto& one : model.tensors()) tensors.push_back(one.tensor);
  write_safetensors(folder / weights_file, tensors, {{"format", "encore"}, {"dataset_fingerprint", dataset_fingerprint}});
}

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
    if (const auto unfinished = unfinished_training(folder)) {
      throw UserError(fmt::format("{} holds no model yet but a training that was stopped after epoch {} of at most {}; `encore train "
                                  "DATASET -o {} --resume` goes on with it",
                                  folder.string(), unfinished->epoch, unfinished->epochs, folder.string()));
    }
    throw UserError(fmt::format("{} is not a model folder: it has no {}; name a folder that `encore train` wrote",
                                folder.string(), config_file));
  }
  return read_text(file);
}

ModelConfig read_model_without_catalogue(const std::filesystem::path& folder) {
  ModelConfig config = parse_config(read_config_text(folder), folder / config_file);
  config.model.model = open_weights(folder, config);
  require_checksums(folder, {config_file});  // the weights carry their own
  return config;
}

}  // namespace encore
