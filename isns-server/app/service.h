// Service: the running iSNS server. It ties the pure core to sockets, the store thread, the clock and the log.
//
// One thread, the loop's, but for the store thread and HTTP threads, which reach it by posts and by StatusPage. A turn:
// requests are answered or held; at its end the batch goes to the store, one at a time; the store's completion comes
// back as a post and sets answers free; when they have left, SCNs follow in slices (OutboundDriver). Errors of peers are
// statuses; errors at the start are sentences. Bounds: limits.connections and limits.connections_per_source, datagrams
// waiting for the store (kMaxHeldDatagrams; beyond, status 12).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "db/store/store_thread.h"
#include "isns-server/app/audit_trail.h"
#include "isns-server/app/client.h"
#include "isns-server/app/config.h"
#include "isns-server/app/key_folder.h"
#include "isns-server/app/log_events.h"
#include "isns-server/app/management_link.h"
#include "isns-server/app/metrics_table.h"
#include "isns-server/app/outbound_driver.h"
#include "isns-server/core/heartbeat.h"
#include "isns-server/manage/audit/paced_tally.h"
#include "isns-server/manage/keys/certificate_clock.h"
#include "isns-server/manage/model/server_facts.h"
#include "isns-server/session/authenticator.h"
#include "isns-server/session/repeated_requests.h"
#include "shared/base/rate_limiter.h"
#include "shared/net/datagram.h"
#include "shared/net/listener.h"
#include "shared/net/systemd.h"
#include "shared/program/status_page.h"

