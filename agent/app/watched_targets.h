// WatchedTargets: the targets that a name server shows this host, each with a TargetWatch that looks at its units.
//
// Which of them, where there are more than a host can have: chooseTargets(). Where some were left out, the last answer
// is kept: who was left out may turn out to be the target of a disk of an earlier life. The loop's thread. Errors: log
// events. Bounds: kMaxTargets; kMaxPaths of a target, by choosePaths().
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/app/log_events.h"
#include "agent/attach/target_watch.h"
#include "agent/block/remote_lun_paths.h"
#include "agent/registrar/peers.h"

namespace agent {

class WatchedTargets {
 public:
  static constexpr std::size_t kMaxTargets = 256;
  static constexpr std::size_t kMaxPaths = block::RemoteLunPaths::kMaxPaths;

  // Borrowed. `proofsFor` gives how to log in to a target.
  struct Parts {
    net::Loop& loop;
    ops::Log& log;
    std::function<std::vector<attach::LoginProof>(std::string_view target)> proofsFor;
  };
  struct Hears {
    std::function<void(const std::string& target, std::vector<attach::UnitSeen> units)> units;
    // What its disks were told of it is old: it has other portals, or has let this host in by another proof.
    std::function<void(const std::string& target)> reached;
    std::function<void()> changed;  // what is told of them
    // The target takes another proof, and not yet, or no more, the one that the server waits for.
    std::function<void(const std::string& target, const attach::LoginProof& proof, const std::string& why)> unproven;
  };
  struct Watched {
    std::vector<registrar::PeerPortal> portals;
    std::unique_ptr<attach::TargetWatch> watch;

    // Those that its disks go over: kMaxPaths at most.
    [[nodiscard]] std::vector<registrar::PeerPortal> paths() const;
  };
  using Targets = std::map<std::string, Watched, std::less<>>;

  WatchedTargets(Parts parts, std::string initiator, Hears hears);

  // `disks`: targets of which there are disks. Returns the targets that are visible.
  std::set<std::string> see(const registrar::Peers& peers, const std::set<std::string>& disks);
  // The same once more, since `disks` has grown by `target`; nothing: that makes no difference.
  std::optional<std::set<std::string>> seeAgain(const std::string& target, const std::set<std::string>& disks);
  // proofsFor() may say something else now.
  void proofsChanged();

  [[nodiscard]] const Targets& all() const { return targets_; }
  [[nodiscard]] const Watched* find(std::string_view target) const {
    const auto at = targets_.find(target);
    return at == targets_.end() ? nullptr : &at->second;
  }

 private:
  std::set<std::string> choose(const registrar::Peers& peers, const std::set<std::string>& disks);
  void watch(const registrar::Peer& peer);
  [[nodiscard]] attach::TargetWatch::Hears hearsOf(const std::string& target);

  Parts parts_;
  const std::string initiator_;
  Hears hears_;
  Targets targets_;
  std::size_t leftOut_ = 0;
  std::optional<registrar::Peers> peers_;  // the last, where some were left out
  std::vector<std::unique_ptr<attach::TargetWatch>> dead_;
  net::Timer funeral_;
};

}  // namespace agent
