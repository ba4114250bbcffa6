// Outbound: messages of the server's own to the ports that clients registered for SCNs and ESIs (RFC 4171 2.9, 6.3.5,
// 6.3.7). It owns destinations, connections, transmissions and their timeouts; what a message says is its lane's
// matter.
//
// Rules, for each address, port and transport:
//   - at most one connection, shared by all nodes and both lanes: a target daemon in the field freezes at a second one;
//   - at most one message without an answer; the others wait their turn, first come first served;
//   - no answer within the ticket's wait: the same message with the same transaction id goes again, first over the same
//     connection (a slow peer's answer still counts), then over a new one (a dead kept connection is noticed), in turn;
//   - an answer carries the transaction id of its message. Over TCP the answer to the first transmission of a
//     connection may carry any: it can be to nothing else, and a client in the field answers under numbers of its own;
//   - two messages in a row given up: the destination is down and all that waits there has to leave;
//   - a connection that cannot be made costs each ticket that waits for it an attempt, one that breaks before it
//     answered anything costs the first ticket one: they may leave for another destination at once; those that stay
//     wait for one response timeout, and after their last attempt have to leave;
//   - after the last answer a connection is kept for a while; a peer that closes it meanwhile does nothing wrong.
// Lanes say what to send when a ticket's turn has come, so that events join the message until it leaves.
//
// The driver does what takeActions() says, in order, and reports what happens with the same destination number. After a
// Close it reports nothing more for that connection; numbers are used again. Bounds: connections, connects under way
// and actions a call by options; destinations and tickets by what lanes enqueue (a node or portal has one ticket a
// port). One thread. Errors of peers are counted; nothing throws but memory exhaustion.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "isns-server/core/slot_table.h"
#include "isns-server/core/timer_wheel.h"
#include "shared/base/bytes.h"
#include "shared/base/clock.h"
#include "shared/isns/message.h"
#include "shared/isns/tlv.h"

namespace core {

struct Endpoint {
  isns::IpAddress ip{};
  std::uint16_t port = 0;
  bool udp = false;
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
  [[nodiscard]] std::uint64_t hash() const {
    const std::uint64_t low = base::loadU64(ip.data() + 8) + ((std::uint64_t{port} << 33) | (udp ? 1U : 0U));
    return spread(spread(base::loadU64(ip.data())) ^ low);
  }
};

enum class Lane : std::uint8_t { Scn, Esi };
inline constexpr std::size_t kLanes = 2;

// What a lane wants to say to one destination; the id is the lane's.
struct Turn {
  std::uint32_t id = 0;
  Endpoint endpoint;
  unsigned attempts = 0;  // transmissions to this destination so far, connects that failed included
};

// What a lane says of the message that it wrote.
struct Composing {
  std::uint16_t transactionId = 0;
  bool sign = false;  // who is there takes no other (RFC 4171 5.4)
};

enum class SendFailure : std::uint8_t {
  NoConnection,  // refused, unreachable, or no answer to the connect
  Closed,        // the peer closed without an answer
  Silent,        // no answer to any transmission
};

// A lane's side of the work. Calls come from within Outbound's own; they may enqueue and release.
class OutboundLane {
 public:
  enum class Composed : std::uint8_t {
    Message,   // an answer is awaited
    LastWord,  // sent, and the ticket is done: the answer came by another way
    Nothing,   // there is nothing to say any more: the ticket is done
  };
  // Appends the message to `out`. For a repetition it is the same message with the same transaction id.
  virtual Composed compose(const Turn& turn, base::Now now, base::Bytes& out, Composing& about) = 0;
  virtual void onAnswer(const Turn& turn, const isns::Message& answer, base::Now now) = 0;
  // True: the ticket leaves this destination (its lane has enqueued it elsewhere, or given up). With `last` it has to.
  virtual bool onFailure(const Turn& turn, SendFailure failure, bool last, base::Now now) = 0;
  // An answer over UDP to a message for which nobody waits at `from`: late, or from another address of the peer, or a
  // stranger's, which the lane has to tell by the address.
  virtual void onStrayAnswer(std::uint32_t id, const isns::IpAddress& from, const isns::Message& answer,
                             base::Now now) = 0;

