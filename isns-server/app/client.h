// Client: one TCP connection of an iSNS client, from bytes to messages and from answers to bytes.
//
// One thread: the loop's. The host owns its clients and answers their messages. All answers to what one read brought
// leave in one send at the end of the turn. A client that does not read its answers, or has too many requests without
// one, in number or in bytes, is not read any more until that has changed: so nobody's memory grows by asking.
#pragma once

#include <cstdint>

#include "isns-server/core/server.h"
#include "isns-server/session/address_rules.h"
#include "shared/isns/assembler.h"
#include "shared/net/stream.h"

namespace app {

class Client;

class ClientHost {
 public:
  // Answers a message or a fault; the answer, if it comes at once, is at the end of `out`.
  virtual void onRequest(Client& client, const isns::Message& message, base::Bytes& out) = 0;
  virtual void onFault(Client& client, const isns::FramingFault& fault, base::Bytes& out) = 0;
  // Is told of the requests that follow, so that they find what they need near.
  virtual core::Lookahead& lookahead() = 0;
  // The connection is over, for this reason; the host destroys the client after the turn.
  enum class End : std::uint8_t { Peer, Malformed, TooLarge, Partial, Idle, AddressRule, Error };
  virtual void onEnded(Client& client, End why) = 0;

 protected:
  ~ClientHost() = default;
};

class Client final : private net::StreamOwner {
 public:
  struct Limits {
    isns::MessageAssembler::Limits message;
    std::size_t output = 256U << 10;  // bytes of answers that wait for the peer, and of those that wait for the store
    std::size_t answer = 64U << 20;   // of the largest answer, before it is cut into PDUs and signed
  };
  // What may be queued: reading stops at `output`, when there is one largest answer beyond it at most; then all that waited
  // for the store may come at once, which is as much again.
  [[nodiscard]] static std::size_t maxOutput(const Limits& limits);
  static constexpr std::uint32_t kMaxHeld = 4096;  // answers of one connection that wait for the store

  Client(net::Loop& loop, ClientHost& host, std::uint64_t id, session::Access access, const Limits& limits);

  base::Status accept(net::UniqueFd fd, const net::Address& peer) { return stream_.accept(std::move(fd), peer); }

  [[nodiscard]] core::Session& session() { return session_; }
  [[nodiscard]] const net::Address& peer() const { return stream_.peer(); }
  [[nodiscard]] session::Access access() const { return access_; }
  [[nodiscard]] base::TimePoint lastActivity() const { return stream_.lastActivity(); }
  // Since when a message has begun and not ended; kNever when none has.
  [[nodiscard]] base::TimePoint partialSince() const { return partialSince_; }
  [[nodiscard]] std::size_t partialBytes() const { return stream_.inputBytes(); }
  // Since when the last answers are on their way out and nothing is taken any more; kNever before that.
  [[nodiscard]] base::TimePoint closingSince() const { return closingSince_; }

  // Why; a peer that does not end its side is closed in time, and counted for this.
  [[nodiscard]] ClientHost::End closingReason() const { return reason_; }

  // Its requests from now on are judged by this.
  void setAccess(session::Access access) { access_ = access; }
  // Answers may have another size from now on.
  void setLargestAnswer(std::size_t bytes);
  // An answer that a commit has set free.
  void release(base::ByteView answer);
  // No more requests; the connection ends when every answer has gone.
  void drain();
  void close(ClientHost::End why);

 private:
  std::size_t onData(net::Stream& stream, base::ByteView bytes) override;
  void onEof(net::Stream& stream) override;
  void onClosed(net::Stream& stream, const net::Closed& why) override;
  void onDrained(net::Stream& stream) override;
  [[nodiscard]] bool mayHold() const { return session_.held < kMaxHeld && session_.heldBytes < limits_.output; }
  [[nodiscard]] bool mayGoOn() const { return mayHold() && !stream_.congested() && !over(); }
  [[nodiscard]] bool over() const { return ended_ || closingSince_ != base::kNever; }
  void closeWhenFlushed(ClientHost::End why);
  void finishIfDone();

  net::Loop& loop_;
  ClientHost& host_;
  core::Session session_;
  session::Access access_;
  Limits limits_;
  net::Stream stream_;
  isns::MessageAssembler assembler_;
  base::TimePoint partialSince_ = base::kNever;
  base::TimePoint closingSince_ = base::kNever;
  ClientHost::End reason_ = ClientHost::End::Peer;
  bool draining_ = false;
  bool ended_ = false;
};

}  // namespace app
