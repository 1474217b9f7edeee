// Codes and sentences of what went wrong, and the version.
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include "c_api/guard.h"
#include "digest/crc32c.h"
#include "exchange/exchange.h"
#include "process/error.h"
#include "process/version.h"

namespace encore::c_api {
namespace {

std::string& last_error() {
  thread_local std::string sentence;
  return sentence;
}

}  // namespace

int failed(int code, const std::string& sentence) noexcept {
  try {
    last_error() = sentence;
  } catch (...) {
    last_error().clear();
  }
  return code;
}

int failed_with_current_exception() noexcept {
  try {
    throw;
  } catch (const UserError& error) {
    return failed(ENCORE_USER_ERROR, error.what());
  } catch (const Interrupted& error) {
    return failed(ENCORE_INTERRUPTED, error.what());
  } catch (const PeerError& error) {
    return failed(ENCORE_PEER_LOST, error.what());
  } catch (const MeetingFailed& error) {
    return failed(ENCORE_PEER_LOST, error.what());
  } catch (const std::bad_alloc&) {
    return failed(ENCORE_FAILED, "there is not enough memory for this; give the process more, or it less to hold");
  } catch (const std::filesystem::filesystem_error& error) {
    return failed(ENCORE_USER_ERROR, error.path1().string() + ": " + error.code().message());
  } catch (const std::system_error& error) {
    if (error.code() != std::errc::resource_unavailable_try_again) return failed(ENCORE_FAILED, error.what());
    return failed(ENCORE_FAILED, "the system grants no further thread; ask for fewer threads or end other programs");
  } catch (const std::exception& error) {
    return failed(ENCORE_FAILED, error.what());
  } catch (...) {
    return failed(ENCORE_FAILED, "something that is no exception of C++'s own was thrown");
  }
}

char* handed_out(const std::string& text) {
  auto* copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (copy == nullptr) throw std::bad_alloc();
  std::memcpy(copy, text.c_str(), text.size() + 1);
  return copy;
}

}  // namespace encore::c_api

extern "C" {

int encore_api_version(void) { return ENCORE_API_VERSION; }

const char* encore_program_version(void) {
  static const std::string version(encore::program_version());
  return version.c_str();
}

uint32_t encore_crc32c(const uint8_t* bytes, int64_t size) {
  return encore::crc32c({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)});
}

const char* encore_last_error(void) { return encore::c_api::last_error().c_str(); }

void encore_free(void* memory) { std::free(memory); }
}