 protected:
  ~OutboundLane() = default;
};

struct OutboundOptions {
  base::Duration connectTimeout = std::chrono::seconds(5);
  base::Duration responseTimeout = std::chrono::seconds(5);  // also the rest after a failed connect
  base::Duration keepConnection = std::chrono::seconds(30);  // 0: closed after the last answer
  std::uint32_t maxConnecting = 512;
  std::uint32_t maxConnections = 4096;  // connecting ones included; beyond, the longest idle one is closed
};

struct OutboundCounters {
  std::uint64_t connects = 0;
  std::uint64_t connectFailures = 0;
  std::uint64_t evicted = 0;       // idle connections closed to make room
  std::uint64_t strayAnswers = 0;  // answers to nothing that was waiting
};

struct OutboundAction {
  enum class Kind : std::uint8_t { Connect, SendTcp, SendUdp, Close };
  Kind kind;
  std::uint32_t destination;  // not for SendUdp
  Endpoint endpoint;
  std::size_t offset = 0;  // of the message in OutboundActions::bytes
  std::size_t size = 0;
  bool sign = false;
};

// The actions of one call; its memory is used again by the next.
struct OutboundActions {
  std::vector<OutboundAction> list;
  base::Bytes bytes;
  [[nodiscard]] base::ByteView bytesOf(const OutboundAction& action) const {
    return base::ByteView(bytes).subspan(action.offset, action.size);
  }
};

class Outbound {
 public:
  enum class Health : std::uint8_t { Open, Unknown, Failing };

  Outbound(const OutboundOptions& options, base::TimePoint start);

  // Attempts: transmissions before a ticket has to leave. Each lane is attached once, before its first ticket.
  void attach(Lane lane, OutboundLane& user, unsigned attempts, isns::Function function);
  // Both hold from the next use on; what waits with a time of its own keeps that.
  void setOptions(const OutboundOptions& options) { options_ = options; }
  void setAttempts(Lane lane, unsigned attempts) {
    lanes_[static_cast<std::size_t>(lane)].attempts = std::max(attempts, 1U);
  }

  // For the lanes. Wait: how long each transmission waits for its answer.
  void enqueue(const Endpoint& endpoint, Lane lane, std::uint32_t id, base::Duration wait);
  // Takes back a UDP ticket whose message was sent: its answer came by another way. False when it was not sent, or is
  // done.
  bool release(const Endpoint& endpoint, Lane lane, std::uint32_t id, base::Now now);
  [[nodiscard]] Health health(const Endpoint& endpoint) const;
  // From 0x8000 up, far from the small numbers of clients, some of which mistake a message with the number of their own
  // request for its answer. One destination has one message outstanding, so no two of its numbers are ever alike.
  std::uint16_t nextTransactionId();
  [[nodiscard]] const OutboundOptions& options() const { return options_; }

  // For the driver. At most `max` actions, in `out` from its begin; with more() there is work for another call.
  void takeActions(std::size_t max, base::Now now, OutboundActions& out);
  [[nodiscard]] bool more() const;
  void onConnected(std::uint32_t destination, base::Now now);
  void onConnectFailed(std::uint32_t destination, base::Now now);
  void onClosed(std::uint32_t destination, base::Now now);
  void onResponse(std::uint32_t destination, const isns::Message& message, base::Now now);
  void onDatagram(const Endpoint& peer, const isns::Message& message, base::Now now);
  void onTimer(base::Now now);
  [[nodiscard]] base::TimePoint nextDeadline() const { return timers_.nextDeadline(); }

  [[nodiscard]] const OutboundCounters& counters() const { return counters_; }
  [[nodiscard]] std::size_t connections() const { return connections_; }
  [[nodiscard]] std::size_t destinations() const { return destinations_.size(); }

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;
  static constexpr unsigned kUnansweredLimit = 2;
  static constexpr std::uint16_t kFirstTransaction = 0x8000;

