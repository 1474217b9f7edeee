// The arithmetic of a training step, each kernel once for people (device `reference`) and once for the machine (device
// `cpu`). A kernel knows shapes and numbers, never users, films or models.
//
// Memory convention, valid everywhere in Encore:
//   - item tables are item-major: one row for each item, hidden width padded with zeros to a multiple of 16 floats;
//   - a batch is cut into panels of `lanes` ≤ 112 rows (users), padded to a multiple of 16; logits of a block are
//     z[item][lane], so that softmax sums run down vector lanes and no sum crosses a vector;
//   - every sum runs in one fixed order that no vector width changes, with fused multiply-add: processors that have it
//     (AVX2, AVX-512, NEON) give the same bits.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace encore::kernel {

/// Memory that is needed soon: a product may ask for it on the side, because it waits for arithmetic, not for memory.
struct Ahead {
  const float* data = nullptr;
  std::int64_t floats = 0;
};

/// c[m][n] (= or +=) Σ_k a(m, k) · b[k][n], with a(m, k) = a[m·a_row + k·a_depth] and n a multiple of 16.
/// The sum over k starts from zero (or from c) and runs upwards. `ahead` changes no number.
struct Multiply {
  std::int64_t rows, columns, depth;
  const float* a;
  std::int64_t a_row, a_depth;
  const float* b;
  std::int64_t b_row;
  float* c;
  std::int64_t c_row;
  bool accumulate = false;
  std::array<Ahead, 2> ahead{};
};

/// Up to so many columns `multiply_few` is the faster way to the same numbers.
constexpr std::int64_t few_columns = 8;

/// Two neighbours along the index of a sum, each rounded to bfloat16: to the nearest, ties to even, and below 2⁻¹²⁶ to
/// zero.
struct alignas(4) BfloatPair {
  std::uint16_t even, odd;
};

/// c[m][n] (= or +=) Σ_k a(m, k) · b[k][n] as `Multiply`, with k counting pairs. A pair is two fused multiply-adds in
/// f32, its odd half first; operands and results below 2⁻¹²⁶ are zero. That is VDPBF16PS (Intel's Software Developer's
/// Manual, vol. 2), so processors that have the instruction and those that follow the rule by other means give the same
/// bits. Tiles (Intel's AMX) add up in an order of their own (tiles.h): where `cpu` uses them, `bfloat16_path` says so.
struct MultiplyPairs {
  std::int64_t rows, columns, depth;
  const BfloatPair* a;
  std::int64_t a_row, a_depth;
  const BfloatPair* b;
  std::int64_t b_row;
  float* c;
  std::int64_t c_row;
  bool accumulate = false;
  std::array<Ahead, 2> ahead{};
  const float* start = nullptr;  ///< where given, the sums of row m start from start[m·start_row]: a bias stays f32
  std::int64_t start_row = 0;
};

/// Adam in Keras' form: m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← w − rate·m / (√v + ε), g including 2λw.
struct AdamStep {
  float rate;  ///< lr · √(1−β₂ᵗ) / (1−β₁ᵗ)
  float epsilon;
  float weight_decay;  ///< 2λ; applied to the first `decayed` columns of each row
  float beta1 = 0.9F, beta2 = 0.999F;
  float rest1 = 0.1F, rest2 = 0.001F;  ///< 1 − β, each rounded by itself: the difference of the floats is 1e-5 off
};

/// What softmax outputs must know of whole rows; five runs of `lanes` floats in this order. Σe, Σe² and Σe·t are
/// relative to `maximum` (e = exp(z − maximum)).
enum class SoftmaxStatistic : std::uint8_t { maximum, sum, sum_of_squares, sum_with_target, logit_with_target };
constexpr int softmax_statistics = 5;

enum class Curve : std::uint8_t { linear, relu, tanh, sigmoid, exponential };

