// Management: the management server on a thread of its own: the SAN model, who may do what, and the API.
//
// Two threads meet here. The protocol loop calls what ManagementLink says; all else happens on this class's own thread, which
// run() of its event loop is. start() returns when the sockets are open; the model follows in the background. The destructor
// stops the thread.
//
// Bounds: kMaxOpen steps on their way; kMaxPending bytes of committed changes that the model has not taken yet: beyond, they are
// not handed over, and the model reads them from the history when it has caught up with the others. Errors: start() fails
// with a sentence; later ones are log events.
#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "isns-server/api/api_server.h"
#include "isns-server/api/http_server.h"
#include "isns-server/app/archive_reader.h"
#include "isns-server/app/audit_trail.h"
#include "isns-server/app/change_driver.h"
#include "isns-server/app/config.h"
#include "isns-server/app/key_driver.h"
#include "isns-server/app/known_windows.h"
#include "isns-server/app/log_events.h"
#include "isns-server/app/log_guard.h"
#include "isns-server/app/log_key.h"
#include "isns-server/app/management_link.h"
#include "isns-server/app/metrics_table.h"
#include "isns-server/app/server_keys.h"
#include "isns-server/manage/administration/authority_keeper.h"
#include "isns-server/manage/administration/model_lane.h"
#include "isns-server/manage/administration/person_certificates.h"
#include "isns-server/manage/agents/agent_keeper.h"
#include "isns-server/manage/credentials/sealed_credentials.h"
#include "isns-server/manage/model/projection.h"
#include "shared/program/locked_memory.h"

namespace app {

struct ManagementOptions {
  net::Address address;      // of HTTPS
  std::string socket;        // path of the local socket
  std::vector<std::string> names;  // host names and addresses that the server's certificate has
  std::vector<std::string> nameServers;  // that agents are told to use: "10.0.0.5:3205"
  std::vector<api::DiscoverOrder> discover;  // what agents are to ask
  manage::ServerFacts facts;                 // until a row of the store tells of others
  std::string version;
  ServerKeys keys;
  std::string keyFolder;
  std::string witnessFolder;  // of audit.head; empty: none, as the store does not outlive the program
  base::RateSettings rates;  // of requests over HTTPS, by address
  api::HttpLimits limits;    // of HTTPS
  ops::Metrics* metrics = nullptr;  // borrowed
};

class Management final : public ManagementLink, private api::Clerk {
 public:
  // Borrowed: `protocol` and `trail`, which is used on the protocol loop's thread within what that carries out.
  // `logKey`: the one that the trail was opened with.
  static base::Result<std::unique_ptr<Management>> start(ManagementOptions options, base::ByteArena rows,
                                                         const store::LoadInfo& info, ProtocolLink& protocol,
                                                         AuditTrail& trail, evidence::SigningKey logKey, ops::Log& log);
  ~Management() override;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  // As they were kept, once, for the time before the protocol loop runs; what follows comes by ProtocolLink.
  [[nodiscard]] std::shared_ptr<const core::NameGuards> takeGuards() { return std::move(guardsAtStart_); }
  // Likewise: domains and sets of change sets that wait to be confirmed, or were under way. The model is read later.
  [[nodiscard]] manage::Lock takeLocks() { return std::move(locksAtStart_); }
  // What the audit log is to say before anything else. Once, after the start.
  [[nodiscard]] std::vector<ops::AuditRecord> takeFound() { return std::move(foundAtStart_); }

  // On the protocol loop's thread, as what follows.
  void committed(const store::Batch& batch) override;
  void verdict(std::uint64_t ticket, const core::ManagedVerdict& verdict) override;
  void result(const core::ManagedResult& result) override;
  [[nodiscard]] san::WindowsHeld windowsAt(san::Seconds time) const override { return windows_.at(time); }

 private:
  static constexpr std::size_t kMaxPending = 32U << 20;
  static constexpr std::size_t kCatchUpPage = 2000;  // changes
  static constexpr std::size_t kMaxOpen = 4096;      // steps on their way
  static constexpr std::chrono::minutes kUpkeep{1};
  using Done = std::function<void(const manage::Wanted<std::uint64_t>&)>;
  struct Open {
    manage::Step step;
    Done done;
  };

