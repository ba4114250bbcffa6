#include "shared/isns/client_session.h"

#include <algorithm>

#include "shared/isns/datagram_size.h"
#include "shared/isns/message_writer.h"

namespace isns {
namespace {

std::size_t hashOf(const Message& message) { return std::hash<std::string_view>{}(base::asText(message.payload)); }

}  // namespace

struct ClientSession::Sink {
  ClientSession& session;
  base::Now now;
  bool onMessage(const Message& message) {
    session.onMessage(message, now);
    return true;
  }
  bool onFault(const FramingFault& fault) {
    session.onFault(fault);
    return fault.framingHolds;
  }
};

ClientSession::ClientSession(ClientSettings settings) : settings_(std::move(settings)), assembler_(settings_.limits) {}

base::Result<std::uint16_t> ClientSession::freeTransaction() {
  if (outstanding_.size() >= kMaxOutstanding) return base::fail("too many requests wait for an answer");
  do {
    lastTransaction_ = lastTransaction_ == kLastTransaction ? 1 : static_cast<std::uint16_t>(lastTransaction_ + 1);
  } while (outstanding_.contains(lastTransaction_));
  return lastTransaction_;
}

base::Result<std::uint16_t> ClientSession::send(const Request& request, base::Now now) {
  const auto transaction = freeTransaction();
  if (!transaction) return transaction;

  const auto flags = static_cast<std::uint16_t>(flag::kClient | (request.replace ? flag::kReplace : 0));
  base::Bytes bytes;
  MessageWriter writer = MessageWriter::request(bytes, request.function, *transaction, flags);
  writer.attributes().encoded(request.source.empty() ? settings_.source : request.source);
  writer.attributes().encoded(request.key);
  writer.attributes().delimiter();
  writer.attributes().encoded(request.operating);
  const std::size_t payload = writer.payloadSize();
  writer.finish();
  if (settings_.signer) {
    if (const base::Status done = settings_.signer(bytes, now.wall); !done) return base::fail(done.error());
  }
  const bool datagram = settings_.transport == Transport::Datagram;
  if (datagram && (payload > kMaxPduPayload || bytes.size() > kMaxDatagram)) {
    return base::fail("the request is too long for a datagram (" + std::to_string(bytes.size()) + " bytes)");
  }

  outstanding_.emplace(*transaction,
                       Outstanding{.function = request.function,
                                   .deadline = now.mono + settings_.timeout,
                                   .repeatAt = datagram ? now.mono + settings_.retransmitAfter : base::kNever,
                                   .repeatAfter = settings_.retransmitAfter,
                                   .bytes = datagram ? bytes : base::Bytes{}});
  output_.push_back(std::move(bytes));
  return transaction;
}

std::size_t ClientSession::onBytes(base::ByteView bytes, base::Now now) {
  return assembler_.feed(bytes, Sink{*this, now});
}

void ClientSession::onDatagram(base::ByteView bytes, base::Now now) {
  const DatagramMessage datagram(bytes);
  if (datagram.message()) onMessage(*datagram.message(), now);
  if (datagram.fault()) onFault(*datagram.fault());
}

void ClientSession::onTimer(base::Now now) {
  std::vector<std::uint16_t> late;
  for (auto& [transaction, request] : outstanding_) {
    if (request.deadline <= now.mono) {
      late.push_back(transaction);
    } else if (request.repeatAt <= now.mono) {
      output_.push_back(request.bytes);
      request.repeatAfter *= 2;
      request.repeatAt = now.mono + request.repeatAfter;
    }
  }
  for (const std::uint16_t transaction : late) giveUp(transaction, Silence::Timeout, {});
}

void ClientSession::onClosed() {
  while (!outstanding_.empty()) giveUp(outstanding_.begin()->first, Silence::Closed, {});
}

base::TimePoint ClientSession::nextDeadline() const {
  base::TimePoint next = base::kNever;
  for (const auto& [transaction, request] : outstanding_) next = std::min({next, request.deadline, request.repeatAt});
  return next;
}

void ClientSession::giveUp(std::uint16_t transaction, Silence why, std::string detail) {
  const auto at = outstanding_.find(transaction);
  if (at == outstanding_.end()) return;
  events_.push_back(NoAnswer{transaction, at->second.function, why, std::move(detail)});
  outstanding_.erase(at);
}

void ClientSession::onMessage(const Message& message, base::Now now) {
  if (message.isResponse()) return onResponse(message);
  onNotification(message, now);
}

// A fault of a datagram or of the stream: where the header tells whose answer it was, that request is over.
void ClientSession::onFault(const FramingFault& fault) {
  const std::string name(faultName(fault.kind));
  const auto at = outstanding_.find(fault.header.transactionId);
  if (at != outstanding_.end() && fault.header.function == responseOf(at->second.function)) {
    giveUp(at->first, Silence::Malformed, name);
  }
  if (!fault.framingHolds) events_.push_back(SessionBroken{name});
}

void ClientSession::onResponse(const Message& message) {
  const auto at = outstanding_.find(message.transactionId);
  // Late answers, and those to nothing, are no concern of anybody.
  if (at == outstanding_.end() || message.function != responseOf(at->second.function)) return;
  auto response = readResponse(message.payload);
  if (!response) return giveUp(message.transactionId, Silence::Malformed, "its attributes cannot be told apart");
  events_.push_back(Answer{message.transactionId, at->second.function, std::move(*response)});
  outstanding_.erase(at);
}

bool ClientSession::seenBefore(const Message& message) {
  const Seen now{message.function, message.transactionId, hashOf(message)};
  const bool known = std::any_of(seen_.begin(), seen_.end(), [&](const Seen& seen) {
    return seen.function == now.function && seen.transaction == now.transaction && seen.hash == now.hash;
  });
  if (known) return true;
  seen_[nextSeen_] = now;
  nextSeen_ = (nextSeen_ + 1) % seen_.size();
  return false;
}

void ClientSession::onNotification(const Message& message, base::Now now) {
  if (message.function == idOf(Function::Heartbeat)) return;  // unicast by mistake; nothing waits for it
  if (message.function == idOf(Function::SCN)) {
    auto notice = readScn(message.payload);
    if (!notice) return answer(message, Status::MessageFormatError, {}, now);
    const base::Bytes destination = [&] {
      base::Bytes tlv;
      AttributeWriter(tlv).raw(notice->destination.tag, notice->destination.value);
      return tlv;
    }();
    answer(message, Status::Successful, destination, now);
    if (!seenBefore(message)) events_.push_back(ScnReceived{std::move(*notice)});
    return;
  }
  if (message.function == idOf(Function::ESI)) {
    auto notice = readEsi(message.payload);
    if (!notice) return answer(message, Status::MessageFormatError, {}, now);
    answer(message, Status::Successful, message.payload, now);
    if (!seenBefore(message)) events_.push_back(EsiReceived{std::move(*notice)});
    return;
  }
  answer(message, Status::MessageNotSupported, {}, now);
}

void ClientSession::answer(const Message& message, Status status, base::ByteView attributes, base::Now now) {
  base::Bytes bytes;
  MessageWriter writer = MessageWriter::response(bytes, message.function, message.transactionId, status, flag::kClient);
  writer.attributes().encoded(attributes);
  writer.finish();
  // Without a signature the server would refuse the answer; silence makes it try again.
  if (settings_.signer && !settings_.signer(bytes, now.wall)) return;
  // An answer repeats the attributes of an ESI and adds a status: of the longest datagram it would be too long for one.
  if (settings_.transport == Transport::Datagram && bytes.size() > kMaxDatagram) return;
  output_.push_back(std::move(bytes));
}

}  // namespace isns
