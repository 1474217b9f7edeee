// A progress bar with rate and time left, drawn on standard error when that is a terminal and the work takes over two seconds.
#pragma once
#include <chrono>
#include <string>

namespace encore {

class Progress {
 public:
  /// total: how many `unit`s of work there are ("ratings", "users", "%"); 0 = not known.
  Progress(const class Output& output, std::string label, std::string unit, double total);
  ~Progress();  ///< wipes the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Cheap enough to be called for every batch: draws at most ten times a second.
  void update(double done, const std::string& note = {});

 private:
  void draw(double done, const std::string& note);
  bool active_;
  bool drawn_ = false;
  std::string label_, unit_;
  double total_;
  std::chrono::steady_clock::time_point began_, last_;
};

}  // namespace encore
