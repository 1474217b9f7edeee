// The non-zeros of one batch that fall into one shard, in the order of blocks, items and rows. Input and target are one
// entry, never two copies, and nothing is ever dense.
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>
#include "dataset/dataset.h"
#include "model/input_rows.h"
#include "network/architecture.h"

namespace encore {

/// One rating of the batch: the network's input x (0 when dropped out) and target t. Either may be 0 and the film rated. What is in
/// a channel beside the liked items is an input of 1, and no target. What was seen without a rating is part of no softmax either: nobody
/// said that it was not liked.
struct Entry {
  std::int32_t item;  ///< index in the catalogue
  std::int32_t row;   ///< of the batch
  float input, target;
  InputChannel channel = InputChannel::liked;
  bool unrated = false;
};

/// A contiguous run of whole blocks: what a shard owns.
struct BlockRun {
  std::int64_t first_block = 0, last_block = 0;  ///< [first, last)
  std::int64_t block_items = 128, total_items = 0;
  std::int64_t first_item() const { return first_block * block_items; }
  std::int64_t last_item() const { return std::min(last_block * block_items, total_items); }
  std::int64_t blocks() const { return last_block - first_block; }
};

/// Cuts the catalogue into one run for each of `shards`, of about equal cost (weights of an item, and its ratings by
/// `users` training users).
std::vector<BlockRun> cut_into_runs(const Catalogue&, std::int64_t users, std::int64_t block_items, int shards);
std::vector<BlockRun> cut_into_runs(const Dataset&, std::int64_t block_items, int shards);

class BatchEntries {
 public:
  BatchEntries(const Dataset&, const Architecture&, BlockRun, std::uint64_t seed);
  /// Gathers the rows of `users` (their indices in the dataset) to train on; `epoch` decides the dropout mask.
  void gather(std::span<const std::int32_t> users, std::uint64_t epoch);
  /// The same to judge by: nothing is dropped.
  void gather_whole(std::span<const std::int32_t> users);
  /// Of the ratings only those that are given, to rank the rest by.
  void gather_given(std::span<const std::int32_t> users);
  /// All entries, sorted by item, then row.
  std::span<const Entry> of_run() const { return sorted_; }
  /// Those of a block of the run.
  std::span<const Entry> of_block(std::int64_t block) const {
    const auto b = static_cast<std::size_t>(block - run_.first_block);
    return {sorted_.data() + block_start_[b], static_cast<std::size_t>(block_start_[b + 1] - block_start_[b])};
  }

 private:
  struct Cell {
    std::int32_t item;
    Part part;
    InputChannel channel = InputChannel::liked;
    bool unrated = false;
  };
  template <class Keep>
  void gather_rows(std::span<const std::int32_t> users, const Keep& keep);
  template <class Take>
  void own_items(std::span<const std::int32_t> items, const Take& take) const;
  void sort_by_item();
  const Dataset& dataset_;
  const Architecture& architecture_;
  BlockRun run_;
  std::uint64_t seed_;
  std::vector<Entry> unsorted_, sorted_;
  std::vector<std::int64_t> block_start_, item_start_;
};

}  // namespace encore
