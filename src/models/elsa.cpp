// elsa: a linear autoencoder of low rank, trained batch by batch (linear/elsa_step.h has the step), with item shards as threads.
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cmath>

#include "console/table.h"
#include "linear/elsa_step.h"
#include "linear/low_rank_model.h"
#include "models/added_items.h"
#include "models/elsa_checkpoint.h"
#include "models/one_process.h"
#include "models/rated_items.h"
#include "models/table.h"
#include "process/error.h"
#include "process/interruption.h"
#include "process/resources.h"
#include "training/batch_entries.h"
#include "training/epoch_loop.h"
#include "training/memory_need.h"
#include "training/part_file.h"
#include "training/warm_start.h"

namespace encore {
namespace {

/// How long the vectors of an older model start. The shorter they are, the further a step of NAdam turns them: training makes them 6 to 17
/// long (ml-latest-small), from there its first steps lose what was known, and with 64 they hardly learn (docs/results.md).
constexpr float warm_length = 32;

constexpr std::int64_t epochs_of_patience = 5;  // epochs, not rounds: the few that it needs are long ones

std::int64_t width_of(const FitContext& context) {
  const std::int64_t said = context.plan.whole("width");
  return said > 0 ? said : context.dataset.items.size() <= 100'000 ? 512 : 256;
}

class ElsaFit final : public Fit {
 public:
  explicit ElsaFit(const FitContext& context)
      : context_(context),
        users_(users_with_input(context.dataset, Input::binary, Fold::train)),
        has_likes_(films_with_input(context.dataset, Input::binary)),
        width_(width_of(context)) {
    require_one_process(context, "elsa");
    if (users_.empty()) require_likes({});
    validates_ = ranking_users(context.dataset) > 0;
    const std::int64_t items = context.dataset.items.size();
    const std::int64_t rows = rows_of_a_step(context.plan.learning.batch_size, std::ssize(users_));
    const std::int64_t bytes = ElsaTable::bytes(items, width_) + (validates_ ? 2 : 1) * items * width_ * 4 +
                               ElsaStep::bytes(width_, rows) * context.world.local_ranks();
    if (bytes > free_memory()) {
      throw UserError(fmt::format("--model elsa needs {} for {} films × {}, and there are {}; take a smaller --width or --batch-size, or "
                                  "prepare with --min-item-ratings",
                                  readable_bytes(bytes), with_thousands(items), width_, readable_bytes(free_memory())));
    }
    const TrainingPlan& plan = context.plan;
    ranks_.resize(static_cast<std::size_t>(context.world.local_ranks()));
    const std::vector<BlockRun> runs = cut_into_runs(context.dataset, plan.block_items, plan.shards);
    for (std::size_t r = 0; r < ranks_.size(); ++r) {
      Rank& rank = ranks_[r];
      const std::int64_t first = std::min(runs[r].first_item(), items);
      rank.table = ElsaTable::initial(first, std::max(runs[r].last_item(), first) - first, items, width_, plan.seed);
      rank.step = std::make_unique<ElsaStep>(rank.table, runs[r].first_block, plan.block_items,
                                             rows,
                                             context.world.of(static_cast<int>(r)));
      rank.entries = std::make_unique<BatchEntries>(context.dataset, plan.architecture, runs[r], plan.seed);
      rank.nadam = std::make_unique<Nadam>(plan.learning.learning_rate);
    }
  }

  bool finished() const override {
    const std::int64_t patience = context_.plan.patience_asked ? context_.plan.patience : epochs_of_patience;
    return at_.epoch >= context_.plan.learning.epochs || (validates_ && at_.epoch > 0 && at_.epoch - at_.best_epoch >= patience);
  }

  bool step(const std::function<void(double)>& on_users) override {
    const auto began = std::chrono::steady_clock::now();
    const std::vector<std::int32_t> order = epoch_order(users_, context_.plan.seed, at_.epoch + 1);
    stop_after_ = -1;
    run_ranks(context_.world, [&](int rank) { run_rank(rank, order, on_users); });
    at_.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    if (stop_after_ >= 0) {
      at_.batch = stop_after_ + 1;
      return false;
    }
    EpochRecord record{at_.epoch + 1, at_.loss / static_cast<double>(users_.size())};
    record.seconds = at_.seconds;
    if (!std::isfinite(record.train_loss)) {
      throw UserError(fmt::format("the loss of epoch {} is no longer a number; train with a lower --learning-rate than {:g}",
                                  record.epoch, context_.plan.learning.learning_rate));
    }
    try {
      if (validates_) judge(record);
    } catch (const Interrupted&) {  // every batch is done, and judged when the training goes on
      at_.batch = batches();
      return false;
    }
    ++at_.epoch;
    at_.batch = 0, at_.loss = 0, at_.seconds = 0;
    at_.history.push_back(record);
    return true;
  }

