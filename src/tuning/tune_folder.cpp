// Files whole or not at all, one process at a time.
#include "tuning/tune_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <fstream>

#include "process/error.h"
#include "process/staged_file.h"

namespace encore {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

Json json_in(const fs::path& file) {
  std::ifstream in(file);
  return in ? Json::parse(in, nullptr, false) : Json();
}

void require_same(const Json& before, const Json& now, const fs::path& folder) {
  if (!before.is_object() || before.value("format", "") != "encore-tune")
    throw UserError(fmt::format("{} is no search; choose another -o", (folder / "tune.json").string()));
  for (const auto& [key, value] : now.items()) {
    if (before.value(key, Json()) == value) continue;
    if (key == "dataset_fingerprint")
      throw UserError(fmt::format("{} has the trials of another dataset; choose another -o", folder.string()));
    throw UserError(fmt::format("the trials in {} have {} {}, not {}; go on with that, or choose another -o", folder.string(), key,
                                before.value(key, Json()).dump(), value.dump()));
  }
}

}  // namespace

TuneFolder::TuneFolder(const fs::path& folder, const Json& identity, bool resume)
    : folder_(fs::absolute(folder).lexically_normal()) {
  require_parent(folder_);
  const fs::path said = folder_ / "tune.json";
  if (fs::exists(folder_) && !fs::is_directory(folder_))
    throw UserError(fmt::format("{} is a file; -o names the folder of a search", folder.string()));
  const bool known = fs::exists(said);
  if (!known && fs::exists(folder_) && !fs::is_empty(folder_))
    throw UserError(fmt::format("{} is a folder with something else than a search; choose another -o", folder.string()));
  if (resume && !known) throw UserError(fmt::format("{} has no search to go on with; leave --resume out", folder.string()));
  if (known && !resume)
    throw UserError(fmt::format("{} has a search already; go on with it by --resume, or choose another -o", folder.string()));
  if (known) require_same(json_in(said), identity, folder);
  fs::create_directories(folder_ / "trials");
  lock_ = ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock_ >= 0 && ::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock_);
    throw UserError(fmt::format("another process is searching in {}; wait for it, or choose another -o", folder.string()));
  }
  if (!known) write_file_whole(said, identity.dump(1) + "\n");
}

TuneFolder::~TuneFolder() {
  if (lock_ >= 0) ::close(lock_);
}

fs::path TuneFolder::file(const TrialRequest& r, const char* ending) const {
  return folder_ / "trials" / fmt::format("{}.r{}{}", r.trial, r.rung, ending);
}
fs::path TuneFolder::request(const TrialRequest& r) const { return file(r, ".request.json"); }
fs::path TuneFolder::answer(const TrialRequest& r) const { return file(r, ".json"); }
fs::path TuneFolder::errors(const TrialRequest& r) const { return file(r, ".log"); }

std::optional<TrialAnswer> TuneFolder::known(const TrialRequest& r) const {
  if (!fs::exists(answer(r)) || json_in(request(r)) != to_json(r)) return std::nullopt;
  return read_trial_answer(answer(r));
}

void TuneFolder::put(const TrialRequest& r) const {
  std::error_code none_there;
  fs::remove(answer(r), none_there);
  write_file_whole(request(r), to_json(r).dump() + "\n");
}

void TuneFolder::put(const TrialRequest& r, const TrialAnswer& a) const {
  write_file_whole(answer(r), to_json(a).dump() + "\n");
}

fs::path checkpoint_folder(const fs::path& answer) {
  const std::string name = answer.filename().string();
  return answer.parent_path() / (name.substr(0, name.find('.')) + ".state");
}

}  // namespace encore
