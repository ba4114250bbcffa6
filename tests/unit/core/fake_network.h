// FakeNetwork: the driver and the peers of an Outbound, without sockets, in virtual time.
//
// Each endpoint has a script: it answers, keeps silent, refuses, closes, or never completes a connect, after a latency.
// The fake does what takeActions() says and checks the rules that peers in the field depend on: never a second
// connection to an endpoint, never a second message without an answer. One thread.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <random>
#include <set>

#include "isns-server/core/outbound.h"
#include "shared/isns/status.h"

namespace test {

using base::Duration;
using base::Now;
using base::TimePoint;
using core::Endpoint;

constexpr std::chrono::seconds seconds(std::int64_t n) { return std::chrono::seconds(n); }
constexpr std::chrono::milliseconds ms(std::int64_t n) { return std::chrono::milliseconds(n); }

// Wall time is a billion seconds ahead of the clock.
inline Now at(Duration since) {
  return {TimePoint(since), base::WallTime(std::chrono::floor<std::chrono::seconds>(since) + seconds(1'000'000'000))};
}

inline Endpoint endpoint(unsigned host, std::uint16_t port, bool udp = false) {
  Endpoint e{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 0}, port, udp};
  base::storeU16(e.ip.data() + 14, static_cast<std::uint16_t>(host));
  return e;
}

struct EndpointLess {
  bool operator()(const Endpoint& a, const Endpoint& b) const {
    return std::tie(a.ip, a.port, a.udp) < std::tie(b.ip, b.port, b.udp);
  }
};

struct Peer {
  enum class Mode {
    Answer,
    Silent,          // takes the message
    Refuse,          // the connect fails
    Hang,            // the connect never ends
    CloseOnMessage,  // instead of an answer
    CloseOnConnect,
    AnswerThenClose,
  };
  Mode mode = Mode::Answer;
  Duration latency{};
  std::uint32_t status = 0;
  std::uint16_t flags = isns::flag::kServer;  // what libisns sets in answers
  std::uint16_t answersAs = 0;                // with a transaction id of its own, 0: with that of the message
  std::function<Endpoint()> answersFrom;      // another address, UDP only
  std::function<void(base::Bytes&)> editAnswer;
};

struct Received {
  Endpoint endpoint;
  Duration time{};
  isns::PduHeader header;
  base::Bytes payload;
  bool sign = false;  // the driver is told to sign it
};

class FakeNetwork {
 public:
  explicit FakeNetwork(core::Outbound& outbound) : outbound_(outbound) {}

  Peer& peer(const Endpoint& e) { return peers_[e]; }
  std::vector<Received> received;
  std::function<void(Now)> otherTimers;
  std::function<TimePoint()> otherDeadline;
  std::function<void(const Received&)> onReceived;  // a message was sent, whatever the peer does with it
  std::function<void(const Received&)> onAnswered;  // the peer's answer to it was handed over
  std::size_t maxActions = 1000;
  std::size_t maxConnecting = 512, maxConnections = 4096;
  unsigned scnAttempts = 4;

  std::size_t connects = 0, closes = 0;
  [[nodiscard]] std::size_t open() const { return byEndpoint_.size(); }
  [[nodiscard]] bool connectedTo(const Endpoint& e) const { return byEndpoint_.count(e) != 0; }
  [[nodiscard]] Duration time() const { return now_; }

  // Does what can be done without time passing.
  void run() {
    for (bool again = true; again;) {
      again = react();
      outbound_.takeActions(maxActions, at(now_), actions_);
      EXPECT_LE(actions_.list.size(), maxActions);
      for (const auto& action : actions_.list) perform(action);
      again = again || !actions_.list.empty() || outbound_.more();
    }
  }
  // Lets time pass, from event to event.
  void runTo(Duration end) {
    run();
    for (;;) {
      TimePoint next = outbound_.nextDeadline();
      if (otherDeadline) next = std::min(next, otherDeadline());
      if (!reactions_.empty()) next = std::min(next, TimePoint(reactions_.begin()->first));
      if (next > TimePoint(end)) break;
      now_ = std::max(now_, next.time_since_epoch());
      outbound_.onTimer(at(now_));
      if (otherTimers) otherTimers(at(now_));
      run();
    }
    now_ = end;
  }
  void runFor(Duration length) { runTo(now_ + length); }

  // The peer closes its connection, if it has one.
  void closeByPeer(const Endpoint& e) {
    const auto found = byEndpoint_.find(e);
    if (found == byEndpoint_.end()) return;
    const std::uint32_t destination = found->second;
    forget(destination);
    outbound_.onClosed(destination, at(now_));
  }

 private:
  struct Connection {
    Endpoint endpoint;
    bool connected = false;
    std::uint64_t serial = 0;
    std::uint16_t outstanding = 0;  // transaction id, 0: none
  };
  struct UdpState {
    std::uint16_t outstanding = 0;
    unsigned transmissions = 0;
    unsigned attempts = 0;
  };

  bool react() {
    bool any = false;
    while (!reactions_.empty() && reactions_.begin()->first <= now_) {
      const auto reaction = std::move(reactions_.begin()->second);
      reactions_.erase(reactions_.begin());
      reaction();
      any = true;
    }
    return any;
  }
  void later(Duration latency, std::function<void()> what) { reactions_.emplace(now_ + latency, std::move(what)); }

  void perform(const core::OutboundAction& action) {
    switch (action.kind) {
      case core::OutboundAction::Kind::Connect:
        return connect(action);
      case core::OutboundAction::Kind::SendTcp:
        return sendTcp(action);
      case core::OutboundAction::Kind::SendUdp:
        return sendUdp(action);
      case core::OutboundAction::Kind::Close:
        ++closes;
        ASSERT_TRUE(connections_.count(action.destination)) << "closes what is not open";
        forget(action.destination);
    }
  }

  // Runs `what` unless the connection is gone by then.
  void laterOn(std::uint32_t destination, std::function<void()> what) {
    const Connection& connection = connections_.at(destination);
    later(peer(connection.endpoint).latency, [this, destination, serial = connection.serial, what] {
      const auto found = connections_.find(destination);
      if (found != connections_.end() && found->second.serial == serial) what();
    });
  }
  void forget(std::uint32_t destination) {
    byEndpoint_.erase(connections_.at(destination).endpoint);
    if (!connections_.at(destination).connected) --connecting_;
    connections_.erase(destination);
  }

  void connect(const core::OutboundAction& action) {
    ++connects;
    EXPECT_TRUE(byEndpoint_.emplace(action.endpoint, action.destination).second) << "a second connection to one port";
    ASSERT_TRUE(connections_.emplace(action.destination, Connection{action.endpoint, false, ++serial_}).second);
    EXPECT_LE(++connecting_, maxConnecting);
    EXPECT_LE(connections_.size(), maxConnections);
    const std::uint32_t destination = action.destination;
    const Peer::Mode mode = peer(action.endpoint).mode;
    if (mode == Peer::Mode::Hang) return;
    laterOn(destination, [this, destination, mode] {
      if (mode == Peer::Mode::Refuse) {
        forget(destination);
        return outbound_.onConnectFailed(destination, at(now_));
      }
      connections_.at(destination).connected = true;
      --connecting_;
      outbound_.onConnected(destination, at(now_));
      if (mode != Peer::Mode::CloseOnConnect) return;
      forget(destination);
      outbound_.onClosed(destination, at(now_));
    });
  }

  Received record(const core::OutboundAction& action) {
    const base::ByteView bytes = actions_.bytesOf(action);
    EXPECT_GE(bytes.size(), isns::kPduHeaderSize);
    Received r{action.endpoint, now_, isns::loadPduHeader(bytes.data()), {}, action.sign};
    r.payload.assign(bytes.begin() + isns::kPduHeaderSize, bytes.end());
    EXPECT_EQ(r.header.length, r.payload.size());
    EXPECT_GE(r.header.transactionId, 0x8000);
    received.push_back(r);
    if (onReceived) onReceived(r);
    return r;
  }

  // Status and, as RFC 4171 5.7.5.13 wants for ESI, what was asked.
  static base::Bytes answerTo(const Received& r, const Peer& peer) {
    base::Bytes answer;
    base::ByteWriter(answer).u32(peer.status);
    base::ByteWriter(answer).bytes(r.payload);
    if (peer.editAnswer) peer.editAnswer(answer);
    return answer;
  }
  static isns::Message messageOf(const Received& r, const Peer& peer, const base::Bytes& answer) {
    return {static_cast<std::uint16_t>(r.header.function | isns::kResponseBit),
            peer.flags,
            peer.answersAs != 0 ? peer.answersAs : r.header.transactionId,
            answer,
            {}};
  }

  void sendTcp(const core::OutboundAction& action) {
    const Received r = record(action);
    const auto found = connections_.find(action.destination);
    ASSERT_TRUE(found != connections_.end() && found->second.connected) << "sends over no connection";
    Connection& connection = found->second;
    EXPECT_TRUE(connection.endpoint == action.endpoint);
    EXPECT_TRUE(connection.outstanding == 0 || connection.outstanding == r.header.transactionId)
        << "a second message without an answer";
    connection.outstanding = r.header.transactionId;
    const std::uint32_t destination = action.destination;
    const Peer::Mode mode = peer(r.endpoint).mode;
    if (mode == Peer::Mode::Silent || mode == Peer::Mode::Hang) return;
    laterOn(destination, [this, destination, r, mode] {
      if (mode == Peer::Mode::Answer || mode == Peer::Mode::AnswerThenClose) {
        const Peer& p = peer(r.endpoint);
        if (connections_.at(destination).outstanding == r.header.transactionId)
          connections_.at(destination).outstanding = 0;
        const base::Bytes answer = answerTo(r, p);
        outbound_.onResponse(destination, messageOf(r, p, answer), at(now_));
        if (onAnswered) onAnswered(r);
        if (mode == Peer::Mode::Answer || connections_.count(destination) == 0) return;
      }
      forget(destination);
      outbound_.onClosed(destination, at(now_));
    });
  }

  void sendUdp(const core::OutboundAction& action) {
    const Received r = record(action);
    UdpState& state = udp_[r.endpoint];
    const bool done = state.outstanding == 0 || acknowledged_.count(state.outstanding) != 0;
    if (!done && state.outstanding != r.header.transactionId) {
      EXPECT_GE(state.transmissions, state.attempts) << "a second message without an answer";
    }
    if (state.outstanding != r.header.transactionId) state = {r.header.transactionId, 0, 0};
    ++state.transmissions;
    state.attempts = r.header.function == isns::idOf(isns::Function::SCN) ? scnAttempts : 1;
    if (peer(r.endpoint).mode != Peer::Mode::Answer) return;
    later(peer(r.endpoint).latency, [this, r] {
      const Peer& p = peer(r.endpoint);
      acknowledged_.insert(r.header.transactionId);
      const base::Bytes answer = answerTo(r, p);
      outbound_.onDatagram(p.answersFrom ? p.answersFrom() : r.endpoint, messageOf(r, p, answer), at(now_));
      if (onAnswered) onAnswered(r);
    });
  }

  core::Outbound& outbound_;
  core::OutboundActions actions_;
  std::map<Endpoint, Peer, EndpointLess> peers_;
  std::map<std::uint32_t, Connection> connections_;
  std::map<Endpoint, std::uint32_t, EndpointLess> byEndpoint_;
  std::map<Endpoint, UdpState, EndpointLess> udp_;
  std::set<std::uint16_t> acknowledged_;
  std::multimap<Duration, std::function<void()>> reactions_;
  Duration now_{};
  std::uint64_t serial_ = 0;
  std::size_t connecting_ = 0;
};

}  // namespace test