  FitRecord record() const override {
    FitRecord record{at_.epoch, at_.steps, at_.best_epoch > 0 ? at_.best_epoch : at_.epoch};
    record.kept = at_.best_epoch > 0 ? "the best for validation users by NDCG@100" : "the last";
    return record;
  }
  bool keep(const std::filesystem::path& model_folder) const override {
    std::vector<const ElsaTable*> tables;
    for (const Rank& rank : ranks_) tables.push_back(&rank.table);
    ElsaProgress progress = at_;
    progress.finished = finished();
    write_elsa_checkpoint(model_folder, context_, progress, tables, best_.get());
    return true;
  }
  void resume(const std::filesystem::path& model_folder) override {
    std::vector<ElsaTable*> tables;
    for (Rank& rank : ranks_) tables.push_back(&rank.table);
    kernel::AlignedFloats best;
    at_ = read_elsa_checkpoint(model_folder, tables, best);
    if (at_.best_epoch > 0) {
      best_ = made_of(std::move(best));
      best_ndcg_ = at_.history[static_cast<std::size_t>(at_.best_epoch - 1)].validation_ndcg.value_or(0);
    }
    for (Rank& rank : ranks_)
      for (std::int64_t step = 0; step < at_.steps; ++step) rank.nadam->begin_step();
  }
  WarmStartCounts warm_start(const TrainedModel& older, const std::filesystem::path& older_folder) override {
    const CheckedJson made = older.model->architecture();
    if (made.at("model") != "elsa" || made.at("width") != width_) {
      throw UserError(fmt::format("{} is {}; give the same --model and --width to start from it", older_folder.string(),
                                  made.at("model") == "elsa" ? "an elsa of another width" : "another kind of model"));
    }
    WarmStartCounts counts;
    const std::vector<std::int64_t> rows = match_rows(context_.dataset.items, older.items, counts);
    for (Rank& rank : ranks_) {
      ElsaTable& table = rank.table;
      for (std::int64_t item = table.first_item; item < table.first_item + table.items; ++item) {
        const std::int64_t row = rows[static_cast<std::size_t>(item)];
        if (row < 0 || !older.model->knows(static_cast<std::int32_t>(row))) continue;  // starts as in a training from nothing
        const std::span<const float> vector = older.model->item_vector(static_cast<std::int32_t>(row));
        std::ranges::transform(vector, table.row(table.weight, item), [](float one) { return one * warm_length; });
        table.measure(item);
      }
    }
    return counts;
  }
  const History& history() const override { return at_.history; }
  std::string description() const override {
    const std::int64_t items = context_.dataset.items.size();
    return fmt::format("{} films × {}, {} parameters", with_thousands(items), width_, with_thousands(items * width_));
  }
  double users() const override { return static_cast<double>(users_.size()); }
  std::shared_ptr<const Model> model() const override { return best_ ? best_ : current(); }
  void save_part(const std::filesystem::path& file, int process) const override {
    write_empty_state_part(file, context_.plan, context_.dataset.fingerprint, process);
  }
  void load_parts(const std::vector<std::filesystem::path>&, int) override {}

 private:
  struct Rank {
    ElsaTable table;
    std::unique_ptr<ElsaStep> step;
    std::unique_ptr<BatchEntries> entries;
    std::unique_ptr<Nadam> nadam;
  };

  std::int64_t batches() const {
    const std::int64_t size = context_.plan.learning.batch_size;
    return (std::ssize(users_) + size - 1) / size;
  }

