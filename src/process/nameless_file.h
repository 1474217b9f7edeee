// A file without a name, for rows that become another file: it is gone when the process is, however that ends.
#pragma once
#include <filesystem>

namespace encore {

class NamelessFile {
 public:
  /// On the disk of `neighbour`, which a failure is said of. Throws UserError.
  explicit NamelessFile(const std::filesystem::path& neighbour);
  NamelessFile(const NamelessFile&) = delete;
  NamelessFile& operator=(const NamelessFile&) = delete;
  ~NamelessFile();
  /// A path under which this process, and no other, can open it.
  std::filesystem::path path() const;

 private:
  int descriptor_;
};

}  // namespace encore
