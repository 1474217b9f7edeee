// Asking a server whether it is ready: what a container's health check runs. Plain HTTP only.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace encore::serve {

/// The status that GET `path` gets; 0 when nobody answers within `wait`. Throws UserError for a host that is no IP address.
int probe(const std::string& host, std::uint16_t port, const std::string& path, std::chrono::milliseconds wait);

}  // namespace encore::serve
