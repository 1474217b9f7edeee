// dlopen, and one dlsym for each function.
#include "database/duckdb_library.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include "process/error.h"

namespace encore {
namespace {

constexpr const char* library_name = "libduckdb.so";

[[noreturn]] void refuse() {
  const char* reason = ::dlerror();
  throw UserError(fmt::format("DuckDB's library, which reads and writes tables, cannot be loaded ({}); install Encore again with all of "
                              "its files, or name the folder of {} in LD_LIBRARY_PATH",
                              reason ? reason : "no reason given", library_name));
}

template <class Function>
void find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  if (function == nullptr) refuse();
}

DuckDb loaded() {
  void* library = ::dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) refuse();
  DuckDb all{};
#define ENCORE_DUCKDB_FIND(name) find(library, "duckdb_" #name, all.name);
  ENCORE_DUCKDB_FUNCTIONS(ENCORE_DUCKDB_FIND)
#undef ENCORE_DUCKDB_FIND
  return all;
}

}  // namespace

const DuckDb& duckdb() {
  static const DuckDb functions = loaded();
  return functions;
}

}  // namespace encore
