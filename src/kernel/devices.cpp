// The table of devices and the choice of instruction set. No arithmetic stands here.
#include <hwy/targets.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "kernel/vector.h"

namespace encore::kernel {

std::span<const Kernels> devices() {
  static const Kernels table[] = {
      {"cpu", vector::multiply, vector::add_scaled, vector::add, vector::transpose, vector::softmax_block,
       vector::join_softmax, vector::softmax_factor, vector::scale_lanes, vector::softmax_mse_gradient,
       vector::linear_mse, vector::sigmoid_mse, vector::sigmoid_cross_entropy, vector::activate,
       vector::activate_gradient, vector::adam},
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

/// Bits of hwy's targets that are compiled in and run here, best (lowest bit) first.
std::vector<std::int64_t> runnable_targets() {
  std::vector<std::int64_t> found;
  const std::int64_t supported = hwy::SupportedTargets() & vector::compiled_targets();
  for (int bit = 0; bit < 63; ++bit) {
    if ((supported >> bit & 1) != 0) found.push_back(std::int64_t{1} << bit);
  }
  return found;
}

const std::vector<std::int64_t>& all_targets() {
  static const std::vector<std::int64_t> targets = runnable_targets();
  return targets;
}

}  // namespace

std::span<const std::string> instruction_sets() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const std::int64_t target : all_targets()) list.emplace_back(hwy::TargetName(target));
    return list;
  }();
  return names;
}

std::string instruction_set() {
  const std::int64_t supported = hwy::SupportedTargets();
  for (const std::int64_t target : all_targets()) {
    if ((supported & target) != 0) return hwy::TargetName(target);
  }
  return instruction_sets().back();
}

void choose_instruction_set(std::string_view name) {
  const auto names = instruction_sets();  // before any restriction: the whole list
  if (name.empty()) {
    hwy::SetSupportedTargetsForTest(0);
  } else {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) throw std::invalid_argument("this processor cannot run '" + std::string(name) + "'");
    hwy::SetSupportedTargetsForTest(all_targets()[static_cast<std::size_t>(found - names.begin())]);
  }
  vector::forget_dispatch();
}

std::string kernel_path() {
  const std::string set = instruction_set();
  const bool fused = set.starts_with("AVX") || set.starts_with("NEON") || set.starts_with("SVE");
  return fused ? "FMA" : set;
}

}  // namespace encore::kernel
