// How busy each core that this process may run on was between two looks: of the whole machine, for the system does not
// tell it apart by process.
#pragma once
#include <cstdint>
#include <vector>

namespace encore {

class CoreUse {
 public:
  CoreUse();
  /// Percent of each core, 100 = busy all the time, since the last call (or the constructor). Empty where /proc/stat
  /// cannot be read.
  std::vector<float> read();
  std::size_t cores() const { return numbers_.size(); }

 private:
  struct Ticks {
    std::int64_t busy = 0, all = 0;
  };
  std::vector<Ticks> ticks() const;
  std::vector<int> numbers_;  ///< of the cores, as the system counts them
  std::vector<Ticks> last_;
};

}  // namespace encore
