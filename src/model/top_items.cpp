// Keeps up to 2k scores a row and cuts them to the k best when full: amortised constant work for each kept score, and a
// kept score gets rare soon, because the threshold only rises; so the search for hidden items is made only then.
#include "model/top_items.h"
#include <algorithm>
#include <limits>

namespace encore {
namespace {

constexpr std::int64_t lanes = 16;  // rows whose scores are compared at once; ScoreBlock::stride is a multiple of it

bool better(const ScoredItem& a, const ScoredItem& b) {
  return a.score != b.score ? a.score > b.score : a.item < b.item;
}

/// Whether any of 16 neighbours passes; a plain loop that compilers turn into vector code.
bool any_above(const float* score, const float* threshold) {
  int passed = 0;
  for (std::int64_t lane = 0; lane < lanes; ++lane) passed |= static_cast<int>(score[lane] > threshold[lane]);
  return passed != 0;
}

std::vector<RowWish> alike(std::int64_t rows, std::int64_t k, const InputRows* hidden) {
  std::vector<RowWish> wishes(static_cast<std::size_t>(rows), {k});
  for (std::size_t row = 0; hidden != nullptr && row < wishes.size(); ++row) {
    const auto first = static_cast<std::size_t>(hidden->start[row]), end = static_cast<std::size_t>(hidden->start[row + 1]);
    wishes[row].hidden = std::span(hidden->item).subspan(first, end - first);
  }
  return wishes;
}

}  // namespace

TopItems::TopItems(std::int64_t rows, std::int64_t k, std::span<const std::uint8_t> candidate, const InputRows* hidden)
    : TopItems(alike(rows, k, hidden), candidate) {}

TopItems::TopItems(std::vector<RowWish> wishes, std::span<const std::uint8_t> candidate)
    : wishes_(std::move(wishes)),
      candidate_(candidate),
      // The lanes behind the last row hold no user: nothing passes an infinite threshold.
      threshold_((wishes_.size() + lanes - 1) / lanes * lanes, std::numeric_limits<float>::infinity()),
      kept_(wishes_.size()) {
  std::fill_n(threshold_.begin(), wishes_.size(), -std::numeric_limits<float>::infinity());
  for (std::size_t row = 0; row < kept_.size(); ++row) {
    kept_[row].reserve(std::min(2 * static_cast<std::size_t>(wishes_[row].k), candidate.size() + 1));
  }
}

void TopItems::add(const ScoreBlock& block) {
  for (std::int64_t i = 0; i < block.items; ++i) {
    const std::int64_t item = block.first + i;
    if (candidate_[static_cast<std::size_t>(item)] == 0) continue;
    const float* score = block.score + i * block.stride;
    for (std::int64_t first = 0; first < block.rows; first += lanes) {
      if (!any_above(score + first, threshold_.data() + first)) continue;
      const std::int64_t end = std::min(first + lanes, block.rows);
      for (std::int64_t row = first; row < end; ++row) {
        if (score[row] > threshold_[static_cast<std::size_t>(row)])
          keep(row, {static_cast<std::int32_t>(item), score[row]});
      }
    }
  }
}

void TopItems::keep(std::int64_t row, ScoredItem scored) {
  const RowWish& wish = wishes_[static_cast<std::size_t>(row)];
  if (!wish.fits.empty() && wish.fits[static_cast<std::size_t>(scored.item)] == 0) return;
  if (std::binary_search(wish.hidden.begin(), wish.hidden.end(), scored.item)) return;
  const auto k = static_cast<std::size_t>(wish.k);
  auto& list = kept_[static_cast<std::size_t>(row)];
  list.push_back(scored);
  if (list.size() < 2 * k) return;
  const auto last = list.begin() + static_cast<std::ptrdiff_t>(k) - 1;
  std::nth_element(list.begin(), last, list.end(), better);
  // Later items with the same score lose the tie, so "above" is enough.
  threshold_[static_cast<std::size_t>(row)] = last->score;
  list.resize(k);
}

std::vector<ScoredItem> TopItems::take(std::int64_t row) {
  const auto k = static_cast<std::size_t>(wishes_[static_cast<std::size_t>(row)].k);
  auto list = std::move(kept_[static_cast<std::size_t>(row)]);
  std::sort(list.begin(), list.end(), better);
  if (list.size() > k) list.resize(k);
  return list;
}

}  // namespace encore
