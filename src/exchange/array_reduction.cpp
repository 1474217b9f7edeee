// Sums run over small runs of numbers, so that they stay in the cache; each round carries the finished part of the last
// piece together with what is to be added up of the next.
#include "exchange/array_reduction.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>

#include "exchange/mesh.h"

namespace encore {
namespace {

constexpr std::size_t run_floats = 2048;
constexpr std::size_t piece_floats = 256 << 10;

/// What stands before one rank's numbers in a message.
struct Contribution {
  std::uint64_t floats;
  double share;
  std::uint8_t present, kind;
  std::array<std::uint8_t, 6> unused;
};
static_assert(sizeof(Contribution) == 24);

struct Range {
  std::size_t first, last;
  std::size_t floats() const { return last - first; }
};

/// What process p adds up of a piece; nothing behind the last piece.
Range part_of(std::size_t piece, std::size_t process, std::size_t processes, std::size_t floats) {
  const std::size_t start = std::min(piece * piece_floats, floats), end = std::min(start + piece_floats, floats);
  return {start + (end - start) * process / processes, start + (end - start) * (process + 1) / processes};
}

class Between {
 public:
  Between(Mesh& mesh, std::span<const std::span<float>> arrays, std::span<const Reduction> reductions)
      : mesh_(mesh),
        arrays_(arrays),
        reductions_(reductions),
        floats_(arrays[0].size()),
        self_(static_cast<std::size_t>(mesh.process())),
        count_(static_cast<std::size_t>(mesh.processes())),
        received_(count_) {
    for (std::size_t r = 0; r < arrays.size(); ++r) {
      if (arrays[r].size() != floats_) throw std::logic_error("the ranks reduce arrays of different sizes");
      own_.push_back({floats_,
                      reductions[r].share,
                      static_cast<std::uint8_t>(reductions[r].present),
                      static_cast<std::uint8_t>(reductions[r].kind),
                      {}});
    }
  }

  void run() {
    const std::size_t pieces = (floats_ + piece_floats - 1) / piece_floats;
    for (std::size_t piece = 0; piece <= pieces; ++piece) exchange(piece);
  }

 private:
  /// The finished parts of the piece before this one, and what is to be added up of this one.
  void exchange(std::size_t piece) {
    std::vector<Pieces> out(count_);
    std::vector<Incoming> in(count_);
    for (std::size_t p = 0; p < count_; ++p) {
      in[p].buffer = &received_[p];
      if (p == self_) continue;
      out[p].push_back(std::as_bytes(std::span(own_)));
      if (piece > 0) out[p].push_back(bytes_of(0, part(piece - 1, self_)));
      for (std::size_t r = 0; r < arrays_.size(); ++r) {
        if (reductions_[r].present) out[p].push_back(bytes_of(r, part(piece, p)));
      }
    }
    mesh_.round(Kind::reduce, 0, out, in);
    std::vector<Summand> summands;
    for (std::size_t p = 0; p < count_; ++p) {
      if (p == self_)
        add_own(piece, summands);
      else
        take(piece, p, in[p].size, summands);
    }
    const Range mine = part(piece, self_);
    combine(summands, reductions_[0].kind, mine.floats(), arrays_[0].data() + mine.first);
    for (std::size_t r = 1; r < arrays_.size(); ++r)
      std::copy_n(arrays_[0].data() + mine.first, mine.floats(), arrays_[r].data() + mine.first);
  }

  Range part(std::size_t piece, std::size_t process) const { return part_of(piece, process, count_, floats_); }

  std::span<const std::byte> bytes_of(std::size_t rank, Range range) const {
    return std::as_bytes(arrays_[rank].subspan(range.first, range.floats()));
  }

  void add_own(std::size_t piece, std::vector<Summand>& summands) const {
    for (std::size_t r = 0; r < arrays_.size(); ++r)
      summands.push_back(
          {reductions_[r].present ? arrays_[r].data() + part(piece, self_).first : nullptr, reductions_[r].share});
  }

  void take(std::size_t piece, std::size_t process, std::size_t size, std::vector<Summand>& summands) {
    const std::byte* from = received_[process].data();
    const std::size_t head = own_.size() * sizeof(Contribution);
    const Range done = piece > 0 ? part(piece - 1, process) : Range{0, 0};
    check(size >= head);
    std::vector<Contribution> contributions(own_.size());
    std::memcpy(contributions.data(), from, head);
    std::size_t at = head + done.floats() * sizeof(float);
    check(size >= at);
    for (const std::span<float> array : arrays_) {
      if (done.floats() > 0) std::memcpy(array.data() + done.first, from + head, done.floats() * sizeof(float));
    }
    for (const Contribution& one : contributions) {
      check(one.floats == floats_ && one.kind == own_[0].kind);
      summands.push_back({one.present != 0 ? reinterpret_cast<const float*>(from + at) : nullptr, one.share});
      if (one.present != 0) at += part(piece, self_).floats() * sizeof(float);
    }
    check(size == at);
  }

  static void check(bool holds) {
    if (!holds) throw std::logic_error("the ranks reduce arrays of different sizes, or in different ways");
  }

  Mesh& mesh_;
  const std::span<const std::span<float>> arrays_;
  const std::span<const Reduction> reductions_;
  const std::size_t floats_, self_, count_;
  std::vector<AlignedBytes> received_;
  std::vector<Contribution> own_;
};

}  // namespace

void combine(std::span<const Summand> summands, Reduction::Kind kind, std::size_t count, float* to) {
  std::array<float, run_floats> sum;
  std::array<double, run_floats> exact;
  for (std::size_t start = 0; start < count; start += run_floats) {
    const std::size_t n = std::min(run_floats, count - start);
    if (kind == Reduction::Kind::sum) {
      std::fill_n(sum.begin(), n, 0.0F);
      for (const Summand& one : summands) {
        if (one.values == nullptr) continue;
        const float* values = one.values + start;
        for (std::size_t i = 0; i < n; ++i) sum[i] += values[i];
      }
    } else {
      std::fill_n(exact.begin(), n, 0.0);
      for (const Summand& one : summands) {
        if (one.values == nullptr) continue;
        const float* values = one.values + start;
        for (std::size_t i = 0; i < n; ++i) exact[i] += one.share * static_cast<double>(values[i]);
      }
      std::transform(exact.begin(), exact.begin() + static_cast<std::ptrdiff_t>(n), sum.begin(),
                     [](double x) { return static_cast<float>(x); });
    }
    std::copy_n(sum.begin(), n, to + start);
  }
}

void reduce_here(std::span<const std::span<float>> arrays, std::span<const Reduction> reductions, std::size_t from,
                 std::size_t to) {
  if (from == to) return;
  std::vector<Summand> summands;
  for (std::size_t start = from; start < to; start += run_floats) {
    const std::size_t n = std::min(run_floats, to - start);
    summands.clear();
    for (std::size_t k = 0; k < arrays.size(); ++k)
      summands.push_back({reductions[k].present ? arrays[k].data() + start : nullptr, reductions[k].share});
    combine(summands, reductions[0].kind, n, arrays[0].data() + start);
    for (std::size_t k = 1; k < arrays.size(); ++k) std::copy_n(arrays[0].data() + start, n, arrays[k].data() + start);
  }
}

void reduce_between(Mesh& mesh, std::span<const std::span<float>> arrays, std::span<const Reduction> reductions) {
  Between(mesh, arrays, reductions).run();
}

}  // namespace encore
