// Every kernel of device `cpu`, on every instruction set that this processor runs, against the plain reference; and all
// sets with fused multiply-add against one another, bit for bit.
#include "kernel/kernels.h"
#include "paths.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <random>

#include "kernel/aligned.h"

namespace encore::kernel {
namespace {

AlignedFloats random_floats(std::size_t n, float low, float high, unsigned seed) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<float> between(low, high);
  AlignedFloats values(n);
  for (float& v : values) v = between(generator);
  return values;
}

/// One kernel call on fixed random inputs; returns everything that it wrote.
struct KernelCase {
  const char* name;
  std::function<AlignedFloats(const Kernels&)> run;
  float tolerance;
};

constexpr std::int64_t items = 37, lanes = 64, n = 4096;

AlignedFloats run_multiply(const Kernels& k, std::int64_t rows, std::int64_t columns, std::int64_t depth, bool across,
                           bool accumulate) {
  const AlignedFloats a = random_floats(rows * depth, -1, 1, 1), b = random_floats(depth * columns, -1, 1, 2);
  AlignedFloats c = random_floats(rows * columns, -1, 1, 3);
  k.multiply({rows, columns, depth, a.data(), across ? 1 : depth, across ? rows : 1, b.data(), columns, c.data(),
              columns, accumulate});
  return c;
}

/// Through all three kernels: operands in pairs along the depth, then their product.
AlignedFloats run_multiply_pairs(const Kernels& k, std::int64_t rows, std::int64_t columns, std::int64_t depth) {
  std::vector<BfloatPair, AlignedAllocator<BfloatPair>> a(rows * depth / 2), b(depth / 2 * columns);
  k.pair_columns(random_floats(rows * depth, -1, 1, 1).data(), rows, depth, depth, a.data(), depth / 2);
  k.pair_rows(random_floats(depth * columns, -1, 1, 2).data(), depth, columns, columns, b.data(), columns);
  AlignedFloats c(rows * columns);
  k.multiply_pairs({rows, columns, depth / 2, a.data(), depth / 2, 1, b.data(), columns, c.data(), columns});
  return c;
}

AlignedFloats block_with_loss(const std::function<void(float* z, float* loss)>& call, float low = -3, float high = 3) {
  AlignedFloats z = random_floats(items * lanes, low, high, 4), loss = random_floats(lanes, 0, 1, 5);
  call(z.data(), loss.data());
  z.insert(z.end(), loss.begin(), loss.end());
  return z;
}

std::vector<KernelCase> cases() {
  std::vector<KernelCase> list{
      {"multiply 37x64x151", [](const Kernels& k) { return run_multiply(k, 37, 64, 151, false, false); }, 1e-5F},
      {"multiply across, adding", [](const Kernels& k) { return run_multiply(k, 64, 160, 37, true, true); }, 1e-5F},
      {"multiply 1x16x1", [](const Kernels& k) { return run_multiply(k, 1, 16, 1, false, false); }, 1e-6F},
      {"multiply 13x48x7", [](const Kernels& k) { return run_multiply(k, 13, 48, 7, true, false); }, 1e-6F},
      {"multiply in pieces", [](const Kernels& k) { return run_multiply(k, 300, 48, 700, false, true); }, 1e-4F},
      {"multiply in pieces, across", [](const Kernels& k) { return run_multiply(k, 150, 112, 650, true, false); }, 1e-4F},
      {"multiply_pairs 37x64x144", [](const Kernels& k) { return run_multiply_pairs(k, 37, 64, 144); }, 0},
      {"multiply_pairs 13x80x16", [](const Kernels& k) { return run_multiply_pairs(k, 13, 80, 16); }, 0},
      {"add_scaled",
       [](const Kernels& k) {
         AlignedFloats y = random_floats(n, -1, 1, 6);
         k.add_scaled(y.data(), random_floats(n, -1, 1, 7).data(), 0.3F, n);
         return y;
       },
       1e-6F},
      {"add",
       [](const Kernels& k) {
         AlignedFloats y = random_floats(n, -1, 1, 6);
         k.add(y.data(), random_floats(n, -1, 1, 7).data(), n);
         return y;
       },
       0},
      {"transpose",
       [](const Kernels& k) {
         AlignedFloats to(33 * 48, 0);
         k.transpose(random_floats(33 * 20, -1, 1, 8).data(), 33, 19, 20, to.data(), 48);
         return to;
       },
       0},
      {"softmax_block",
       [](const Kernels& k) {
         AlignedFloats z = random_floats(items * lanes, -20, 20, 9), out(3 * lanes);
         k.softmax_block(z.data(), items, lanes, out.data(), out.data() + lanes, out.data() + 2 * lanes);
         z.insert(z.end(), out.begin(), out.end());
         return z;
       },
       1e-6F},
      {"softmax_block of 48 lanes",
       [](const Kernels& k) {
         AlignedFloats z = random_floats(items * 48, -20, 20, 9), out(3 * 48);
         k.softmax_block(z.data(), items, 48, out.data(), out.data() + 48, out.data() + 2 * 48);
         z.insert(z.end(), out.begin(), out.end());
         return z;
       },
       1e-6F},
      {"join_softmax",
       [](const Kernels& k) {
         AlignedFloats left = random_floats(softmax_statistics * lanes, 0, 9, 10);
         k.join_softmax(left.data(), random_floats(softmax_statistics * lanes, 0, 9, 11).data(), lanes);
         return left;
       },
       1e-6F},
      {"softmax_factor",
       [](const Kernels& k) {
         const AlignedFloats in = random_floats(4 * lanes, 1, 3, 18);
         AlignedFloats factor(lanes);
         k.softmax_factor(in.data(), in.data() + lanes, in.data() + 2 * lanes, in.data() + 3 * lanes, lanes,
                          factor.data());
         return factor;
       },
       1e-6F},
      {"scale_lanes",
       [](const Kernels& k) {
         return block_with_loss([&](float* z, float* loss) { k.scale_lanes(z, items, lanes, loss); });
       },
       0},
      {"softmax_mse_gradient",
       [](const Kernels& k) {
         return block_with_loss([&](float* z, float* loss) {
           k.softmax_mse_gradient(z, items, lanes, loss, 0.7F, random_floats(lanes, 0, 1, 12).data());
         });
       },
       1e-6F},
      {"linear_mse",
       [](const Kernels& k) {
         return block_with_loss([&](float* z, float* loss) { k.linear_mse(z, items, lanes, 0.4F, loss); });
       },
       1e-5F},
      {"sigmoid_mse",
       [](const Kernels& k) {
         return block_with_loss([&](float* z, float* loss) { k.sigmoid_mse(z, items, lanes, 0.4F, loss); }, -30, 30);
       },
       1e-6F},
      {"sigmoid_cross_entropy",
       [](const Kernels& k) {
         return block_with_loss([&](float* z, float* loss) { k.sigmoid_cross_entropy(z, items, lanes, 0.4F, loss); },
                                -30, 30);
       },
       1e-6F},
  };
  for (const Curve curve : {Curve::linear, Curve::relu, Curve::tanh, Curve::sigmoid, Curve::exponential}) {
    list.push_back({"activate",
                    [curve](const Kernels& k) {
                      AlignedFloats x = random_floats(n, -8, 8, 13);
                      k.activate(curve, x.data(), n);
                      return x;
                    },
                    1e-6F});
    list.push_back({"activate_gradient",
                    [curve](const Kernels& k) {
                      AlignedFloats g = random_floats(n, -1, 1, 14);
                      k.activate_gradient(curve, g.data(), random_floats(n, -0.5F, 1, 15).data(), n);
                      return g;
                    },
                    1e-6F});
  }
  for (const bool with_gradient : {true, false}) {
    list.push_back({"adam",
                    [with_gradient](const Kernels& k) {
                      AlignedFloats state = random_floats(3 * 5 * 48, 0, 1, 16);
                      float* w = state.data();
                      const AlignedFloats g = random_floats(5 * 48, -1, 1, 17);
                      k.adam({.rate = 0.01F, .epsilon = 1e-7F, .weight_decay = 0.1F}, w, w + 240, w + 480,
                             with_gradient ? g.data() : nullptr, 5, 48, 37);
                      return state;
                    },
                    1e-6F});
  }
  list.push_back({"adam_idle",
                  [](const Kernels& k) {
                    AlignedFloats state = random_floats(3 * 48, 0, 1, 16);
                    float* w = state.data();
                    const AlignedFloats rates = random_floats(20, 1e-4F, 1e-3F, 18);
                    k.adam_idle({.epsilon = 1e-7F, .weight_decay = 0.1F}, rates.data(), 20, w, w + 48, w + 96, 48, 37);
                    return state;
                  },
                  1e-6F});
  return list;
}

class EveryInstructionSet : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { choose_instruction_set(GetParam()); }
  void TearDown() override { choose_instruction_set({}); }
};

