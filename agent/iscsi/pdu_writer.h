// What one connection has to send, as a list of views, and the headers and digests that belong to it.
//
// write() takes a PDU: the header is copied into memory of the writer, TotalAHSLength and DataSegmentLength are set,
// and padding and the digests in force are added; data stays where it is. The driver gathers views, sends as much of
// them as the socket takes, and says so by sent(). Small pieces of the writer lie behind each other, so that PDUs
// without data are one view together.
//
// Data must neither go away nor change between write() and sent(): its OutputHold is kept as long, and without one it
// lives longer than the connection. Who sends memory that may change meanwhile copies it where data digests are on,
// since the digest is taken in write().
//
// Bound: Limits. A PDU that would exceed them is refused and stays with its owner, who tries again after sent(); an
// empty list takes any PDU, so that the connection always gets on. Nothing is allocated for a PDU once the list has
// had its size before; trim() gives the memory of an idle connection back. One owner, no locks.
// RFC 7143 11.1, 11.2.3, 13.1.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "agent/iscsi/bhs.h"
#include "agent/iscsi/digest.h"

namespace iscsi {

// What owns data that waits to be sent: derive from it. released() comes when the last HoldRef to it is gone; it may
// destroy the object, and write to the list. Of one thread, so the count costs nothing.
class OutputHold {
 public:
  OutputHold() = default;
  OutputHold(const OutputHold&) = delete;
  OutputHold& operator=(const OutputHold&) = delete;
  [[nodiscard]] bool held() const { return count_ != 0; }
  void acquire() { ++count_; }
  void release() {
    if (--count_ == 0) released();
  }

 protected:
  ~OutputHold() = default;
  virtual void released() = 0;

 private:
  std::uint32_t count_ = 0;
};

class HoldRef {
 public:
  HoldRef() = default;
  explicit HoldRef(OutputHold& hold) : hold_(&hold) { hold.acquire(); }
  HoldRef(HoldRef&& other) noexcept : hold_(std::exchange(other.hold_, nullptr)) {}
  HoldRef& operator=(HoldRef&& other) noexcept {
    std::swap(hold_, other.hold_);
    return *this;
  }
  ~HoldRef() {
    if (hold_ != nullptr) hold_->release();
  }
  explicit operator bool() const { return hold_ != nullptr; }

 private:
  OutputHold* hold_ = nullptr;
};

// A piece of a data segment.
struct DataPart {
  base::ByteView bytes;
  HoldRef hold{};  // may be nothing
};

// Memory for headers and digests, lent to writers: those of one thread share one, so that a connection which has
// nothing to send has none. Keeps what it made until trim().
class SlabPool {
 public:
  static constexpr std::size_t kSlab = 4096;
  struct Slab {
    std::array<std::uint8_t, kSlab> bytes;
    std::size_t used = 0;
    std::size_t waiting = 0;  // segments that lie in it
  };

  SlabPool() = default;
  SlabPool(const SlabPool&) = delete;
  SlabPool& operator=(const SlabPool&) = delete;

  [[nodiscard]] Slab* take();
  void give(Slab* slab);
  void trim();
  [[nodiscard]] std::size_t kept() const { return free_.size(); }

 private:
  std::vector<std::unique_ptr<Slab>> free_;
};

class PduWriter {
 public:
  struct Limits {
    std::size_t bytes = std::size_t{4} << 20;  // of headers, data and digests that wait
    std::size_t segments = 4096;               // views that wait
  };

  // Without a pool the writer has one of its own.
  explicit PduWriter(Limits limits, SlabPool* shared = nullptr)
      : limits_(limits),
        own_(shared == nullptr ? std::make_unique<SlabPool>() : nullptr),
        pool_(shared == nullptr ? *own_ : *shared) {}
  PduWriter() : PduWriter(Limits{}) {}
  PduWriter(const PduWriter&) = delete;
  PduWriter& operator=(const PduWriter&) = delete;
  ~PduWriter();

  // In force from the next write() on.
  void setDigests(Digests digests) { digests_ = digests; }

  // Appends a PDU. `ahs` is a multiple of four bytes; `data` is the segment, up to 2^24 - 1 bytes, and its holds are
  // moved from. False: refused, and nothing is changed.
  [[nodiscard]] bool write(BhsView bhs, base::ByteView ahs, std::span<DataPart> data);
  [[nodiscard]] bool write(BhsView bhs) { return write(bhs, {}, {}); }
  [[nodiscard]] bool write(BhsView bhs, DataPart part) { return write(bhs, {}, {&part, 1}); }
  // The same for a PDU struct.
  template <class Pdu, class... Rest>
  requires requires(const Pdu& pdu, BhsSpan bhs) { pdu.encode(bhs); }
  [[nodiscard]] bool write(const Pdu& pdu, Rest&&... rest) {
    std::array<std::uint8_t, kBhsSize> bhs;
    pdu.encode(bhs);
    return write(BhsView(bhs), std::forward<Rest>(rest)...);
  }
  // With a data segment that is copied: for short ones whose memory does not last.
  [[nodiscard]] bool writeCopy(BhsView bhs, base::ByteView data);
  template <class Pdu>
  requires requires(const Pdu& pdu, BhsSpan bhs) { pdu.encode(bhs); }
  [[nodiscard]] bool writeCopy(const Pdu& pdu, base::ByteView data) {
    std::array<std::uint8_t, kBhsSize> bhs;
    pdu.encode(bhs);
    return writeCopy(BhsView(bhs), data);
  }

  // Bytes and views that wait.
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t segments() const { return segments_.size() - first_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  // Bytes that were sent since the beginning.
  [[nodiscard]] std::uint64_t sentInAll() const { return sentInAll_; }

  // Fills `out` with the first views of the list and returns how many. They are valid until sent() has counted them.
  std::size_t gather(std::span<base::ByteView> out) const;
  // The first `bytes` bytes are with the kernel: what held them is let go.
  void sent(std::size_t bytes);
  // Drops all that waits: the connection is closed.
  void clear();

  // Gives back memory that nothing waits in.
  void trim();
  [[nodiscard]] std::size_t memory() const;  // bytes that the writer has for itself

 private:
  using Slab = SlabPool::Slab;
  static constexpr std::size_t kSlab = SlabPool::kSlab;
  struct Segment {
    base::ByteView bytes;
    HoldRef hold;
    Slab* slab = nullptr;  // that it lies in; nullptr: memory of somebody else
  };

  [[nodiscard]] bool fits(std::size_t bytes, std::size_t segments) const;
  [[nodiscard]] std::size_t wireSize(std::size_t ahsSize, std::size_t dataSize) const;
  void writeHead(BhsView bhs, base::ByteView ahs, std::size_t dataSize);
  void writeTail(std::size_t dataSize, const Crc32c& crc);
  std::uint8_t* append(std::size_t size);
  void takeSlab();
  void giveSlab(Slab* slab);
  void release(Slab& slab);
  void compact();

  Limits limits_;
  Digests digests_;
  std::vector<Segment> segments_;  // those before first_ are sent
  std::size_t first_ = 0;
  std::size_t firstSent_ = 0;  // bytes of the first segment that are sent
  std::size_t size_ = 0;
  std::uint64_t sentInAll_ = 0;
  std::unique_ptr<SlabPool> own_;
  SlabPool& pool_;
  std::size_t slabs_ = 0;    // borrowed
  Slab* current_ = nullptr;  // that the next header goes to
};

}  // namespace iscsi
