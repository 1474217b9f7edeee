// SHA-256 of bytes that come in pieces. Not what is hashed (dataset/fingerprint.h, model/).
#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace encore {

class Sha256 {
 public:
  /// Throws std::runtime_error when OpenSSL refuses, here as in `add` and `hex`.
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void add(std::string_view bytes);
  /// 64 lower-case hex digits; nothing may be added afterwards.
  std::string hex();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace encore
