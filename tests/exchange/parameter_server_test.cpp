// Pulls and pushes of several processes and threads against the numbers of process 0.
#include "exchange/parameter_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "exchange/cluster.h"

namespace encore::made_up {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t first_part = 70'001, second_part = 3;

/// Three processes; `work` gets each one's exchange and parameters.
std::vector<std::string> with_parameters(bool locked, std::vector<float>& numbers,
                                         const std::function<void(Exchange&, Parameters&)>& work) {
  Cluster cluster{3, 1, 30};
  cluster.change = [](ClusterSettings& settings) { settings.parameters = true; };
  Listeners listeners(3);
  std::vector<std::string> ends(3);
  std::vector<std::jthread> threads;
  for (int p = 0; p < 3; ++p) {
    threads.emplace_back([&, p] {
      const auto i = static_cast<std::size_t>(p);
      try {
        ClusterWorld world(std::move(listeners.listeners[i]), settings_of(cluster, p, listeners.addresses));
        const std::span<float> all(numbers);
        const auto parameters = parameters_of(world, {all.first(first_part), all.subspan(first_part)}, locked);
        try {
          work(world.of(0), *parameters);
        } catch (const std::exception& error) {
          world.of(0).abort(error.what());
          throw;
        }
      } catch (const std::exception& error) {
        ends[i] = error.what();
      }
    });
  }
  threads.clear();
  return ends;
}

TEST(ParameterServer, adds_every_push_of_every_process) {
  for (const bool locked : {true, false}) {
    std::vector<float> numbers(first_part + second_part, 5);
    const auto ends = with_parameters(locked, numbers, [&](Exchange& exchange, Parameters& parameters) {
      std::vector<float> mine(numbers.size(), 1), seen(numbers.size());
      const FloatParts cut{std::span(mine).first(10), std::span(mine).subspan(10)};
      for (int push = 0; push < 20; ++push) {
        parameters.push(cut);
        parameters.pull({seen});
        if (locked && std::count(seen.begin(), seen.end(), seen[0]) != static_cast<std::ptrdiff_t>(seen.size()))
          throw std::runtime_error("a pull has seen half a push");
        if (seen[0] < static_cast<float>(6 + push)) throw std::runtime_error("a push of its own is missing");
      }
      exchange.barrier();
    });
    for (const std::string& end : ends) EXPECT_EQ(end, "");
    EXPECT_EQ(numbers, std::vector<float>(numbers.size(), 65));
  }
}

TEST(ParameterServer, takes_turns_with_the_threads_of_a_process) {
  std::vector<float> numbers(first_part + second_part);
  const auto ends = with_parameters(true, numbers, [&](Exchange& exchange, Parameters& parameters) {
    {
      std::vector<std::jthread> threads;
      for (int t = 0; t < 3; ++t) {
        threads.emplace_back([&] {
          std::vector<float> mine(numbers.size(), 2);
          for (int push = 0; push < 5; ++push) parameters.push({mine});
        });
      }
    }
    exchange.barrier();
  });
  for (const std::string& end : ends) EXPECT_EQ(end, "");
  EXPECT_EQ(numbers, std::vector<float>(numbers.size(), 90));
}

TEST(ParameterServer, passes_on_why_it_ended) {
  std::vector<float> numbers(first_part + second_part);
  const auto ends = with_parameters(false, numbers, [&](Exchange& exchange, Parameters& parameters) {
    exchange.barrier();  // all have met; before, an end would be that of the meeting
    if (exchange.rank() == 0) throw std::runtime_error("no more numbers");
    std::vector<float> mine(numbers.size());
    for (;;) parameters.pull({mine});
  });
  EXPECT_THAT(ends[1], HasSubstr("no more numbers"));
  EXPECT_THAT(ends[2], HasSubstr("no more numbers"));
}

}  // namespace
}  // namespace encore::made_up
