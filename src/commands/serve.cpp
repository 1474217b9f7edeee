// `encore serve`: a model's answers over HTTP.
#include <sys/resource.h>
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>
#include "commands/command.h"
#include "process/error.h"
#include "process/resources.h"
#include "serve/http_server.h"
#include "serve/service.h"
#include "settings/serve_settings.h"

namespace encore {
namespace {

using std::chrono::milliseconds;

milliseconds in_milliseconds(double seconds) { return milliseconds(static_cast<std::int64_t>(seconds * 1000)); }

/// As many descriptors as the system lets this process have.
void raise_descriptor_limit() {
  struct rlimit limit {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void require_sensible(const ServeSettings& settings) {
  if (settings.tls_cert.has_value() != settings.tls_key.has_value()) throw UserError("--tls-cert and --tls-key go together");
  if (!settings.events && settings.seal_after != ServeSettings{}.seal_after)
    throw UserError("--seal-after is about the log of --events, which is missing");
  if (!settings.key_file && !serve::is_loopback(settings.host)) {
    throw UserError(fmt::format("--host {} can be reached by other machines; say --key-file, too, so that not everybody may ask",
                                settings.host));
  }
}

using Log = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

Log opened_log(const ServeSettings& settings) {
  if (!settings.access_log) return {nullptr, [](std::FILE*) { return 0; }};
  if (*settings.access_log == "-") return {stderr, [](std::FILE*) { return 0; }};
  Log log{std::fopen(settings.access_log->c_str(), "ae"), std::fclose};
  if (!log) throw UserError(fmt::format("--access-log {} cannot be written", *settings.access_log));
  return log;
}

int run_serve(const ServeSettings& settings, const Output& output) {
  require_sensible(settings);
  raise_descriptor_limit();
  const Log log = opened_log(settings);
  serve::Service service(settings, threads_to_use(settings.threads),
                         [&](const std::string& remark) { output.remark(remark + "\n"); });
  const serve::ServerLimits limits{.connections = settings.connections,
                                   .request = in_milliseconds(settings.request_timeout),
                                   .idle = in_milliseconds(settings.idle_timeout),
                                   .drain = in_milliseconds(settings.drain_timeout)};
  std::optional<serve::TlsFiles> tls;
  if (settings.tls_cert) tls = {*settings.tls_cert, *settings.tls_key};
  const auto finished = [&](const serve::HttpRequest& request, int status, std::size_t bytes, double seconds) {
    const std::string line = service.done(request, status, bytes, seconds);
    if (log && !line.empty()) std::fwrite(line.data(), 1, line.size(), log.get());
  };
  serve::HttpServer server(settings.host, static_cast<std::uint16_t>(settings.port), limits, tls,
                           [&](const serve::HttpRequest& request, const serve::Reply& reply) { service.handle(request, reply); },
                           finished);
  service.reload_more = [&] { server.reload_certificate(); };
  service.draining = [&] { return server.draining(); };
  service.more_metrics = [&] {
    const auto& counts = server.counts();
    return serve::gauge("encore_connections", "Connections that are open.", static_cast<double>(counts.open)) +
           serve::counter("encore_connections_total", "Connections that were accepted.", counts.accepted) +
           serve::counter("encore_refused_connections_total", "Connections beyond --connections.", counts.refused) +
           serve::counter("encore_malformed_requests_total", "Requests that broke HTTP's rules or a limit.", counts.malformed);
  };
  server.every(milliseconds(1000), [&] {
    if (settings.watch) service.look_at_folder();
    if (log) std::fflush(log.get());
  });
  if (const auto period = serve::watchdog_period()) server.every(*period, [] { serve::notify_manager("WATCHDOG=1"); });
  const bool bracketed = settings.host.find(':') != std::string::npos;  // an address of IPv6
  const std::string host = bracketed ? "[" + settings.host + "]" : settings.host;
  const std::string at = fmt::format("{}://{}:{}", tls ? "https" : "http", host, server.port());
  output.object(nlohmann::ordered_json{{"url", at}, {"model", settings.model}}.dump());
  std::fflush(stdout);
  output.remark(fmt::format("{} answers at {}{}\n", settings.model, at,
                            settings.key_file ? "" : ", to this machine only, because there is no --key-file"));
  server.run([&] { service.reload_later(); });
  return 0;
}

}  // namespace

Command serve_command() {
  return make_command<ServeSettings>("serve", "Answer over HTTP: recommendations, similar films, searches.",
                                     {"encore serve films.model",
                                      "encore serve films.model --dataset films --events events --key-file keys --port 8000"},
                                     serve_options(), run_serve);
}

}  // namespace encore
