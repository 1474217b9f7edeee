// Joins, gathers and reductions between processes give the bits of one process.
#include "exchange/cluster_world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <thread>

#include "exchange/blocks.h"
#include "exchange/cluster.h"
#include "exchange/thread_exchange.h"

namespace encore::made_up {
namespace {

constexpr std::int64_t blocks = 13;

struct Shape {
  Join join;
  std::int64_t units, floats;
};

std::vector<float> joined_alone(const Shape& shape) {
  Partials partials(cpu(), shape.join, shape.units, shape.floats);
  partials.start(shape.units);
  add_blocks(partials, 0, blocks);
  ThreadWorld world(1, 1);
  const float* total = world.of(0).join(Channel::softmax, partials);
  return {total, total + shape.units * shape.floats};
}

/// The blocks of rank r: evenly, or all but one to the last rank, so that others have none.
std::pair<std::int64_t, std::int64_t> blocks_of(int rank, int ranks, bool even) {
  if (even) return {blocks * rank / ranks, blocks * (rank + 1) / ranks};
  const std::int64_t first = rank == 0 ? 0 : 1;
  return {first, rank == ranks - 1 ? blocks : 1};
}

void expect_all_well(const std::vector<std::string>& ends) {
  for (const std::string& end : ends) EXPECT_EQ(end, "");
}

TEST(ClusterWorld, joins_to_the_bits_of_one_process) {
  for (const Shape& shape : {Shape{Join::sum, 7, 32}, Shape{Join::softmax, 3, 80}, Shape{Join::sum, 64, 160}}) {
    const std::vector<float> alone = joined_alone(shape);
    for (int processes = 1; processes <= 5; ++processes) {
      for (int locals = 1; locals <= 3; ++locals) {
        for (const bool even : {true, false}) {
          const auto body = [&](Exchange& exchange) {
            Partials mine(cpu(), shape.join, shape.units, shape.floats);
            for (int repeat = 0; repeat < 3; ++repeat) {
              mine.start(shape.units);
              const auto [first, last] = blocks_of(exchange.rank(), exchange.size(), even);
              add_blocks(mine, first, last);
              const float* total = exchange.join(Channel::first_sums, mine);
              if (std::memcmp(total, alone.data(), alone.size() * sizeof(float)) != 0)
                throw std::runtime_error("other bits");
            }
          };
          SCOPED_TRACE(::testing::Message()
                       << processes << " processes of " << locals << ", " << shape.units << " units");
          expect_all_well(run_as_threads({processes, locals}, body));
        }
      }
    }
  }
}

TEST(ClusterWorld, joins_nothing_to_zeros) {
  for (const int processes : {2, 3}) {
    expect_all_well(run_as_threads({processes, 2}, [](Exchange& exchange) {
      Partials mine(cpu(), Join::sum, 40, 64);
      mine.start(40);
      const float* total = exchange.join(Channel::first_sums, mine);
      if (std::count(total, total + 40 * 64, 0.0F) != 40 * 64) throw std::runtime_error("not zero");
    }));
  }
}

TEST(ClusterWorld, changes_the_number_of_units_from_step_to_step) {
  expect_all_well(run_as_threads({3, 2}, [](Exchange& exchange) {
    Partials mine(cpu(), Join::sum, 64, 64);
    for (const std::int64_t units : {64, 1, 0, 37, 64}) {
      mine.start(units);
      mine.open(exchange.rank());
      for (std::int64_t unit = 0; unit < units; ++unit) mine.touch(unit)[7] = static_cast<float>(unit);
      mine.close();
      const float* total = exchange.join(Channel::last_gradient, mine);
      for (std::int64_t unit = 0; unit < units; ++unit) {
        if (total[unit * 64 + 7] != static_cast<float>(6 * unit)) throw std::runtime_error("wrong sum");
      }
    }
  }));
}

TEST(ClusterWorld, gathers_bytes_of_any_size_in_the_order_of_the_ranks) {
  for (const auto& [processes, locals] : {std::pair{1, 3}, std::pair{2, 1}, std::pair{3, 2}}) {
    expect_all_well(run_as_threads({processes, locals}, [](Exchange& exchange) {
      for (const std::size_t size : {0U, 1U, 70'000U, 700'000U}) {
        std::vector<std::byte> mine(size * static_cast<std::size_t>(exchange.rank()),
                                    static_cast<std::byte>(exchange.rank() + 1));
        const auto& all = exchange.gather(mine);
        if (all.size() != static_cast<std::size_t>(exchange.size())) throw std::runtime_error("wrong number");
        for (std::size_t r = 0; r < all.size(); ++r) {
          if (all[r] != std::vector<std::byte>(size * r, static_cast<std::byte>(r + 1)))
            throw std::runtime_error("wrong bytes");
        }
      }
    }));
  }
}

std::vector<float> numbers_of(int rank, std::size_t count) {
  std::mt19937 random(static_cast<unsigned>(rank));
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<float> numbers(count);
  for (float& one : numbers) one = uniform(random);
  return numbers;
}

std::vector<float> reduced_alone(Reduction::Kind kind, int ranks, int absent, std::size_t count) {
  std::vector<float> sum(count);
  std::vector<double> exact(count);
  for (int rank = 0; rank < ranks; ++rank) {
    if (rank == absent) continue;
    const std::vector<float> numbers = numbers_of(rank, count);
    for (std::size_t i = 0; i < count; ++i) {
      sum[i] += numbers[i];
      exact[i] += (rank + 1) / 7.0 * static_cast<double>(numbers[i]);
    }
  }
  if (kind == Reduction::Kind::weighted_mean) std::copy(exact.begin(), exact.end(), sum.begin());
  return sum;
}

TEST(ClusterWorld, reduces_to_the_bits_of_a_plain_loop) {
  for (const auto kind : {Reduction::Kind::sum, Reduction::Kind::weighted_mean}) {
    for (const auto& [processes, locals] :
         {std::pair{1, 1}, std::pair{1, 3}, std::pair{2, 1}, std::pair{3, 2}, std::pair{5, 1}}) {
      for (const std::size_t count : {0U, 3U, 1000U, processes == 2 ? 600'001U : 270'001U}) {
        for (const int absent : {-1, 1}) {
          const std::vector<float> expected = reduced_alone(kind, processes * locals, absent, count);
          SCOPED_TRACE(::testing::Message() << processes << " processes of " << locals << ", " << count << " numbers");
          expect_all_well(run_as_threads({processes, locals}, [&](Exchange& exchange) {
            std::vector<float> mine = numbers_of(exchange.rank(), count);
            const double share = (exchange.rank() + 1) / 7.0;
            exchange.reduce(mine, {kind, exchange.rank() != absent, share});
            if (mine != expected) throw std::runtime_error("other bits");
          }));
        }
      }
    }
  }
}

TEST(ClusterWorld, counts_what_its_exchanges_cost) {
  Listeners listeners(2);
  std::vector<std::jthread> threads;
  for (int p = 0; p < 2; ++p) {
    threads.emplace_back([&, p] {
      ClusterWorld world(std::move(listeners.listeners[static_cast<std::size_t>(p)]),
                         settings_of({2, 1}, p, listeners.addresses));
      const std::uint64_t before = world.times().bytes_sent;
      world.of(0).gather(std::vector<std::byte>(1000));
      EXPECT_GE(world.times().bytes_sent - before, 1000U);
      EXPECT_GE(world.times().bytes_received, 1000U);
      EXPECT_GT(world.times().seconds, 0);
      EXPECT_LE(world.times().waiting_seconds, world.times().seconds);
      EXPECT_EQ(world.of(0).rank(), p);
    });
  }
}

TEST(ClusterWorld, of_one_process_needs_no_connection) {
  ClusterWorld world(2, 2);
  std::jthread other([&] { world.of(1).barrier(); });
  world.of(0).barrier();
  EXPECT_EQ(world.processes(), 1);
  EXPECT_EQ(world.of(1).rank(), 1);
  EXPECT_EQ(world.times().rounds, 0U);
}

TEST(ClusterWorld, names_ranks_that_are_out_of_step) {
  const auto ends = run_as_threads({2, 1}, [](Exchange& exchange) {
    if (exchange.rank() == 0)
      exchange.barrier();
    else
      exchange.gather({});
  });
  EXPECT_TRUE(ends[0].find("out of step") != std::string::npos || ends[1].find("out of step") != std::string::npos)
      << lines_of(ends);
}

}  // namespace
}  // namespace encore::made_up
