// ClientSession: the client's side of one iSNS connection, or of the datagrams exchanged with one server (RFC 4171 5).
//
// Pure: bytes, requests and time go in; bytes and events come out, and the owner takes both after each call. It gives
// transaction ids, matches answers, repeats datagrams that are not answered, and answers the SCN and ESI messages that
// the server sends unasked. Requests are answered in any order. One owner, no locks.
//
// Transaction ids are below 0x8000: open-isns clients take a server's own message for the answer to theirs when the ids
// are equal, so servers use the upper half. A notification that comes again, because our answer was lost, is answered
// again and told once.
// Bounds: kMaxOutstanding requests, refused beyond that; an answer as large as the settings say; the last kRemembered
// notifications are known again.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "shared/base/clock.h"
#include "shared/base/result.h"
#include "shared/isns/assembler.h"
#include "shared/isns/request_builders.h"
#include "shared/isns/response_reader.h"

namespace isns {

enum class Transport : std::uint8_t { Stream, Datagram };

// Signs the one message that the bytes hold (see signMessage()).
using MessageSigner = std::function<base::Status(base::Bytes& message, base::WallTime now)>;

struct ClientSettings {
  Transport transport = Transport::Stream;
  base::Bytes source;  // the source attribute of requests that have none of their own: one TLV
  base::Duration timeout = std::chrono::seconds(5);          // until a request counts as not answered
  base::Duration retransmitAfter = std::chrono::seconds(1);  // datagrams only; doubles each time
  MessageSigner signer{};                                    // empty: messages are not signed
  MessageAssembler::Limits limits{.maxMessage = std::size_t{64} << 20, .maxPdus = 65536};
};

struct Answer {
  std::uint16_t transaction;
  Function function;  // of the request
  Response response;
};
enum class Silence : std::uint8_t {
  Timeout,
  Closed,     // the connection ended first
  Malformed,  // an answer came and cannot be read
};
struct NoAnswer {
  std::uint16_t transaction;
  Function function;
  Silence why;
  std::string detail;  // of Malformed
};
struct ScnReceived {
  ScnNotice notice;
};
struct EsiReceived {
  EsiNotice notice;
};
// The stream cannot be read any further; the owner closes it.
struct SessionBroken {
  std::string reason;
};
using ClientEvent = std::variant<Answer, NoAnswer, ScnReceived, EsiReceived, SessionBroken>;

class ClientSession {
 public:
  static constexpr std::size_t kMaxOutstanding = 1024;
  static constexpr std::size_t kRemembered = 32;
  static constexpr std::uint16_t kLastTransaction = 0x7fff;

  explicit ClientSession(ClientSettings settings);

  // The transaction id by which the answer is known. Fails where the signer fails, where a datagram would need more
  // than one PDU, and where kMaxOutstanding requests wait already.
  base::Result<std::uint16_t> send(const Request& request, base::Now now);

  // Bytes of a stream, oldest first; returns how many were used. The rest is presented again with more behind it.
  std::size_t onBytes(base::ByteView bytes, base::Now now);
  void onDatagram(base::ByteView bytes, base::Now now);
  void onTimer(base::Now now);
  // The connection is gone: whatever is outstanding gets no answer.
  void onClosed();

  // When onTimer() has something to do; base::kNever if nothing is outstanding.
  [[nodiscard]] base::TimePoint nextDeadline() const;
  [[nodiscard]] std::size_t outstanding() const { return outstanding_.size(); }

  // Messages to send, in order; of a datagram session each is one datagram.
  [[nodiscard]] std::vector<base::Bytes> takeOutput() { return std::exchange(output_, {}); }
  [[nodiscard]] std::vector<ClientEvent> takeEvents() { return std::exchange(events_, {}); }

 private:
  struct Outstanding {
    Function function;
    base::TimePoint deadline;
    base::TimePoint repeatAt;  // kNever for streams
    base::Duration repeatAfter;
    base::Bytes bytes;  // kept for datagrams only
  };
  struct Seen {
    std::uint16_t function = 0;  // 0: an empty place
    std::uint16_t transaction = 0;
    std::size_t hash = 0;
  };
  struct Sink;

  void onMessage(const Message& message, base::Now now);
  void onFault(const FramingFault& fault);
  void onResponse(const Message& message);
  void onNotification(const Message& message, base::Now now);
  void answer(const Message& message, Status status, base::ByteView attributes, base::Now now);
  bool seenBefore(const Message& message);
  void giveUp(std::uint16_t transaction, Silence why, std::string detail);
  base::Result<std::uint16_t> freeTransaction();

  ClientSettings settings_;
  MessageAssembler assembler_;
  std::map<std::uint16_t, Outstanding> outstanding_;
  std::uint16_t lastTransaction_ = 0;
  std::array<Seen, kRemembered> seen_{};
  std::size_t nextSeen_ = 0;
  std::vector<base::Bytes> output_;
  std::vector<ClientEvent> events_;
};

}  // namespace isns
