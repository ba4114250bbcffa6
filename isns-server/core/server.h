// Server: the iSNS server without its sockets, threads, clock and disk.
//
// Its driver hands in messages, completions of commits and the time, and carries out what comes back. The order is law
// (DESIGN seam 3): a change is made to the working state, its row operations join the open batch, its answer is held;
// the store commits the batch; then the answers are released and the SCNs go out. At most one batch is with the store;
// what comes meanwhile joins the next, so that batches grow with the load. Queries are answered at once from the
// committed state; only on a connection that has an answer held they see the working state and wait behind it, so that
// a client reads its own writes and answers keep their order.
//
// When the store fails, everything since the last commit is forgotten, the held answers become status 11, changes are
// refused with 11 and queries go on; onTimer() tries the store again every second with a small change of its own.
//
// One thread. snapshot() may be handed to any other. Bounds: Policy (objects, bytes waiting for the store, size of an
// answer), Outbound's options (connections), one held answer an unanswered request: Session counts what they take, for the
// driver to bound.
#pragma once

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "isns-server/core/esi_monitor.h"
#include "isns-server/core/liveness.h"
#include "isns-server/core/lookahead.h"
#include "isns-server/core/managed_change.h"
#include "isns-server/core/object_reader.h"
#include "isns-server/core/object_shares.h"
#include "isns-server/core/query.h"
#include "isns-server/core/registration.h"
#include "isns-server/core/scn_planner.h"
#include "shared/isns/auth_block.h"
#include "shared/isns/datagram_size.h"
#include "shared/isns/message_writer.h"

namespace core {

// One client connection (or one datagram), as the server knows it. The driver owns it.
struct Session {
  std::uint64_t id = 0;
  std::uint32_t held = 0;     // answers that wait for a commit
  std::size_t heldBytes = 0;  // what they take, at most

  void hold(std::size_t bytes) {
    ++held;
    heldBytes += bytes;
  }
  // One of them is free; it may be shorter than what was held, where the store has failed.
  void release(std::size_t bytes) {
    --held;
    heldBytes -= held == 0 ? heldBytes : std::min(heldBytes, bytes);
  }
};

enum class Disposition : std::uint8_t {
  Answered,  // the answer is at the end of `out`
  Held,      // it comes with a release
  Silent,    // there is none
};

// What is wrong with a message that gets status 2, for who counts and logs such.
enum class Malformed : std::uint8_t {
  No,
  Tlv,    // an attribute that cannot be read
  Order,  // one that stands where it may not
};

// What became of a message.
struct Handled {
  Disposition disposition = Disposition::Silent;
  Malformed malformed = Malformed::No;
  isns::Status status = isns::Status::Successful;  // of the answer, also where that is held
};

// An answer that a commit has set free.
struct Release {
  std::uint64_t session = 0;
  bool sign = false;
  std::size_t offset = 0;
  std::size_t size = 0;
};
struct Releases {
  std::vector<Release> list;
  base::Bytes bytes;
  [[nodiscard]] base::ByteView bytesOf(const Release& release) const {
    return base::ByteView(bytes).subspan(release.offset, release.size);
  }
};

// A message as it reaches the server: from whom, and whether its answer must be signed.
struct Arrival {
  Peer peer;
  bool signAnswer = false;

  // Bytes of attributes that its answer may have. One datagram has room for so many beside header, status and
  // signature.
  [[nodiscard]] std::size_t roomForAnswer() const {
    constexpr std::size_t kDatagram = isns::kMaxDatagram - isns::kPduHeaderSize - sizeof(std::uint32_t);
    if (!peer.udp) return SIZE_MAX;
    return signAnswer ? kDatagram - isns::kMaxAuthBlock : kDatagram;
  }
};

// What happened to the store of a batch.
enum class CommitResult : std::uint8_t { Committed, Failed };

// A change of domains and sets, for who keeps a record of such.
struct ChangeNote {
  std::uint64_t revision = 0;
  base::WallTime time{};
  std::uint32_t kind = 0;  // change_kind.h
  std::string_view origin;
  std::string_view address;
  std::vector<Index> removedDomains;  // DD_IDs that are no more
};

struct ServerOptions {
  OutboundOptions outbound;
  ScnOptions scn;
  EsiOptions esi;
  // Listeners to whom queueScns() hands a change at once. As a change may be for ten thousand, others wait that long:
  // some 20 us, a part of core::OutboundPace::kSlice.
  std::size_t scnPortion = 32;
  std::uint64_t seed = 0;                // for hashes of keys
  std::function<std::uint32_t()> random;  // any 32 bits, to spread ESIs after a start
  // Called for each change of domains and sets that a client asked for, or the server itself: appends rows that belong to
  // it (its audit record, its automatic change set) to the same change.
  std::function<void(const ChangeNote& note, store::OpsWriter& ops)> companion;
};

// What the server did, for metrics: counted since the start.
struct ServerCounters {
  static constexpr std::size_t kFunctions = 32;  // FUNCTION_IDs from there on share the last place
  static constexpr std::size_t kStatuses = 24;
  std::uint64_t answers[kFunctions][kStatuses] = {};
  std::uint64_t expiredEntities = 0;
  std::uint64_t silentPortals = 0;
  std::uint64_t failedCommits = 0;
};

// Something that the administrator should read about.
struct Notice {
  enum class Kind : std::uint8_t {
    EntityExpired,
    PortalSilent,
    SourceViolation,
    SourceRefused,
    ControlNodeRefused,
    ShareRefused,
    AgentViolation,
    AgentRefused,
  };
  Kind kind;
  std::string subject;  // EID, portal or source name
  isns::IpAddress address{};
  std::string entity{};  // EID of whom a request was refused or let through: an agent, or who has the object
  std::string object{};  // of SourceRefused: what another entity has, where it is about that
};

class Server final : private ScnDirectory, private EsiDirectory, private ContactTimes {
 public:
  Server(Policy policy, ServerOptions options, base::Now start);
  ~Server();

