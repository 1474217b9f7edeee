// Signals raise a flag; the flag becomes an exception with the right exit code.
#include "process/interruption.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>
#include <atomic>
#include <csignal>
#include <functional>
#include <thread>
#include "process/error.h"
#include "process/version.h"

namespace encore {
namespace {

class InterruptionFlag : public testing::Test {
 protected:
  void SetUp() override {
    std::signal(SIGINT, SIG_DFL);  // a test run in the background may have inherited an ignored SIGINT
    watch_for_interruption();
  }
  void TearDown() override { forget_interruption(); }

  static int exit_code_after(int signal) {
    std::raise(signal);
    try {
      stop_if_interrupted();
    } catch (const Interrupted& error) {
      return error.exit_code();
    }
    return 0;
  }
};

TEST_F(InterruptionFlag, NothingHappensWithoutASignal) {
  EXPECT_EQ(interruption_requested(), 0);
  EXPECT_NO_THROW(stop_if_interrupted());
}

/// The signal that ended a child process that ran `body`; 0 when it came to its end.
int signal_that_ended(const std::function<void()>& body) {
  const pid_t child = fork();
  if (child == 0) {
    forget_interruption();
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_DFL);
    body();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

TEST(InterruptionWatch, WhatWouldEndTheProcessDoesSoOnceTheLastWatchHasGone) {
  for (const int signal : {SIGTERM, SIGHUP}) {
    EXPECT_EQ(signal_that_ended([signal] {
                const InterruptionWatch outer;
                {
                  const InterruptionWatch inner;  // a second command, in another thread
                  std::raise(signal);
                }
                if (interruption_requested() == signal) return;  // noted, and nothing has ended
                _exit(1);
              }),
              signal);
  }
}

TEST(InterruptionWatch, TheSecondSignalEndsAtOnce) {
  EXPECT_EQ(signal_that_ended([] {
              const InterruptionWatch watch;
              std::raise(SIGTERM);
              std::raise(SIGTERM);
              _exit(0);
            }),
            SIGTERM);
}

TEST(InterruptionWatch, HandlersOfTheProgramAndCtrlCAreLeftAlone) {
  static std::atomic<int> heard{0};
  heard = 0;
  EXPECT_EQ(signal_that_ended([] {
              for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, [](int) { ++heard; });
              {
                const InterruptionWatch watch;
                std::raise(SIGINT);
                std::raise(SIGTERM);
                std::raise(SIGTERM);
                std::signal(SIGHUP, [](int) { ++heard; });  // set while the watch had it
              }
              std::raise(SIGHUP);
              _exit(heard == 4 && interruption_requested() == 0 ? 0 : 1);
            }),
            0);
  EXPECT_EQ(signal_that_ended([] {
              const InterruptionWatch watch;
              std::raise(SIGINT);
            }),
            SIGINT);
}

TEST(InterruptionWatch, AForkedChildHasTheDefaultsBack) {
  EXPECT_EQ(signal_that_ended([] {
              const InterruptionWatch watch;
              const pid_t child = fork();
              if (child == 0) {
                std::raise(SIGTERM);
                _exit(0);
              }
              int status = 0;
              waitpid(child, &status, 0);
              if (WIFSIGNALED(status)) std::raise(WTERMSIG(status));
            }),
            SIGTERM);
}

TEST(InterruptionScope, OneCallIsStoppedAndTheThreadsThatWorkForIt) {
  Interruption mine;
  const InterruptionScope scope(&mine);
  EXPECT_EQ(interruption_requested(), 0);
  std::jthread([&mine] { mine.request(SIGINT); }).join();
  EXPECT_THROW(stop_if_interrupted(), Interrupted);
  std::jthread([] { EXPECT_EQ(interruption_requested(), 0); }).join();  // another call
  std::jthread([heard = current_interruption()] {
    const InterruptionScope taken_over(heard);
    EXPECT_EQ(interruption_requested(), SIGINT);
  }).join();
  {
    const InterruptionScope another(nullptr);
    EXPECT_EQ(interruption_requested(), 0);
  }
  EXPECT_EQ(interruption_requested(), SIGINT);
}

TEST_F(InterruptionFlag, CtrlCIs130) { EXPECT_EQ(exit_code_after(SIGINT), 130); }

TEST_F(InterruptionFlag, SigtermIs143) { EXPECT_EQ(exit_code_after(SIGTERM), 143); }

TEST_F(InterruptionFlag, ClosedTerminalIs129) {
  std::signal(SIGHUP, SIG_DFL);
  watch_for_interruption();
  EXPECT_EQ(exit_code_after(SIGHUP), 129);
}

TEST_F(InterruptionFlag, UnderNohupAClosedTerminalStopsNothing) {
  std::signal(SIGHUP, SIG_IGN);
  watch_for_interruption();
  EXPECT_EQ(exit_code_after(SIGHUP), 0);
}

TEST_F(InterruptionFlag, ForgottenSignalStopsNothing) {
  std::raise(SIGINT);
  forget_interruption();
  EXPECT_NO_THROW(stop_if_interrupted());
}

TEST_F(InterruptionFlag, BrokenPipeDoesNotKill) {
  std::raise(SIGPIPE);
  EXPECT_EQ(interruption_requested(), 0);
}

TEST_F(InterruptionFlag, AFileThatGrowsTooLargeDoesNotKill) {
  std::raise(SIGXFSZ);
  EXPECT_EQ(interruption_requested(), 0);
}

TEST_F(InterruptionFlag, IgnoredSignalStaysIgnored) {
  std::signal(SIGINT, SIG_IGN);
  watch_for_interruption();
  std::raise(SIGINT);
  EXPECT_EQ(interruption_requested(), 0);
}

TEST_F(InterruptionFlag, SecondSignalEndsAtOnce) {
  const pid_t child = fork();
  if (child == 0) {
    std::raise(SIGINT);
    std::raise(SIGINT);
    _exit(0);  // not reached
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGINT);
}

TEST(Version, HasThreeNumbers) {
  const std::string version(program_version());
  EXPECT_EQ(std::count(version.begin(), version.end(), '.'), 2) << version;
}

}  // namespace
}  // namespace encore
