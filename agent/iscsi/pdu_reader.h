// Cuts the byte stream of one connection into PDUs and puts each data segment where the owner says.
//
// The owner (a PduSink) is asked at the header: it sees the BHS and the AHS, whole and with their digest checked, and
// answers where the data segment goes. When the segment is there it is told once more, with the verdict of the data
// digest. What the driver's read buffer holds of a segment is copied once; wanted() gives the rest of the place, so
// that the driver can read from the socket right into it, and placed() says how much it read. Bytes may come in any
// cuts.
//
// Whatever a header says, no more than kMaxAhs bytes of AHS and the declared MaxRecvDataSegmentLength are accepted, and
// that is checked before the owner is asked. The reader itself keeps one header and allocates nothing. A wrong header
// digest and a length out of bounds are ReadFaults: from then on the stream cannot be cut, all bytes are dropped, and
// the connection must close. One owner, no locks. RFC 7143 11.1, 11.2, 7.8.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <span>
#include <string_view>

#include "agent/iscsi/ahs.h"
#include "agent/iscsi/bhs.h"
#include "agent/iscsi/digest.h"

namespace iscsi {

// The header of the PDU at hand. Its views are valid until the next PDU begins.
struct PduHead {
  BasicHeader basic;
  base::ByteView bytes;  // BHS and AHS, without digest: what a Reject sends back

  [[nodiscard]] BhsView bhs() const { return bytes.first<kBhsSize>(); }
  [[nodiscard]] base::ByteView ahs() const { return bytes.subspan(kBhsSize); }
};

// Where a data segment goes.
struct Placement {
  enum class Kind : std::uint8_t {
    Into,   // to `place`; what is longer than it is dropped
    Skip,   // nowhere
    Later,  // the owner has no room now: the reader stops until place() is called
  };
  Kind kind = Kind::Skip;
  std::span<std::uint8_t> place;

  static Placement into(std::span<std::uint8_t> place) { return {Kind::Into, place}; }
  static Placement skip() { return {}; }
  static Placement later() { return {Kind::Later, {}}; }
};

// Of the data digest; a segment without digest is Right.
enum class DataVerdict : std::uint8_t { Right, WrongDigest };

enum class ReadFaultKind : std::uint8_t {
  HeaderDigest,
  AhsTooLong,
  DataSegmentTooLong,  // beyond the declared MaxRecvDataSegmentLength
};
std::string_view nameOf(ReadFaultKind kind);

struct ReadFault {
  ReadFaultKind kind;
  BasicHeader head;  // as it came; with HeaderDigest any of it may be wrong
};

// onHeader() comes first for each PDU (without data its answer is not used), onPdu() when all of it is there. onPdu()
// false: feed() returns, and the caller presents the rest when it likes. The sink must not feed, place into or destroy
// the reader; in onPdu() it may configure it.
template <class S>
concept PduSink = requires(S& sink, const PduHead& head, DataVerdict verdict, const ReadFault& fault) {
  { sink.onHeader(head) } -> std::same_as<Placement>;
  { sink.onPdu(head, verdict) } -> std::same_as<bool>;
  { sink.onFault(fault) } -> std::same_as<void>;
};

class PduReader {
 public:
  struct Settings {
    Digests digests;
    std::uint32_t maxRecvDataSegmentLength = 8192;  // declared by this end, bytes
  };

  // In force from the next PDU on that has not begun.
  void configure(const Settings& settings) { next_ = settings; }

  // Takes bytes that follow those before and returns how many: all, unless the sink stopped or wants to place later.
  template <PduSink Sink>
  std::size_t feed(base::ByteView bytes, Sink&& sink) {
    std::size_t used = 0;
    for (bool goOn = true; goOn && used < bytes.size();) {
      const Step step = take(bytes.subspan(used));
      used += step.used;
      goOn = tell(step.event, sink);
    }
    return used;
  }

  // Where the next bytes of the stream belong, if they are of a data segment that has a place; else empty.
  [[nodiscard]] std::span<std::uint8_t> wanted() const {
    return phase_ == Phase::Data ? place_.first(std::min<std::size_t>(place_.size(), dataLeft_))
                                 : std::span<std::uint8_t>{};
  }
  // The driver has read the first `size` bytes of wanted(), which is at least that long. False as onPdu() says it.
  template <PduSink Sink>
  bool placed(std::size_t size, Sink&& sink) {
    return size == 0 || tell(takePlaced(size), sink);
  }

  // The sink answered "later", and feed() takes nothing until place() is called.
  [[nodiscard]] bool waitsForPlace() const { return phase_ == Phase::Waiting; }
  void place(Placement placement);

  // A PDU has begun and not ended: its sender owes bytes.
  [[nodiscard]] bool midPdu() const { return phase_ != Phase::Broken && (phase_ != Phase::Head || headSize_ != 0); }
  [[nodiscard]] bool broken() const { return phase_ == Phase::Broken; }

 private:
  enum class Phase : std::uint8_t { Head, Waiting, Data, Tail, Broken };
  enum class Event : std::uint8_t { Nothing, Header, Pdu, Fault };
  struct Step {
    std::size_t used = 0;
    Event event = Event::Nothing;
  };

  template <class Sink>
  bool tell(Event event, Sink& sink) {
    switch (event) {
      case Event::Nothing:
        return phase_ != Phase::Waiting;
      case Event::Header: {
        const Placement placement = sink.onHeader(head());
        if (basic_.dataSegmentLength == 0) return end(sink);
        place(placement);
        return phase_ != Phase::Waiting;
      }
      case Event::Pdu:
        return end(sink);
      case Event::Fault:
        sink.onFault(ReadFault{fault_, basic_});
        return true;
    }
    return false;
  }
  // The next PDU has not begun when the sink is told: it may configure the reader. The header stays until then.
  template <class Sink>
  bool end(Sink& sink) {
    const PduHead ended = head();
    phase_ = Phase::Head;
    headSize_ = 0;
    return sink.onPdu(ended, verdict_);
  }

  [[nodiscard]] PduHead head() const { return {basic_, {head_.data(), kBhsSize + basic_.ahsSize()}}; }
  Step take(base::ByteView bytes);
  Step takeHead(base::ByteView bytes);
  Step takeData(base::ByteView bytes);
  Step takeTail(base::ByteView bytes);
  Event takePlaced(std::size_t size);
  Event goOn(std::size_t size);
  Event fail(ReadFaultKind kind);
  [[nodiscard]] std::size_t headWanted() const;
  [[nodiscard]] std::size_t tailWanted() const;

  Settings next_;  // of PDUs that have not begun
  Settings now_;
  Phase phase_ = Phase::Head;
  DataVerdict verdict_ = DataVerdict::Right;
  ReadFaultKind fault_ = ReadFaultKind::HeaderDigest;
  std::array<std::uint8_t, kBhsSize + kMaxAhs + kDigestSize> head_;  // of which headSize_ bytes are there
  std::size_t headSize_ = 0;
  BasicHeader basic_;                               // once 48 bytes are there
  std::span<std::uint8_t> place_;                   // the part of the owner's span that is not filled
  std::uint32_t dataLeft_ = 0;                      // bytes of the segment to come
  Crc32c crc_;                                      // of the data segment
  std::array<std::uint8_t, 3 + kDigestSize> tail_;  // padding and data digest, of which tailSize_ bytes are there
  std::size_t tailSize_ = 0;
};

}  // namespace iscsi
