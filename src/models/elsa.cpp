// elsa: a linear autoencoder of low rank, trained batch by batch (linear/elsa_step.h has the step), with item shards as threads.
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cmath>

#include "console/table.h"
#include "linear/elsa_step.h"
#include "linear/low_rank_model.h"
#include "models/added_items.h"
#include "models/one_process.h"
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
    return epoch_ >= context_.plan.learning.epochs || (validates_ && epoch_ > 0 && epoch_ - best_epoch_ >= patience);
  }

  bool step(const std::function<void(double)>& on_users) override {
    const auto began = std::chrono::steady_clock::now();
    const std::vector<std::int32_t> order = epoch_order(users_, context_.plan.seed, epoch_ + 1);
    stop_after_ = -1;
    double loss = 0;
    run_ranks(context_.world, [&](int rank) { run_rank(rank, order, loss, on_users); });
    if (stop_after_ >= 0) return false;
    ++epoch_;
    EpochRecord record{epoch_, loss / static_cast<double>(users_.size())};
    record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    if (!std::isfinite(record.train_loss)) {
      throw UserError(fmt::format("the loss of epoch {} is no longer a number; train with a lower --learning-rate than {:g}",
                                  epoch_, context_.plan.learning.learning_rate));
    }
    if (validates_) judge(record);
    history_.push_back(record);
    return true;
  }

  FitRecord record() const override {
    FitRecord record{epoch_, steps_, best_epoch_ > 0 ? best_epoch_ : epoch_};
    record.kept = best_epoch_ > 0 ? "the best for validation users by NDCG@100" : "the last";
    return record;
  }
  const History& history() const override { return history_; }
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

  void run_rank(int index, const std::vector<std::int32_t>& order, double& loss, const std::function<void(double)>& on_users) {
    Rank& rank = ranks_[static_cast<std::size_t>(index)];
    const auto size = static_cast<std::size_t>(context_.plan.learning.batch_size);
    context_.world.of(index).barrier();
    std::vector<ElsaLike> likes;
    for (std::size_t at = 0; at < order.size(); at += size) {
      const auto users = std::span(order).subspan(at, std::min(size, order.size() - at));
      // Rank 0 decides before the step; the step's exchanges make every rank see it behind the same step.
      if (index == 0 && interruption_requested() != 0 && stop_after_ < 0) stop_after_ = static_cast<std::int64_t>(at);
      rank.entries->gather(users, static_cast<std::uint64_t>(epoch_) + 1);
      likes.clear();
      for (const Entry& e : rank.entries->of_run())
        if (e.target != 0) likes.push_back({e.item, e.row, e.input});
      rank.nadam->begin_step();
      const double of_batch = rank.step->run(likes, static_cast<std::int64_t>(users.size()), *rank.nadam);
      if (index == 0) {
        loss += of_batch, ++steps_;
        if (on_users) on_users(static_cast<double>(at + users.size()));
      }
      if (stop_after_ == static_cast<std::int64_t>(at)) break;
    }
  }

  void judge(EpochRecord& record) {
    std::shared_ptr<const Model> now = current();
    record.validation_ndcg = validation_ndcg(*now, context_);
    if (best_ && *record.validation_ndcg <= best_ndcg_) return;
    best_ = std::move(now), best_ndcg_ = *record.validation_ndcg, best_epoch_ = epoch_;
  }

  std::shared_ptr<const Model> current() const {
    const std::int64_t items = context_.dataset.items.size(), stride = ranks_[0].table.stride;
    kernel::AlignedFloats vectors(static_cast<std::size_t>(items * stride));
    for (const Rank& rank : ranks_)
      rank.table.unit_rows(rank.table.first_item, rank.table.items, vectors.data() + rank.table.first_item * stride);
    // Nobody's like has ever moved the vector of a film without likes: it would be noise in the sum of a person's films.
    for (std::int64_t item = 0; item < items; ++item)
      if (has_likes_[static_cast<std::size_t>(item)] == std::byte{0}) std::fill_n(vectors.data() + item * stride, stride, 0.0F);
    return low_rank_model(items, width_, stride, std::move(vectors),
                          {{"model", "elsa"}, {"input", "binary"}, {"width", width_}});
  }

  FitContext context_;
  std::vector<std::int32_t> users_;
  std::vector<std::byte> has_likes_;  ///< [M]
  std::int64_t width_, epoch_ = 0, steps_ = 0, best_epoch_ = 0;
  bool validates_ = false;
  std::vector<Rank> ranks_;
  std::atomic<std::int64_t> stop_after_{-1};  ///< the first user of the batch after which a signal ends the epoch
  History history_;
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
                                                      "--block-items", "--patience"},
          .one_process = true,
          .begin = [](const FitContext& context) -> std::unique_ptr<Fit> { return std::make_unique<ElsaFit>(context); },
          .open = [](const ModelSource& source) -> std::shared_ptr<const Model> { return open_low_rank(source); },
          .grow = grow_by_rows};
}

}  // namespace encore
