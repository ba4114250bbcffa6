#include "isns-server/app/client.h"

namespace app {
namespace {

// A message may be as long as its limit, in PDUs that each fit the assembler's view.
net::StreamOptions streamOptions(const Client::Limits& limits) {
  net::StreamOptions options;
  options.maxInput = isns::kMaxPduSize;
  options.highWater = limits.output;
  options.lowWater = limits.output / 4;
  options.maxOutput = Client::maxOutput(limits);
  options.flushAtTurnEnd = true;
  return options;
}

}  // namespace

Client::Client(net::Loop& loop, ClientHost& host, std::uint64_t id, session::Access access, const Limits& limits)
    : loop_(loop),
      host_(host),
      session_{id, 0},
      access_(access),
      limits_(limits),
      stream_(loop, *this, streamOptions(limits)),
      assembler_(limits.message) {}

std::size_t Client::maxOutput(const Limits& limits) {
  constexpr std::size_t kSmallest = 1U << 20;
  const std::size_t pdus = limits.answer / 16;  // headers and authentication blocks are less than a sixteenth
  return 2 * (limits.output + limits.answer + pdus + kSmallest);
}

void Client::setLargestAnswer(std::size_t bytes) {
  limits_.answer = bytes;
  stream_.setMaxOutput(maxOutput(limits_));
}

std::size_t Client::onData(net::Stream& stream, base::ByteView bytes) {
  if (draining_ || over()) return bytes.size();
  struct Sink {
    Client& client;
    base::Bytes& out;
    bool& ended;  // a message has, well or not
    // What is answered is handed over before there is much of it, so that congestion is noticed in time.
    bool goOn() {
      if (out.size() < 64 * 1024 && client.mayHold()) return !client.over();
      client.stream_.write(out);
      out.clear();
      return client.mayGoOn();
    }
    bool onMessage(const isns::Message& message) {
      ended = true;
      client.host_.onRequest(client, message, out);
      return goOn();
    }
    bool onFault(const isns::FramingFault& fault) {
      ended = true;
      client.host_.onFault(client, fault, out);
      return goOn();
    }
  };
  // Answers of one read; the memory is shared by all clients, as only one of them is in here.
  static thread_local base::Bytes answers;
  answers.clear();
  core::Lookahead& ahead = host_.lookahead();
  assembler_.peek(bytes, [&](const isns::Message& message) { return ahead.expect(message); });
  ahead.fetch();
  bool ended = false;
  const std::size_t used = assembler_.feed(bytes, Sink{*this, answers, ended});
  if (over()) return bytes.size();
  if (!answers.empty()) stream_.write(answers);
  if (answers.capacity() > (1U << 20)) base::Bytes().swap(answers);
  if (assembler_.framingLost()) {
    closeWhenFlushed(ClientHost::End::Malformed);
    return bytes.size();
  }
  if (!mayGoOn()) stream.pauseReading();
  if (!assembler_.midMessage()) {
    partialSince_ = base::kNever;
  } else if (partialSince_ == base::kNever || ended) {
    // Not with every PDU: else a message could take for ever.
    partialSince_ = loop_.now();
  }
  return used;
}

void Client::onEof(net::Stream&) { drain(); }

void Client::onClosed(net::Stream&, const net::Closed& why) {
  if (std::exchange(ended_, true)) return;
  const bool tooLarge = why.reason == net::CloseReason::InputOverflow;
  const bool failed = why.reason == net::CloseReason::OutputOverflow;
  host_.onEnded(*this, tooLarge ? ClientHost::End::TooLarge : failed ? ClientHost::End::Error : reason_);
}

void Client::onDrained(net::Stream& stream) {
  if (mayGoOn()) stream.resumeReading();
}

void Client::release(base::ByteView answer) {
  session_.release(answer.size());
  if (over()) return;
  stream_.write(answer);
  if (stream_.readingPaused() && session_.held < kMaxHeld / 2 && mayGoOn()) stream_.resumeReading();
  finishIfDone();
}

void Client::drain() {
  draining_ = true;
  finishIfDone();
}

void Client::finishIfDone() {
  if (draining_ && session_.held == 0 && !over()) closeWhenFlushed(ClientHost::End::Peer);
}

void Client::closeWhenFlushed(ClientHost::End why) {
  reason_ = why;
  closingSince_ = loop_.now();
  stream_.closeAfterFlush();
}

void Client::close(ClientHost::End why) {
  if (std::exchange(ended_, true)) return;
  stream_.close();
  host_.onEnded(*this, why);
}

}  // namespace app
