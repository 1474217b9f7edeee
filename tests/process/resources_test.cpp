// Limits of containers, read from made-up folders of control groups.
#include "process/resources.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "temporary_folder.h"

namespace encore {
namespace {

namespace fs = std::filesystem;

void put(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  put_text(file, text);
}

TEST(ContainerLimits, OfCgroupVersion2AreTheLeastOfAllGroupsAround) {
  const TemporaryFolder root;
  put(root / "proc/self/cgroup", "0::/pod/worker\n");
  put(root / "sys/fs/cgroup/pod/cpu.max", "150000 100000\n");
  put(root / "sys/fs/cgroup/pod/memory.max", "max\n");
  put(root / "sys/fs/cgroup/pod/worker/cpu.max", "max 100000\n");
  put(root / "sys/fs/cgroup/pod/worker/memory.max", "524288000\n");
  const ContainerLimits limits = container_limits(root.path());
  EXPECT_EQ(limits.processors, 1.5);
  EXPECT_EQ(limits.memory_bytes, 524288000);
}

TEST(ContainerLimits, InsideOfAContainerStandAtTheTop) {
  const TemporaryFolder root;
  put(root / "proc/self/cgroup", "0::/\n");
  put(root / "sys/fs/cgroup/cpu.max", "200000 100000\n");
  put(root / "sys/fs/cgroup/memory.max", "1000000\n");
  EXPECT_EQ(container_limits(root.path()).processors, 2.0);
  EXPECT_EQ(container_limits(root.path()).memory_bytes, 1000000);
}

TEST(ContainerLimits, OfCgroupVersion1) {
  const TemporaryFolder root;
  put(root / "proc/self/cgroup", "4:memory:/job\n2:cpu,cpuacct:/job\n1:cpuset:/job\n");
  put(root / "sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "50000\n");
  put(root / "sys/fs/cgroup/cpu/job/cpu.cfs_period_us", "100000\n");
  put(root / "sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  put(root / "sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  put(root / "sys/fs/cgroup/memory/memory.limit_in_bytes", "2000000\n");
  put(root / "sys/fs/cgroup/memory/job/memory.limit_in_bytes", "9223372036854771712\n");
  const ContainerLimits limits = container_limits(root.path());
  EXPECT_EQ(limits.processors, 0.5);
  EXPECT_EQ(limits.memory_bytes, 2000000);
}

TEST(ContainerLimits, AreNoneWithoutGroups) {
  const TemporaryFolder root;
  const ContainerLimits limits = container_limits(root.path());
  EXPECT_FALSE(limits.processors);
  EXPECT_FALSE(limits.memory_bytes);
}

TEST(AvailableThreads, AreAtLeastOne) { EXPECT_GE(available_threads(), 1); }

TEST(AvailableMemory, IsSome) { EXPECT_GT(available_memory(), 0); }

TEST(FreeMemory, IsWhatTheMachineHasLeftOrTheContainerAllowsBesideWhatIsHeld) {
  const TemporaryFolder root;
  put(root / "proc/meminfo", "MemTotal:  9000 kB\nMemAvailable:    4000 kB\nSwapTotal: 1000 kB\nSwapFree: 500 kB\n");
  EXPECT_EQ(free_memory(root.path()), 4500 * 1024);
  put(root / "proc/self/cgroup", "0::/\n");
  put(root / "sys/fs/cgroup/memory.max", "3000000\n");
  EXPECT_EQ(free_memory(root.path()), 3000000);
  put(root / "proc/self/statm", "1000 100 50 1 0 50 0\n");
  EXPECT_EQ(free_memory(root.path()), 3000000 - 100 * sysconf(_SC_PAGE_SIZE));
  put(root / "proc/self/statm", "9000 9000 50 1 0 50 0\n");
  EXPECT_EQ(free_memory(root.path()), 0);
}

TEST(ThreadsToUse, AreWhatWasAskedForOrWhatThereIs) {
  EXPECT_EQ(threads_to_use(7), 7);
  EXPECT_EQ(threads_to_use(std::nullopt), available_threads());
}

}  // namespace
}  // namespace encore