TEST_P(EveryInstructionSet, agrees_with_the_reference) {
  ASSERT_EQ(instruction_set(), GetParam());
  for (const KernelCase& one : cases()) {
    const AlignedFloats expected = one.run(device_named("reference")), actual = one.run(device_named("cpu"));
    ASSERT_EQ(expected.size(), actual.size());
    const bool in_another_order = bfloat16_path() == "AMX" && std::string_view(one.name).starts_with("multiply_pairs");
    const float tolerance = in_another_order ? 1e-5F : one.tolerance;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_NEAR(expected[i], actual[i], tolerance * std::max(1.0F, std::abs(expected[i])))
          << one.name << " at " << i;
    }
  }
}

/// A row's weights and moments of all sizes: far from zero, so small that no step moves the weight, denormal, zero of
/// either sign. [w, m, v][48]
AlignedFloats moments_of_all_sizes(unsigned seed) {
  AlignedFloats row = random_floats(3 * 48, -1, 1, seed);
  for (std::size_t i = 0; i < 48; ++i) {
    float &w = row[i], &m = row[48 + i], &v = row[96 + i];
    m *= std::pow(10.0F, -static_cast<float>(i % 24)), v = std::abs(v) * std::pow(10.0F, -static_cast<float>(i % 40));
    if (i % 11 == 3) w = 0;
    if (i % 11 == 4) w *= 1e-39F, m *= 1e-39F;
    if (i % 11 == 5) w = -0.0F, m = -0.0F, v = 0;
    if (i % 11 == 6) m = 0;
  }
  return row;
}