  // At start: every row of the store, then finishLoad(). Every entity gets one full period or ESI round.
  base::Status loadRow(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) {
    return registry_.loadRow(table, id, cells);
  }
  base::Status finishLoad(std::uint64_t revision, base::Now now);

  // A message from a client. Responses are not for here but for outbound().
  Handled onMessage(Session& session, const Arrival& arrival, const isns::Message& message, base::Now now,
                    base::Bytes& out);
  // An answer that the driver has decided on: refused by a rule, broken framing, too many requests.
  Disposition refuse(Session& session, const Arrival& arrival, std::uint16_t function, std::uint16_t transactionId,
                     isns::Status status, base::Bytes& out);

  // Changes that wait for the next batch, and whether the store could take it now.
  [[nodiscard]] std::size_t waitingChanges() const { return open_.batch.size(); }
  [[nodiscard]] bool committing() const { return committing_; }
  // The batch for the store, when there is one and none is there already. It comes back with onCommitted().
  std::optional<store::Batch> takeBatch();
  // Afterwards releases() holds the answers set free; the driver sends them and calls released().
  void onCommitted(store::Batch batch, CommitResult result, base::Now now);
  [[nodiscard]] const Releases& releases() const { return releases_; }
  void released() {
    releases_.list.clear();
    releases_.bytes.clear();
  }

  // A change that the management server has decided on. It joins the open batch; what became of an accepted one stands in
  // takeManagedResults() after the commit.
  ManagedVerdict onManagedChange(const ManagedChange& change, base::Now now);
  std::vector<ManagedResult> takeManagedResults() { return std::exchange(managedResults_, {}); }
  // Domains and sets that no client may change for now: a change set that touched them waits to be confirmed (DESIGN
  // seam 5). Such requests get status 12.
  void lockDomains(base::IdSet domains, base::IdSet sets);
  // Names and EIDs of enrolled agents, in the place of those before; never nullptr.
  void guardNames(std::shared_ptr<const NameGuards> guards) { guards_ = std::move(guards); }

  // Told of the messages that are about to come, it makes them faster.
  [[nodiscard]] Lookahead& lookahead() { return lookahead_; }

  void onTimer(base::Now now);
  [[nodiscard]] base::TimePoint nextDeadline() const;

  // Hands SCNs of committed changes to their delivery, ServerOptions::scnPortion listeners' worth. True when
  // more of them wait. They keep their order, so each listener is told in the order of the changes.
  bool queueScns();
  [[nodiscard]] bool scnsWait() const { return !planned_.empty(); }

  // SCNs and ESIs on their way out.
  [[nodiscard]] Outbound& outbound() { return outbound_; }
  // After anything that may have let Outbound decide: takes up what ESI found, and undeliverable SCNs.
  void settle(base::Now now);

  // A policy that was read again. Frozen parts are the driver's business.
  void setPolicy(Policy policy, base::Now now);
  // How SCNs and ESIs are sent, read again; seed and random stay as they were.
  void setOptions(const ServerOptions& options);
  [[nodiscard]] const Policy& policy() const { return policy_; }

  // What the store has: an immutable value for readers on any thread.
  [[nodiscard]] const State& snapshot() const { return registry_.committed(); }
  [[nodiscard]] const ServerCounters& counters() const { return counters_; }
  [[nodiscard]] const ScnCounters& scnCounters() const { return scns_.counters(); }
  // Nodes and FC ports for which SCNs wait or are under way; those that queueScns() has yet to hand over count an event.
  [[nodiscard]] std::size_t scnRecipients() const { return scns_.recipients() + unqueued_; }
  [[nodiscard]] const EsiCounters& esiCounters() const { return esis_.counters(); }
  std::vector<Notice> takeNotices() { return std::exchange(notices_, {}); }
  std::vector<ScnUndeliverable> takeUndeliverable() { return scns_.takeUndeliverable(); }

 private:
  struct Held {
    std::uint64_t session;
    std::size_t offset;
    std::size_t size;
    std::uint16_t function;
    std::uint16_t transactionId;
    bool sign;
  };
  // What belongs to one batch: answers, SCNs, and the objects whose timers must follow.
  struct Pending {
    store::Batch batch;
    std::vector<Held> held;
    base::Bytes answers;
    std::vector<PlannedScn> scns;
    std::vector<ManagedResult> managed;
    std::vector<Index> entities;
    std::vector<Index> portals;
    std::vector<Index> nodes;
    std::vector<Index> fcPorts;
    void clear();
  };

