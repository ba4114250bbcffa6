// Puts PDUs together into messages (RFC 4171 5.1, 5.2, 5.5). Pure; one owner, no locks.
//
// Stream: the caller keeps one buffer a connection and gives all of it to feed(). What feed() did not consume is the
// beginning of a PDU; the caller presents it again with more bytes behind it. A buffer of kMaxPduSize bytes always
// gets on. A message of one PDU is handed on as a view into the caller's bytes, without a copy; one of several is
// collected here and freed right after it was handed on. Messages are valid during the call of the sink only.
//
// The PDUs of a message follow each other: clients never interleave two messages on a connection, and to allow it
// would let one connection hold any number of half messages. Bound: one unfinished message, Limits::maxMessage bytes
// of payload in Limits::maxPdus PDUs (twice the bytes when it is signed, and vector growth).
//
// What a peer gets wrong is a FramingFault, one for each broken message; the rest of that message is skipped. Framing
// goes on wherever the end of the PDU is known:
//   - A length that is no multiple of 4 is counted as it stands: every receiver does so. If the sender meant another
//     length, the next header does not read as one, and that ends the connection.
//   - Another version than 1 is answered with status 10 and its length is trusted if the rest of the header reads as
//     version 1 would have it (length a multiple of 4, no reserved flag). So a client of a later version may fall back
//     on the same connection, and what is no iSNS at all is cut off at its first twelve bytes.
//   - An authentication block without a credible length has no end that could be found: the connection must close.
// After that feed() consumes and drops all bytes.
#pragma once

#include <concepts>
#include <memory>
#include <optional>

#include "shared/isns/auth_block.h"
#include "shared/isns/message.h"
#include "shared/isns/status.h"

namespace isns {

inline constexpr std::size_t kMaxPduSize = kPduHeaderSize + 0xffff + kMaxAuthBlock;

enum class FaultKind : std::uint8_t {
  Version,              // not version 1
  Alignment,            // a length that is no multiple of 4
  ReservedFlags,        // a flag that RFC 4171 does not define
  Sequence,             // no first PDU, a sequence id that is not the next one, or another function
  Interleaved,          // the message was not finished when another one began
  TooLong,              // more bytes or PDUs than the limits allow
  AuthenticationBlock,  // a block whose length cannot be
  MixedAuthentication,  // signed and unsigned PDUs in one message
  DatagramSize,         // a datagram that is not exactly one PDU, first and last of its message
};
std::string_view faultName(FaultKind kind);

struct FramingFault {
  FaultKind kind;
  PduHeader header;  // the first that is known of the broken message: an answer takes its function and transaction id
  Status status;     // for the answer
  bool framingHolds;

  // Responses get no answer, and the Heartbeat has none.
  [[nodiscard]] bool answerable() const {
    return (header.function & kResponseBit) == 0 && header.function != idOf(Function::Heartbeat);
  }
};

// What takes messages and faults. False: feed() returns, and the caller presents the rest when it likes.
template <class S>
concept MessageSink = requires(S& sink, const Message& message, const FramingFault& fault) {
  { sink.onMessage(message) } -> std::same_as<bool>;
  { sink.onFault(fault) } -> std::same_as<bool>;
};

class MessageAssembler {
 public:
  struct Limits {
    std::size_t maxMessage = 1 << 20;  // bytes of payload
    std::size_t maxPdus = 1024;
  };

  explicit MessageAssembler(Limits limits) : limits_(limits) {}

