// The options of `encore serve`. Not what they do (serve/).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>
#include "settings/option.h"

namespace encore {

struct ServeSettings {
  std::string model;
  std::optional<std::string> dataset;
  std::optional<std::string> events;
  std::int64_t seal_after = 1'000'000;
  std::string host = "127.0.0.1";
  std::int64_t port = 8000;
  std::optional<std::string> key_file;
  std::optional<std::string> tls_cert, tls_key;
  std::vector<std::string> cors;
  std::optional<std::string> access_log;
  bool watch = false;
  double explore = 0;
  std::int64_t connections = 4096;
  std::int64_t waiting = 1024;
  double request_timeout = 10, idle_timeout = 75, drain_timeout = 30;
  std::optional<std::int64_t> threads;
};

const OptionTable<ServeSettings>& serve_options();

}  // namespace encore
