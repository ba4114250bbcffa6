// NbdSession: a client of an NBD export, from the server's first word to the end of the last request.
//
// Sans-io: bytes in by onBytes(), or by placed() straight into the memory that wanted() names; bytes out as views by
// gather() and sent(); requests go to the device, which may be any. A peer's mistake is an error reply; only what makes
// the rest of its bytes unreadable (no magic number) ends the input, with a sentence in fault(). What a client asks
// beyond its offer is refused before the device sees it, also when the device has shrunk meanwhile.
//
// A read is answered in one piece. NBD_CMD_CACHE is a hint and nothing is done about it; FUA behind a trim is a flush.
// NBD_CMD_FLAG_FAST_ZERO is refused with NBD_EINVAL, as it is not offered.
//
// Bounds: kMaxRequests requests on their way, replies that wait to be sent among them; payloads from `memory`, its
// share and no more. Beyond either nothing is taken (takes() is false) until replies are sent, or others give memory
// back. One thread. Device, memory and news are borrowed; it is destroyed when nothing is open() any more.
// doc/proto.md.
#pragma once

#include <sys/uio.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/attach/nbd_negotiation.h"
#include "agent/attach/nbd_request.h"
#include "agent/block/data_memory.h"
#include "agent/block/intrusive_queue.h"
#include "agent/block/segments.h"
#include "agent/scsi/flush_news.h"

namespace attach {

class NbdSessionOwner {
 public:
  // There may be something new to send, input may be taken again, or it may be over. Inside of calls of the session or
  // of the device: only noted there.
  virtual void onSessionNews() = 0;
  // Memory came back that others may wait for; noted too.
  virtual void onMemoryBack() = 0;

 protected:
  ~NbdSessionOwner() = default;
};

class NbdSession final : private NbdRequestOwner {
 public:
  static constexpr unsigned kMaxRequests = 128;

  // `user`: who hears of a flush that failed once over all its sessions (scsi/flush_news.h).
  NbdSession(NbdOffer offer, scsi::BlockDevice& device, block::DataMemory& memory, scsi::FlushNews& news,
             std::string_view user, NbdSessionOwner& owner);
  ~NbdSession();
  NbdSession(const NbdSession&) = delete;
  NbdSession& operator=(const NbdSession&) = delete;

  // ---- input
  // Whether bytes would be used now. False for good after inputEnded().
  [[nodiscard]] bool takes();
  // Returns how many were used; fewer than all where it takes no more now.
  std::size_t onBytes(base::ByteView bytes);
  // Where the next bytes go, or empty where onBytes() is to have them.
  [[nodiscard]] std::span<std::uint8_t> wanted() const;
  void placed(std::size_t bytes);

  // ---- output
  block::SegmentCursor::Described gather(std::span<iovec> out) const;
  void sent(std::size_t bytes);

  // ---- end
  // Nothing more is taken: the client has sent all, or it is to be served no longer. What is open goes on.
  void endInput();
  // The connection is gone: replies are for nobody.
  void lost();
  [[nodiscard]] bool negotiating() const { return phase_ == Phase::Negotiation; }
  [[nodiscard]] bool waitsForMemory() const { return phase_ == Phase::Memory; }
  [[nodiscard]] bool inputEnded() const { return phase_ == Phase::Ended; }
  [[nodiscard]] std::size_t open() const { return open_; }  // requests with the device
  // The input has ended, and everything is answered.
  [[nodiscard]] bool over() const;
  // Why the session ended its input by itself, or empty.
  [[nodiscard]] const std::string& fault() const { return fault_; }
  [[nodiscard]] bool disconnected() const { return disconnected_; }  // by NBD_CMD_DISC or NBD_OPT_ABORT
  [[nodiscard]] const NbdOffer& offer() const { return offer_; }

 private:
  enum class Phase : std::uint8_t {
    Negotiation,
    Head,     // of a request
    Memory,   // a request waits for it
    Payload,  // of a write
    Skip,     // the payload of a write that is refused
    Ended,
  };

  std::size_t negotiate(base::ByteView bytes);
  std::size_t collectHead(base::ByteView bytes);
  void head();
  [[nodiscard]] NbdVerdict verdictOf(const NbdRequest& request) const;
  bool takeMemory();
  void submit(NbdRequest& request);
  void requestDone(NbdRequest& request, scsi::IoResult result) override;
  [[nodiscard]] scsi::IoResult flushed(const NbdRequest& request, scsi::IoResult result);
  void answer(NbdRequest& request, const NbdVerdict& verdict);
  void release(NbdRequest& request);
  void fail(std::string fault);

  const NbdOffer offer_;
  scsi::BlockDevice& device_;
  block::DataMemory& memory_;
  block::DataShare share_;
  scsi::FlushNews& news_;
  scsi::FlushNews::Way flushes_;
  NbdSessionOwner& owner_;

  Phase phase_ = Phase::Negotiation;
  NbdNegotiation negotiation_;
  bool structured_ = false;
  bool lost_ = false;
  bool disconnected_ = false;
  std::string fault_;

  std::array<std::uint8_t, nbd::kRequestSize> head_;
  std::size_t have_ = 0;           // bytes: of the head, or of the payload
  NbdRequest* current_ = nullptr;  // whose input is not all here; with Memory, Payload and Skip
  NbdVerdict refusal_;             // with Skip

  std::vector<std::unique_ptr<NbdRequest>> requests_;
  block::IntrusiveQueue<NbdRequest> idle_;
  std::size_t open_ = 0;

  base::Bytes words_;  // of the negotiation, not sent
  block::IntrusiveQueue<NbdRequest> replies_;
  std::size_t sentOfFront_ = 0;  // bytes: of words_, or of the first reply
};

}  // namespace attach
