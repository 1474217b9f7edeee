// Proving that one knows a secret without showing it: HMAC-SHA256, random bytes, comparing in constant time. Not what
// is proved (exchange/handshake.h).
#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace encore {

constexpr std::size_t proof_bytes = 32;
using Proof = std::array<char, proof_bytes>;

/// HMAC-SHA256 (RFC 2104) of `message`. Throws std::runtime_error when OpenSSL refuses.
Proof prove(std::string_view secret, std::string_view message);
/// Takes equally long wherever the two differ.
bool same_proof(const Proof&, const Proof&);
/// From the system's generator. Throws std::runtime_error when OpenSSL refuses.
std::string random_bytes(std::size_t count);

}  // namespace encore
