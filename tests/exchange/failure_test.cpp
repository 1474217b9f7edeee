// A process that dies, stops, fails or leaves too early: every other rank ends with an error that names it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <memory>
#include <thread>

#include "exchange/blocks.h"
#include "exchange/cluster.h"

namespace encore::made_up {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// Steps without end; `mark` after the first ones.
Body endless_steps(bool mark) {
  return [mark](Exchange& exchange) {
    Partials mine(cpu(), Join::sum, 64, 160);
    std::vector<float> weights(500'000);
    for (std::int64_t step = 1;; ++step) {
      exchange.set_step(2, step);
      mine.start(64);
      add_block(mine, exchange.rank());
      exchange.join(Channel::first_sums, mine);
      if (step % 50 == 0) exchange.reduce(weights, Reduction::sum());
      if (mark && step == 100 && exchange.rank() % 2 == 0) Child::mark_point();
    }
  };
}

struct Children {
  Children(const Cluster& cluster, const Body& body) : listeners(cluster.processes) {
    for (int p = 0; p < cluster.processes; ++p) {
      children.push_back(std::make_unique<Child>([&, p] {
        Listener listener = std::move(listeners.listeners[static_cast<std::size_t>(p)]);
        listeners.listeners.clear();
        return lines_of(run_process(std::move(listener), settings_of(cluster, p, listeners.addresses), body));
      }));
    }
    listeners.listeners.clear();
  }
  Listeners listeners;
  std::vector<std::unique_ptr<Child>> children;
};

TEST(Failure, of_a_killed_process_is_named_by_all_others) {
  for (const int locals : {1, 2}) {
    const Cluster cluster{3, locals, 60};
    Children cluster_of(cluster, endless_steps(true));
    auto& children = cluster_of.children;
    if (locals == 1) {  // rank 1 makes no mark
      children[0]->wait_for_mark();
      children[2]->wait_for_mark();
    } else {
      for (auto& child : children) child->wait_for_mark();
    }
    children[1]->send_signal(SIGKILL);
    for (const int survivor : {0, 2}) {
      const std::string text = children[static_cast<std::size_t>(survivor)]->result();
      EXPECT_THAT(text, HasSubstr("PeerLost: rank"));
      EXPECT_THAT(text, HasSubstr(locals == 1 ? "rank 1 at 127.0.0.1:" : "ranks 2-3 at 127.0.0.1:"));
      EXPECT_THAT(text, HasSubstr(" was lost in epoch 2, step "));
      EXPECT_THAT(text, AnyOf(HasSubstr("connection closed"), HasSubstr("onnection reset"), HasSubstr("roken pipe")));
      EXPECT_EQ(text.find("WorldAborted") != std::string::npos, locals == 2) << text;
    }
  }
}

TEST(Failure, of_a_stopped_process_is_noticed_after_the_timeout) {
  Children cluster_of({3, 1, 1.5}, endless_steps(true));
  auto& children = cluster_of.children;
  children[0]->wait_for_mark();
  children[2]->wait_for_mark();
  children[1]->send_signal(SIGSTOP);
  for (const int survivor : {0, 2})
    EXPECT_THAT(children[static_cast<std::size_t>(survivor)]->result(),
                AllOf(HasSubstr("PeerLost: rank 1 at 127.0.0.1:"), HasSubstr("not a byte for 1.5 s")));
  children[1]->send_signal(SIGCONT);
  EXPECT_THAT(children[1]->result(), HasSubstr("PeerLost: "));
}

TEST(Failure, is_not_what_long_computing_is_taken_for) {
  // One rank computes for three timeouts between two rounds; meanwhile the others are at the next one already.
  Children cluster_of({3, 1, 0.8}, [](Exchange& exchange) {
    for (int slow = 0; slow < 2; ++slow) {
      if (exchange.rank() == slow) std::this_thread::sleep_for(std::chrono::milliseconds(2400));
      exchange.barrier();
      std::vector<float> one(100'000, 1.0F);
      exchange.reduce(one, Reduction::sum());
      if (one[7] != 3) throw std::runtime_error("a sum is wrong");
    }
  });
  for (auto& child : cluster_of.children) EXPECT_EQ(child->result(), "\n");  // no error
}

TEST(Failure, of_a_rank_reaches_the_others_with_its_words) {
  const auto fails_at = [](const std::function<void(Exchange&)>& wait) {
    return [wait](Exchange& exchange) {
      exchange.set_step(1, 7);
      exchange.barrier();  // all have met
      if (exchange.rank() == 3) throw std::runtime_error("the disk is full");
      wait(exchange);
    };
  };
  const std::vector<std::function<void(Exchange&)>> waits{[](Exchange& e) { e.barrier(); },
                                                          [](Exchange& e) { e.gather(std::vector<std::byte>(100)); },
                                                          [](Exchange& e) {
                                                            std::vector<float> numbers(2'000'000);
                                                            e.reduce(numbers, Reduction::sum());
                                                          },
                                                          [](Exchange& e) {
                                                            Partials mine(cpu(), Join::sum, 64, 160);
                                                            mine.start(64);
                                                            add_block(mine, e.rank());
                                                            e.join(Channel::first_sums, mine);
                                                          }};
  for (const auto& wait : waits) {
    const auto ends = run_as_threads({3, 2, 60}, fails_at(wait));
    EXPECT_EQ(ends[3], "error: the disk is full");
    EXPECT_EQ(ends[2], "WorldAborted");
    for (const int process : {0, 2}) {
      const std::string both =
          ends[static_cast<std::size_t>(2 * process)] + ends[static_cast<std::size_t>(2 * process + 1)];
      EXPECT_THAT(both, HasSubstr("PeerFailed: rank 3 at 127.0.0.1:"));
      EXPECT_THAT(both, HasSubstr(" failed in epoch 1, step 7: the disk is full"));
      EXPECT_THAT(both, HasSubstr("WorldAborted"));
    }
  }
}

TEST(Failure, in_real_processes_reaches_the_others_with_its_words) {
  Children cluster_of({4, 1, 60}, [](Exchange& exchange) {
    for (int step = 1;; ++step) {
      std::vector<float> numbers(300'000);
      exchange.reduce(numbers, Reduction::sum());
      if (exchange.rank() == 2 && step == 20) throw std::runtime_error("out of coffee");
    }
  });
  for (std::size_t p = 0; p < 4; ++p) {
    const std::string text = cluster_of.children[p]->result();
    EXPECT_THAT(text, HasSubstr(p == 2 ? "error: out of coffee" : "PeerFailed: rank 2 at 127.0.0.1:"));
    EXPECT_THAT(text, HasSubstr("out of coffee"));
  }
}

TEST(Failure, is_what_an_early_end_is_for_those_who_go_on) {
  const auto ends = run_as_threads({3, 1, 60}, [](Exchange& exchange) {
    exchange.barrier();
    if (exchange.rank() == 0) return;
    exchange.barrier();
  });
  EXPECT_EQ(ends[0], "");
  for (const std::size_t rank : {1U, 2U})
    EXPECT_THAT(ends[rank], AllOf(HasSubstr("PeerLost: rank 0 at"), Not(HasSubstr("not a byte"))));
}

TEST(Failure, is_not_what_an_end_in_step_is) {
  for (int repeat = 0; repeat < 20; ++repeat) {
    const auto ends = run_as_threads({4, 1, 60}, [](Exchange& exchange) { exchange.barrier(); });
    for (const std::string& end : ends) EXPECT_EQ(end, "");
  }
}

TEST(Failure, from_another_thread_ends_a_wait) {
  Listeners listeners(2);
  const Cluster cluster{2, 1, 60};
  std::atomic<bool> waits{false};
  std::string end;
  std::jthread first([&] {
    ClusterWorld world(std::move(listeners.listeners[0]), settings_of(cluster, 0, listeners.addresses));
    std::jthread stopper([&] {
      while (!waits) std::this_thread::yield();
      world.of(0).abort("stopped by the user");
    });
    waits = true;
    EXPECT_THROW(world.of(0).barrier(), WorldAborted);
  });
  ClusterWorld world(std::move(listeners.listeners[1]), settings_of(cluster, 1, listeners.addresses));
  first.join();
  try {
    world.of(0).barrier();  // rank 0 may have come as far as this
    world.of(0).barrier();
    ADD_FAILURE() << "no error";
  } catch (const PeerFailed& error) {
    EXPECT_THAT(error.what(), HasSubstr("rank 0 at 127.0.0.1:"));
    EXPECT_THAT(error.what(), HasSubstr("stopped by the user"));
    EXPECT_EQ(error.rank(), 0);
  }
}

}  // namespace
}  // namespace encore::made_up