namespace app {

class Service final : public ProtocolLink,
                      private ClientHost,
                      private net::ListenerOwner,
                      private net::DatagramOwner {
 public:
  // All borrowed. `store` has been opened; start() takes its lease.
  struct Parts {
    net::Loop& loop;
    store::Store& store;
    ops::Log& log;
    ops::Metrics& metrics;
    program::StatusPage& page;
  };
  Service(const Parts& parts, Config config);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Loads the registry, takes the lease and opens the sockets, those passed by systemd first. Then it serves. With
  // `keepRows`, takeRows() gives what was loaded, for the SAN model.
  base::Status start(std::vector<net::PassedSocket> passed, bool keepRows);
  struct LoadedRows {
    base::ByteArena rows;  // put operations in the order of the load
    store::LoadInfo info;
  };
  [[nodiscard]] LoadedRows takeRows() { return std::move(loaded_); }
  // Before the loop runs: who is told of every commit. Borrowed until the service goes.
  void setManagement(ManagementLink& management) { management_ = &management; }
  // Before the loop runs: the names and EIDs of agents, as they were kept, and what change sets hold.
  void beginGuarded(std::shared_ptr<const core::NameGuards> guards, base::IdSet domains, base::IdSet sets) {
    server_.guardNames(std::move(guards));
    server_.lockDomains(std::move(domains), std::move(sets));
  }
  // Whose records become durable or not with each batch. Borrowed likewise.
  void setTrail(AuditTrail& trail) { trail_ = &trail; }
  // Of the server itself, while there is a trail. Durable some time later.
  void record(ops::AuditRecord record);
  // A configuration that was read again; its frozen keys have been dealt with.
  void reload(Config config);
  // Finishes what is under way and stops the loop; whoever has not gone after kDrainTime is cut off. State change
  // notifications that wait are sent, as the next start has none of them; whoever has not taken his after kTellTime
  // asks for himself.
  void drain(std::string_view reason);

  [[nodiscard]] const std::vector<net::Address>& addresses() const { return bound_; }
  [[nodiscard]] std::size_t objects() const;

 private:
  static constexpr std::size_t kMaxHeldDatagrams = 4096;
  static constexpr std::chrono::seconds kDrainTime{5};
  static constexpr std::chrono::seconds kTellTime{1};
  static constexpr std::chrono::seconds kSweep{1};
  static constexpr std::uint64_t kFactsTicket =
      ~std::uint64_t{0};  // of a change that the management server did not ask for

  // A request by UDP whose answer waits for the store.
  struct HeldDatagram {
    core::Session session;
    net::DatagramSocket* socket;
    net::Address peer;
    net::Address local;
  };

  [[nodiscard]] bool carryOut(core::ManagedChange change) override;
  [[nodiscard]] bool lockDomains(base::IdSet domains, base::IdSet sets) override;
  [[nodiscard]] bool guardNames(std::shared_ptr<const core::NameGuards> guards) override;
  [[nodiscard]] bool read(store::StoreThread::Reading reading) override;

  core::ServerOptions optionsWithCompanion();
  base::Status load(bool keepRows);
  base::Status listen(std::vector<net::PassedSocket> passed);
  base::Status adopt(net::PassedSocket socket);
  void applyRuntime();
  void judgeClients();
  void turnEnd();
  void onTimer();
  void sweep();
  void syncMetrics();
  void reportNotices();
  [[nodiscard]] bool worthWaiting();
  void submit();
  void onCompletion(store::Completion& completion);
  void sendReleases();
  void beat();
  void signTrail(base::Now now);
  void recordRefusals(base::Now now);
  void watchClock(base::Now now);
  void noteFacts();
  void onFactsNoted(bool committed);
  void housekeep();
  void prunePage();
  void onPruned(std::size_t rows, std::uint32_t days, std::int64_t olderThan);
  void finishDrain();

  core::Lookahead& lookahead() override { return server_.lookahead(); }
  void onRequest(Client& client, const isns::Message& message, base::Bytes& out) override;
  void onFault(Client& client, const isns::FramingFault& fault, base::Bytes& out) override;
  void onEnded(Client& client, End why) override;
  void onAccepted(net::Listener& listener, net::UniqueFd fd, const net::Address& peer) override;
  void onAcceptFailed(net::Listener& listener, const base::Error& why) override;
  void onReceived(net::DatagramSocket& socket, const net::Received& message) override;

  // The common way of a request, whatever brought it.
  core::Disposition answer(core::Session& session, const net::Address& peer, bool udp, session::Access access,
                           const isns::Message& message, base::Bytes& out);
  core::Disposition refuse(core::Session& session, const core::Arrival& arrival, const isns::Message& message,
                           isns::Status status, base::Bytes& out);
  [[nodiscard]] std::size_t largestAnswer() const;
  void noteRefusal(const net::Address& peer, const isns::Message& message);
  void noteMalformed(const net::Address& peer, std::uint16_t function, MalformedKind kind, std::string_view what);
  void noteFault(const net::Address& peer, const isns::FramingFault& fault);
  void sign(base::Bytes& out, std::size_t start);
  base::ByteView signedCopy(base::ByteView message);  // used before the next call
  void sendDatagram(const net::Address& to, base::ByteView bytes);
  [[nodiscard]] base::Now now() const { return {parts_.loop.now(), wall_}; }

  Parts parts_;
  Config config_;
  const std::uint64_t seed_;  // of all hashes that a client could choose its names or addresses for
  core::Server server_;
  OutboundDriver outbound_;
  std::optional<session::AddressRules> rules_;
  base::RateLimiter<isns::IpAddress> rates_;
  base::RateLimiter<isns::IpAddress> signedRefusals_;  // of requests beyond the rate: as many as there may be requests
  session::Authenticator authenticator_;
  std::optional<core::Heartbeat> heartbeat_;
  std::unique_ptr<store::StoreThread> storeThread_;
  ManagementLink* management_ = nullptr;
  AuditTrail* trail_ = nullptr;
  manage::RefusalTally refusals_;
  LoadedRows loaded_;
  std::uint64_t epoch_ = 0;
  std::uint64_t ticket_ = 0;
  std::size_t submitted_ = 0;  // changes with the store
  std::size_t lastBatch_ = 0;  // changes in the batch before
  std::size_t waited_ = 0;     // changes that waited at the last turn's end
  base::TimePoint submittedAt_{};
  base::TimePoint failedSince_ = base::kNever;
  std::string failure_;  // what the store said last when it failed

  std::vector<std::unique_ptr<net::Listener>> listeners_;
  std::vector<std::unique_ptr<net::DatagramSocket>> datagrams_;
  std::vector<net::Address> bound_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Client>> clients_;
  std::vector<std::uint64_t> ended_;  // clients to destroy when their output has gone
  std::map<net::Address::Octets, std::uint32_t> perSource_;
  std::unordered_map<std::uint64_t, HeldDatagram> heldDatagrams_;
  session::RepeatedRequests repeated_;
  std::uint64_t nextSession_ = 1;
  base::WallTime wall_{};
  base::Bytes scratch_;

  net::Timer timer_;
  net::Timer sweepTimer_;
  net::Timer drainTimer_;
  net::Timer tellTimer_;
  net::Timer again_;  // a batch that still grows: another turn at once
  bool draining_ = false;
  base::TimePoint tellUntil_ = base::kNever;  // while draining
  core::ServerCounters counted_;  // what the metrics have seen already
  core::ScnCounters scnCounted_;
  core::EsiCounters esiCounted_;
  std::optional<keys::CertificateClock> clock_;  // by which the history goes
  base::WallTime storedFloor_{};                 // of it
  std::optional<manage::NotedFacts> noted_;      // of the configuration, in the store or on its way there
  std::optional<std::optional<manage::NotedFacts>> notedBefore_;  // while they are on their way
  std::uint64_t sweeps_ = 0;
  std::optional<std::size_t> pruned_;  // changes of the history so far, while old ones are removed
};

}  // namespace app
