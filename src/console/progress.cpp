// Draws the progress line: when, how wide, and with what time left.
#include "console/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <fmt/format.h>
#include "console/output.h"
#include "console/table.h"

namespace encore {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto least_interval = std::chrono::milliseconds(100);
constexpr int bar_cells = 24;

std::atomic<bool> line_on_screen{false};

int terminal_width() {
  struct winsize size {};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/// 1234567 → "1.23 M"; below a thousand three digits.
std::string short_number(double number) {
  if (number >= 1e9) return fmt::format("{:.2f} G", number / 1e9);
  if (number >= 1e6) return fmt::format("{:.2f} M", number / 1e6);
  if (number >= 1e3) return fmt::format("{:.1f} k", number / 1e3);
  return fmt::format("{:.3g}", number);
}

/// Whole seconds: the digits behind the point of an estimate only flicker.
std::string rough_time(double seconds) {
  return seconds < 59.5 ? fmt::format("{:.0f} s", seconds) : readable_seconds(seconds);
}

std::string bar(double share) {
  const int full = static_cast<int>(share * bar_cells);
  std::string text;
  for (int cell = 0; cell < bar_cells; ++cell) text += cell < full ? "█" : "░";
  return text;
}

}  // namespace

std::string progress_line(const std::string& label, const std::string& unit, double done, double total, double seconds,
                          const std::string& note, int width) {
  std::string line = label;
  const double rate = seconds > 0 ? done / seconds : 0;
  if (total > 0) {
    const double share = std::clamp(done / total, 0.0, 1.0);
    line += fmt::format("  {} {:3.0f} %", bar(share), std::floor(share * 100));
    if (unit != "%" && rate > 0) line += fmt::format("  {} {}/s", short_number(rate), unit);
    if (rate > 0 && share < 1) line += fmt::format("  {} left", rough_time(std::ceil((total - done) / rate)));
  } else {
    line += fmt::format("  {} {}", short_number(done), unit);
    if (rate > 0) line += fmt::format("  {} {}/s", short_number(rate), unit);
    line += fmt::format("  {}", rough_time(std::floor(seconds)));
  }
  if (!note.empty()) line += "  " + note;
  return cut_to_width(line, width);
}

Progress::Progress(const Output& output, std::string label, std::string unit, double total,
                   std::chrono::milliseconds patience)
    : active_(!output.quiet && output.sinks == nullptr && isatty(STDERR_FILENO) == 1),
      label_(std::move(label)),
      unit_(std::move(unit)),
      total_(total),
      began_(Clock::now()),
      last_(began_ - least_interval),
      patience_(patience) {}

Progress::~Progress() {
  if (active_) wipe_progress_line();
}

void Progress::update(double done, const std::string& note) {
  if (!active_) return;
  const auto now = Clock::now();
  if (now - began_ < patience_ || now - last_ < least_interval) return;
  last_ = now;
  draw(done, note);
}

void Progress::draw(double done, const std::string& note) {
  const double seconds = std::chrono::duration<double>(last_ - began_).count();
  // One column stays free: a full line would wrap on some terminals.
  const std::string line = progress_line(label_, unit_, done, total_, seconds, note, terminal_width() - 1);
  std::fputs(("\r\033[K" + line).c_str(), stderr);
  std::fflush(stderr);
  line_on_screen = true;
}

void wipe_progress_line() {
  if (line_on_screen.exchange(false)) std::fputs("\r\033[K", stderr);
}

}  // namespace encore
