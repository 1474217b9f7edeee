// The stack of partials: like a binary counter, two complete neighbours of equal size become one.
#include "exchange/partials.h"

#include <algorithm>
#include <cassert>

namespace encore {
namespace {

bool are_siblings(const Partial& left, const Partial& right) {
  return left.level == right.level && (left.first_block >> left.level) % 2 == 0 &&
         right.first_block == left.first_block + (std::int64_t{1} << left.level);
}

}  // namespace

SubTrees join_sub_trees(std::span<const Partial* const> partials) {
  SubTrees trees;
  struct Node {
    Partial shape;
    std::int32_t index;
  };
  std::vector<Node> stack;
  for (std::size_t i = 0; i < partials.size(); ++i) {
    stack.push_back({{partials[i]->first_block, partials[i]->level, {}, {}}, static_cast<std::int32_t>(i)});
    while (stack.size() > 1 && are_siblings(stack[stack.size() - 2].shape, stack.back().shape)) {
      trees.plan.emplace_back(stack[stack.size() - 2].index, stack.back().index);
      stack.pop_back();
      ++stack.back().shape.level;
    }
  }
  for (const Node& node : stack) trees.roots.push_back(node.index);
  return trees;
}

JoinPlan join_plan(std::span<const Partial* const> partials) {
  SubTrees trees = join_sub_trees(partials);
  for (std::size_t i = trees.roots.size(); i > 1; --i) trees.plan.emplace_back(trees.roots[i - 2], trees.roots[i - 1]);
  return std::move(trees.plan);
}

Partials::Partials(const kernel::Kernels& kernels, Join join, std::int64_t max_units, std::int64_t floats)
    : kernels_(kernels), join_(join), floats_(floats), capacity_(static_cast<std::size_t>(max_units)) {
  assert(floats % 16 == 0);
}

Partial* Partials::fresh() {
  if (free_.empty()) {
    pool_.push_back(std::make_unique<Partial>());
    pool_.back()->present.resize(capacity_);
    pool_.back()->data.resize(capacity_ * static_cast<std::size_t>(floats_));
    free_.push_back(pool_.back().get());
  }
  Partial* partial = free_.back();
  free_.pop_back();
  return partial;
}

void Partials::start(std::int64_t units) {
  assert(units <= static_cast<std::int64_t>(capacity_));
  free_.insert(free_.end(), stack_.begin(), stack_.end());
  stack_.clear();
  units_ = units;
}

void Partials::open(std::int64_t block) {
  Partial* leaf = fresh();
  leaf->first_block = block;
  leaf->level = 0;
  std::fill_n(leaf->present.begin(), units_, std::uint8_t{0});
  stack_.push_back(leaf);
}

float* Partials::overwrite(std::int64_t unit) {
  Partial& leaf = *stack_.back();
  leaf.present[static_cast<std::size_t>(unit)] = 1;
  return leaf.data.data() + unit * floats_;
}

float* Partials::touch(std::int64_t unit) {
  const bool is_new = stack_.back()->present[static_cast<std::size_t>(unit)] == 0;
  float* data = overwrite(unit);
  if (is_new) std::fill_n(data, floats_, 0.0F);
  return data;
}

void Partials::close() {
  while (stack_.size() > 1 && are_siblings(*stack_[stack_.size() - 2], *stack_.back())) {
    Partial *left = stack_[stack_.size() - 2], *right = stack_.back();
    for (std::int64_t unit = 0; unit < units_; ++unit) join(*left, *right, unit);
    ++left->level;
    free_.push_back(right);
    stack_.pop_back();
  }
}

void Partials::join(Partial& left, const Partial& right, std::int64_t unit) const {
  const auto u = static_cast<std::size_t>(unit);
  if (right.present[u] == 0) return;
  float* to = left.data.data() + unit * floats_;
  const float* from = right.data.data() + unit * floats_;
  if (left.present[u] == 0) {
    std::copy_n(from, floats_, to);
    left.present[u] = 1;
  } else {
    combine(to, from);
  }
}

void Partials::combine(float* left, const float* right) const {
  if (join_ == Join::sum)
    kernels_.add(left, right, floats_);
  else
    kernels_.join_softmax(left, right, floats_ / kernel::softmax_statistics);
}

}  // namespace encore
