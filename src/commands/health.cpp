// `encore health`: whether `encore serve` takes requests, for health checks that have no other program at hand.
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include "commands/command.h"
#include "serve/http_probe.h"
#include "settings/health_settings.h"

namespace encore {
namespace {

int run(const HealthSettings& settings, const Output& output) {
  const auto wait = std::chrono::milliseconds(static_cast<std::int64_t>(settings.timeout * 1000));
  const int status = serve::probe(settings.host, static_cast<std::uint16_t>(settings.port), "/health/ready", wait);
  output.object(nlohmann::ordered_json{{"ready", status == 200}, {"status", status}}.dump());
  output.result(status == 200 ? "ready\n" : status == 0 ? "nobody answers\n" : fmt::format("not ready: status {}\n", status));
  return status == 200 ? 0 : 1;
}

}  // namespace

Command health_command() {
  return make_command<HealthSettings>("health", "Ask a server whether it takes requests: exit code 0, else 1.",
                                      {"encore health --port 8000"}, health_options(), run);
}

}  // namespace encore
