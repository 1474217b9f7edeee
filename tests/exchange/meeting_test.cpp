// Who is let in: only processes of this run, each once; strangers are sent away and the wait goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <thread>

#include "exchange/cluster.h"
#include "exchange/frame.h"
#include "exchange/handshake.h"

namespace encore::made_up {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// Passes what `from` has to say to `to`; returns it.
std::string pass(Handshake& from, Handshake& to) {
  const std::string all = std::exchange(from.to_send(), {});
  std::size_t at = 0;
  while (at < all.size() && to.wanted() > 0) {
    const std::string part = all.substr(at, to.wanted());
    at += part.size();
    to.receive(part);
  }
  EXPECT_EQ(at, all.size());
  return all;
}

const Handshake::Self server{0, 3, Purpose::exchange, "the secret of this run", "version=1"};
const Handshake::Self client{2, 3, Purpose::exchange, "the secret of this run", "version=2"};

TEST(Handshake, tells_both_sides_who_the_other_is) {
  Handshake a = Handshake::accepting(server), c = Handshake::connecting(client, 0);
  pass(c, a), pass(a, c), pass(c, a), pass(a, c);
  EXPECT_EQ(a.wanted() + c.wanted(), 0U);
  EXPECT_EQ(a.peer(), 2);
  EXPECT_EQ(a.peer_identity(), "version=2");
  EXPECT_EQ(c.peer_identity(), "version=1");
}

TEST(Handshake, never_sends_the_secret) {
  Handshake a = Handshake::accepting(server), c = Handshake::connecting(client, 0);
  for (const std::string& said : {pass(c, a), pass(a, c), pass(c, a), pass(a, c)})
    EXPECT_EQ(said.find(server.secret), std::string::npos);
}

TEST(Handshake, is_refused_with_another_secret) {
  Handshake::Self wrong = client;
  wrong.secret = "the secret of that run";
  Handshake a = Handshake::accepting(server), c = Handshake::connecting(wrong, 0);
  pass(c, a);
  EXPECT_THROW(pass(a, c), HandshakeRefused) << "the acceptor proves itself first";
}

TEST(Handshake, that_was_overheard_cannot_be_played_again) {
  Handshake a = Handshake::accepting(server), c = Handshake::connecting(client, 0);
  const std::string hello = pass(c, a);
  pass(a, c);
  const std::string proof = pass(c, a);
  Handshake again = Handshake::accepting(server);
  again.receive(hello.substr(0, 8));
  again.receive(hello.substr(8));
  EXPECT_THROW(again.receive(proof.substr(0, 32)), HandshakeRefused);
}

TEST(Handshake, cannot_be_played_back) {
  Handshake a = Handshake::accepting(server), c = Handshake::connecting(client, 0);
  pass(c, a);
  const std::string answer = a.to_send();  // what the acceptor proves itself with proves nobody else
  EXPECT_THROW(a.receive(answer.substr(answer.size() - 32)), HandshakeRefused);
}

TEST(Handshake, for_another_purpose_or_rank_is_refused) {
  Handshake::Self other = client;
  other.purpose = Purpose::parameters;
  Handshake a = Handshake::accepting(server), c = Handshake::connecting(other, 0), d = Handshake::connecting(client, 1);
  EXPECT_THROW(pass(c, a), HandshakeRefused);
  Handshake b = Handshake::accepting(server);
  EXPECT_THROW(pass(d, b), HandshakeRefused);
}

TEST(Handshake, names_the_part_in_which_identities_differ) {
  EXPECT_EQ(identity_difference("a=1\nb=2", "a=1\nb=2"), "");
  EXPECT_EQ(identity_difference("a=1\nb=2", "a=1\nb=3"), "b is 2 here and 3 there");
  EXPECT_EQ(identity_difference("a=1", "c=x=y\n"), "a is 1 here and nothing there; c is nothing here and x=y there");
}

Socket knock(const std::string& address) {
  Socket socket = start_connecting(address);
  std::array<Watch, 1> watch{{{&socket, false, true}}};
  wait_for(watch, 10);
  EXPECT_EQ(connecting_failed(socket), "");
  return socket;
}

/// Says something and waits until the connection is closed.
void knock_and_say(const std::string& address, std::string_view words) {
  const Socket socket = knock(address);
  send_all(socket, std::as_bytes(std::span(words)), 10);
  std::array<std::byte, 1000> answer;
  EXPECT_THROW(receive_all(socket, answer, 30), SocketError) << "closed, without an answer to speak of";
}

TEST(Meeting, goes_on_when_strangers_knock) {
  Listeners listeners(2);
  Cluster cluster;
  std::mutex guard;
  std::vector<std::string> log;
  cluster.change = [&](ClusterSettings& settings) {
    settings.log = [&](const std::string& line) {
      const std::lock_guard lock(guard);
      log.push_back(line);
    };
  };
  int refused = 0;
  std::jthread first([&] {
    ClusterWorld world(std::move(listeners.listeners[0]), settings_of(cluster, 0, listeners.addresses));
    world.of(0).barrier();
    refused = world.refused_connections();
  });
  knock_and_say(listeners.addresses[0], "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n");
  knock_and_say(listeners.addresses[0], std::string(300, '\x7f'));
  const Handshake::Self thief{1, 2, Purpose::exchange, "not the secret of it", ""};
  knock_and_say(listeners.addresses[0], Handshake::connecting(thief, 0).to_send() + std::string(32, 'x'));
  const Socket silent = knock(listeners.addresses[0]);
  knock(listeners.addresses[0]).close();
  const auto ends = run_process(std::move(listeners.listeners[1]), settings_of(cluster, 1, listeners.addresses),
                                [](Exchange& exchange) { exchange.barrier(); });
  first.join();
  EXPECT_EQ(ends[0], "");
  EXPECT_GE(refused, 3);
  ASSERT_GE(log.size(), 3U);
  EXPECT_THAT(log[0], AllOf(HasSubstr("closed a connection from 127.0.0.1:"), HasSubstr("the exchange's protocol")));
  EXPECT_THAT(log[2], HasSubstr("does not know this run's secret"));
}

TEST(Meeting, fails_for_a_process_with_another_secret) {
  Cluster cluster{2, 1, 1};
  cluster.change = [](ClusterSettings& settings) {
    if (settings.process == 1) settings.secret = "another secret of sixteen bytes";
  };
  const auto ends = run_as_threads(cluster, [](Exchange&) {});
  EXPECT_THAT(ends[1], AllOf(HasSubstr("MeetingFailed: rank 0 at 127.0.0.1:"), HasSubstr("this run's secret")));
  EXPECT_THAT(ends[0], AllOf(HasSubstr("MeetingFailed: rank 1 at 127.0.0.1:"), HasSubstr("did not come within 1 s"),
                             HasSubstr("connections were closed")));
}

TEST(Meeting, wants_a_secret) {
  Cluster cluster{2, 1, 1};
  cluster.secret = "short";
  for (const std::string& end : run_as_threads(cluster, [](Exchange&) {})) EXPECT_THAT(end, HasSubstr("16 bytes"));
}

TEST(Meeting, names_what_differs) {
  Cluster cluster{2, 1, 30};
  cluster.change = [](ClusterSettings& settings) {
    if (settings.process == 1) settings.identity = "version=1\nkernel path=plain";
  };
  const auto ends = run_as_threads(cluster, [](Exchange&) {});
  EXPECT_THAT(ends[0] + ends[1], HasSubstr("MeetingFailed: rank"));
  EXPECT_THAT(ends[0] + ends[1], HasSubstr("kernel path is "));
}

TEST(Meeting, fails_for_all_when_one_differs) {
  Cluster cluster{4, 1, 4};
  cluster.change = [](ClusterSettings& settings) {
    if (settings.process == 3) settings.identity = "version=2\nkernel path=fma";
  };
  const auto ends = run_as_threads(cluster, [](Exchange& exchange) { exchange.barrier(); });
  for (const std::string& end : ends) EXPECT_NE(end, "") << "one who came when all was over cannot know why";
  EXPECT_THAT(lines_of(ends), HasSubstr("version is "));
}

TEST(Meeting, names_who_did_not_come) {
  Listeners listeners(3);
  const Cluster cluster{3, 2, 0.5};
  const auto ends =
      run_process(std::move(listeners.listeners[1]), settings_of(cluster, 1, listeners.addresses), [](Exchange&) {});
  EXPECT_THAT(ends[0], AllOf(HasSubstr("MeetingFailed: ranks 0-1 at " + listeners.addresses[0]),
                             HasSubstr("ranks 4-5 at " + listeners.addresses[2]), HasSubstr("within 0.5 s")));
}

TEST(Listener, names_the_range_that_has_no_free_port) {
  const Listener taken("127.0.0.1");
  const int port = std::stoi(taken.address().substr(taken.address().find(':') + 1));
  try {
    Listener("127.0.0.1", port, port);
    ADD_FAILURE() << "no error";
  } catch (const MeetingFailed& error) {
    EXPECT_THAT(error.what(), HasSubstr(std::to_string(port) + "-" + std::to_string(port)));
    EXPECT_THAT(error.what(), HasSubstr("a free port"));
  }
  EXPECT_THROW(Listener("127.0.0.1", 9, 3), MeetingFailed);
  EXPECT_THROW(Listener("192.0.2.1"), MeetingFailed) << "not an address of this machine";
}

TEST(Listener, takes_the_next_port_of_its_range) {
  const Listener taken("127.0.0.1");
  const int port = std::stoi(taken.address().substr(taken.address().find(':') + 1));
  const Listener next("127.0.0.1", port, std::min(port + 50, 65535));
  EXPECT_NE(next.address(), taken.address());
}

}  // namespace
}  // namespace encore::made_up