  enum class Link : std::uint8_t {
    None,     // a free slot
    Closed,   // to be connected when a ticket waits
    Resting,  // after a failure, until the timer
    Connecting,
    Open,     // and always for UDP
    Closing,  // the Close action is still to be taken
  };
  enum class Place : std::uint8_t { None, Ready, Connect, Idle };

  struct Ends {  // of a linked list in order of arrival
    std::uint32_t first = kNone, last = kNone;
  };
  struct Destination {
    Link link = Link::None;
    Place place = Place::None;
    bool awaiting = false;         // the first ticket's message is without an answer
    bool answered = false;         // something, over this connection
    bool owes = false;             // the last message over this connection has no answer yet
    bool connectTimedOut = false;  // it counts as a connect under way until it is closed
    std::uint8_t sent = 0;         // transmissions over this TCP connection; beyond 1 how many is of no matter
    std::uint8_t unanswered = 0;   // messages given up in a row
    std::uint16_t transactionId = 0;
    Ends tickets;
    std::uint32_t before = kNone, next = kNone;  // neighbours in its place
  };
  struct Ticket {
    std::uint32_t id = 0;
    std::uint32_t next = kNone;
    std::uint32_t waitMs = 0;
    Lane lane = Lane::Scn;
    std::uint8_t attempts = 0;
  };
  struct LaneUse {
    OutboundLane* user = nullptr;
    unsigned attempts = 1;
    std::uint16_t answer = 0;
  };
  struct Sent {
    std::uint32_t id = 0;
    Lane lane = Lane::Scn;
    bool used = false;
  };

  [[nodiscard]] std::uint32_t firstAt(Place place) const { return places_[static_cast<std::size_t>(place)].first; }
  void moveTo(std::uint32_t slot, Place place);
  void append(Ends& tickets, std::uint32_t ticket);
  std::uint32_t takeFirst(Ends& tickets);
  void freeTicket(std::uint32_t ticket);
  [[nodiscard]] Turn turnOf(std::uint32_t slot, std::uint32_t ticket) const;
  [[nodiscard]] LaneUse& laneOf(std::uint32_t ticket) {
    return lanes_[static_cast<std::size_t>(tickets_[ticket].lane)];
  }

  [[nodiscard]] bool mayConnect() const;
  void wake(std::uint32_t slot);
  void settle(std::uint32_t slot, base::Now now);
  void remove(std::uint32_t slot);
  void beginClose(std::uint32_t slot);
  void closed(std::uint32_t slot, base::Now now);
  void emitClose(std::uint32_t slot, base::Now now, OutboundActions& out);
  void connectNext(base::Now now, OutboundActions& out);
  void send(std::uint32_t slot, base::Now now, OutboundActions& out);
  void noteDatagram(std::uint16_t transactionId, const Ticket& ticket);
  void answered(std::uint32_t slot, const isns::Message& message, base::Now now);
  [[nodiscard]] bool answers(const Destination& destination, const isns::Message& message) const;
  void expired(std::uint32_t slot, base::Now now);
  void unanswered(std::uint32_t slot, base::Now now);
  void giveUp(std::uint32_t slot, SendFailure failure, base::Now now);
  void linkFailed(std::uint32_t slot, SendFailure failure, bool needsClose, base::Now now);
  void failTickets(std::uint32_t slot, std::uint32_t chain, SendFailure failure, bool last, base::Now now);

  OutboundOptions options_;
  std::array<LaneUse, kLanes> lanes_{};
  SlotTable<Endpoint, Destination> destinations_;
  std::vector<Ticket> tickets_;
  std::uint32_t freeTicket_ = kNone;
  std::array<Ends, 4> places_{};
  TimerWheel timers_;            // by destination
  std::vector<Sent> datagrams_;  // what each transaction id was last used for over UDP; 256 KiB from the first one on
  std::uint16_t lastTransaction_ = 0xffff;
  bool connectsTurn_ = false;
  std::uint32_t connecting_ = 0;
  std::uint32_t connections_ = 0;  // connecting, open and closing
  OutboundCounters counters_;
};

}  // namespace core
