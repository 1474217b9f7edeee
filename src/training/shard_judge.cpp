// The part of a shard that judges (shard_step.h): the forward half of a step for users who are not trained on. What it
// answers does not depend on the number of shards, bit for bit, as training does not.
#include <algorithm>
#include <cstring>

#include "evaluation/metrics.h"
#include "model/top_items.h"
#include "training/shard_step.h"

namespace encore {
namespace {

constexpr std::int64_t deepest = 100;

/// A row's message to the other shards: its best own candidates and its targets among the own items.
class RowLists {
 public:
  void add(const std::vector<ScoredItem>& best, const std::vector<std::int32_t>& targets) {
    put(static_cast<std::int32_t>(best.size()));
    for (const ScoredItem& scored : best) put(scored.item), put(scored.score);
    put(static_cast<std::int32_t>(targets.size()));
    for (const std::int32_t item : targets) put(item);
  }
  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  template <class Number>
  void put(Number number) {
    const auto* from = reinterpret_cast<const std::byte*>(&number);
    bytes_.insert(bytes_.end(), from, from + sizeof number);
  }
  std::vector<std::byte> bytes_;
};

/// Reads a shard's rows back, one after the other, behind what other shards have said of the same row.
class RowReader {
 public:
  explicit RowReader(std::span<const std::byte> bytes) : bytes_(bytes) {}
  void append_row(std::vector<ScoredItem>& best, std::vector<std::int32_t>& targets) {
    for (auto left = get<std::int32_t>(); left > 0; --left) {
      const auto item = get<std::int32_t>();
      best.push_back({item, get<float>()});
    }
    for (auto left = get<std::int32_t>(); left > 0; --left) targets.push_back(get<std::int32_t>());
  }

 private:
  template <class Number>
  Number get() {
    Number number;
    std::memcpy(&number, bytes_.data(), sizeof number);
    bytes_ = bytes_.subspan(sizeof number);
    return number;
  }
  std::span<const std::byte> bytes_;
};

}  // namespace

LossSum ShardStep::judge(std::span<const std::int32_t> users, double divergence_weight) {
  context_.rows = static_cast<std::int64_t>(users.size());
  context_.judging = true, context_.sampled = nullptr;
  entries_.gather_whole(users);
  const Pass pass{.purpose = Pass::Purpose::judge, .divergence_weight = divergence_weight};
  const double weight = forward({}, *judging_products_, pass);
  loss_->prepare(context_, exchange_);
  if (loss_->loss_by_block()) exchange_losses();
  return {sum_of_losses(), weight};
}

/// The losses of all blocks, through the channel of the last gradient with nothing before them.
void ShardStep::exchange_losses() {
  const std::int64_t stride = context_.tables.output.stride;
  last_gradient_.start(context_.rows);
  for (std::int64_t block = context_.run.first_block; block < context_.run.last_block; ++block) {
    std::fill(block_loss_.begin(), block_loss_.end(), 0.0F);
    loss_->gradient(context_, block, block_loss_.data());
    last_gradient_.open(block);
    for (std::int64_t r = 0; r < context_.rows; ++r) std::fill_n(last_gradient_.overwrite(r), stride, 0.0F);
    leave_losses();
    last_gradient_.close();
  }
  read_losses(exchange_.join(Channel::last_gradient, last_gradient_));
}

std::vector<std::optional<double>> ShardStep::rank(std::span<const std::int32_t> users,
                                                   std::span<const std::uint8_t> candidate) {
  context_.rows = static_cast<std::int64_t>(users.size());
  context_.judging = true, context_.sampled = nullptr;
  entries_.gather_given(users);
  forward({}, *judging_products_, {});
  const auto& lists = exchange_.gather(best_of_own_items(users, candidate));
  std::vector<RowReader> shards(lists.begin(), lists.end());
  std::vector<std::optional<double>> ndcg(users.size());
  std::vector<ScoredItem> best;
  std::vector<std::int32_t> targets, ranked;
  for (std::optional<double>& one : ndcg) {
    best.clear(), targets.clear(), ranked.clear();
    for (RowReader& shard : shards) shard.append_row(best, targets);  // shards own ascending items
    if (targets.empty()) continue;
    std::sort(best.begin(), best.end(), [](const ScoredItem& a, const ScoredItem& b) {
      return a.score > b.score || (a.score == b.score && a.item < b.item);
    });
    for (const ScoredItem& scored : best) ranked.push_back(scored.item);
    one = ndcg_at(deepest, ranked, targets);
  }
  return ndcg;
}

std::vector<std::byte> ShardStep::best_of_own_items(std::span<const std::int32_t> users,
                                                    std::span<const std::uint8_t> candidate) {
  const BlockRun& run = context_.run;
  const bool has_parts = !dataset_.ratings.part.empty();
  InputRows given;  // hidden also where a binary input leaves them out, and what was seen without a rating
  for (const std::int32_t user : users) {
    if (has_parts) {
      const KnownRow row(dataset_.ratings.items_of(user), dataset_.ratings.ratings_of(user), dataset_.ratings.parts_of(user),
                         dataset_.seen.items_of(user), Part::given);
      for (std::size_t i = 0; i < row.item.size(); ++i)
        if (row.part[i] == Part::given) given.item.push_back(row.item[i]), given.value.push_back(1);
    }
    given.start.push_back(std::ssize(given.item));
  }
  TopItems top(context_.rows, deepest, candidate, &given);
  const std::int64_t lanes = middle_->lanes();
  kernel::AlignedFloats scores(static_cast<std::size_t>(run.block_items * lanes));
  for (std::int64_t block = run.first_block; block < run.last_block; ++block) {
    block_logits(context_, block, scores.data());
    top.add({block * run.block_items, items_in(run, block), context_.rows, lanes, scores.data()});
  }
  RowLists lists;
  for (std::int64_t row = 0; row < context_.rows; ++row) {
    const std::int32_t user = users[static_cast<std::size_t>(row)];
    const auto items = dataset_.ratings.items_of(user);
    std::vector<std::int32_t> targets;
    for (std::size_t i = 0; has_parts && i < items.size(); ++i) {
      const bool own = items[i] >= run.first_item() && items[i] < run.last_item();
      if (own && dataset_.ratings.parts_of(user)[i] == Part::target) targets.push_back(items[i]);
    }
    lists.add(top.take(row), targets);
  }
  return lists.take();
}

}  // namespace encore
