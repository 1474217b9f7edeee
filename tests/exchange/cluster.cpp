// Threads, forks and pipes for the tests of the exchange.
#include "exchange/cluster.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

namespace encore::made_up {
namespace {

int mark_to = -1;

std::string name_of_error(const std::function<void()>& body) {
  try {
    body();
    return "";
  } catch (const WorldAborted&) {
    return "WorldAborted";
  } catch (const PeerLost& error) {
    return std::string("PeerLost: ") + error.what();
  } catch (const PeerFailed& error) {
    return std::string("PeerFailed: ") + error.what();
  } catch (const MeetingFailed& error) {
    return std::string("MeetingFailed: ") + error.what();
  } catch (const std::exception& error) {
    return std::string("error: ") + error.what();
  }
}

}  // namespace

Listeners::Listeners(int processes) {
  for (int p = 0; p < processes; ++p) {
    listeners.emplace_back("127.0.0.1");
    addresses.push_back(listeners.back().address());
  }
}

ClusterSettings settings_of(const Cluster& cluster, int process, const std::vector<std::string>& addresses) {
  ClusterSettings settings;
  settings.process = process, settings.processes = cluster.processes;
  settings.local_ranks = settings.running = cluster.local_ranks;
  settings.addresses = addresses;
  settings.secret = cluster.secret;
  settings.identity = "version=1\nkernel path=fma";
  settings.timeout_seconds = cluster.timeout_seconds;
  settings.log = [](const std::string&) {};
  if (cluster.change) cluster.change(settings);
  return settings;
}

std::vector<std::string> run_process(Listener&& listener, const ClusterSettings& settings, const Body& body) {
  std::vector<std::string> ends(static_cast<std::size_t>(settings.local_ranks));
  std::unique_ptr<ClusterWorld> world;
  const std::string failure =
      name_of_error([&] { world = std::make_unique<ClusterWorld>(std::move(listener), settings); });
  if (!failure.empty()) {
    ends.assign(ends.size(), failure);
    return ends;
  }
  std::vector<std::jthread> threads;
  for (int local = 0; local < settings.local_ranks; ++local) {
    threads.emplace_back([&, local] {
      world->barrier().enter();
      ends[static_cast<std::size_t>(local)] = name_of_error([&] {
        try {
          body(world->of(local));
        } catch (const std::exception& error) {
          world->of(local).abort(error.what());
          throw;
        }
      });
      world->barrier().leave();
    });
  }
  threads.clear();
  return ends;
}

std::vector<std::string> run_as_threads(const Cluster& cluster, const Body& body) {
  Listeners listeners(cluster.processes);
  std::vector<std::vector<std::string>> ends(static_cast<std::size_t>(cluster.processes));
  {
    std::vector<std::jthread> threads;
    for (int p = 0; p < cluster.processes; ++p) {
      threads.emplace_back([&, p] {
        const auto i = static_cast<std::size_t>(p);
        ends[i] = run_process(std::move(listeners.listeners[i]), settings_of(cluster, p, listeners.addresses), body);
      });
    }
  }
  std::vector<std::string> all;
  for (const auto& one : ends) all.insert(all.end(), one.begin(), one.end());
  return all;
}

Child::Child(const std::function<std::string()>& body) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  pid_ = fork();
  if (pid_ == 0) {
    close(ends[0]);
    mark_to = ends[1];
    const std::string text = body();
    const ssize_t written = write(ends[1], text.data(), text.size());
    _exit(written == static_cast<ssize_t>(text.size()) ? 0 : 1);
  }
  close(ends[1]);
  from_ = ends[0];
}

Child::~Child() {
  if (!ended_) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close(from_);
}

void Child::send_signal(int signal) const { kill(pid_, signal); }

std::string Child::result() {
  std::string text;
  char buffer[4096];
  for (ssize_t n = 0; (n = read(from_, buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(n));
  waitpid(pid_, nullptr, 0);
  ended_ = true;
  return text;
}

void Child::mark_point() {
  if (write(mark_to, "\n", 1) != 1) _exit(1);
}

void Child::wait_for_mark() {
  char byte = 0;
  ASSERT_EQ(read(from_, &byte, 1), 1) << "the child ended too soon";
}

std::string lines_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

}  // namespace encore::made_up
