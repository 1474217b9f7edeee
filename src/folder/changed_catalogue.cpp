// Links where the disk has them, copies where it has none.
#include "folder/changed_catalogue.h"

#include <fmt/format.h>

#include "digest/checksums.h"
#include "folder/catalogue_file.h"
#include "folder/ready_catalogue.h"
#include "process/error.h"

namespace encore {

void write_model_with_catalogue(const std::filesystem::path& folder, const std::filesystem::path& from, const Catalogue& items) {
  namespace fs = std::filesystem;
  std::error_code failed;
  for (const auto& entry : fs::recursive_directory_iterator(from)) {
    const fs::path name = entry.path().lexically_relative(from);
    if (name == items_file || name == ready_catalogue_file || name.filename() == "sha256sums.txt") continue;
    if (entry.is_directory()) {
      fs::create_directory(folder / name, failed);
    } else if (fs::create_hard_link(entry.path(), folder / name, failed); failed) {
      fs::copy_file(entry.path(), folder / name, failed);
    }
    if (failed) throw UserError(fmt::format("{} cannot be copied: {}", entry.path().string(), failed.message()));
  }
  write_catalogue(folder / items_file, items);
  write_ready_catalogue(folder, items);
  write_checksums(folder);
}

}  // namespace encore