  // What the store has not answered yet, the newest of it; nullptr when it has answered all.
  Pending* lastPending() { return !open_.batch.empty() ? &open_ : committing_ ? &inFlight_ : nullptr; }

  struct Judged {
    isns::Status status = isns::Status::MessageNotSupported;
    Malformed malformed = Malformed::No;
  };
  Judged handle(const isns::FunctionRow& function, const isns::Message& message, const Arrival& arrival,
                const State& view, base::Now now, isns::MessageWriter& writer);
  isns::Status change(const Request& request, const Source& source, const Arrival& arrival, Notes& notes, base::Now now,
                      isns::AttributeWriter& answer);
  isns::Status apply(Transaction& transaction, const Request& request, const Source& source, const Arrival& arrival,
                     Notes& notes, isns::AttributeWriter& answer);
  isns::Status raise(const Request& request, const Source& source, const State& view, Notes& notes);
  // Plans the SCNs of a transaction and keeps its changes, if there are any.
  void keep(Transaction& transaction, const ScnContext& context, std::uint32_t kind, std::string_view origin,
            std::string_view address, const ExtraRows& rows = {});
  Disposition deliver(Session& session, const Arrival& arrival, const Held& answer, bool afterChanges, base::Bytes& out);
  [[nodiscard]] bool touchesLocked(const Transaction& transaction) const;
  void count(std::uint16_t function, isns::Status status);
  void note(Notice::Kind kind, std::string_view subject, const isns::IpAddress& address, std::string_view entity = {},
            std::string_view object = {});
  void noteRefusals(const Notes& notes, const Source& source);
  bool takeShare(const Transaction& transaction, const Peer* peer);
  void follow(const Pending& pending, base::Now now);
  void followEntity(Index index, base::Now now);
  void followPortal(Index portal, EsiStart start, base::Now now);
  void followPortals(base::Now now);  // all of them, as after a start
  void expire(base::Now now);
  void tryStoreAgain(base::Now now);
  void release(Pending& pending, CommitResult result);
  void send(std::vector<PlannedScn>& scns);
  void followNode(Index node);
  void followFcPort(Index port);
  void followManagers();  // all of them, as after a start
  void heardRegistration(Index entity, base::Now now);
  void lose(Index portal, std::uint32_t interval, base::Now now);
  void makeDefaultDomain(base::Now now);

  void endpointsOf(ScnRecipient recipient, std::vector<ScnEndpoint>& out) const override;
  base::ByteView nameOf(ScnRecipient recipient) const override;
  bool esiTarget(std::uint32_t portal, EsiTarget& out) const override;
  bool livesAt(ScnRecipient recipient, const isns::IpAddress& ip) const override;
  bool signsAt(ScnRecipient recipient, const Endpoint& endpoint) const override;
  void heardFrom(ScnRecipient recipient, base::Now now) override;
  bool ownerLivesAt(std::uint32_t portal, const isns::IpAddress& ip) const override;
  std::uint64_t lastContact(Index entity) const override;

  Policy policy_;
  Registry registry_;
  Lookahead lookahead_;
  Outbound outbound_;
  ScnNotifier scns_;
  EsiMonitor esis_;
  Liveness liveness_;
  ScnManagers managers_;  // of the committed state, and control nodes as the policy is now

  RequestReader reader_;
  RegistrationSpec registration_;
  Pending open_;
  Pending inFlight_;
  bool committing_ = false;
  bool storeWorks_ = true;
  base::TimePoint storeRetry_ = base::kNever;
  // SCNs of committed changes in their order; of the first one, the recipients before firstUnqueued_ have it. Bound: at
  // most ScnOptions::maxEvents recipients; beyond, all are handed over, and the notifier's bounds hold.
  std::deque<PlannedScn> planned_;
  std::size_t firstUnqueued_ = 0;
  std::size_t unqueued_ = 0;  // recipients in all of them
  std::size_t scnPortion_;
  std::size_t maxUnqueued_;
  Releases releases_;
  ServerCounters counters_;
  std::vector<Notice> notices_;
  std::function<void(const ChangeNote&, store::OpsWriter&)> companion_;
  std::vector<ManagedResult> managedResults_;
  std::uint64_t lastDomainChange_ = 0;  // revision of the last change of domains that was not a ManagedChange
  std::uint64_t lastNamed_ = 0;         // and of the last change that made a node or a portal
  base::IdSet lockedDomains_;
  base::IdSet lockedSets_;
  std::shared_ptr<const NameGuards> guards_ = std::make_shared<const NameGuards>();
  // Entities that lost their last portal that had asked for ESI and have not registered since, with the seconds of
  // silence after which they go (RFC 4171 6.3.4).
  std::unordered_map<Index, std::uint32_t> bereft_;
  ObjectShares shares_;
};

}  // namespace core
