// A message: how many sub-trees, units and floats; for each sub-tree its place in the tree; a byte for each sub-tree
// and unit that says whether it is present; and, from the next multiple of 64 bytes on, the numbers of the present
// ones.
#include "exchange/cluster_join.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace encore {
namespace {

constexpr std::int64_t small_bytes = 8 << 10;  ///< of a result; up to here the second round costs more than it saves
constexpr std::size_t head_bytes = 16, shape_bytes = 16, alignment = 64;

struct Head {
  std::uint32_t trees, units, floats, unused;
};
struct Shape {
  std::int64_t first_block;
  std::int32_t level, unused;
};
static_assert(sizeof(Head) == head_bytes && sizeof(Shape) == shape_bytes);

std::size_t rounded_up(std::size_t bytes) { return (bytes + alignment - 1) / alignment * alignment; }

void check(bool holds) {
  if (!holds) throw std::logic_error("the ranks are out of step: partials of another shape came");
}

}  // namespace

ClusterJoin::ClusterJoin(Mesh& mesh)
    : mesh_(mesh),
      to_send_(static_cast<std::size_t>(mesh.processes())),
      received_(static_cast<std::size_t>(mesh.processes())) {}

ClusterJoin::Range ClusterJoin::range_of(std::size_t process) const {
  const auto p = static_cast<std::int64_t>(process), count = static_cast<std::int64_t>(mesh_.processes());
  return {units_ * p / count, units_ * (p + 1) / count};
}

void ClusterJoin::exchange(Channel channel, std::span<Partial* const> own, std::int64_t units, std::int64_t floats) {
  const std::size_t count = to_send_.size(), self = static_cast<std::size_t>(mesh_.process());
  units_ = units, floats_ = floats;
  scattered_ = count > 2 && units * floats * static_cast<std::int64_t>(sizeof(float)) > small_bytes;
  first_ = scattered_ ? range_of(self).first : 0;
  last_ = scattered_ ? range_of(self).last : units;
  if (!scattered_) pack(own, {0, units}, to_send_[0]);
  std::vector<Pieces> out(count);
  std::vector<Incoming> in(count);
  for (std::size_t p = 0; p < count; ++p) {
    in[p].buffer = &received_[p];
    if (p == self) continue;
    if (scattered_) pack(own, range_of(p), to_send_[p]);
    out[p] = {std::span<const std::byte>(to_send_[scattered_ ? p : 0])};
  }
  mesh_.round(Kind::join, static_cast<std::uint8_t>(channel), out, in);
  shapes_.clear();
  units_at_.clear();
  for (std::size_t p = 0; p < count; ++p) p == self ? take(own) : take(received_[p], in[p].size);
  std::vector<const Partial*> all;
  for (const Partial& shape : shapes_) all.push_back(&shape);
  plan_ = join_plan(all);
}

void ClusterJoin::pack(std::span<Partial* const> own, Range range, AlignedBytes& bytes) {
  const auto units = static_cast<std::size_t>(range.last - range.first);
  const std::size_t presence = head_bytes + own.size() * shape_bytes,
                    unit_bytes = sizeof(float) * static_cast<std::size_t>(floats_);
  const std::size_t data = rounded_up(presence + own.size() * units);
  bytes.resize(data + own.size() * units * unit_bytes);
  const Head head{static_cast<std::uint32_t>(own.size()), static_cast<std::uint32_t>(units),
                  static_cast<std::uint32_t>(floats_), 0};
  std::memcpy(bytes.data(), &head, head_bytes);
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(presence), bytes.begin() + static_cast<std::ptrdiff_t>(data),
            std::byte{0});
  std::size_t to = data;
  for (std::size_t t = 0; t < own.size(); ++t) {
    const Partial& tree = *own[t];
    const Shape shape{tree.first_block, tree.level, 0};
    std::memcpy(bytes.data() + head_bytes + t * shape_bytes, &shape, shape_bytes);
    for (std::size_t u = 0; u < units; ++u) {
      const auto unit = static_cast<std::size_t>(range.first) + u;
      if (tree.present[unit] == 0) continue;
      bytes[presence + t * units + u] = std::byte{1};
      std::memcpy(bytes.data() + to, tree.data.data() + unit * static_cast<std::size_t>(floats_), unit_bytes);
      to += unit_bytes;
    }
  }
  bytes.resize(to);
}

void ClusterJoin::take(AlignedBytes& bytes, std::size_t size) {
  Head head{};
  check(size >= head_bytes);
  std::memcpy(&head, bytes.data(), head_bytes);
  const auto units = static_cast<std::size_t>(last_ - first_);
  check(head.units == units && head.floats == static_cast<std::uint32_t>(floats_));
  const std::size_t presence = head_bytes + head.trees * shape_bytes;
  std::size_t from = rounded_up(presence + head.trees * units);
  check(size >= from);
  for (std::size_t t = 0; t < head.trees; ++t) {
    Shape shape{};
    std::memcpy(&shape, bytes.data() + head_bytes + t * shape_bytes, shape_bytes);
    shapes_.push_back({shape.first_block, shape.level, {}, {}});
    for (std::size_t u = 0; u < units; ++u) {
      const bool present = bytes[presence + t * units + u] != std::byte{0};
      units_at_.push_back(present ? reinterpret_cast<float*>(bytes.data() + from) : nullptr);
      if (present) from += sizeof(float) * static_cast<std::size_t>(floats_);
    }
  }
  check(size == from);
}

void ClusterJoin::take(std::span<Partial* const> own) {
  for (Partial* tree : own) {
    shapes_.push_back({tree->first_block, tree->level, {}, {}});
    for (std::int64_t unit = first_; unit < last_; ++unit) {
      const bool present = tree->present[static_cast<std::size_t>(unit)] != 0;
      units_at_.push_back(present ? tree->data.data() + unit * floats_ : nullptr);
    }
  }
}

const float* ClusterJoin::total(const Partials& joiner, std::int64_t unit, std::vector<float*>& scratch) const {
  scratch.resize(shapes_.size());
  const auto units = static_cast<std::size_t>(last_ - first_), u = static_cast<std::size_t>(unit - first_);
  for (std::size_t t = 0; t < scratch.size(); ++t) scratch[t] = units_at_[t * units + u];
  for (const auto& [l, r] : plan_) {
    float*& left = scratch[static_cast<std::size_t>(l)];
    float* right = scratch[static_cast<std::size_t>(r)];
    if (right == nullptr) continue;
    if (left == nullptr)
      left = right;
    else
      joiner.combine(left, right);
  }
  return scratch.empty() ? nullptr : scratch[0];
}

void ClusterJoin::share(Channel channel, float* result) {
  if (!scattered_) return;
  const std::size_t count = to_send_.size();
  const auto part = [&](std::size_t process) {
    const Range range = range_of(process);
    return std::as_writable_bytes(std::span(result + range.first * floats_, result + range.last * floats_));
  };
  std::vector<Pieces> out(count);
  std::vector<Incoming> in(count);
  for (std::size_t p = 0; p < count; ++p) {
    out[p] = {part(static_cast<std::size_t>(mesh_.process()))};
    in[p].place = part(p);
  }
  mesh_.round(Kind::join_total, static_cast<std::uint8_t>(channel), out, in);
}

}  // namespace encore
