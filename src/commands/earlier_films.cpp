// Films are the same when their ids are; titles may have been corrected meanwhile.
#include "commands/earlier_films.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <unordered_map>

#include "console/one_line.h"
#include "console/table.h"
#include "folder/dataset_folder.h"
#include "folder/model_folder.h"
#include "process/error.h"

namespace encore {
namespace {

/// "A, B, C and 4 more".
std::string listed(const std::vector<std::string>& titles) {
  constexpr std::size_t shown = 3;
  if (titles.size() <= shown) return fmt::format("{}", fmt::join(titles, ", "));
  return fmt::format("{} and {} more", fmt::join(titles.begin(), titles.begin() + shown, ", "),
                     with_thousands(static_cast<long long>(titles.size() - shown)));
}

std::string films(std::size_t count, std::string_view which) {
  return fmt::format("{} {}film{}", with_thousands(static_cast<long long>(count)), which, count == 1 ? "" : "s");
}

}  // namespace

EarlierFilms::EarlierFilms(const TrainSettings& settings, const Output& output) : output_(output) {
  if (settings.retired_from && !is_model_folder(*settings.retired_from))
    throw UserError(fmt::format("--retired-from {} is no model folder", *settings.retired_from));
  std::vector<std::string> folders = {settings.output};
  for (const auto& one : {settings.warm_start, settings.retired_from}) {
    std::error_code ignored;
    const auto is_it = [&](const std::string& folder) { return std::filesystem::equivalent(folder, *one, ignored); };
    if (one && std::ranges::none_of(folders, is_it)) folders.push_back(*one);
  }
  for (const std::string& folder : folders)
    if (is_model_folder(folder)) read(folder);
}

void EarlierFilms::read(const std::string& folder) {
  try {
    models_.push_back({folder, read_catalogue(std::filesystem::path(folder) / "items.parquet")});
  } catch (const UserError& error) {
    output_.warn(fmt::format("which films {} has retired cannot be read, so that none of them stays retired: {}", folder, error.what()));
  }
}

void EarlierFilms::carry_into(Catalogue& now, const std::string& dataset) const {
  for (const Earlier& earlier : models_) carry(earlier, now, dataset);
}

void EarlierFilms::carry(const Earlier& earlier, Catalogue& now, const std::string& dataset) const {
  std::unordered_map<std::string_view, std::size_t> place;
  for (std::size_t item = 0; item < now.id.size(); ++item) place.emplace(now.id[item], item);
  std::vector<std::string> kept, ended;
  std::size_t added_gone = 0;
  for (std::int32_t item = 0; item < earlier.items.size(); ++item) {
    const auto row = static_cast<std::size_t>(item);
    const auto found = place.find(earlier.items.id[row]);
    added_gone += found == place.end() && earlier.items.is_added(item);
    if (!earlier.items.is_retired(item)) continue;
    if (found == place.end()) {
      ended.push_back(fmt::format("{} (id:{})", without_controls(earlier.items.title[row]), earlier.items.id[row]));
      continue;
    }
    now.retired.resize(now.id.size());
    now.retired[found->second] = 1;
    kept.push_back(without_controls(now.title[found->second]));
  }
  if (!kept.empty())
    output_.remark(fmt::format("{} of {} {} retired: {}\n", films(kept.size(), "retired "), earlier.folder,
                               kept.size() == 1 ? "stays" : "stay", listed(kept)));
  if (!ended.empty())
    output_.warn(fmt::format("{0} of {1} {2} not in {3}, and the new model does not remember that {4} retired: {5}",
                             films(ended.size(), "retired "), earlier.folder, ended.size() == 1 ? "is" : "are", dataset,
                             ended.size() == 1 ? "it was" : "they were", listed(ended)));
  if (added_gone > 0)
    output_.remark(fmt::format("{0} of {1} {2} not in {3}, and the new model does not have {4}; `encore items add` adds {4} again\n",
                               films(added_gone, "added "), earlier.folder, added_gone == 1 ? "is" : "are", dataset,
                               added_gone == 1 ? "it" : "them"));
}

}  // namespace encore
