// The kernel path of a plan, and that processes on different paths refuse one another.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "c_api/encore.h"
#include "kernel/kernels.h"

namespace {

using testing::HasSubstr;
using Json = nlohmann::json;

std::string path_of(const char* options) {
  char *plan = nullptr, *path = nullptr;
  EXPECT_EQ(encore_plan_training(options, 100, 0, &plan), ENCORE_OK) << encore_last_error();
  EXPECT_EQ(encore_plan_kernel_path(plan, &path), ENCORE_OK) << encore_last_error();
  std::string found(path);
  encore_free(plan), encore_free(path);
  return found;
}

TEST(KernelPath, OfAPlanIsThatOfItsPrecision) {
  if (encore::kernel::kernel_path() != "FMA") GTEST_SKIP() << "without fused multiply-add";
  EXPECT_EQ(path_of(R"({"precision": "bf16"})"), encore::kernel::bfloat16_path());
  encore::kernel::choose_instruction_set(encore::kernel::emulated_tiles);
  EXPECT_EQ(path_of(R"({"precision": "bf16"})"), "AMX");
  EXPECT_EQ(path_of(R"({"precision": "f32"})"), "FMA");
  EXPECT_EQ(path_of(R"({"precision": "bf16", "device": "reference"})"), "FMA");
  encore::kernel::choose_instruction_set({});
  EXPECT_EQ(encore_plan_kernel_path("{}", nullptr), ENCORE_FAILED);
}

/// What each of two processes ends with, which say of themselves these paths.
std::array<std::string, 2> ends_of(const std::array<std::string, 2>& paths) {
  std::array<encore_listener*, 2> listeners{};
  Json addresses = Json::array();
  for (encore_listener*& one : listeners) {
    EXPECT_EQ(encore_listener_new("127.0.0.1", 0, 0, &one), ENCORE_OK);
    char* address = nullptr;
    EXPECT_EQ(encore_listener_address(one, &address), ENCORE_OK);
    addresses.push_back(address);
    encore_free(address);
  }
  std::array<std::string, 2> ends;
  std::array<encore_world*, 2> worlds{};
  std::vector<std::jthread> processes;
  for (std::size_t p = 0; p < 2; ++p) processes.emplace_back([&, p] {
    const Json settings{{"process", p},
                        {"processes", 2},
                        {"local_ranks", 1},
                        {"addresses", addresses},
                        {"secret", std::string(32, '0')},
                        {"identity", {{"kernels for precision bf16", paths[p]}}},
                        {"timeout_seconds", 20}};
    if (encore_world_connect(listeners[p], settings.dump().c_str(), &worlds[p]) != ENCORE_OK) ends[p] = encore_last_error();
  });
  processes.clear();  // who leaves while the other still meets is lost to it
  for (std::size_t p = 0; p < 2; ++p) encore_world_free(worlds[p]), encore_listener_free(listeners[p]);
  return ends;
}

TEST(KernelPath, MustBeTheSameForAllProcesses) {
  const auto alike = ends_of({"AMX", "AMX"});
  EXPECT_EQ(alike[0] + alike[1], "");
  const auto mixed = ends_of({"AMX", "FMA"});
  EXPECT_THAT(mixed[0] + mixed[1], HasSubstr("kernels for precision bf16 is "));
  EXPECT_THAT(mixed[0] + mixed[1], HasSubstr("AMX"));
  EXPECT_NE(mixed[0], "");
  EXPECT_NE(mixed[1], "");
}

}  // namespace