  Management(ManagementOptions options, ProtocolLink& protocol, AuditTrail& trail, evidence::SigningKey logKey,
             ops::Log& log);
  base::Status open(const base::ByteArena& rows, const store::LoadInfo& info);
  base::Result<manage::Joined> joinCredentials(const manage::Draft& draft, const manage::Actor& who,
                                               const san::Snapshot& before, const san::SanIndex& after,
                                               san::SnapshotEditor& middle);
  core::ExtraRows dropWithdrawn(const manage::Draft& draft);
  void run(base::ByteArena rows, store::LoadInfo info);
  void take(const store::Batch& batch);
  // Applies changes that follow the model's revision; false when the model is of no use any more.
  bool apply(const store::Batch& batch);
  void moved();
  void catchUp();
  void onTick();
  void forgetWireRecords();
  void tellUnfit();
  void forgetOrphans();
  void findWithdrawn();
  void forgetWithdrawn();
  // To whoever reads the model.
  void show(const san::Snapshot& snapshot);
  void end(std::uint64_t ticket, const manage::Wanted<std::uint64_t>& outcome);

  [[nodiscard]] LogGuard::Parts guardParts();

  void carryOut(manage::Step step, Done done) override;
  void rebuild(san::Revision revision, std::function<void(const manage::Wanted<san::Snapshot>&)> done) override;
  void revisionAt(base::WallTime time, std::function<void(const manage::Wanted<san::Revision>&)> done) override;
  void openForAll(std::function<void(const manage::Wanted<void>&)> done) override;
  [[nodiscard]] const manage::Projection* model() const override { return projection_ ? &*projection_ : nullptr; }
  void warn(const std::string& text) override;
  void leftOut(const std::string& agent, const std::string& what) override;
  void amend(const std::function<san::Edited<void>(san::SnapshotEditor&)>& edit) override;
  manage::Wanted<KeyDriver::Shown> serveAll();
  void handOverGuards();
  void failModel(const std::string& why);
  [[nodiscard]] api::EvidenceMaker evidenceMaker() const;
  api::ApiServer::Limited limited();

  ManagementOptions options_;
  ProtocolLink& protocol_;
  Readings readings_;
  ops::Log& log_;
  AuditTrail& trail_;

  std::unique_ptr<api::EventLoop> loop_;
  std::optional<manage::Projection> projection_;
  api::Timeline timeline_;
  LogKey logKey_;
  AuditWitness witness_;
  LogGuard guard_;
  ArchiveReader archive_;
  manage::Administration administration_;
  program::LockedMemory locked_;  // for keys
  manage::SealKeeper seals_;
  manage::AuthorityKeeper authority_;
  manage::PersonCertificates certificates_;
  manage::AgentKeeper agents_;
  credentials::CredentialKeeper credentials_;
  credentials::SealedCredentials sealedCredentials_;
  manage::ModelLane lane_;
  manage::RefusedAccess refused_;
  ChangeDriver changes_;
  KeyDriver keys_;
  std::optional<api::Workers> workers_;
  std::optional<api::Workers> passwords_;
  std::unique_ptr<api::ApiServer> api_;
  std::unique_ptr<api::HttpServer> local_;
  std::unique_ptr<api::HttpServer> https_;
  std::uint16_t port_ = 0;
  base::TimePoint nextUpkeep_{};  // of tokens
  std::uint64_t ticket_ = 0;
  std::map<std::uint64_t, Open> open_;
  std::shared_ptr<const core::NameGuards> guardsAtStart_;
  manage::Lock locksAtStart_;
  std::vector<ops::AuditRecord> foundAtStart_;
  std::vector<san::ObjectRef> orphans_;  // rows whose objects cannot be
  std::vector<std::int64_t> withdrawn_;  // secrets that no draft has any more
  KnownWindows windows_;
  std::uint64_t guarded_ = 0;  // the version that the protocol loop has

  bool catchingUp_ = false;
  base::TimePoint nextTick_{};
  std::atomic<std::uint64_t> newest_{0};  // revision of the last commit, handed over or not
  std::atomic<std::size_t> pending_{0};   // bytes of changes on their way between the threads
  std::thread thread_;
};

// What the configuration says of it.
ManagementOptions managementOptionsOf(const Config& config, ServerKeys keys, std::string version, ops::Metrics& metrics);

}  // namespace app
