// The plain way to the best k of everybody: all scores of a few users at once by the same kernels, written out row by
// row, what was seen struck out, each row sorted. `encore recommend --all` is measured beside it; it sorts nothing.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <memory>
#include <numeric>
#include <unordered_map>
#include <vector>

#include "command.h"
#include "folder/dataset_folder.h"
#include "folder/model_folder.h"
#include "kernel/parallel.h"

namespace encore::bench {
namespace {

/// The items of one row by descending score: all of them (`whole`), or only the first k in order.
void sort_row(const float* scores, std::vector<std::int32_t>& order, std::size_t k, bool whole) {
  std::iota(order.begin(), order.end(), 0);
  const auto better = [&](std::int32_t a, std::int32_t b) {
    return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
  };
  if (whole)
    std::sort(order.begin(), order.end(), better);
  else
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(k), order.end(), better);
}

/// The model's item for each of the dataset's, −1 where it knows none.
std::vector<std::int32_t> model_items_of(const Catalogue& dataset, const Catalogue& model) {
  std::unordered_map<std::string, std::int32_t> known;
  for (std::int32_t item = 0; item < model.size(); ++item)
    known.emplace(model.id[static_cast<std::size_t>(item)], item);
  std::vector<std::int32_t> items;
  for (const std::string& id : dataset.id) items.push_back(known.contains(id) ? known.at(id) : -1);
  return items;
}

/// A user's ratings of films that the model knows; items ascend, because both catalogues do.
struct KnownRatings {
  std::vector<std::int32_t> items;
  std::vector<float> stars;
  KnownRatings(const Dataset& data, std::int32_t user, const std::vector<std::int32_t>& model_items) {
    const auto rated = data.ratings.items_of(user);
    for (std::size_t i = 0; i < rated.size(); ++i) {
      const std::int32_t item = model_items[static_cast<std::size_t>(rated[i])];
      if (item < 0) continue;
      items.push_back(item), stars.push_back(data.ratings.ratings_of(user)[i]);
    }
  }
};

struct Settings {
  std::string model, dataset;
  std::size_t k = 10;
  int threads = 2;
  std::int32_t users = 0;
  bool whole = false;
};

void score_and_sort(const Settings& settings) {
  const TrainedModel model = read_model(settings.model);
  const Dataset data = read_dataset(settings.dataset);
  const std::int32_t users = settings.users > 0 ? std::min(settings.users, data.users.size()) : data.users.size();
  const auto items = static_cast<std::size_t>(model.items.size());
  const std::vector<std::int32_t> model_items = model_items_of(data.items, model.items);
  const std::int64_t batches = (users + rows_at_once - 1) / rows_at_once;
  std::vector<std::vector<std::int32_t>> best(static_cast<std::size_t>(users));
  const auto began = std::chrono::steady_clock::now();
  kernel::parallel_for(batches, settings.threads, [&](std::int64_t batch) {
    const auto first = static_cast<std::int32_t>(batch * rows_at_once);
    const auto last = std::min(first + static_cast<std::int32_t>(rows_at_once), users);
    InputRows rows;
    std::vector<KnownRatings> people;
    for (std::int32_t user = first; user < last; ++user) {
      const KnownRatings& person = people.emplace_back(data, user, model_items);
      rows.add(model.model->input(), data.scale, person.items, person.stars);
    }
    std::vector<float> scores(static_cast<std::size_t>(last - first) * items);
    model.model->score(rows, [&](const ScoreBlock& block) {
      for (std::int64_t row = 0; row < block.rows; ++row)
        for (std::int64_t i = 0; i < block.items; ++i)
          scores[static_cast<std::size_t>(row) * items + static_cast<std::size_t>(block.first + i)] =
              block.score[i * block.stride + row];
    });
    std::vector<std::int32_t> order(items);
    for (std::int32_t user = first; user < last; ++user) {
      float* row = scores.data() + static_cast<std::size_t>(user - first) * items;
      for (const std::int32_t seen : people[static_cast<std::size_t>(user - first)].items)
        row[seen] = -std::numeric_limits<float>::infinity();
      sort_row(row, order, settings.k, settings.whole);
      best[static_cast<std::size_t>(user)].assign(order.begin(),
                                                  order.begin() + static_cast<std::ptrdiff_t>(settings.k));
    }
  });
  fmt::print("{{\"users\": {}, \"seconds\": {:.4f}}}\n", users,
             std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
}

}  // namespace

void add_everything(CLI::App& app) {
  CLI::App* command = app.add_subcommand("everything", "top k of all users by scoring everything and sorting each row");
  const auto settings = std::make_shared<Settings>();
  command->add_option("model", settings->model, "model folder")->required();
  command->add_option("dataset", settings->dataset, "dataset folder")->required();
  command->add_option("-k", settings->k, "films for each user")->capture_default_str();
  command->add_option("--threads", settings->threads, "threads")->capture_default_str();
  command->add_option("--users", settings->users, "only the first so many; 0: all")->capture_default_str();
  command->add_flag("--whole", settings->whole, "sort whole rows, not only their first k");
  command->callback([settings] { score_and_sort(*settings); });
}

}  // namespace encore::bench
