// A function for each question.
#include "study/answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "console/table.h"
#include "study/compare.h"

namespace encore {
namespace {

using Json = nlohmann::ordered_json;

std::string engine_of(const Json& engine) { return engine == "spark" ? "Spark" : "This program"; }

/// "565,530 ratings"; the subset's name where it was never counted.
std::string size_of(const Json& results, const Json& subset) {
  for (const Json& row : results.at("subsets"))
    if (row.at("name") == subset && row.at("ratings").is_number())
      return with_thousands(row.at("ratings").get<std::int64_t>()) + " ratings";
  return subset.get<std::string>();
}

/// How many times as fast more workers trained than one, on one size of data.
struct SpeedsOfSize {
  std::string size;
  std::vector<std::pair<std::int64_t, double>> of_workers;
  double best() const {
    double most = 0;
    for (const auto& [workers, factor] : of_workers) most = std::max(most, factor);
    return most;
  }
};

std::vector<SpeedsOfSize> training_speeds(const Json& results, const Json& engine) {
  std::vector<SpeedsOfSize> sizes;
  for (const Json& row : results.at("speed_ups")) {
    const Json* one = configuration(results, row.at("configuration"));
    if (one == nullptr || one->at("engine") != engine) continue;
    for (const Json& phase : row.at("phases")) {
      if (phase.at("name") != "model training" || !phase.at("speed_up").is_number()) continue;
      const std::string size = size_of(results, one->at("subset"));
      auto known = std::ranges::find(sizes, size, &SpeedsOfSize::size);
      if (known == sizes.end()) known = sizes.insert(sizes.end(), {size, {}});
      known->of_workers.emplace_back(row.at("workers").get<std::int64_t>(), phase.at("speed_up").get<double>());
    }
  }
  return sizes;
}

/// It pays where training is a tenth faster at least.
std::string verdict(const std::vector<SpeedsOfSize>& sizes) {
  constexpr double pays = 1.1;
  const auto first = std::ranges::find_if(sizes, [](const SpeedsOfSize& s) { return s.best() >= pays; });
  if (first == sizes.end()) return "at no size measured";
  return first == sizes.begin() ? "at every size measured" : "from " + first->size + " on";
}

std::string when_distributed_pays(const Json& results) {
  std::string text;
  std::int64_t most_workers = 0;
  for (const char* engine : {"encore", "spark"}) {
    const std::vector<SpeedsOfSize> sizes = training_speeds(results, engine);
    if (sizes.empty()) continue;
    text += fmt::format("{}: {}. Against one worker,", engine_of(engine), verdict(sizes));
    for (const SpeedsOfSize& one : sizes) {
      for (const auto& [workers, factor] : one.of_workers) {
        text += fmt::format(" {} train {:.2f} times as fast,", workers, factor);
        most_workers = std::max(most_workers, workers);
      }
      text.back() = ' ';
      text += fmt::format("on {};", one.size);
    }
    text.back() = '.';
    text += " ";
  }
  if (text.empty()) return "Not measured: this needs a finished configuration with one worker and one with more.";
  const auto cores = results.at("machine").at("logical_cores").get<std::int64_t>();
  if (most_workers > cores) return text + fmt::format("More workers than the {} cores cannot be faster.", cores);
  text.pop_back();
  return text;
}

/// Of rows with this engine and mode: the one with the fewest or the most workers; null when there is none.
const Json* extreme_row(const Json& rows, const Json& engine, const Json& mode, bool most) {
  const Json* found = nullptr;
  for (const Json& row : rows) {
    if (row.at("engine") != engine || row.at("parallel") != mode || !row.at("ndcg@100").is_number()) continue;
    const bool further = found == nullptr || (row.at("workers") > found->at("workers")) == most;
    if (further) found = &row;
  }
  return found;
}

std::string loss_and_ndcg(const Json& row) {
  return fmt::format("test loss {:.4g}, NDCG@100 {:.3f}", row.at("test_loss").get<double>(),
                     row.at("ndcg@100").get<double>());
}

bool same_quality(const Json& a, const Json& b) {
  return a.at("test_loss") == b.at("test_loss") && a.at("ndcg@100") == b.at("ndcg@100");
}

/// What a mode loses from its fewest to its most workers; nothing where these are the same.
std::string quality_of_mode(const Json& modes, const Json& engine, const Json& mode) {
  const Json &epochs = modes.at("equal_epochs"), &steps = modes.at("equal_steps");
  const Json *few = extreme_row(epochs, engine, mode, false), *many = extreme_row(epochs, engine, mode, true);
  if (few == nullptr || few == many) return {};
  std::string text = fmt::format("{}: {} with {} worker{}", mode.get<std::string>(), loss_and_ndcg(*few),
                                 few->at("workers").get<std::int64_t>(), few->at("workers") == 1 ? "" : "s");
  if (same_quality(*few, *many))
    return text + fmt::format(", the very same with {}. ", many->at("workers").get<std::int64_t>());
  text += fmt::format("; {} with {}", loss_and_ndcg(*many), many->at("workers").get<std::int64_t>());
  const Json* as_many_steps = extreme_row(steps, engine, mode, true);
  if (as_many_steps != nullptr && as_many_steps->at("epochs") != many->at("epochs"))
    text += fmt::format(", and {} after as many steps ({} epochs)", loss_and_ndcg(*as_many_steps),
                        as_many_steps->at("epochs").get<std::int64_t>());
  return text + ". ";
}

std::string quality_of_modes(const Json& results) {
  const Json &modes = results.at("modes"), &epochs = modes.at("equal_epochs");
  std::string text;
  std::vector<Json> told;
  for (const Json& row : epochs) {
    const Json& mode = row.at("parallel");
    if (std::ranges::find(told, mode) != told.end()) continue;
    told.push_back(mode);
    const std::string here = quality_of_mode(modes, "encore", mode), spark = quality_of_mode(modes, "spark", mode);
    text += here;
    if (!spark.empty() && spark != here) text += (text.empty() ? "on Spark, " : "On Spark, ") + spark;
  }
  if (text.empty()) return "Not measured: this needs finished modes (--parallel) with different numbers of workers.";
  text.pop_back();
  return fmt::format("After {} epochs, ", epochs.front().at("epochs").get<std::int64_t>()) + text;
}

/// The largest subset; the page's table has the others.
std::string memory(const Json& results) {
  const Json* largest = nullptr;
  for (const Json& row : results.at("representations"))
    if (largest == nullptr || row.at("cells") > largest->at("cells")) largest = &row;
  if (largest == nullptr) return "Not measured: no configuration came as far as its ratings arrays.";
  std::int64_t dense = 0, doubled = 0, sparse = 0;
  for (const Json& kind : largest->at("kinds")) {
    const Json& bytes = kind.at("measured_bytes").is_number() ? kind.at("measured_bytes") : kind.at("computed_bytes");
    if (kind.at("name") == "dense arrays, 8 bytes") dense = bytes;
    if (kind.at("name") == "doubled pairs, 8 bytes") doubled = bytes;
    if (kind.at("name") == "sparse rows") sparse = bytes;
  }
  return fmt::format(
      "The {} cells of {} take {} as dense arrays, {} as doubled pairs, and {} as sparse rows: {:.0f} times less than "
      "the dense arrays.",
      with_thousands(largest->at("cells").get<std::int64_t>()), largest->at("subset").get<std::string>(),
      readable_bytes(dense), readable_bytes(doubled), readable_bytes(sparse),
      static_cast<double>(dense) / static_cast<double>(std::max<std::int64_t>(sparse, 1)));
}

/// Shares of the workers' time in one training.
struct TimeShares {
  double compute = 0, exchange = 0, waiting = 0, other = 0;
};

std::optional<TimeShares> time_shares(const Json& training) {
  TimeShares t;
  for (const Json& worker : training.at("workers")) {
    const auto seconds = [&worker](const char* key) {
      return worker.at(key).is_number() ? worker.at(key).get<double>() : 0.0;
    };
    t.compute += seconds("compute_seconds"), t.exchange += seconds("exchange_seconds");
    t.waiting += seconds("waiting_seconds"), t.other += seconds("other_seconds");
  }
  const double all = t.compute + t.exchange + t.waiting + t.other;
  if (all <= 0) return std::nullopt;
  return TimeShares{t.compute / all, t.exchange / all, t.waiting / all, t.other / all};
}

/// "93–95 %"
std::string percents(const std::vector<TimeShares>& all, double TimeShares::*share) {
  double low = 1, high = 0;
  for (const TimeShares& one : all) low = std::min(low, one.*share), high = std::max(high, one.*share);
  const std::string from = fmt::format("{:.0f}", 100 * low), to = fmt::format("{:.0f}", 100 * high);
  return from == to ? from + " %" : from + "–" + to + " %";
}

/// Trainings of the phases alone: the modes have a figure of their own.
std::string time_of_workers(const Json& results) {
  std::string text;
  std::vector<std::pair<Json, Json>> told;
  for (const Json& first : results.at("configurations")) {
    const std::pair<Json, Json> kind{first.at("engine"), first.at("workers")};
    if (kind.second == 1 || std::ranges::find(told, kind) != told.end()) continue;
    told.push_back(kind);
    std::vector<TimeShares> alike;
    for (const Json& one : results.at("configurations")) {
      const bool counts = one.at("engine") == kind.first && one.at("workers") == kind.second &&
                          one.at("variant") == "reference" && one.at("purpose") == "phases";
      if (!counts || !one.at("training").is_object()) continue;
      if (const auto shares = time_shares(one.at("training"))) alike.push_back(*shares);
    }
    if (alike.empty()) continue;
    text += fmt::format("{}, {} workers: {} computing, {} exchange, {} waiting, {} anything else. ",
                        engine_of(kind.first), kind.second.get<std::int64_t>(), percents(alike, &TimeShares::compute),
                        percents(alike, &TimeShares::exchange), percents(alike, &TimeShares::waiting),
                        percents(alike, &TimeShares::other));
  }
  if (text.empty()) return "Not measured: no training with more than one worker was finished.";
  text.pop_back();
  return text;
}

/// Whether the subset has the shape of the study's: its cells within a tenth, as the page asks, too.
bool has_studys_shape(const Json& results, const Json& subset) {
  for (const Json& row : results.at("subsets")) {
    if (row.at("name") != subset || !row.at("study").is_object() || !row.at("cells").is_number()) continue;
    const double theirs = row.at("study").at("cells"), ours = row.at("cells");
    return std::abs(ours - theirs) <= theirs / 10;
  }
  return false;
}

/// The first subset's networks; then how many of the study's losses lie below the bound of their subset.
std::string floor_of_losses(const Json& results) {
  std::string text;
  int below = 0;
  Json told_subset;
  std::vector<Json> told, compared;  // outputs; losses of the study, of which several configurations may stand for one
  for (const Json& row : results.at("losses")) {
    const Json* one = configuration(results, row.at("configuration"));
    if (one == nullptr || one->at("loss") != "mse" || !row.at("item_means").is_object()) continue;
    const Json& subset = one->at("subset");
    if (row.at("floor").is_object() && row.at("study").is_object() && has_studys_shape(results, subset) &&
        std::ranges::find(compared, row.at("study").at("name")) == compared.end()) {
      compared.push_back(row.at("study").at("name"));
      below += row.at("study").at("train_loss").get<double>() < row.at("floor").at("train").get<double>() ? 1 : 0;
    }
    if (told_subset.is_null()) {
      told_subset = subset;
      text = fmt::format("On {} one constant a film reaches a train loss of {:.6f}, zeros everywhere {:.6f}. ",
                         subset.get<std::string>(), row.at("item_means").at("train").get<double>(),
                         row.at("zeros").at("train").get<double>());
    }
    if (subset != told_subset || std::ranges::find(told, one->at("output")) != told.end()) continue;
    told.push_back(one->at("output"));
    text += fmt::format("The network ends at {:.6f} with {} output", row.at("train_loss").get<double>(),
                        one->at("output").get<std::string>());
    if (row.at("floor").is_object())
      text +=
          fmt::format("; nothing with such an output can go below {:.6f}", row.at("floor").at("train").get<double>());
    text += ". ";
  }
  if (text.empty()) return "Not measured: no network was trained and evaluated.";
  if (compared.empty()) return text + "The study's losses are of data of another shape, and are not compared.";
  return text + fmt::format(
                    "Of {} train losses that the study reports for data of this shape, {} lie below the bound of the "
                    "softmax that it prints.",
                    compared.size(), below);
}

}  // namespace

Json answers_of(const Json& results) {
  const auto answer = [](const char* id, const char* question, const std::string& text) {
    return Json{{"id", id}, {"question", question}, {"text", text}};
  };
  return Json::array(
      {answer("when-distributed-pays", "At what size does distributed training pay?", when_distributed_pays(results)),
       answer("quality-of-modes", "What does distributed training cost in quality?", quality_of_modes(results)),
       answer("memory", "How much memory does each representation of the ratings need?", memory(results)),
       answer("time-of-workers", "Where does the time of several workers go?", time_of_workers(results)),
       answer("floor", "How low can the losses be?", floor_of_losses(results))});
}

}  // namespace encore