TEST_P(EveryInstructionSet, idle_steps_of_adam_have_the_bits_of_as_many_steps_of_their_own) {
  const Kernels& cpu = device_named("cpu");
  for (const float decay : {0.0F, 0.1F}) {
    for (const std::int64_t steps : {1, 7, 8, 9, 120, 1500}) {
      const AlignedFloats rates = random_floats(static_cast<std::size_t>(steps), 1e-4F, 1e-3F, 18);
      for (unsigned seed = 30; seed < 50; ++seed) {
        AlignedFloats idle = moments_of_all_sizes(seed);
        // Rows of a kind, too: a whole vector of weights that rest, which a mixed row never has.
        if (seed % 2 == 0) std::fill(idle.begin(), idle.begin() + 48, 0.5F);
        if (seed % 4 == 0) std::fill(idle.begin() + 48, idle.begin() + 96, 1e-9F);
        AlignedFloats dense = idle;
        AdamStep step{.rate = 5, .epsilon = seed % 3 == 0 ? 1e-7F : 1e-8F, .weight_decay = decay};
        cpu.adam_idle(step, rates.data(), steps, idle.data(), idle.data() + 48, idle.data() + 96, 48, 37);
        for (const float rate : rates) {
          step.rate = rate;
          cpu.adam(step, dense.data(), dense.data() + 48, dense.data() + 96, nullptr, 1, 48, 37);
        }
        ASSERT_EQ(0, std::memcmp(idle.data(), dense.data(), idle.size() * sizeof(float)))
            << steps << " steps, decay " << decay << ", seed " << seed;
      }
    }
  }
}

