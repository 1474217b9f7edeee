// Parts: the tensors of state_tensors.h, and metadata that says whose rows they are.
#include "training/part_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "dataset/checked_json.h"
#include "process/error.h"
#include "training/open_part.h"
#include "training/state_tensors.h"

namespace encore {
namespace {

using Json = CheckedJson;
constexpr const char* state_format = "encore-state-part";

/// Fills a tensor from the parts: rows of items from those that own them, all else from the first.
void read_tensor(std::vector<OpenPart>& parts, const StateTensor<float>& wanted) {
  if (!wanted.first_item) return parts.front().reader.read(wanted.tensor);
  const ItemRange here{*wanted.first_item, *wanted.first_item + wanted.tensor.shape[0]};
  std::int64_t next = here.first;
  for (OpenPart& part : parts) {
    const std::int64_t last = std::min(here.last, part.range.last);
    if (part.range.first > next || last <= next) continue;
    TensorTarget rows = wanted.tensor;
    rows.shape[0] = last - next;
    rows.values += (next - here.first) * rows.stride;
    part.reader.read_rows(rows, next - part.range.first);
    next = last;
  }
  if (next < here.last)
    throw UserError(fmt::format("the parts of this training lack items {} to {}; train anew", next, here.last - 1));
}

}  // namespace

void write_state_part(const std::filesystem::path& file, const TrainingPlan& plan, const TrainingState& state,
                      const std::string& dataset_fingerprint, int process) {
  const ItemRange range = state.workers.at(0).network.range();
  write_part(file, state_format,
             {{"plan", Json::parse(to_json(plan))},
              {"state", state_json(state)},
              {"dataset", dataset_fingerprint},
              {"process", process},
              {"first_item", range.first},
              {"last_item", range.last}},
             state_tensors(state));
}

void read_state_parts(const std::vector<std::filesystem::path>& files, const TrainingPlan& plan,
                      const std::string& dataset_fingerprint, int process, TrainingState& state) {
  std::vector<OpenPart> parts = open_parts(files, state_format);
  if (plan.parallel != Parallel::items && plan.parallel != Parallel::users_step) {
    const auto own =
        std::find_if(parts.begin(), parts.end(), [&](const OpenPart& part) { return part.process == process; });
    if (own == parts.end())
      throw UserError(fmt::format("the training to go on from had fewer workers than {}", process + 1));
    std::rotate(parts.begin(), own, own + 1);
    parts.erase(parts.begin() + 1, parts.end());
  }
  try {
    for (const OpenPart& part : parts) {
      if (part.head.at("dataset") != dataset_fingerprint)
        throw UserError(fmt::format("{} belongs to a training on another dataset", part.file.string()));
      if (part.head.at("state").at("epoch") != parts.front().head.at("state").at("epoch"))
        throw UserError(fmt::format("{} is from another epoch than the parts beside it", part.file.string()));
    }
    const Json& head = parts.front().head.at("state");
    if (head.at("has_best").get<bool>()) state.best = state.model();
    read_state_json(head, state);
  } catch (const nlohmann::json::exception& error) {
    damaged_part(parts.front().file, error.what());
  }
  for (const StateTensor<float>& tensor : state_tensors(state)) read_tensor(parts, tensor);
}

void write_empty_state_part(const std::filesystem::path& file, const TrainingPlan& plan,
                            const std::string& dataset_fingerprint, int process) {
  write_part(file, state_format,
             {{"plan", Json::parse(to_json(plan))},
              {"dataset", dataset_fingerprint},
              {"process", process},
              {"first_item", 0},
              {"last_item", 0}},
             {});
}

}  // namespace encore
