// The sampler sees what a process and its children use; a series keeps what matters of it; a file has it line by line.
#include "monitor/sampler.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <ctime>
#include <sstream>

#include "monitor/core_use.h"
#include "monitor/monitor_file.h"
#include "monitor/process_tree.h"
#include "monitor/sample_series.h"
#include "process/error.h"
#include "temporary_folder.h"

namespace encore {
namespace {

constexpr std::int64_t megabyte = 1 << 20;

void touch(std::int64_t bytes) {
  void* block =
      mmap(nullptr, static_cast<std::size_t>(bytes), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  std::memset(block, 1, static_cast<std::size_t>(bytes));
}

/// Computes until this thread has used so many seconds of a processor.
void compute(double seconds) {
  timespec time{};
  do clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  while (static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec) < seconds);
}

/// 128 MiB that a child shares with its parent are 128 MiB of the two, not 256.
TEST(ProcessTree, CountsSharedPagesOnce) {
  touch(128 * megabyte);  // stays until the test program ends
  int ready[2], done[2];
  ASSERT_EQ(pipe(ready), 0);
  ASSERT_EQ(pipe(done), 0);
  ProcessTree before(getpid());
  const std::int64_t alone = before.read().memory_bytes;
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  char byte = 0;
  if (child == 0) {
    (void)!write(ready[1], &byte, 1);
    (void)!read(done[0], &byte, 1);
    _exit(0);
  }
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  ProcessTree both(getpid());
  EXPECT_LT(both.read().memory_bytes, alone + 64 * megabyte);
  ProcessTree only_child(child);
  EXPECT_LT(only_child.read().memory_bytes, alone - 32 * megabyte) << "half of what is shared is the parent's";
  (void)!write(done[1], &byte, 1);
  waitpid(child, nullptr, 0);
}

TEST(ProcessTree, CountsTheMemoryAndTheTimeOfChildren) {
  int ready[2], done[2];
  ASSERT_EQ(pipe(ready), 0);
  ASSERT_EQ(pipe(done), 0);
  ProcessTree before(getpid());
  const std::int64_t alone = before.read().memory_bytes;
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    touch(128 * megabyte);
    compute(0.2);
    char byte = 0;
    (void)!write(ready[1], &byte, 1);
    (void)!read(done[0], &byte, 1);
    _exit(0);
  }
  char byte = 0;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  ProcessTree tree(getpid());
  EXPECT_GT(tree.read().memory_bytes, alone + 100 * megabyte);
  ProcessTree only_child(child);
  EXPECT_GT(only_child.read().memory_bytes, 127 * megabyte);
  (void)!write(done[1], &byte, 1);
  waitpid(child, nullptr, 0);
  EXPECT_LT(tree.read().memory_bytes, alone + 100 * megabyte) << "a process that is gone uses nothing";
  EXPECT_GE(tree.read().cpu_seconds, 0) << "its time stays counted";
}

TEST(ProcessTree, CountsTimeSinceItsFirstReading) {
  ProcessTree tree(getpid());
  EXPECT_EQ(tree.read().cpu_seconds, 0);
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  compute(static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec) + 0.1);
  EXPECT_GE(tree.read().cpu_seconds, 0.1);
}

TEST(CoreUse, IsAPercentageOfEveryCore) {
  CoreUse cores;
  ASSERT_GE(cores.cores(), 1u);
  const std::vector<float> percent = cores.read();
  ASSERT_EQ(percent.size(), cores.cores());
  for (const float one : percent) {
    EXPECT_GE(one, 0);
    EXPECT_LE(one, 100);
  }
}

TEST(Sampler, TakesALastSampleWhenItStops) {
  std::vector<Sample> samples;
  Sampler sampler(getpid(), std::chrono::hours(1), [&](const Sample& sample) { samples.push_back(sample); });
  const SamplerCost cost = sampler.stop();
  ASSERT_EQ(samples.size(), 1u);
  EXPECT_EQ(cost.samples, 1);
  EXPECT_GT(samples[0].memory_bytes, 0);
  EXPECT_GE(cost.seconds, samples[0].seconds);
}

/// cores and memory are those of the index, time is (index + 1) seconds
Sample sample_number(int index) {
  return {static_cast<double>(index + 1), index * megabyte, static_cast<double>(index), {static_cast<float>(index)}};
}

TEST(SampleSeries, KeepsFewSamplesAsTheyAre) {
  SampleSeries series(4);
  for (int i = 0; i < 4; ++i) series.add(sample_number(i));
  ASSERT_EQ(series.samples().size(), 4u);
  EXPECT_EQ(series.samples()[2].cpu_percent, 2);
}

TEST(SampleSeries, JoinsNeighboursWhenThereAreTooMany) {
  SampleSeries series(4);
  for (int i = 0; i < 6; ++i) series.add(sample_number(i));
  ASSERT_EQ(series.samples().size(), 3u);
  const Sample& second = series.samples()[1];
  EXPECT_EQ(second.seconds, 4);
  EXPECT_EQ(second.memory_bytes, 3 * megabyte) << "the greater one";
  EXPECT_DOUBLE_EQ(second.cpu_percent, 2.5) << "the mean";
  EXPECT_FLOAT_EQ(second.cores[0], 2.5F);
  EXPECT_DOUBLE_EQ(series.samples()[2].cpu_percent, 4.5);
}

TEST(SampleSeries, WeighsByTime) {
  SampleSeries series(2);
  series.add({3, 1, 30, {}});
  series.add({4, 2, 70, {}});
  series.add({5, 0, 0, {}});
  ASSERT_EQ(series.samples().size(), 2u);
  EXPECT_DOUBLE_EQ(series.samples()[0].cpu_percent, 40);
}

TEST(SampleSeries, NeverKeepsMoreThanItMay) {
  SampleSeries series(10);
  for (int i = 0; i < 1000; ++i) series.add(sample_number(i));
  EXPECT_LE(series.samples().size(), 10u);
  EXPECT_EQ(series.samples().back().seconds, 1000);
}

TEST(MonitorFile, HasAHeadingAndALineASample) {
  const TemporaryFolder folder;
  MonitorFile monitor(folder / "use.csv");
  const SamplerCost cost = monitor.finish();
  std::istringstream text(text_of(folder / "use.csv"));
  std::string line;
  std::getline(text, line);
  EXPECT_EQ(line.rfind("seconds,memory_bytes,cpu_percent,core_0_percent", 0), 0u) << line;
  std::int64_t lines = 0;
  for (; std::getline(text, line); ++lines) EXPECT_NE(line.find(','), std::string::npos);
  EXPECT_EQ(lines, cost.samples);
}

TEST(MonitorFile, ThatCannotBeWrittenIsTheUsersMistake) {
  const TemporaryFolder folder;
  EXPECT_NE(message_of<UserError>([&] { MonitorFile(folder / "nowhere/use.csv"); }).find("nowhere"), std::string::npos);
}

}  // namespace
}  // namespace encore
