// Requests to block devices as tests make them: own memory, and what became of each written down.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <thread>
#include <vector>

#include "agent/scsi/block_device.h"

namespace scsi {

inline void PrintTo(IoResult result, std::ostream* out) {
  constexpr const char* kNames[] = {"Ok", "MediumError", "NoSpace", "WriteProtected", "OutOfRange", "Gone"};
  *out << kNames[static_cast<std::size_t>(result)];
}
inline void PrintTo(Provisioning state, std::ostream* out) {
  *out << (state == Provisioning::Mapped ? "Mapped" : "Deallocated");
}

}  // namespace scsi

namespace support {

// Memory at an address that is a multiple of 4096, plus `shift`.
class AlignedBytes {
 public:
  explicit AlignedBytes(std::size_t size, std::size_t shift = 0)
      : memory_(static_cast<std::uint8_t*>(std::aligned_alloc(4096, (size + shift + 8191) / 4096 * 4096)), &std::free),
        bytes_(memory_.get() + shift, size) {}
  [[nodiscard]] std::span<std::uint8_t> bytes() const { return bytes_; }

 private:
  std::unique_ptr<std::uint8_t, decltype(&std::free)> memory_;
  std::span<std::uint8_t> bytes_;
};

class Request final : public scsi::BlockRequest {
 public:
  // `size` bytes of memory, in one piece; none for what moves no data.
  Request(scsi::IoKind what, std::uint64_t first, std::uint64_t count, std::size_t size, std::size_t shift = 0)
      : buffer_(size, shift), thread_(std::this_thread::get_id()) {
    kind = what;
    lba = first;
    blocks = count;
    cut({});
  }
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  // The memory as pieces of these sizes, and what is left as the last.
  void cut(const std::vector<std::size_t>& sizes) {
    pieces_.clear();
    std::span<std::uint8_t> rest = bytes();
    for (const std::size_t size : sizes) {
      pieces_.push_back(rest.first(size));
      rest = rest.subspan(size);
    }
    if (!rest.empty()) pieces_.push_back(rest);
    memory = pieces_;
  }
  [[nodiscard]] std::span<std::uint8_t> bytes() const { return buffer_.bytes(); }

  std::optional<scsi::IoResult> result;
  std::function<void()> hook;  // called at the end of done()

  void done(scsi::IoResult what) override {
    EXPECT_FALSE(result.has_value()) << "done() came twice";
    EXPECT_EQ(std::this_thread::get_id(), thread_) << "done() came on another thread";
    result = what;
    if (hook) hook();
  }

 private:
  AlignedBytes buffer_;
  std::vector<std::span<std::uint8_t>> pieces_;
  std::thread::id thread_;
};

// Bytes that name their block and a version: what lies in the wrong place is seen.
inline void fillPattern(std::span<std::uint8_t> bytes, std::uint64_t lba, std::uint32_t blockSize,
                        std::uint32_t version) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::uint64_t block = lba + i / blockSize;
    const std::uint64_t word = block * 0x9E37'79B9'7F4A'7C15U + version * 0xD1B5'4A32'D192'ED03U + i % blockSize / 8;
    bytes[i] = static_cast<std::uint8_t>((word >> (8 * (i % 8))) | 1U);  // never zero
  }
}
inline std::vector<std::uint8_t> pattern(std::uint64_t lba, std::uint64_t blocks, std::uint32_t blockSize,
                                         std::uint32_t version) {
  std::vector<std::uint8_t> bytes(blocks * blockSize);
  fillPattern(bytes, lba, blockSize, version);
  return bytes;
}

}  // namespace support