  void run_rank(int index, const std::vector<std::int32_t>& order, const std::function<void(double)>& on_users) {
    Rank& rank = ranks_[static_cast<std::size_t>(index)];
    const auto size = static_cast<std::size_t>(context_.plan.learning.batch_size);
    context_.world.of(index).barrier();
    std::vector<ElsaLike> likes;
    for (std::int64_t batch = at_.batch; batch < batches(); ++batch) {
      const std::size_t at = static_cast<std::size_t>(batch) * size;
      const auto users = std::span(order).subspan(at, std::min(size, order.size() - at));
      // Rank 0 decides before the step; the step's exchanges make every rank see it behind the same step.
      if (index == 0 && interruption_requested() != 0 && stop_after_ < 0) stop_after_ = batch;
      rank.entries->gather(users, static_cast<std::uint64_t>(at_.epoch) + 1);
      likes.clear();
      for (const Entry& e : rank.entries->of_run())
        if (e.target != 0) likes.push_back({e.item, e.row, e.input, e.target});
      rank.nadam->begin_step();
      const double of_batch = rank.step->run(likes, static_cast<std::int64_t>(users.size()), *rank.nadam);
      if (index == 0) {
        at_.loss += of_batch, ++at_.steps;
        if (on_users) on_users(static_cast<double>(at + users.size()));
      }
      if (stop_after_ == batch) break;
    }
  }

  void judge(EpochRecord& record) {
    std::shared_ptr<const Model> now = current();
    record.validation_ndcg = validation_ndcg(*now, context_);
    if (best_ && *record.validation_ndcg <= best_ndcg_) return;
    best_ = std::move(now), best_ndcg_ = *record.validation_ndcg, at_.best_epoch = record.epoch;
  }

  std::shared_ptr<const Model> current() const {
    const std::int64_t items = context_.dataset.items.size(), stride = ranks_[0].table.stride;
    kernel::AlignedFloats vectors(static_cast<std::size_t>(items * stride));
    for (const Rank& rank : ranks_)
      rank.table.unit_rows(rank.table.first_item, rank.table.items, vectors.data() + rank.table.first_item * stride, stride);
    // Nobody's like has ever moved the vector of a film without likes: it would be noise in the sum of a person's films.
    for (std::int64_t item = 0; item < items; ++item)
      if (has_likes_[static_cast<std::size_t>(item)] == std::byte{0}) std::fill_n(vectors.data() + item * stride, stride, 0.0F);
    return made_of(std::move(vectors));
  }

  /// vectors [M × stride]
  std::shared_ptr<const Model> made_of(kernel::AlignedFloats vectors) const {
    return low_rank_model(context_.dataset.items.size(), width_, ranks_[0].table.stride, std::move(vectors),
                          {{"model", "elsa"}, {"input", "binary"}, {"width", width_}});
  }

  FitContext context_;
  std::vector<std::int32_t> users_;
  std::vector<std::byte> has_likes_;  ///< [M]
  std::int64_t width_;
  ElsaProgress at_;
  bool validates_ = false;
  std::vector<Rank> ranks_;
  std::atomic<std::int64_t> stop_after_{-1};  ///< the batch after which a signal ends the epoch
  std::shared_ptr<const Model> best_;
  double best_ndcg_ = 0;
};

}  // namespace

ModelKind elsa_kind() {
  return {.name = "elsa",
          .sentence = "Linear autoencoder of low rank, for any catalogue (Vančura et al. 2022).",
          .manner = "which is one table of vectors",
          .architecture = {.model = "elsa", .input = Input::binary, .normalise_input = false, .input_dropout = 0, .hidden = {}},
          .training = {.learning_rate = 0.1, .epsilon = 1e-8, .weight_decay = 0, .batch_size = 512, .epochs = 30},
          .knobs = {{.name = "--width",
                     .value_name = "R",
                     .sentence = "Length of the films' vectors.",
                     .usual = std::int64_t{0},
                     .low = 1,
                     .high = 4096,
                     .default_text = "512; 256 above 100,000 films",
                     .search = {.low = 64, .high = 1024, .logarithmic = true}}},
          .listens_to = std::vector<std::string_view>{"--epochs", "--batch-size", "--learning-rate", "--dropout", "--seed",
                                                      "--block-items", "--patience", "--resume", "--checkpoint-every", "--keep-moments",
                                                      "--warm-start"},
          .one_process = true,
          .begin = [](const FitContext& context) -> std::unique_ptr<Fit> { return std::make_unique<ElsaFit>(context); },
          .open = [](const ModelSource& source) -> std::shared_ptr<const Model> { return open_low_rank(source); },
          .grow = grow_by_rows,
          .rate = rate_vectors};
}

}  // namespace encore
