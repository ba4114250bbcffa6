// EsiMonitor: asks the portals that want it whether they are still there (RFC 4171 5.6.5.13, 6.3.4, 6.3.5).
//
// Every monitored portal gets its own inquiries, over UDP or TCP as its ESI port says, through Outbound. A round begins
// one interval after the last answer; its `threshold` transmissions, all with one transaction id, are spread evenly
// over one interval, so that all leave before twice the interval has passed. Then the portal is lost. A transmission
// counts when it was sent or its connect failed, not while it waits its turn here: our own congestion costs no portal.
// An answer counts with status 0 and, where it names an entity or a portal, with the ones that were asked about; one
// that names none is tolerated. A late answer over UDP counts, from whatever address.
//
// What the owner does with the events: Answered refreshes the entity and the portal (5.7.5.13). Lost removes the
// portal; when the entity has no monitored portal left it sets Liveness::track(entity, 2 * interval): so the entity
// goes at once when nothing was heard for two intervals, else as soon as that is so. The event is given once, and the
// portal is no longer monitored. Restart rule: nothing is lost before a full round after monitor(); after a restart the
// first inquiries are spread over the interval at random.
//
// A portal costs its slot and a timer between inquiries, nothing else. Bound: what the owner monitors; events are as
// many at most. One thread. The directory and Outbound must live longer. Errors of peers are counted.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "isns-server/core/outbound.h"

namespace core {

// Where to ask, and the whole TLVs to ask with. The views are used before the next call.
struct EsiTarget {
  Endpoint endpoint;
  base::ByteView entityId;
  base::ByteView portalIp;
  base::ByteView portalPort;
  bool signs = false;  // who is there takes signed messages only
};

class EsiDirectory {
 public:
  // False for a portal that has gone or has no ESI port.
  virtual bool esiTarget(std::uint32_t portal, EsiTarget& out) const = 0;
  // Whether the portal's entity has a portal at the address.
  virtual bool ownerLivesAt(std::uint32_t portal, const isns::IpAddress& ip) const = 0;

 protected:
  ~EsiDirectory() = default;
};

enum class EsiStart : std::uint8_t {
  Registered,  // the first inquiry after one interval
  Restarted,   // the first inquiry at a random time within one interval
};

struct EsiOptions {
  unsigned threshold = 3;                                     // transmissions without an answer
  base::Duration responseTimeout = std::chrono::seconds(10);  // others wait for the destination meanwhile
};

struct EsiCounters {
  std::uint64_t sent = 0;
  std::uint64_t answered = 0;
  std::uint64_t rejected = 0;  // answers with another status than 0, or about something else
  std::uint64_t lost = 0;
};

struct EsiEvent {
  enum class Kind : std::uint8_t { Answered, Lost };
  Kind kind;
  std::uint32_t portal;
  std::uint32_t interval;  // seconds
};

class EsiMonitor final : private OutboundLane {
 public:
  static constexpr std::uint32_t kMinInterval = 2;  // seconds; a shorter one is raised, as ticks are tenths of a second

  // Random: any 32 bits.
  EsiMonitor(Outbound& outbound, const EsiDirectory& directory, std::function<std::uint32_t()> random,
             base::TimePoint start, const EsiOptions& options = {});

  // From the next transmission on.
  void setOptions(const EsiOptions& options);

  // Monitors a portal. One that is monitored already goes on as it was, unless its interval changed: a registration
  // does not show that the portal answers.
  void monitor(std::uint32_t portal, std::uint32_t interval, EsiStart start, base::Now now);
  void ignore(std::uint32_t portal);

  void onTimer(base::Now now);
  [[nodiscard]] base::TimePoint nextDeadline() const { return timers_.nextDeadline(); }
  std::vector<EsiEvent> takeEvents() { return std::exchange(events_, {}); }

  [[nodiscard]] const EsiCounters& counters() const { return counters_; }
  [[nodiscard]] std::size_t monitored() const { return portals_.size(); }
  [[nodiscard]] std::size_t bytes() const { return portals_.bytes() + timers_.bytes(); }

 private:
  struct Portal {
    base::TimePoint roundStart{};
    std::uint32_t interval = 0;  // seconds
    std::uint16_t transactionId = 0;
    std::uint8_t tries = 0;  // transmissions of this round without an answer
    bool inRound = false;
    bool ticketOut = false;
  };

  using Portals = SlotTable<std::uint32_t, Portal>;  // by the portal's index

  Composed compose(const Turn& turn, base::Now now, base::Bytes& out, Composing& about) override;
  void onAnswer(const Turn& turn, const isns::Message& answer, base::Now now) override;
  bool onFailure(const Turn& turn, SendFailure failure, bool last, base::Now now) override;
  void onStrayAnswer(std::uint32_t id, const isns::IpAddress& from, const isns::Message& answer,
                     base::Now now) override;

  [[nodiscard]] base::Duration step(const Portal& portal) const;
  void schedule(std::uint32_t id, base::TimePoint deadline) { timers_.schedule(portals_.find(id), deadline); }
  void due(Portals::Slot slot, base::Now now);
  void nextTry(std::uint32_t id, const Portal& portal, base::Now now);
  void answered(std::uint32_t id, Portal& portal, base::Now now);
  [[nodiscard]] bool accepts(std::uint32_t id, const isns::Message& answer) const;

  Outbound& outbound_;
  const EsiDirectory& directory_;
  std::function<std::uint32_t()> random_;
  EsiOptions options_;
  Portals portals_;
  TimerWheel timers_;  // by slot of portals_
  std::vector<EsiEvent> events_;
  EsiCounters counters_;
};

}  // namespace core
