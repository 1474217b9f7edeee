// The tensors of one weights file as a model's source. Not the parts of a cluster's processes (training/part_file.h).
#pragma once
#include <memory>
#include <string>

#include "model/model.h"

namespace encore {

class FileTensors final : public TensorSource {
 public:
  explicit FileTensors(std::shared_ptr<SafetensorsReader> reader) : reader_(std::move(reader)) {}
  TensorShape shape_of(const std::string& name) const override { return reader_->shape_of(name); }
  void read(const TensorTarget& target) override { reader_->read(target); }
  std::uint64_t bytes() const override { return std::filesystem::file_size(reader_->file()); }
  std::string file() const override { return reader_->file().string(); }

 private:
  std::shared_ptr<SafetensorsReader> reader_;
};

}  // namespace encore
