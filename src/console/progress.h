// A progress bar with rate and time left, drawn on standard error when that is a terminal and the work takes over two
// seconds.
#pragma once
#include <chrono>
#include <string>

namespace encore {

struct Output;

class Progress {
 public:
  /// total: how many `unit`s of work there are ("ratings", "users", "%"); 0 = not known.
  /// patience: how long the work runs before the bar appears.
  Progress(const Output& output, std::string label, std::string unit, double total,
           std::chrono::milliseconds patience = std::chrono::seconds(2));
  ~Progress();  ///< wipes the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Cheap enough to be called for every batch: draws at most ten times a second. From one thread at a time.
  void update(double done, const std::string& note = {});

 private:
  void draw(double done, const std::string& note);
  bool active_;
  std::string label_, unit_;
  double total_;
  std::chrono::steady_clock::time_point began_, last_;
  std::chrono::milliseconds patience_;
};

/// The line as drawn, at most `width` columns: "load  ██████░░░░  60 %  1.2 M ratings/s  4 s left  note".
std::string progress_line(const std::string& label, const std::string& unit, double done, double total, double seconds,
                          const std::string& note, int width);

/// Wipes the bar that is on the screen, if any, so that a remark can be written; the next update draws it again.
void wipe_progress_line();

}  // namespace encore
