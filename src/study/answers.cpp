// A function for each question.
#include "study/answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "console/table.h"

namespace encore {
namespace {

using Json = nlohmann::ordered_json;

const Json* configuration(const Json& results, const Json& id) {
  for (const Json& one : results.at("configurations"))
    if (one.at("id") == id) return &one;
  return nullptr;
}

/// "1,288,730 ratings of 1950-1969"
std::string size_of(const Json& results, const Json& subset) {
  for (const Json& row : results.at("subsets"))
    if (row.at("name") == subset && row.at("ratings").is_number())
      return fmt::format("{} ratings of {}", with_thousands(row.at("ratings").get<std::int64_t>()),
                         subset.get<std::string>());
  return subset.get<std::string>();
}

std::string engine_of(const Json& configuration) {
  return configuration.at("engine") == "spark" ? "Spark" : "this program";
}

std::string when_distributed_pays(const Json& results) {
  std::string text;
  for (const Json& row : results.at("speed_ups")) {
    const Json* one = configuration(results, row.at("configuration"));
    const Json* training = nullptr;
    for (const Json& phase : row.at("phases"))
      if (phase.at("name") == "model training") training = &phase;
    if (one == nullptr || training == nullptr || !training->at("speed_up").is_number()) continue;
    const double factor = training->at("speed_up");
    text += fmt::format("On {} {} workers ({}) trained in {} instead of {}: {:.2f} times as fast, {:.0f} % of {}. ",
                        size_of(results, one->at("subset")), row.at("workers").get<std::int64_t>(), engine_of(*one),
                        readable_seconds(training->at("seconds")), readable_seconds(training->at("baseline_seconds")),
                        factor, 100 * training->at("efficiency").get<double>(), row.at("workers").get<std::int64_t>());
    if (factor < 1) text += "There more workers cost more than they bring. ";
  }
  if (text.empty()) return "Not measured: this needs a finished configuration with one worker and one with more.";
  return text + fmt::format("The machine has {} physical and {} logical cores.",
                            results.at("machine").at("physical_cores").get<std::int64_t>(),
                            results.at("machine").at("logical_cores").get<std::int64_t>());
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
  return fmt::format("test loss {:.4g}, NDCG@100 {:.4f}", row.at("test_loss").get<double>(),
                     row.at("ndcg@100").get<double>());
}

std::string quality_of_modes(const Json& results) {
  const Json &modes = results.at("modes"), &epochs = modes.at("equal_epochs"), &steps = modes.at("equal_steps");
  std::string text;
  std::vector<std::pair<Json, Json>> told;
  for (const Json& row : epochs) {
    const std::pair<Json, Json> kind{row.at("engine"), row.at("parallel")};
    if (std::ranges::find(told, kind) != told.end()) continue;
    told.push_back(kind);
    const Json* few = extreme_row(epochs, kind.first, kind.second, false);
    const Json* many = extreme_row(epochs, kind.first, kind.second, true);
    if (few == nullptr || few == many) continue;
    const bool same = few->at("test_loss") == many->at("test_loss") && few->at("ndcg@100") == many->at("ndcg@100");
    text +=
        fmt::format("{}{}: after {} epochs {} with {} worker{}", kind.second.get<std::string>(),
                    kind.first == "spark" ? " on Spark" : "", few->at("epochs").get<std::int64_t>(),
                    loss_and_ndcg(*few), few->at("workers").get<std::int64_t>(), few->at("workers") == 1 ? "" : "s");
    text += same ? fmt::format(", and the very same with {}. ", many->at("workers").get<std::int64_t>())
                 : fmt::format("; {} with {}", loss_and_ndcg(*many), many->at("workers").get<std::int64_t>());
    const Json* as_many_steps = extreme_row(steps, kind.first, kind.second, true);
    if (!same && as_many_steps != nullptr && as_many_steps->at("epochs") != many->at("epochs"))
      text += fmt::format(", and after as many steps ({} epochs) {}. ", as_many_steps->at("epochs").get<std::int64_t>(),
                          loss_and_ndcg(*as_many_steps));
    else if (!same)
      text += ". ";
  }
  if (text.empty()) return "Not measured: this needs finished modes (--parallel) with different numbers of workers.";
  text.pop_back();
  return text;
}

std::string memory(const Json& results) {
  std::string text;
  for (const Json& row : results.at("representations")) {
    std::int64_t dense = 0, sparse = 0;
    std::string doubled;
    for (const Json& kind : row.at("kinds")) {
      const Json& bytes = kind.at("measured_bytes").is_number() ? kind.at("measured_bytes") : kind.at("computed_bytes");
      if (kind.at("name") == "dense arrays, 8 bytes") dense = bytes;
      if (kind.at("name") == "doubled pairs, 8 bytes") doubled = readable_bytes(bytes.get<std::int64_t>());
      if (kind.at("name") == "sparse rows") sparse = bytes;
    }
    text += fmt::format(
        "{}: {} cells, {} as dense arrays of 8 bytes, {} as doubled pairs, {} as sparse rows ({:.0f} "
        "times less than the dense arrays). ",
        row.at("subset").get<std::string>(), with_thousands(row.at("cells").get<std::int64_t>()), readable_bytes(dense),
        doubled, readable_bytes(sparse),
        static_cast<double>(dense) / static_cast<double>(std::max<std::int64_t>(sparse, 1)));
  }
  if (text.empty()) return "Not measured: no configuration came as far as its ratings arrays.";
  text.pop_back();
  return text;
}

std::string time_of_workers(const Json& results) {
  std::string text;
  for (const Json& one : results.at("configurations")) {
    const Json& training = one.at("training");
    if (one.at("workers") == 1 || one.at("variant") != "reference" || !training.is_object()) continue;
    double compute = 0, exchange = 0, waiting = 0, other = 0;
    for (const Json& worker : training.at("workers")) {
      const auto seconds = [&worker](const char* key) {
        return worker.at(key).is_number() ? worker.at(key).get<double>() : 0.0;
      };
      compute += seconds("compute_seconds"), exchange += seconds("exchange_seconds");
      waiting += seconds("waiting_seconds"), other += seconds("other_seconds");
    }
    const double all = compute + exchange + waiting + other;
    if (all <= 0) continue;
    text += fmt::format("{}: {:.0f} % computing, {:.0f} % exchange, {:.0f} % waiting, {:.0f} % anything else. ",
                        one.at("label").get<std::string>(), 100 * compute / all, 100 * exchange / all,
                        100 * waiting / all, 100 * other / all);
  }
  if (text.empty()) return "Not measured: no training with more than one worker was finished.";
  text.pop_back();
  return text;
}

std::string floor_of_losses(const Json& results) {
  std::string text;
  int below = 0, compared = 0;
  for (const Json& row : results.at("losses")) {
    const Json* one = configuration(results, row.at("configuration"));
    if (one == nullptr || one->at("loss") != "mse" || !row.at("item_means").is_object()) continue;
    const auto& means = row.at("item_means");
    const std::string& name = one->at("label").get_ref<const std::string&>();
    if (row.at("floor").is_object()) {
      const double bound = row.at("floor").at("train");
      text += fmt::format(
          "{}: train loss {:.6f}; no softmax output can go below {:.6f}, one constant a film reaches "
          "{:.6f}, zeros everywhere {:.6f}. ",
          name, row.at("train_loss").get<double>(), bound, means.at("train").get<double>(),
          row.at("zeros").at("train").get<double>());
      if (row.at("study").is_object()) {
        ++compared;
        below += row.at("study").at("train_loss").get<double>() < bound ? 1 : 0;
      }
    } else {
      text += fmt::format("{}: train loss {:.6f} beside {:.6f} of one constant a film. ", name,
                          row.at("train_loss").get<double>(), means.at("train").get<double>());
    }
  }
  if (text.empty()) return "Not measured: no network was trained and evaluated.";
  if (compared > 0)
    text += fmt::format(
        "Of {} train losses that the study reports for such subsets, {} lie below the bound of the "
        "softmax that it prints, on the data measured here.",
        compared, below);
  return text;
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
