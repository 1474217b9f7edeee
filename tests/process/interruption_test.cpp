// Signals raise a flag; the flag becomes an exception with the right exit code.
#include "process/interruption.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>
#include <atomic>
#include <csignal>
#include "process/error.h"
#include "process/version.h"

namespace encore {
namespace {

class Interruption : public testing::Test {
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

TEST_F(Interruption, NothingHappensWithoutASignal) {
  EXPECT_EQ(interruption_requested(), 0);
  EXPECT_NO_THROW(stop_if_interrupted());
}

TEST_F(Interruption, AWatchGivesBackWhatTheProgramHadSet) {
  static std::atomic<int> heard{0};
  heard = 0;
  std::signal(SIGINT, [](int) { ++heard; });
  {
    const InterruptionWatch watch;
    {
      const InterruptionWatch inner;  // a second command, in another thread
    }
    std::raise(SIGINT);
    std::raise(SIGINT);  // not even the second one ends a program that is not ours
    EXPECT_EQ(interruption_requested(), SIGINT);
    EXPECT_THROW(stop_if_interrupted(), Interrupted);
  }
  EXPECT_EQ(interruption_requested(), 0);
  EXPECT_EQ(heard, 0);
  std::raise(SIGINT);
  EXPECT_EQ(heard, 1);
}

TEST_F(Interruption, CtrlCIs130) { EXPECT_EQ(exit_code_after(SIGINT), 130); }

TEST_F(Interruption, SigtermIs143) { EXPECT_EQ(exit_code_after(SIGTERM), 143); }

TEST_F(Interruption, ClosedTerminalIs129) {
  std::signal(SIGHUP, SIG_DFL);
  watch_for_interruption();
  EXPECT_EQ(exit_code_after(SIGHUP), 129);
}

TEST_F(Interruption, UnderNohupAClosedTerminalStopsNothing) {
  std::signal(SIGHUP, SIG_IGN);
  watch_for_interruption();
  EXPECT_EQ(exit_code_after(SIGHUP), 0);
}

TEST_F(Interruption, ForgottenSignalStopsNothing) {
  std::raise(SIGINT);
  forget_interruption();
  EXPECT_NO_THROW(stop_if_interrupted());
}

TEST_F(Interruption, BrokenPipeDoesNotKill) {
  std::raise(SIGPIPE);
  EXPECT_EQ(interruption_requested(), 0);
}

TEST_F(Interruption, AFileThatGrowsTooLargeDoesNotKill) {
  std::raise(SIGXFSZ);
  EXPECT_EQ(interruption_requested(), 0);
}

TEST_F(Interruption, IgnoredSignalStaysIgnored) {
  std::signal(SIGINT, SIG_IGN);
  watch_for_interruption();
  std::raise(SIGINT);
  EXPECT_EQ(interruption_requested(), 0);
}

TEST_F(Interruption, SecondSignalEndsAtOnce) {
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
