// NbdRequest: one command of an NBD client, from its head to its reply, and as what the device sees it.
//
// Kept by its session, which uses it again. The reply is a header, with structured replies perhaps a sentence for
// people, and what was read.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "agent/block/intrusive_queue.h"
#include "agent/nbd/protocol.h"
#include "agent/scsi/block_device.h"

namespace attach {

// How a command ends, and why so where the server says it: a text that lives for ever.
struct NbdVerdict {
  nbd::Error error = nbd::Error::Ok;
  std::string_view why;
};

class NbdRequest;

class NbdRequestOwner {
 public:
  virtual void requestDone(NbdRequest& request, scsi::IoResult result) = 0;

 protected:
  ~NbdRequestOwner() = default;
};

class NbdRequest {
 public:
  explicit NbdRequest(NbdRequestOwner& owner) : io_(owner, *this) {}
  NbdRequest(const NbdRequest&) = delete;
  NbdRequest& operator=(const NbdRequest&) = delete;

  nbd::Command command = nbd::Command::Read;
  std::uint16_t flags = 0;
  std::uint64_t cookie = 0;
  std::uint64_t offset = 0;              // bytes
  std::uint32_t length = 0;              // bytes
  std::span<std::uint8_t> memory;        // of a read or write, while it has some
  bool thenFlush = false;                // it is durable only after a flush of its own

  NbdRequest* next = nullptr;  // of the list in which it is

  // From the 28 bytes on the wire, of which the magic number was looked at.
  void read(const std::uint8_t* head);
  [[nodiscard]] bool moves() const { return command == nbd::Command::Read || command == nbd::Command::Write; }
  [[nodiscard]] bool changes() const {
    return command == nbd::Command::Write || command == nbd::Command::Trim || command == nbd::Command::WriteZeroes;
  }
  // What the device is asked; with NBD_CMD_CACHE and what is unknown nothing.
  scsi::BlockRequest& asIo(std::uint32_t blockSize);
  scsi::BlockRequest& asFlush();
  [[nodiscard]] bool flushes() const { return io_.kind == scsi::IoKind::Flush; }

  void makeReply(bool structured, const NbdVerdict& verdict);
  [[nodiscard]] std::span<const std::uint8_t> header() const { return std::span(header_).first(headerSize_); }
  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] std::span<const std::uint8_t> payload() const {
    return carriesData_ ? std::span<const std::uint8_t>(memory) : std::span<const std::uint8_t>();
  }
  [[nodiscard]] std::size_t replySize() const { return headerSize_ + text_.size() + payload().size(); }

 private:
  class Io final : public scsi::BlockRequest {
   public:
    Io(NbdRequestOwner& owner, NbdRequest& request) : owner_(owner), request_(request) {}
    void done(scsi::IoResult result) override { owner_.requestDone(request_, result); }

   private:
    NbdRequestOwner& owner_;
    NbdRequest& request_;
  };

  Io io_;
  std::array<std::uint8_t, 32> header_;
  std::size_t headerSize_ = 0;
  std::string_view text_;
  bool carriesData_ = false;
};

}  // namespace attach
