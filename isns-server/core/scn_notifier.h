// ScnNotifier: delivers State Change Notifications to the nodes that registered for them (RFC 4171 5.6.5.8, 6.3.7).
//
// Each recipient has one message under way; events that come meanwhile wait and share the next one, equal ones once.
// Where: if the node has portals with a UDP SCN port, all of them (2.9.2), and the answer of any of them acknowledges;
// if none answers, or there is none, one portal with a TCP SCN port after the other, those that an event of the message
// is about and those that fail at present last. It is the same message with the same transaction id everywhere. When
// the last portal has failed the message is dropped, counted and reported. Outbound decides when a message may leave.
// A node that has gone, or has no SCN port any more, is skipped without a word.
//
// Bounds: events waiting for one recipient, and for all. Where one is reached, the recipient's waiting events are
// replaced by one that says OBJECT UPDATED about the recipient itself; a client looks again after any SCN. So memory is
// bounded by the second bound and one event a recipient. Reports of what is undeliverable: kMaxReports, then only
// counted. Times come with the calls into Outbound. One thread. The directory and Outbound must live longer.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "isns-server/core/outbound.h"
#include "isns-server/core/scn_event.h"

namespace core {

// A storage node, or an FC port of iFCP.
struct ScnRecipient {
  isns::ObjectType type = isns::ObjectType::Node;
  std::uint32_t index = 0;
  friend bool operator==(const ScnRecipient&, const ScnRecipient&) = default;
  [[nodiscard]] std::uint64_t hash() const {
    return spread((static_cast<std::uint64_t>(type) << 32) | std::uint64_t{index});
  }
};

struct ScnEndpoint {
  Endpoint endpoint;
  std::uint32_t portal = 0;
};

// What the notifier asks the registry.
class ScnDirectory {
 public:
  // Appends the SCN ports of the recipient's portals, in order of preference; nothing for a node that has gone.
  virtual void endpointsOf(ScnRecipient recipient, std::vector<ScnEndpoint>& out) const = 0;
  // The whole TLV of its iSCSI name or WWPN; empty for a node that has gone. Used before the next call.
  virtual base::ByteView nameOf(ScnRecipient recipient) const = 0;
  // Whether the recipient's entity has a portal at the address.
  virtual bool livesAt(ScnRecipient recipient, const isns::IpAddress& ip) const = 0;
  // Whether who listens at this SCN port of the recipient's portals takes signed messages only.
  virtual bool signsAt(ScnRecipient recipient, const Endpoint& endpoint) const = 0;
  // The recipient has answered: a message like any other, which refreshes its entity's registration (6.2.6).
  virtual void heardFrom(ScnRecipient recipient, base::Now now) = 0;

 protected:
  ~ScnDirectory() = default;
};

struct ScnOptions {
  unsigned retries = 3;  // repetitions to one portal
  std::size_t maxEventsPerRecipient = 256;
  std::size_t maxEvents = 1'000'000;
  std::size_t maxTcpMessage = 8192;  // bytes; open-isns takes no more
  std::size_t maxUdpMessage = 1400;  // a datagram that is not fragmented
};

struct ScnCounters {
  std::uint64_t sent = 0;           // transmissions, repetitions included
  std::uint64_t retried = 0;        // repetitions to the same portal
  std::uint64_t failedOver = 0;     // messages that went on to another portal
  std::uint64_t acknowledged = 0;   // messages
  std::uint64_t rejected = 0;       // of those, with a status other than 0
  std::uint64_t undeliverable = 0;  // messages
  std::uint64_t skipped = 0;        // events for nodes gone or without a port
  std::uint64_t coalesced = 0;      // events that shared another's message or were equal to a waiting one
  std::uint64_t overflowed = 0;     // events replaced by "look again"
};

struct ScnUndeliverable {
  ScnRecipient recipient;
  SendFailure reason;
  std::size_t events;
};

class ScnNotifier final : private OutboundLane {
 public:
  ScnNotifier(Outbound& outbound, ScnDirectory& directory, const ScnOptions& options = {});

  // From the next event and message on.
  void setOptions(const ScnOptions& options);

  void notify(ScnRecipient recipient, const base::Ref<const ScnEvent>& event);
  void notify(std::span<const ScnRecipient> recipients, const base::Ref<const ScnEvent>& event) {
    for (const ScnRecipient recipient : recipients) notify(recipient, event);
  }

  std::vector<ScnUndeliverable> takeUndeliverable() { return std::exchange(undeliverable_, {}); }
  [[nodiscard]] const ScnCounters& counters() const { return counters_; }
  [[nodiscard]] std::size_t recipients() const { return deliveries_.size(); }  // with something waiting or under way
  [[nodiscard]] std::size_t events() const { return events_; }

 private:
  static constexpr std::size_t kMaxReports = 4096;

  // While a ticket is out the delivery stays where it is: tickets name its slot.
  struct Delivery {
    std::vector<base::Ref<const ScnEvent>> events;  // first those of the message under way, then those waiting
    std::vector<Endpoint> tried;                    // UDP ports given to Outbound, TCP ports that failed
    base::WallTime time{};                          // of the message
    std::uint32_t composed = 0;                     // events in the message; 0: not composed yet
    std::uint32_t tickets = 0;                      // in Outbound
    std::uint32_t unsent = 0;                       // UDP ports that did not get the message yet
    std::uint16_t transactionId = 0;
    bool tcpOut = false;  // the ticket is for a TCP port
    bool acknowledged = false;
  };

  Composed compose(const Turn& turn, base::Now now, base::Bytes& out, Composing& about) override;
  void onAnswer(const Turn& turn, const isns::Message& answer, base::Now now) override;
  bool onFailure(const Turn& turn, SendFailure failure, bool last, base::Now now) override;
  void onStrayAnswer(std::uint32_t id, const isns::IpAddress& from, const isns::Message& answer,
                     base::Now now) override;

  void add(Delivery& delivery, ScnRecipient recipient, const base::Ref<const ScnEvent>& event);
  void overflow(Delivery& delivery, ScnRecipient recipient);
  void dispatch(std::uint32_t slot);
  bool dispatchTcp(std::uint32_t slot);
  void fix(Delivery& delivery, std::size_t nameSize, const Endpoint& endpoint, base::Now now);
  void acknowledge(std::uint32_t slot, const isns::Message& answer, base::Now now);
  void finish(std::uint32_t slot, base::Now now);
  static void ticketDone(Delivery& delivery, const Turn& turn);
  void giveUp(std::uint32_t slot, SendFailure reason);
  void skip(std::uint32_t slot);
  void dropFront(Delivery& delivery, std::size_t count);
  void next(std::uint32_t slot);

  Outbound& outbound_;
  ScnDirectory& directory_;
  ScnOptions options_;
  SlotTable<ScnRecipient, Delivery> deliveries_;
  std::size_t events_ = 0;
  std::vector<ScnEndpoint> endpoints_;  // scratch
  std::vector<ScnUndeliverable> undeliverable_;
  ScnCounters counters_;
};

}  // namespace core
