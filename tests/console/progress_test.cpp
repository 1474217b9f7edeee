// The bar shows share, rate and time left; it appears on a terminal only, and is gone when the work is done.
#include "console/progress.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>
#include <algorithm>
#include "console/output.h"
#include "console/table.h"

namespace encore {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

/// Standard error on a terminal of our own, for the length of a scope.
class TerminalAsStandardError {
 public:
  TerminalAsStandardError() : master_(posix_openpt(O_RDWR | O_NOCTTY)), before_(dup(STDERR_FILENO)) {
    grantpt(master_);
    unlockpt(master_);
    const int slave = open(ptsname(master_), O_RDWR | O_NOCTTY);
    dup2(slave, STDERR_FILENO);
    close(slave);
    fcntl(master_, F_SETFL, O_NONBLOCK);
  }
  ~TerminalAsStandardError() {
    dup2(before_, STDERR_FILENO);
    close(before_);
    close(master_);
  }
  std::string shown() const {
    std::fflush(stderr);
    // A terminal hands on what was written a while later, and in pieces: all has come when this has.
    const std::string end = "<end of what is shown>";
    EXPECT_EQ(write(STDERR_FILENO, end.data(), end.size()), static_cast<ssize_t>(end.size()));
    std::string text;
    pollfd waiting{master_, POLLIN, 0};
    while (!text.ends_with(end) && poll(&waiting, 1, 10'000) > 0) {
      char bytes[4096];
      const ssize_t count = read(master_, bytes, sizeof bytes);
      if (count > 0) text.append(bytes, static_cast<std::size_t>(count));
    }
    EXPECT_THAT(text, EndsWith(end));
    return text.substr(0, text.size() - std::min(text.size(), end.size()));
  }

 private:
  int master_, before_;
};

TEST(ProgressLine, KnownTotalShowsShareRateAndTimeLeft) {
  const std::string line = progress_line("load", "ratings", 5e6, 2e7, 4, "", 120);
  EXPECT_THAT(line, HasSubstr("load  ██████░"));
  EXPECT_THAT(line, HasSubstr(" 25 %"));
  EXPECT_THAT(line, HasSubstr("1.25 M ratings/s"));
  EXPECT_THAT(line, HasSubstr("12 s left"));
}

TEST(ProgressLine, UnknownTotalShowsCountRateAndTime) {
  EXPECT_EQ(progress_line("read", "rows", 3000, 0, 2, "", 120), "read  3.0 k rows  1.5 k rows/s  2 s");
}

TEST(ProgressLine, NeverWiderThanTheTerminalNorOver100Percent) {
  EXPECT_LE(display_width(progress_line("load", "ratings", 5e6, 2e7, 4, "a long note behind it all", 40)), 40);
  EXPECT_THAT(progress_line("load", "ratings", 30, 20, 4, "", 120), HasSubstr("100 %"));
}

TEST(Progress, IsDrawnOnATerminalAndWiped) {
  const TerminalAsStandardError terminal;
  const Output output;
  {
    Progress progress(output, "load", "%", 100, std::chrono::milliseconds(0));
    progress.update(50, "half way");
    EXPECT_THAT(terminal.shown(), HasSubstr("half way"));
  }
  EXPECT_THAT(terminal.shown(), EndsWith("\r\033[K"));
}

TEST(Progress, RemarkDoesNotStandInTheBar) {
  const TerminalAsStandardError terminal;
  const Output output;
  Progress progress(output, "load", "%", 100, std::chrono::milliseconds(0));
  progress.update(50);
  output.remark("3 rows rejected");
  EXPECT_THAT(terminal.shown(), HasSubstr("\r\033[K3 rows rejected"));
}

TEST(Progress, ShortWorkAndQuietWorkShowNothing) {
  const TerminalAsStandardError terminal;
  {
    Progress short_work(Output{}, "load", "%", 100);
    short_work.update(50);
    Progress quiet_work(Output{.quiet = true}, "load", "%", 100, std::chrono::milliseconds(0));
    quiet_work.update(50);
  }
  EXPECT_EQ(terminal.shown(), "");
}

TEST(Progress, NothingWithoutATerminal) {
  testing::internal::CaptureStderr();
  {
    Progress progress(Output{}, "load", "%", 100, std::chrono::milliseconds(0));
    progress.update(50);
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace encore
