// One class for each packing. Files of several members, frames or streams, one after another, are one text (gzip, bzip2, xz, zstd).
#include "preparation/unpacking.h"

#include <bzlib.h>
#include <fmt/format.h>
#include <lzma.h>
#include <minizip/unzip.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "process/error.h"

namespace encore {
namespace {

[[noreturn]] void refuse(const FilePlace& place, std::string_view what) {
  throw UserError(fmt::format("{} {}", place.path.string(), what));
}
[[noreturn]] void damaged(const FilePlace& place, std::string_view packing) {
  refuse(place, fmt::format("is damaged: its {} data are not as they were packed", packing));
}
[[noreturn]] void ends_early(const FilePlace& place, std::string_view packing) {
  refuse(place, fmt::format("is damaged: its {} data end too early", packing));
}

/// The file as it lies on the disk.
class PlainBytes : public ByteSource {
 public:
  explicit PlainBytes(const FilePlace& place) : place_(place), file_(std::fopen(place.opened.c_str(), "rbe")) {
    if (!file_) refuse(place_, fmt::format("cannot be read: {}", std::strerror(errno)));
    std::setvbuf(file_.get(), nullptr, _IONBF, 0);
  }
  std::size_t read(char* into, std::size_t size) override {
    const std::size_t count = std::fread(into, 1, size, file_.get());
    if (count < size && std::ferror(file_.get())) refuse(place_, fmt::format("cannot be read: {}", std::strerror(errno)));
    return count;
  }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  FilePlace place_;
  std::unique_ptr<std::FILE, Close> file_;
};

class GzipBytes : public ByteSource {
 public:
  explicit GzipBytes(const FilePlace& place) : place_(place), file_(gzopen(place.opened.c_str(), "rb")) {
    if (!file_) refuse(place_, fmt::format("cannot be read: {}", std::strerror(errno)));
    gzbuffer(file_, 1 << 17);
  }
  ~GzipBytes() override { gzclose(file_); }
  std::size_t read(char* into, std::size_t size) override {
    const int count = gzread(file_, into, static_cast<unsigned>(std::min<std::size_t>(size, 1 << 30)));
    int error = Z_OK;
    const char* text = gzerror(file_, &error);
    if (error == Z_BUF_ERROR) ends_early(place_, "gzip");
    if (count < 0 || error != Z_OK) refuse(place_, fmt::format("is damaged or cannot be read: {}", text));
    return static_cast<std::size_t>(count);
  }

 private:
  FilePlace place_;
  gzFile file_;
};

/// What the stream decoders of the other libraries share: packed bytes in, and the end of both.
class Packed : public ByteSource {
 protected:
  explicit Packed(const FilePlace& place) : place_(place), file_(place) {}
  /// False when the file has no more.
  bool fill() {
    left_ = file_.read(buffer_.data(), buffer_.size());
    next_ = buffer_.data();
    return left_ > 0;
  }
  FilePlace place_;
  PlainBytes file_;
  std::array<char, 1 << 16> buffer_{};
  char* next_ = nullptr;
  std::size_t left_ = 0;
};

class BzipBytes : public Packed {
 public:
  explicit BzipBytes(const FilePlace& place) : Packed(place) {}
  ~BzipBytes() override { end(); }
  std::size_t read(char* into, std::size_t size) override {
    while (size > 0) {
      const bool more = left_ > 0 || fill();
      if (!more && !open_) return 0;
      if (!open_) begin();
      stream_.next_in = next_, stream_.avail_in = static_cast<unsigned>(left_);
      stream_.next_out = into, stream_.avail_out = static_cast<unsigned>(std::min<std::size_t>(size, 1 << 30));
      const unsigned before = stream_.avail_out;
      const int state = BZ2_bzDecompress(&stream_);
      next_ = stream_.next_in, left_ = stream_.avail_in;
      if (state == BZ_MEM_ERROR) throw std::bad_alloc();
      if (state != BZ_OK && state != BZ_STREAM_END) damaged(place_, "bzip2");
      if (state == BZ_STREAM_END) end();
      if (before > stream_.avail_out) return before - stream_.avail_out;
      if (!more && open_) ends_early(place_, "bzip2");
    }
    return 0;
  }

 private:
  void begin() {
    stream_ = {};
    if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) throw std::bad_alloc();
    open_ = true;
  }
  void end() {
    if (open_) BZ2_bzDecompressEnd(&stream_);
    open_ = false;
  }
  bz_stream stream_{};
  bool open_ = false;
};

class XzBytes : public Packed {
 public:
  explicit XzBytes(const FilePlace& place) : Packed(place) {
    constexpr std::uint64_t most_memory = 1ULL << 30;
    if (lzma_stream_decoder(&stream_, most_memory, LZMA_CONCATENATED) != LZMA_OK) throw std::bad_alloc();
  }
  ~XzBytes() override { lzma_end(&stream_); }
  std::size_t read(char* into, std::size_t size) override {
    if (ended_ || size == 0) return 0;
    stream_.next_out = reinterpret_cast<std::uint8_t*>(into), stream_.avail_out = size;
    while (stream_.avail_out == size) {
      const bool more = left_ > 0 || fill();
      stream_.next_in = reinterpret_cast<std::uint8_t*>(next_), stream_.avail_in = left_;
      const lzma_ret state = lzma_code(&stream_, more ? LZMA_RUN : LZMA_FINISH);
      next_ += left_ - stream_.avail_in, left_ = stream_.avail_in;
      if (state == LZMA_STREAM_END) {
        ended_ = true;
        break;
      }
      if (state == LZMA_MEM_ERROR) throw std::bad_alloc();
      if (state == LZMA_MEMLIMIT_ERROR) refuse(place_, "needs more than 1 GiB to be unpacked; unpack it first");
      if (state == LZMA_BUF_ERROR && !more) ends_early(place_, "xz");
      if (state != LZMA_OK && state != LZMA_BUF_ERROR) damaged(place_, "xz");
    }
    return size - stream_.avail_out;
  }

