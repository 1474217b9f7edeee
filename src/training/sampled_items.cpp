// A pass over the run's films: a number for each, and the entries of the batch beside them.
#include "training/sampled_items.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "kernel/counter_hash.h"

namespace encore {

SampledItems::SampledItems(const Catalogue& catalogue, const ItemTable& output, BlockRun run, std::int64_t negatives, std::uint64_t seed)
    : run_(run), output_(output), seed_(seed), rows_{0, output.width, output.stride, {}, 0} {
  const std::int64_t own = std::max<std::int64_t>(0, run.last_item() - run.first_item());
  places_.resize(static_cast<std::size_t>(own));
  starts_.resize(static_cast<std::size_t>(run.blocks()) + 1), drawn_before_.resize(starts_.size());
  const auto& ratings = catalogue.training_ratings;
  const auto all = static_cast<double>(std::max<std::int64_t>(1, std::accumulate(ratings.begin(), ratings.end(), std::int64_t{0})));
  for (std::int64_t item = run.first_item(); item < run.first_item() + own; ++item) {
    const double popularity = static_cast<double>(ratings[static_cast<std::size_t>(item)]) / all;
    const double even = 1 / static_cast<double>(run.total_items);
    // Rounded up to what a hash of 24 bits can meet, so that the correction is that of the draw.
    const double wanted = std::min(1.0, static_cast<double>(negatives) * (even + popularity) / 2);
    probabilities_.push_back(static_cast<float>(std::ceil(wanted * 0x1p24) * 0x1p-24));
    corrections_.push_back(-std::log(probabilities_.back()));
  }
}

void SampledItems::draw(const BatchEntries& entries, std::span<const std::int32_t> users, std::uint64_t epoch) {
  assert(!users.empty());
  const kernel::CounterHash random(seed_, kernel::Purpose::sampled_items, epoch);
  const auto first_user = static_cast<std::uint64_t>(users.front());
  std::int64_t drawn = 0;
  items_.clear();
  for (std::int64_t block = run_.first_block; block < run_.last_block; ++block) {
    const auto b = static_cast<std::size_t>(block - run_.first_block);
    starts_[b] = std::ssize(items_), drawn_before_[b] = drawn;
    auto entry = entries.of_block(block).begin();
    const auto last_entry = entries.of_block(block).end();
    undrawn_.clear();
    const std::int64_t end = std::min((block + 1) * run_.block_items, run_.total_items);
    for (std::int64_t item = block * run_.block_items; item < end; ++item) {
      const bool is_rated = entry != last_entry && entry->item == item;
      while (entry != last_entry && entry->item == item) ++entry;
      if (random.uniform(first_user, static_cast<std::uint64_t>(item)) < probabilities_[static_cast<std::size_t>(item - run_.first_item())])
        items_.push_back(static_cast<std::int32_t>(item)), ++drawn;
      else if (is_rated) undrawn_.push_back(static_cast<std::int32_t>(item));
    }
    items_.insert(items_.end(), undrawn_.begin(), undrawn_.end());
  }
  starts_.back() = std::ssize(items_), drawn_before_.back() = drawn;
  rows_.items = std::ssize(items_);
  const auto floats = static_cast<std::size_t>(rows_.items * rows_.stride);
  if (rows_.values.size() < floats) rows_.values.resize(floats + floats / 4);
  for (std::int64_t place = 0; place < rows_.items; ++place) {
    places_[static_cast<std::size_t>(item_at(place) - run_.first_item())] = static_cast<std::int32_t>(place);
    std::copy_n(output_.row(item_at(place)), rows_.stride, rows_.row(place));
  }
}

}  // namespace encore
