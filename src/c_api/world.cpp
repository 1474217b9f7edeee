// encore_listener_* and encore_world_*: how the processes of a cluster find one another.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <fmt/format.h>
#include "c_api/guard.h"
#include "c_api/handles.h"
#include "process/resources.h"

namespace encore::c_api {
namespace {

using Json = nlohmann::ordered_json;

/// "00ff" → two bytes.
std::string bytes_of_hex(const std::string& hex) {
  if (hex.size() % 2 != 0) throw Misuse("the secret is no text of hex digits");
  std::string bytes;
  for (std::size_t at = 0; at < hex.size(); at += 2) {
    int value = 0;
    for (const char digit : {hex[at], hex[at + 1]}) {
      const std::size_t number = std::string_view("0123456789abcdef").find(digit);
      if (number == std::string_view::npos) throw Misuse("the secret is no text of lower-case hex digits");
      value = 16 * value + static_cast<int>(number);
    }
    bytes.push_back(static_cast<char>(value));
  }
  return bytes;
}

ClusterSettings cluster_settings_in(const std::string& text) {
  const Json json = Json::parse(text);
  ClusterSettings settings;
  settings.process = json.at("process");
  settings.processes = json.at("processes");
  settings.local_ranks = json.at("local_ranks");
  settings.running = std::min(settings.local_ranks, available_threads());
  settings.addresses = json.at("addresses").get<std::vector<std::string>>();
  settings.secret = bytes_of_hex(json.at("secret"));
  for (const auto& [name, value] : json.at("identity").items()) {
    settings.identity += fmt::format("{}={}\n", name, value.is_string() ? value.get<std::string>() : value.dump());
  }
  settings.timeout_seconds = json.at("timeout_seconds");
  settings.parameters = true;  // one more connection each, whether the plan turns out to be asynchronous or not
  return settings;
}

}  // namespace
}  // namespace encore::c_api

namespace c_api = encore::c_api;

extern "C" {

int encore_listener_new(const char* host, int first_port, int last_port, encore_listener** listener) {
  return c_api::guarded([&] {
    auto made = std::make_unique<encore_listener>();
    made->listener.emplace(c_api::require(host, "host"), first_port, last_port);
    *c_api::require(listener, "listener") = made.release();
  });
}

int encore_listener_address(const encore_listener* listener, char** address) {
  return c_api::guarded([&] {
    if (!c_api::require(listener, "listener")->listener) throw c_api::Misuse("a world took this listener over");
    *c_api::require(address, "address") = c_api::handed_out(listener->listener->address());
  });
}

void encore_listener_free(encore_listener* listener) { delete listener; }

int encore_world_connect(encore_listener* listener, const char* settings_json, encore_world** world) {
  return c_api::guarded([&] {
    if (!c_api::require(listener, "listener")->listener) throw c_api::Misuse("a world took this listener over");
    const encore::ClusterSettings settings = c_api::cluster_settings_in(c_api::require(settings_json, "settings_json"));
    auto made = std::make_unique<encore_world>();
    made->world = std::make_unique<encore::ClusterWorld>(std::move(*listener->listener), settings);
    listener->listener.reset();
    *c_api::require(world, "world") = made.release();
  });
}

void encore_world_free(encore_world* world) { delete world; }
}
