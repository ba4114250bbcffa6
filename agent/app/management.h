// Management: the agent's side of a management server: it enrols, obeys, reports, and keeps what it needs to go on
// without the server.
//
// Ties management::ManagementClient (what is asked when) to its link, to the targets that obey, and to the folder. A
// state is applied at once, then kept sealed, and told to the server when it is durable, so that what was told holds
// after a crash, too. What changes at the targets is reported kGather later, all together, and sizes at least each
// kLook. The loop's thread; files are written by the disk worker. Errors: log events; load() a sentence.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/app/disk_worker.h"
#include "agent/app/enrolment_file.h"
#include "agent/app/log_events.h"
#include "agent/app/managed_targets.h"
#include "agent/app/metrics_table.h"
#include "agent/app/server_finder.h"
#include "agent/control/message.h"
#include "agent/management/last_word.h"
#include "agent/management/management_client.h"
#include "agent/target/target_server.h"
#include "shared/base/json.h"
#include "shared/net/timer.h"

namespace agent {

class Management final : public target::Observer {
 public:
  static constexpr std::chrono::milliseconds kGather{20};
  static constexpr std::chrono::seconds kLook{5};
  static constexpr std::chrono::seconds kKeepAgain{5};
  // Borrowed. `memory` is for secrets.
  struct Parts {
    net::Loop& loop;
    ops::Log& log;
    ops::Metrics& metrics;
    ManagedTargets& targets;
    DiskWorker& worker;
    std::string folder;
    base::RandomSource random;
    std::pmr::memory_resource* memory;
  };
  explicit Management(Parts parts);

  // After what time without a word of the server nobody is let in anew (last_word.h); 0: never. Before load(), too.
  void setRefuseAfter(std::chrono::seconds limit);
  // What is kept; before the first setup.
  base::Status load();
  // Targets and portals are there.
  void start();

  using Done = std::function<void(const control::Result&)>;
  // Enrols by a token, with one of the servers ("host[:port]"). One at a time.
  void join(std::string_view token, const std::vector<std::string>& servers, Done done);
  // Forgets all of it. Local rules and zones decide from then on.
  void leave(Done done);

  // What an administrator here does to a managed target though the server decides (break_glass.h): holds at once, and
  // is answered when it is kept. Commands that change come one at a time.
  void breakGlass(const control::Request& request, std::uint32_t uid, Done done);
  // Of one initiator, or of all of the target where none is named.
  void endBreakGlass(const control::Request& request, std::uint32_t uid, Done done);

  // What this host's role has to tell, and that another state holds.
  struct Host {
    std::function<std::vector<management::SeenSession>()> sessions;
    std::function<std::optional<std::vector<management::HeldDisk>>()> heldDisks;
    std::function<void()> stateChanged;
  };
  void followHost(Host host) { host_ = std::move(host); }
  void hostChanged() { dirty(); }
  // A target did not take the version of a secret that the server waits for a login with.
  void onProofRefused(const std::string& initiator, const std::string& target, std::uint32_t credential,
                      std::uint32_t version, const std::string& why);
  [[nodiscard]] const Obeyed& obeyed() const { return parts_.targets.obeyed(); }

  // Who finds out what the server wants found out, and what he has to tell of it.
  struct Finder {
    std::function<void(const management::Wanted&)> want;
    std::function<void(management::Truth&)> tell;
  };
  void followFinder(Finder finder) { finder_ = std::move(finder); }

