// FuseRequest: one request to a FUSE file that the device has to do with, from the kernel's message to the answer.
//
// Kept by its file, which uses it again. A hole is two requests to the device: zeroes, and then the hint that they may
// go (file_rules.h).
#pragma once

#include <span>

#include "agent/scsi/block_device.h"

struct fuse_req;  // libfuse's

namespace attach {

class FuseRequest;

class FuseRequestOwner {
 public:
  virtual void requestDone(FuseRequest& request, scsi::IoResult result) = 0;

 protected:
  ~FuseRequestOwner() = default;
};

class FuseRequest final : public scsi::BlockRequest {
 public:
  explicit FuseRequest(FuseRequestOwner& owner) : owner_(owner) {}
  FuseRequest(const FuseRequest&) = delete;
  FuseRequest& operator=(const FuseRequest&) = delete;

  struct fuse_req* handle = nullptr;  // what is answered
  std::span<std::uint8_t> data;       // of a read or write
  std::span<std::uint8_t> block;      // of DataMemory, in which `data` lies; given back with the answer
  bool thenDiscard = false;
  bool asks = false;  // a flush by which whoever uses the file asks whether what it wrote is durable

  // Makes it new.
  void begin(struct fuse_req* of, scsi::IoKind what, std::uint64_t first, std::uint64_t count) {
    handle = of;
    kind = what;
    lba = first;
    blocks = count;
    forceUnitAccess = false;
    mayUnmap = false;
    thenDiscard = false;
    asks = false;
    give({}, {});
  }
  void give(std::span<std::uint8_t> ofBlock, std::span<std::uint8_t> ofData) {
    block = ofBlock;
    data = ofData;
    memory =
        data.empty() ? std::span<const std::span<std::uint8_t>>() : std::span<const std::span<std::uint8_t>>(&data, 1);
  }
  [[nodiscard]] bool changes() const { return kind != scsi::IoKind::Read; }

 private:
  void done(scsi::IoResult result) override { owner_.requestDone(*this, result); }

  FuseRequestOwner& owner_;
};

}  // namespace attach
