// From options to configurations.
#include "study/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "process/error.h"
#include "settings/value_text.h"

namespace encore {
namespace {

namespace fs = std::filesystem;

/// A network of the study: what it is called there, and what `encore train` calls it.
struct VariantRow {
  const char* name;
  const char* model;
  std::optional<std::string> output_activation;
  bool own_batch_size;
  const char* words;  ///< behind a label
};

const std::vector<VariantRow>& variants() {
  static const std::vector<VariantRow> rows = {{"reference", "reference", std::nullopt, false, ""},
                                               {"reference-sigmoid", "reference", "sigmoid", false, ", sigmoid output"},
                                               {"mult-dae", "mult-dae", std::nullopt, true, ", mult-dae"}};
  return rows;
}

const VariantRow& variant_named(const std::string& name) {
  const auto row = std::ranges::find_if(variants(), [&](const VariantRow& v) { return v.name == name; });
  if (row == variants().end())
    throw UserError(fmt::format("--variants names '{}'; it may name reference-sigmoid and mult-dae", name));
  return *row;
}

void require_mode(const std::string& name) {
  static const std::set<std::string> modes = {"items", "users-step", "users-epoch", "elephas", "async"};
  if (!modes.contains(name))
    throw UserError(
        fmt::format("--parallel names '{}'; it may name items, users-step, users-epoch, elephas and async", name));
}

std::string words_for(const ConfigurationRequest& r, const VariantRow& variant) {
  std::string years = r.subset;
  if (const std::size_t dash = years.find('-'); dash != std::string::npos) years.replace(dash, 1, "–");
  return fmt::format("{} worker{}, {}{}{}{}", r.workers, r.workers == 1 ? "" : "s", years, variant.words,
                     r.purpose == "modes" ? ", " + r.parallel : "", r.engine == "spark" ? ", Spark" : "");
}

/// The child has another working directory or none; a URI stays as it is.
std::string absolute_source(const std::string& source) {
  return source.find("://") != std::string::npos ? source : fs::absolute(source).lexically_normal().string();
}

class Planner {
 public:
  Planner(const StudySettings& settings, int cores) : settings_(settings), cores_(cores) {}

  std::vector<ConfigurationRequest> plan() {
    std::vector<std::string> subsets = listed(settings_.subsets);
    const bool spark = settings_.engine == "spark";
    if (subsets.empty()) throw UserError("--subsets names no years; write ranges such as 1950-1959,1950-1969");
    if (spark && settings_.subsets == StudySettings{}.subsets) subsets.resize(1);
    for (const std::string& subset : subsets)
      for (const std::int64_t workers : phase_workers()) add(subset, "reference", "items", workers, "phases");
    for (const std::string& variant : listed(settings_.variants))
      if (variant != "reference") add(subsets[0], variant, "items", phase_workers().back(), "phases");
    for (const std::string& mode : listed(settings_.modes)) {
      require_mode(mode);
      for (const std::int64_t workers : mode_workers()) add(subsets[0], "reference", mode, workers, "modes");
    }
    return std::move(plan_);
  }

 private:
  std::vector<std::int64_t> phase_workers() const {
    if (settings_.workers) return *settings_.workers;
    return cores_ > 1 ? std::vector<std::int64_t>{1, cores_} : std::vector<std::int64_t>{1};
  }
  std::vector<std::int64_t> mode_workers() const {
    return settings_.workers.value_or(std::vector<std::int64_t>{1, 2, 4, 8});
  }

  void add(const std::string& subset, const std::string& variant, const std::string& parallel, std::int64_t workers,
           const std::string& purpose) {
    const auto years = parse_years(subset);
    if (!years) throw UserError(fmt::format("--subsets names '{}'; write ranges such as 1950-1959", subset));
    const VariantRow& row = variant_named(variant);
    ConfigurationRequest r;
    r.purpose = purpose, r.engine = settings_.engine, r.subset = subset, r.workers = workers, r.parallel = parallel;
    r.variant = variant, r.first_year = years->first, r.last_year = years->second;
    r.model = row.model, r.output_activation = row.output_activation;
    if (!row.own_batch_size) r.batch_size = settings_.batch_size;
    r.id = fmt::format("{}-{}-{}-{}-{}{}", r.engine, subset, variant, parallel, workers,
                       purpose == "modes" ? "-modes" : "");
    r.label = words_for(r, row);
    r.epochs = settings_.epochs;
    r.compared_epochs = purpose == "modes" ? settings_.mode_epochs.value_or(settings_.epochs) : settings_.epochs;
    // A worker that trains alone on an N-th of the users takes N times as many epochs for as many steps.
    const bool shares_users = parallel == "users-epoch" || parallel == "elephas" || parallel == "async";
    if (purpose == "modes") r.epochs = r.compared_epochs * (shares_users ? workers : 1);
    r.seed = settings_.seed, r.hold_out = settings_.hold_out, r.test_users = settings_.test_users;
    r.sample_seconds = settings_.sample_every, r.memory = settings_.memory;
    r.source = absolute_source(settings_.sources.at(0));
    r.work = (fs::absolute(settings_.output) / "work").lexically_normal().string();
    if (r.engine == "spark") r.master = master_for(workers), r.spark = settings_.spark;
    const auto same = [&](const ConfigurationRequest& other) { return other.id == r.id; };
    if (std::ranges::none_of(plan_, same)) plan_.push_back(std::move(r));
  }

  /// local[*] means as many threads as workers; any other master knows its own.
  std::string master_for(std::int64_t workers) const {
    return settings_.master.starts_with("local[") ? fmt::format("local[{}]", workers) : settings_.master;
  }

  const StudySettings& settings_;
  int cores_;
  std::vector<ConfigurationRequest> plan_;
};

}  // namespace

std::vector<std::string> listed(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    std::string word = text.substr(begin, end - begin);
    word.erase(0, std::min(word.find_first_not_of(' '), word.size()));
    word.erase(word.find_last_not_of(' ') + 1);
    if (!word.empty() && word != "none") words.push_back(word);
    begin = end + 1;
  }
  return words;
}

std::vector<ConfigurationRequest> plan_study(const StudySettings& settings, int cores) {
  return Planner(settings, cores).plan();
}

}  // namespace encore