  // Of a target that is managed, by whom; empty: it is not.
  [[nodiscard]] std::string managerOf(std::string_view target) const;
  // Hears now, and whenever that may be another, which name servers are to be used.
  using NameServers = std::function<void(ManagedNameServers)>;
  void follow(NameServers hears);
  // Whose networks are reported: the addresses of what is registered.
  void setPortals(std::function<std::vector<net::Address>()> portals) { portals_ = std::move(portals); }
  // From where this machine speaks, and who hears that the server knows others than before: a name server that accepts
  // our names from these alone may have refused us until then.
  struct Addresses {
    std::function<std::vector<net::Address>()> now;
    std::function<void()> told;
  };
  void setAddresses(Addresses addresses) { addresses_ = std::move(addresses); }
  // Hears that the server's database was put back to an older state: so is what it has of our registration.
  void followRestores(std::function<void()> hears) { restored_ = std::move(hears); }
  // By whom it is managed, and how that goes, for people and programs.
  [[nodiscard]] base::Json::Object view() const;

  void onLoginRefused(const target::RefusedLogin& refused) override;
  void onSessionOpened(const target::SessionFacts& session) override;
  void onSessionEnded(const target::SessionFacts& session, std::string_view why) override;

 private:
  struct Joining {
    std::shared_ptr<const mgmt::PrivateKey> key;
    std::vector<std::string> servers;
    Done done;
  };

  // A desired state that could not be kept.
  struct Unsaved {
    std::shared_ptr<std::string> text;
    std::int64_t appliedAt;
  };

  [[nodiscard]] management::Standing standing() const;
  void openLink();
  void pump();
  void handle(management::Output output);
  void certified(management::Certified certified);
  void adopt(Enrolment enrolment, bool renewed);
  void take(management::NewState news);
  void keepState(std::shared_ptr<std::string> text, std::int64_t appliedAt);
  void kept(const base::Status& saved);
  void keepAgain();
  void hold(std::shared_ptr<const management::DesiredState> state, std::int64_t appliedAt);
  void tellNameServers();
  void lookAtNetwork();
  void noteAddressesTold();
  void useGlass(BreakGlass glass);
  void changeGlass(BreakGlass next, std::function<void(const base::Status&)> done);
  void endedGlass(const std::vector<GlassRule>& ended, std::string_view why);
  void saveGlass();
  void endForeignGlass();
  void forgetToldGlass();
  void rememberLastWord();
  void noteAnswer();
  void judgeAge(std::string_view why);
  void dirty();
  void tellTruth();
  void linked(bool on, std::string why);

  Parts parts_;
  ManagementFolder folder_;
  management::ManagementClient client_;
  std::unique_ptr<management::HttpsLink> link_;  // while there is somebody to ask
  net::Timer deadline_;
  net::Timer gather_;
  bool gathering_ = false;  // gather_ runs for a change
  net::Timer keepAgain_;
  std::optional<Unsaved> unsaved_;
  bool glassUnsaved_ = false;
  std::string unsavedWhy_;  // as it was told last
  management::LastWord lastWord_;
  net::Timer age_;
  std::int64_t closedSince_ = 0;  // nobody is let in anew; 0: it is not so
  std::optional<Enrolment> enrolment_;
  Host host_;
  Finder finder_;
  std::optional<Joining> joining_;
  std::function<std::vector<net::Address>()> portals_;
  Addresses addresses_;
  std::vector<management::SeenPortal> seenPortals_;
  std::vector<std::string> seenAddresses_;
  base::TimePoint networkUntil_{};  // when the kernel is asked again
  std::vector<std::string> addressesTold_;
  std::function<void()> restored_;
  std::uint64_t toldInFull_ = 0;
  NameServers nameServers_;
  std::optional<std::vector<net::Address>> nameServersTold_;  // as they were logged last
  std::int64_t appliedAt_ = 0;
  std::map<std::uint64_t, management::ProofUsed> proofs_;  // of the sessions of managed targets
  std::string why_;                                        // the server is away
  base::WallTime since_{};                                 // it is linked, or away
  int saving_ = 0;  // states that are on their way to the disk: nothing of them is told
  bool pumping_ = false;
  bool started_ = false;
  bool leaving_ = false;  // nothing is kept any more
};

// "host:port" of "host[:port]"; an Error says what is wrong.
base::Result<std::string> managementServer(std::string_view text);

}  // namespace agent
