// The wall between C++ and C: exceptions become codes, and their sentences are kept for encore_last_error(). Not the
// handles (handles.h).
#pragma once
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include "c_api/encore.h"

namespace encore::c_api {

/// What the caller of the C interface did wrong in a way that only a bug of a binding can: a null pointer, a handle of
/// the wrong state. Becomes ENCORE_FAILED.
class Misuse : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// Keeps `sentence` as the calling thread's last error and returns `code`.
int failed(int code, const std::string& sentence) noexcept;

/// The exception that is being handled, as a code; its sentence is kept. Only in a catch block.
int failed_with_current_exception() noexcept;

/// Runs `work` and returns ENCORE_OK, or the code of what it threw.
template <class Work>
int guarded(Work&& work) noexcept {
  try {
    work();
    return ENCORE_OK;
  } catch (...) {
    return failed_with_current_exception();
  }
}

/// A copy of `text` for the caller, who frees it with encore_free().
char* handed_out(const std::string& text);

/// Throws Misuse naming `what` when `pointer` is null.
template <class Pointer>
Pointer require(Pointer pointer, const char* what) {
  if (pointer == nullptr) throw Misuse(std::string(what) + " is a null pointer");
  return pointer;
}

}  // namespace encore::c_api