 private:
  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool ended_ = false;
};

class ZstdBytes : public Packed {
 public:
  explicit ZstdBytes(const FilePlace& place) : Packed(place), stream_(ZSTD_createDStream()) {
    if (!stream_) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, 30);
  }
  std::size_t read(char* into, std::size_t size) override {
    ZSTD_outBuffer out{into, size, 0};
    while (out.pos == 0 && size > 0) {
      const bool more = left_ > 0 || fill();
      if (!more && !within_frame_) return 0;
      ZSTD_inBuffer in{next_, left_, 0};
      const std::size_t state = ZSTD_decompressStream(stream_.get(), &out, &in);
      if (ZSTD_isError(state)) damaged(place_, "zstd");
      next_ += in.pos, left_ -= in.pos;
      within_frame_ = state != 0;
      if (!more && out.pos == 0 && within_frame_) ends_early(place_, "zstd");
    }
    return out.pos;
  }

 private:
  struct Free {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };
  std::unique_ptr<ZSTD_DStream, Free> stream_;
  bool within_frame_ = false;
};

class ZipFile {
 public:
  explicit ZipFile(const std::filesystem::path& archive) : file_(unzOpen64(archive.c_str())) {}
  ~ZipFile() {
    if (file_) unzClose(file_);
  }
  ZipFile(const ZipFile&) = delete;
  ZipFile& operator=(const ZipFile&) = delete;
  unzFile get() const { return file_; }

 private:
  unzFile file_;
};

class ZipBytes : public ByteSource {
 public:
  explicit ZipBytes(const FilePlace& place) : place_(place), zip_(place.opened) {
    unz_file_info64 info{};
    if (!zip_.get() || unzLocateFile(zip_.get(), place.member.c_str(), 1) != UNZ_OK ||
        unzGetCurrentFileInfo64(zip_.get(), &info, nullptr, 0, nullptr, 0, nullptr, 0) != UNZ_OK)
      damaged(place_, "zip");
    if (info.flag & 1) refuse(place_, "is encrypted; unpack it first");
    if (unzOpenCurrentFile(zip_.get()) != UNZ_OK)
      refuse(place_, "is packed in a way of zip that is not known here; unpack it first");
  }
  std::size_t read(char* into, std::size_t size) override {
    if (ended_) return 0;
    const int count = unzReadCurrentFile(zip_.get(), into, static_cast<unsigned>(std::min<std::size_t>(size, 1 << 30)));
    if (count < 0) damaged(place_, "zip");
    ended_ = count == 0;
    if (ended_ && unzCloseCurrentFile(zip_.get()) == UNZ_CRCERROR) damaged(place_, "zip");
    return static_cast<std::size_t>(count);
  }

 private:
  FilePlace place_;
  ZipFile zip_;
  bool ended_ = false;
};

}  // namespace

Packing packing_of(std::string_view beginning) {
  using namespace std::string_view_literals;
  if (beginning.starts_with("\x1F\x8B")) return Packing::gzip;
  if (beginning.starts_with("BZh") && beginning.size() > 9 && beginning.substr(4).starts_with("1AY&SY")) return Packing::bzip2;
  if (beginning.starts_with("\xFD" "7zXZ\0"sv)) return Packing::xz;
  if (beginning.starts_with("\x28\xB5\x2F\xFD")) return Packing::zstd;
  if (beginning.starts_with("PK\x03\x04") || beginning.starts_with("PK\x05\x06")) return Packing::zip;
  return Packing::none;
}

std::unique_ptr<ByteSource> open_unpacked(const FilePlace& place) {
  switch (place.packing) {
    case Packing::none:
      return std::make_unique<PlainBytes>(place);
    case Packing::gzip:
      return std::make_unique<GzipBytes>(place);
    case Packing::bzip2:
      return std::make_unique<BzipBytes>(place);
    case Packing::xz:
      return std::make_unique<XzBytes>(place);
    case Packing::zstd:
      return std::make_unique<ZstdBytes>(place);
    case Packing::zip:
      return std::make_unique<ZipBytes>(place);
  }
  return nullptr;
}

std::vector<std::string> names_in_zip(const std::filesystem::path& archive) {
  const ZipFile zip(archive);
  std::vector<std::string> names;
  if (!zip.get()) throw UserError(fmt::format("{} is damaged: its zip data are not as they were packed", archive.string()));
  for (int state = unzGoToFirstFile(zip.get()); state == UNZ_OK; state = unzGoToNextFile(zip.get())) {
    std::array<char, 4096> name{};
    unz_file_info64 info{};
    if (unzGetCurrentFileInfo64(zip.get(), &info, name.data(), name.size() - 1, nullptr, 0, nullptr, 0) != UNZ_OK) break;
    names.emplace_back(name.data());
  }
  return names;
}

}  // namespace encore
