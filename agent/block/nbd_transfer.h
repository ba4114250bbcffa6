// NbdTransfer: one request of an NBD device on its way to the server, in as many commands as its size needs.
//
// The device has a fixed number of these and reuses them; it decides what results mean. It knows requests and commands.
#pragma once

#include "agent/block/nbd_handshake.h"
#include "agent/block/nbd_transmission.h"
#include "agent/scsi/block_device.h"

namespace block {

class NbdTransfer;

// Who is told of a command's end.
class NbdTransferOwner {
 public:
  virtual void commandEnded(NbdTransfer& transfer, nbd::Error error) = 0;

 protected:
  ~NbdTransferOwner() = default;
};

class NbdTransfer final : public NbdCommand {
 public:
  explicit NbdTransfer(NbdTransferOwner& owner) : owner_(owner) {}

  // Takes a request on. `forced`: it ends when it is durable.
  void begin(scsi::BlockRequest& request, std::uint32_t blockSize, bool forced);
  // From its first byte again, on another connection: what came of the old one's commands is not known.
  void rewind();

  // Fills in the command for what is left.
  void prepare(const NbdExport& exported);
  void advance();
  [[nodiscard]] bool complete() const { return done_ == size_; }

  [[nodiscard]] scsi::BlockRequest& request() const { return *request_; }
  [[nodiscard]] bool forced() const { return forced_; }
  [[nodiscard]] unsigned rewinds() const { return rewinds_; }

 private:
  void ended(nbd::Error error) override { owner_.commandEnded(*this, error); }

  NbdTransferOwner& owner_;
  scsi::BlockRequest* request_ = nullptr;
  std::uint32_t blockSize_ = 512;
  bool forced_ = false;
  unsigned rewinds_ = 0;
  std::uint64_t size_ = 0;  // bytes in all
  std::uint64_t done_ = 0;  // bytes, of them
};

}  // namespace block
