// Films of the batch, films by chance, and how probable each was.
#include "training/sampled_items.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "kernel/counter_hash.h"
#include "network/scorer.h"

namespace encore {

SampledItems::SampledItems(const Dataset& dataset, const Architecture& architecture, const ItemTable& output, BlockRun run,
                           std::int64_t negatives, std::uint64_t seed)
    : run_(run),
      output_(output),
      share_(static_cast<double>(negatives) / static_cast<double>(run.total_items)),
      seed_(seed),
      rows_{0, output.width, output.stride, {}, 0} {
  const std::vector<std::int32_t> users = dataset.users_in(Fold::train);
  users_ = std::ssize(users);
  const std::int64_t own = std::max<std::int64_t>(0, run.last_item() - run.first_item());
  rated_by_.resize(static_cast<std::size_t>(own));
  places_.resize(static_cast<std::size_t>(own));
  starts_.resize(static_cast<std::size_t>(run.blocks()) + 1);
  for (const std::int32_t user : users) {
    const auto items = dataset.ratings.items_of(user);
    const auto stars = dataset.ratings.ratings_of(user);
    for (std::size_t at = 0; at < items.size(); ++at) {
      const bool is_own = items[at] >= run.first_item() && items[at] < run.last_item();
      if (is_own && input_value(architecture.input, dataset.scale, stars[at]))
        ++rated_by_[static_cast<std::size_t>(items[at] - run.first_item())];
    }
  }
  log_factorial_.resize(static_cast<std::size_t>(users_) + 1);
  for (std::size_t i = 1; i < log_factorial_.size(); ++i)
    log_factorial_[i] = log_factorial_[i - 1] + std::log(static_cast<double>(i));
}

/// The corrections for batches of that many users, for every number of users who rated a film.
void SampledItems::expect(std::int64_t batch) {
  if (batch == batch_) return;
  batch_ = batch;
  const auto log_of = [&](std::int64_t n) { return log_factorial_[static_cast<std::size_t>(n)]; };
  const std::int32_t most = rated_by_.empty() ? 0 : *std::ranges::max_element(rated_by_);
  correction_of_count_.resize(static_cast<std::size_t>(most) + 1);
  for (std::int64_t c = 0; c <= most; ++c) {
    const std::int64_t others = users_ - 1, left = others - c - (batch - 1);  // who neither rated it nor is in the batch
    const double nobody = left < 0 ? 0 : std::exp(log_of(others - c) + log_of(others - (batch - 1)) - log_of(left) - log_of(others));
    correction_of_count_[static_cast<std::size_t>(c)] = static_cast<float>(-std::log(1 - (1 - share_) * nobody));
  }
}

void SampledItems::draw(const BatchEntries& entries, std::span<const std::int32_t> users, std::uint64_t epoch) {
  assert(!users.empty());
  expect(std::ssize(users));
  const kernel::CounterHash random(seed_, kernel::Purpose::sampled_items, epoch);
  const auto first_user = static_cast<std::uint64_t>(users.front());
  const auto share = static_cast<float>(share_);
  items_.clear(), corrections_.clear();
  for (std::int64_t block = run_.first_block; block < run_.last_block; ++block) {
    starts_[static_cast<std::size_t>(block - run_.first_block)] = std::ssize(items_);
    auto entry = entries.of_block(block).begin();
    const auto last_entry = entries.of_block(block).end();
    const std::int64_t end = std::min((block + 1) * run_.block_items, run_.total_items);
    for (std::int64_t item = block * run_.block_items; item < end; ++item) {
      bool is_there = entry != last_entry && entry->item == item;
      while (entry != last_entry && entry->item == item) ++entry;
      is_there = is_there || random.uniform(first_user, static_cast<std::uint64_t>(item)) < share;
      if (!is_there) continue;
      const auto own = static_cast<std::size_t>(item - run_.first_item());
      places_[own] = static_cast<std::int32_t>(items_.size());
      items_.push_back(static_cast<std::int32_t>(item));
      corrections_.push_back(correction_of_count_[static_cast<std::size_t>(rated_by_[own])]);
    }
  }
  starts_.back() = std::ssize(items_);
  rows_.items = std::ssize(items_);
  const auto floats = static_cast<std::size_t>(rows_.items * rows_.stride);
  if (rows_.values.size() < floats) rows_.values.resize(floats + floats / 4);
  for (std::int64_t place = 0; place < rows_.items; ++place) std::copy_n(output_.row(item_at(place)), rows_.stride, rows_.row(place));
}

}  // namespace encore