  // Hands on all whole messages in `bytes` and returns how many bytes it consumed. The sink must not feed or destroy
  // this assembler.
  template <MessageSink Sink>
  std::size_t feed(base::ByteView bytes, Sink&& sink) {
    std::size_t at = 0;
    insidePdu_ = false;
    for (bool goOn = true; goOn && at < bytes.size();) {
      const base::ByteView rest = bytes.subspan(at);
      if (const std::size_t size = plainMessage(rest); size != 0) {
        at += size;
        goOn = sink.onMessage(viewOf(rest.first(size)));
        continue;
      }
      Step step = take(rest);
      if (step.consumed == 0) {
        insidePdu_ = true;
        break;
      }
      at += step.consumed;
      if (step.earlier) goOn = sink.onFault(*step.earlier);
      if (step.fault) goOn = sink.onFault(*step.fault) && goOn;
      if (step.message) goOn = sink.onMessage(*step.message) && goOn;
      if (step.message) partial_.reset();
    }
    return at;
  }

  // Calls visit(message) for the unsigned one-PDU messages in front, until it returns false. Consumes nothing.
  template <class Visit>
  void peek(base::ByteView bytes, Visit&& visit) const {
    for (std::size_t size = 0; (size = plainMessage(bytes)) != 0; bytes = bytes.subspan(size)) {
      if (!visit(viewOf(bytes.first(size)))) return;
    }
  }

  // A message or PDU has begun and not ended: its sender owes bytes.
  [[nodiscard]] bool midMessage() const { return insidePdu_ || partial_ != nullptr || skipping_; }
  [[nodiscard]] bool framingLost() const { return framingLost_; }

 private:
  struct Partial;
  struct Step {
    std::size_t consumed = 0;             // 0: the PDU is not whole
    std::optional<FramingFault> earlier;  // of an unfinished message that this PDU does not belong to
    std::optional<FramingFault> fault;
    std::optional<Message> message;
  };
  struct PartialDeleter {
    void operator()(Partial* partial) const;
  };

  // The size of the unsigned one-PDU message in front, where there is nothing else to think about; else 0.
  [[nodiscard]] std::size_t plainMessage(base::ByteView rest) const {
    if (rest.size() < kPduHeaderSize || partial_ || skipping_ || framingLost_) return 0;
    const PduHeader h = loadPduHeader(rest.data());
    constexpr std::uint16_t kLooked = flag::kReserved | flag::kAuthentication | flag::kFirst | flag::kLast;
    const bool plain = h.version == kVersion && (h.flags & kLooked) == (flag::kFirst | flag::kLast) &&
                       h.sequenceId == 0 && h.length % 4 == 0 && h.length <= limits_.maxMessage;
    return plain && h.length <= rest.size() - kPduHeaderSize ? kPduHeaderSize + h.length : 0;
  }
  static Message viewOf(base::ByteView pdu) {
    const PduHeader h = loadPduHeader(pdu.data());
    return {h.function, h.flags, h.transactionId, pdu.subspan(kPduHeaderSize), {}};
  }

  Step take(base::ByteView rest);
  void takePdu(const PduHeader& header, const SignedPdu& pdu, Step& step);
  void append(const PduHeader& header, const SignedPdu& pdu, Step& step);
  // Reports the message of this header as broken and skips what may follow of it.
  void reject(const PduHeader& header, FaultKind kind, Step& step);

  Limits limits_;
  std::unique_ptr<Partial, PartialDeleter> partial_;
  SignedPdu single_;  // where a signed message of one PDU points to
  std::uint16_t skipped_ = 0;
  bool skipping_ = false;
  bool insidePdu_ = false;
  bool framingLost_ = false;
};

// A datagram: exactly one PDU, which is a whole message (RFC 4171 2.9.1, 5.2). Views into `bytes`; do not outlive them.
class DatagramMessage {
 public:
  explicit DatagramMessage(base::ByteView bytes);
  DatagramMessage(const DatagramMessage&) = delete;
  DatagramMessage& operator=(const DatagramMessage&) = delete;

  // Both are empty for a datagram too short for a header: there is nothing that an answer could name.
  [[nodiscard]] const std::optional<Message>& message() const { return message_; }
  [[nodiscard]] const std::optional<FramingFault>& fault() const { return fault_; }

 private:
  SignedPdu signed_;
  std::optional<Message> message_;
  std::optional<FramingFault> fault_;
};

}  // namespace isns