TEST_P(EveryInstructionSet, few_columns_have_the_bits_of_many_and_leave_the_others_alone) {
  const Kernels& cpu = device_named("cpu");
  constexpr std::int64_t stride = 208;
  for (const std::int64_t rows : {1, 3, 8, 31, 37, 128}) {
    for (const std::int64_t depth : {1, 3, 64, 201, 208}) {
      const AlignedFloats a = random_floats(static_cast<std::size_t>(rows * stride), -1, 1, 41);
      const AlignedFloats b = random_floats(static_cast<std::size_t>(depth * 16), -1, 1, 42);
      AlignedFloats many(static_cast<std::size_t>(rows * 16));
      cpu.multiply({rows, 16, depth, a.data(), stride, 1, b.data(), 16, many.data(), 16});
      for (std::int64_t columns = 1; columns <= few_columns + 1; ++columns) {
        AlignedFloats few(many.size(), 7.0F), plain(many.size(), 7.0F);
        const Multiply product{rows, columns, depth, a.data(), stride, 1, b.data(), 16, few.data(), 16};
        if (columns > few_columns) {  // multiply_first goes the other way
          Multiply panel = product;
          panel.columns = 16;
          multiply_first(cpu, panel, columns);
        } else {
          cpu.multiply_few(product);
          Multiply slow = product;
          slow.c = plain.data();
          device_named("reference").multiply_few(slow);
        }
        for (std::int64_t r = 0; r < rows; ++r) {
          for (std::int64_t column = 0; column < 16; ++column) {
            const auto at = static_cast<std::size_t>(r * 16 + column);
            const float right = column < columns || columns > few_columns ? many[at] : 7.0F;
            ASSERT_EQ(0, std::memcmp(&few[at], &right, sizeof right))
                << rows << " × " << columns << " × " << depth << " at " << r << ", " << column;
            if (columns <= few_columns) {
              ASSERT_NEAR(plain[at], right, 1e-4F);
            }
          }
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(cpu, EveryInstructionSet, testing::ValuesIn(with_emulated_tiles()),
                         [](const auto& set) { return set.param; });

/// Small and large requests, none at all, and more lines than the product has steps.
TEST(Multiply, WhatItFetchesAheadChangesNoNumber) {
  const AlignedFloats a = random_floats(37 * 151, -1, 1, 1), b = random_floats(151 * 64, -1, 1, 2);
  const AlignedFloats soon = random_floats(200'000, -1, 1, 3);
  const auto product = [&](std::int64_t first, std::int64_t second) {
    AlignedFloats c(37 * 64);
    device_named("cpu").multiply({37,
                                  64,
                                  151,
                                  a.data(),
                                  151,
                                  1,
                                  b.data(),
                                  64,
                                  c.data(),
                                  64,
                                  false,
                                  {Ahead{soon.data(), first}, Ahead{soon.data(), second}}});
    return c;
  };
  const AlignedFloats alone = product(0, 0);
  EXPECT_EQ(product(0, 16), alone);
  EXPECT_EQ(product(48, 1600), alone);
  EXPECT_EQ(product(15, 200'000), alone);
}

TEST(InstructionSets, with_fused_multiply_add_give_the_same_bits) {
  std::vector<std::string> fused;
  for (const std::string& set : instruction_sets()) {
    choose_instruction_set(set);
    if (bfloat16_path() == "FMA") fused.push_back(set);
  }
  choose_instruction_set({});
  if (fused.size() < 2)
    GTEST_SKIP() << "this processor has " << fused.size() << " instruction set with fused multiply-add";
  for (const KernelCase& one : cases()) {
    choose_instruction_set(fused[0]);
    const AlignedFloats expected = one.run(device_named("cpu"));
    for (std::size_t s = 1; s < fused.size(); ++s) {
      choose_instruction_set(fused[s]);
      const AlignedFloats actual = one.run(device_named("cpu"));
      EXPECT_EQ(0, std::memcmp(expected.data(), actual.data(), expected.size() * sizeof(float)))
          << one.name << " on " << fused[s];
    }
  }
  choose_instruction_set({});
}

TEST(InstructionSets, unknown_names_are_refused) {
  EXPECT_THROW(choose_instruction_set("PDP11"), std::invalid_argument);
  EXPECT_THROW(device_named("abacus"), std::invalid_argument);
}

}  // namespace
}  // namespace encore::kernel
