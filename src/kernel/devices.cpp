// The table of devices and the choice of instruction set. No arithmetic stands here.
#include <hwy/targets.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "kernel/vector.h"

namespace encore::kernel {

std::span<const Kernels> devices() {
  static const Kernels table[] = {{.device = "cpu",
                                   .multiply = vector::multiply,
                                   .multiply_few = vector::multiply_few,
                                   .multiply_pairs = vector::multiply_pairs,
                                   .pair_rows = vector::pair_rows,
                                   .pair_columns = vector::pair_columns,
                                   .add_scaled = vector::add_scaled,
                                   .add = vector::add,
                                   .transpose = vector::transpose,
                                   .softmax_block = vector::softmax_block,
                                   .join_softmax = vector::join_softmax,
                                   .softmax_factor = vector::softmax_factor,
                                   .scale_lanes = vector::scale_lanes,
                                   .softmax_mse_gradient = vector::softmax_mse_gradient,
                                   .linear_mse = vector::linear_mse,
                                   .sigmoid_mse = vector::sigmoid_mse,
                                   .sigmoid_cross_entropy = vector::sigmoid_cross_entropy,
                                   .activate = vector::activate,
                                   .activate_gradient = vector::activate_gradient,
                                   .adam = vector::adam,
                                   .adam_idle = vector::adam_idle},
                                  reference_device()};
  return table;
}

const Kernels& device_named(std::string_view name) {
  for (const Kernels& row : devices()) {
    if (row.device == name) return row;
  }
  throw std::invalid_argument("there is no device '" + std::string(name) + "'; it may be 'cpu' or 'reference'");
}

namespace {

struct InstructionSet {
  std::string name;
  std::int64_t target;  ///< Highway's bit
  vector::BfloatWay bfloat16;
};

/// What is compiled in and runs here, best (lowest bit) first; before it the best one with instructions for bfloat16, and with tiles.
std::vector<InstructionSet> runnable_sets() {
  std::vector<InstructionSet> found;
  const std::int64_t supported = hwy::SupportedTargets() & vector::compiled_targets();
  for (int bit = 0; bit < 63; ++bit) {
    const std::int64_t target = std::int64_t{1} << bit;
    if ((supported & target) != 0) found.push_back({hwy::TargetName(target), target, vector::BfloatWay::singles});
  }
  const InstructionSet best = found.front();
  if (vector::bfloat16_instructions() != nullptr)
    found.insert(found.begin(), {best.name + "_BF16", best.target, vector::BfloatWay::instructions});
  if (tile_state() == TileState::usable) found.insert(found.begin(), {best.name + "_AMX", best.target, vector::BfloatWay::tiles});
  return found;
}

bool is_fused(std::string_view set) { return set.starts_with("AVX") || set.starts_with("NEON") || set.starts_with("SVE"); }

const std::vector<InstructionSet>& all_sets() {
  static const std::vector<InstructionSet> sets = runnable_sets();
  return sets;
}

}  // namespace

std::span<const std::string> instruction_sets() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const InstructionSet& set : all_sets()) list.push_back(set.name);
    return list;
  }();
  return names;
}

std::string instruction_set() {
  const vector::BfloatWay way = vector::bfloat16_way();
  if (way == vector::BfloatWay::emulated_tiles) return std::string(emulated_tiles);
  const std::int64_t supported = hwy::SupportedTargets();
  for (const InstructionSet& set : all_sets()) {
    if ((supported & set.target) != 0 && set.bfloat16 == way) return set.name;
  }
  return all_sets().back().name;
}

void choose_instruction_set(std::string_view name) {
  const auto& sets = all_sets();  // before any restriction: the whole list
  if (name.empty()) {
    hwy::SetSupportedTargetsForTest(0);
    vector::choose_bfloat16_way(std::nullopt);
  } else if (name == emulated_tiles && is_fused(sets.front().name)) {
    hwy::SetSupportedTargetsForTest(0);
    vector::choose_bfloat16_way(vector::BfloatWay::emulated_tiles);
  } else {
    const auto found = std::find_if(sets.begin(), sets.end(), [&](const auto& set) { return set.name == name; });
    if (found == sets.end()) throw std::invalid_argument("this processor cannot run '" + std::string(name) + "'");
    hwy::SetSupportedTargetsForTest(found->target);
    vector::choose_bfloat16_way(found->bfloat16);
  }
  vector::forget_dispatch();
}

bool has_bfloat16_instructions() {
  return vector::bfloat16_way() == vector::BfloatWay::instructions || vector::bfloat16_way() == vector::BfloatWay::tiles;
}

bool bfloat16_is_faster() {
#if defined(__x86_64__)
  if (vector::bfloat16_way() == vector::BfloatWay::tiles) return true;
  return has_bfloat16_instructions() && __builtin_cpu_is("amd") != 0;
#else
  return false;
#endif
}

std::string kernel_path() {
  const std::int64_t targets = hwy::SupportedTargets() & vector::compiled_targets();
  const std::string set = hwy::TargetName(targets & -targets);  // the best: the lowest bit
  return is_fused(set) ? "FMA" : set;
}

std::string bfloat16_path() {
  const bool tiles = vector::bfloat16_way() == vector::BfloatWay::tiles || vector::bfloat16_way() == vector::BfloatWay::emulated_tiles;
  return tiles ? "AMX" : kernel_path();
}

}  // namespace encore::kernel