/// One device's row of function pointers. All lengths are multiples of 16 unless said otherwise; all pointers 64-byte
/// aligned.
struct Kernels {
  std::string_view device;  ///< "cpu" or "reference"
  void (*multiply)(const Multiply&);
  /// The bits of `multiply` for 1 to `few_columns` columns, with a_depth = 1 and without `accumulate` and `ahead`; it reads
  /// only those columns of b and writes only those of c.
  void (*multiply_few)(const Multiply&);
  void (*multiply_pairs)(const MultiplyPairs&);
  /// to[r/2][c] = (from[r][c], from[r+1][c]) for even r; an odd last row is paired with zeros.
  void (*pair_rows)(const float* from, std::int64_t rows, std::int64_t columns, std::int64_t from_row, BfloatPair* to,
                    std::int64_t to_row);
  /// to[r][c/2] = (from[r][c], from[r][c+1]) for even c.
  void (*pair_columns)(const float* from, std::int64_t rows, std::int64_t columns, std::int64_t from_row,
                       BfloatPair* to, std::int64_t to_row);
  /// y[0…n) += x · a
  void (*add_scaled)(float* y, const float* x, float a, std::int64_t n);
  /// y[0…n) += x
  void (*add)(float* y, const float* x, std::int64_t n);
  /// to[column][row] = from[row][column]; plain sizes.
  void (*transpose)(const float* from, std::int64_t rows, std::int64_t columns, std::int64_t from_row, float* to,
                    std::int64_t to_row);
  /// z[items][lanes] → e = exp(z − maximum), maximum over the items of this block, Σe and Σe² a lane.
  void (*softmax_block)(float* z, std::int64_t items, std::int64_t lanes, float* maximum, float* sum,
                        float* sum_of_squares);
  /// Joins the statistics (softmax_statistics × lanes) of two neighbours: left ← left ⊕ right.
  void (*join_softmax)(float* left, const float* right, std::int64_t lanes);
  /// factor[lane] = exp(block_maximum − maximum) / sum · weight: turns this block's e into weight · p
  void (*softmax_factor)(const float* block_maximum, const float* maximum, const float* sum, const float* weight,
                         std::int64_t lanes, float* factor);
  /// e ← e · factor[lane]   (multinomial: p·Σt / rows)
  void (*scale_lanes)(float* e, std::int64_t items, std::int64_t lanes, const float* factor);
  /// e ← p·(slope·p − shift[lane]) with p = e·factor[lane]   (softmax + MSE away from the non-zeros)
  void (*softmax_mse_gradient)(float* e, std::int64_t items, std::int64_t lanes, const float* factor, float slope,
                               const float* shift);
  /// z ← slope·z (linear output against target 0), loss[lane] += Σ z²
  void (*linear_mse)(float* z, std::int64_t items, std::int64_t lanes, float slope, float* loss);
  /// z ← slope·y·y·(1−y), y = σ(z), loss[lane] += Σ y²
  void (*sigmoid_mse)(float* z, std::int64_t items, std::int64_t lanes, float slope, float* loss);
  /// z ← slope·σ(z), loss[lane] += Σ softplus(z)   (binary cross-entropy against target 0)
  void (*sigmoid_cross_entropy)(float* z, std::int64_t items, std::int64_t lanes, float slope, float* loss);
  /// x ← curve(x)
  void (*activate)(Curve, float* x, std::int64_t n);
  /// g ← g · curve′, from the activated value y
  void (*activate_gradient)(Curve, float* g, const float* y, std::int64_t n);
  /// One Adam step over `rows` rows of `stride` floats; g may be null (all zero) for rows without gradient.
  void (*adam)(const AdamStep&, float* w, float* m, float* v, const float* g, std::int64_t rows, std::int64_t stride,
               std::int64_t decayed);
  /// As many Adam steps without a gradient over one row, the rates of which are `rates[steps]` (not step.rate): the
  /// bits of calling `adam` for each, without a pass through memory for each.
  void (*adam_idle)(const AdamStep& step, const float* rates, std::int64_t steps, float* w, float* m, float* v,
                    std::int64_t stride, std::int64_t decayed);
};

/// The first `columns` of `product`'s columns, whichever way is faster; the others may be computed or left as they are.
inline void multiply_first(const Kernels& kernels, Multiply product, std::int64_t columns) {
  if (columns > few_columns) return kernels.multiply(product);
  product.columns = columns;
  kernels.multiply_few(product);
}

/// Plain loops, one number at a time (reference.cpp).
const Kernels& reference_device();

/// The table of devices: `cpu` (the widest instruction set this processor has, or the one chosen) and `reference`.
std::span<const Kernels> devices();
/// Throws std::invalid_argument for an unknown name.
const Kernels& device_named(std::string_view name);

/// The instruction set that `cpu` uses now, as Highway names it ("AVX3", "AVX2", "SSE4", "NEON" …); with "_BF16" behind
/// it where the instructions for bfloat16 are used too, "_AMX" where its products are made by tiles.
std::string instruction_set();
/// All that this processor can run, best first.
std::span<const std::string> instruction_sets();
/// Restricts `cpu` to one of `instruction_sets()`; an empty name lifts the restriction. Not while kernels run.
/// Throws std::invalid_argument for a name that this processor cannot run.
void choose_instruction_set(std::string_view name);
/// What else can be chosen, unlisted and slow: the bits of tiles, computed by their definition (emulated_tiles.h).
constexpr std::string_view emulated_tiles = "AMX_EMULATED";
/// Whether `cpu` multiplies bfloat16 by instructions made for it; otherwise the same bits come by way of f32, slower.
bool has_bfloat16_instructions();
/// Whether they do more in the same time than those for f32: tiles do, and the others on AMD's processors, twice as much, but not on
/// Intel's (docs/models.md).
bool bfloat16_is_faster();
/// Whether the chosen path has fused multiply-add, hence the bits that all such paths share.
std::string kernel_path();
/// The same for what multiplies bfloat16 on `cpu`: "AMX" where tiles do, which have bits of their own.
std::string bfloat16_path();

/// What became of this processor's tiles for bfloat16. Only `usable` ones are used: the system granted them to this process, and they
/// have the bits of their definition.
enum class TileState : std::uint8_t { absent, not_granted, not_as_defined, usable };
/// Found out once, by the first who asks: nobody does who multiplies no bfloat16, because the system's permission changes how large the
/// stacks of a process's signals have to be.
TileState tile_state();

}  // namespace encore::kernel
