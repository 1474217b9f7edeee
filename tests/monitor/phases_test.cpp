// Each phase has its own peak: a large one does not colour the next, and a phase around others sees theirs.
#include "monitor/phases.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <cstring>

namespace encore {
namespace {

constexpr std::int64_t mebibyte = 1 << 20;

/// Touches so many bytes and gives them back to the system at once (which an allocator need not do).
void use_memory(std::int64_t bytes) {
  const auto size = static_cast<std::size_t>(bytes);
  void* block = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(block, MAP_FAILED);
  std::memset(block, 1, size);
  munmap(block, size);
}

TEST(Phases, PeakBelongsToItsPhase) {
  Phases phases;
  phases.start("large");
  use_memory(256 * mebibyte);
  const std::int64_t large = phases.finish(1).peak_rss_bytes;
  phases.start("small");
  use_memory(8 * mebibyte);
  const std::int64_t small = phases.finish(2).peak_rss_bytes;
  EXPECT_GT(large, small + 200 * mebibyte);
  EXPECT_GE(peak_rss_bytes(), large) << "the process keeps its highest mark";
}

TEST(Phases, PhaseAroundPhasesSeesTheirPeak) {
  Phases outer, inner;
  outer.start("all");
  inner.start("large");
  use_memory(256 * mebibyte);
  const std::int64_t large = inner.finish(0).peak_rss_bytes;
  inner.start("small");
  inner.finish(0);
  EXPECT_GE(outer.finish(0).peak_rss_bytes, large);
}

TEST(Phases, NamesRowsAndOrderAreKept) {
  Phases phases;
  phases.start("load");
  phases.finish(100836);
  phases.start("ratings");
  phases.finish(7);
  ASSERT_EQ(phases.all().size(), 2u);
  EXPECT_EQ(phases.all()[0].name, "load");
  EXPECT_EQ(phases.all()[0].rows, 100836);
  EXPECT_EQ(phases.all()[1].name, "ratings");
  EXPECT_GE(phases.all()[1].seconds, 0);
}

}  // namespace
}  // namespace encore
