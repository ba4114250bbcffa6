// RemoteLunPaths: all ways to one logical unit, which of them a request takes, and whether any is there.
//
// Each path is a session of its own, with an ISID of its own (remote_lun_isid.h), and proves at each login that the
// unit behind it is the one of the disk: it has the designator that is asked for, or else the identity of the path that
// was up first. One that reaches another unit is never used, and says so; setPaths() begins it anew while others reach
// the disk's. A unit without designator and serial number cannot prove anything across paths, so it gets one path: that
// over which it was found.
//
// What is lost with a path is sent over another one at once; writes wait for a fence (remote_lun_fence.h) or for the
// path itself, whose new login does the same. One thread, the loop's. The owner is borrowed; nothing here is destroyed
// inside of its calls. Bounds: kMaxPaths, and as many that are on their way out.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/block/remote_lun_path.h"

namespace block {

class RemoteLunPathsOwner {
 public:
  // A path has become usable: facts() may be others.
  virtual void onPathUp(RemoteLunPath& path) = 0;
  // The path's session has ended; what has not ended of it will not. True: writes of it are in doubt.
  virtual bool onPathDown(RemoteLunPath& path) = 0;
  // What was in doubt of the path may be sent over any.
  virtual void onPathCleared(RemoteLunPath& path) = 0;
  // Within the patience nothing has ended what the path's session may still do: what is in doubt is not to be sent.
  virtual void onFenceFailed(RemoteLunPath& path) = 0;
  // Something about a path has changed; nothing of it need be usable. Comes after the calls above, too.
  virtual void onPathsChanged() = 0;

 protected:
  ~RemoteLunPathsOwner() = default;
};

class RemoteLunPaths final : private RemoteLunPathOwner {
 public:
  static constexpr std::size_t kMaxPaths = 16;
  static constexpr std::chrono::seconds kLookAgain{2};  // of paths whose state of access keeps them from use

  // The URL's portal counts for nothing where others are given.
  RemoteLunPaths(net::Loop& loop, RemoteLunParameters parameters, const std::vector<std::string>& portals,
                 RemoteLunPathsOwner& owner);
  ~RemoteLunPaths();
  RemoteLunPaths(const RemoteLunPaths&) = delete;
  RemoteLunPaths& operator=(const RemoteLunPaths&) = delete;

  void setOwner(RemoteLunPathsOwner& owner) { owner_ = &owner; }
  // Hears of what onPathsChanged() tells too: from the loop, never inside of a call.
  void setWatch(std::function<void()> watch) { watch_ = std::move(watch); }

  // Those that are new begin to connect; those that are not among them any more end what they have and log out.
  void setPaths(const std::vector<std::string>& portals);
  void setPolicy(PathPolicy policy) { policy_ = policy; }
  // For the next logins; those that wait for one try at once.
  void setCredentials(const RemoteLunParameters& with);
  // An Error where the unit that is known does not have it. Empty: what was asked for before still is.
  base::Status setDesignator(const std::string& designator);

  // The one for the next command; nullptr: none. `besides`: only where there is no other; it may be gone.
  RemoteLunPath* choose(const RemoteLunPath* besides = nullptr);
  [[nodiscard]] bool usable() const;
  [[nodiscard]] bool usableBesides(const RemoteLunPath& path) const;
  // None is up or about to be asked again.
  [[nodiscard]] bool lost() const;
  // Each path that is left leads to another unit for good.
  [[nodiscard]] bool dead() const;
  // Each is refused by authorization.
  [[nodiscard]] bool refused() const;
  [[nodiscard]] bool another() const;
  // Why nothing is usable, of all paths.
  [[nodiscard]] std::string state() const;
  // As the path that proved itself last tells them; what holds for one path alone is that of the path.
  [[nodiscard]] const RemoteLunFacts& facts() const { return facts_; }
  [[nodiscard]] const RemoteLunParameters& parameters() const { return parameters_; }
  [[nodiscard]] PathPolicy policy() const { return policy_; }
  // As they are now.
  [[nodiscard]] std::vector<PathFacts> pathFacts() const;
  [[nodiscard]] net::Loop& loop() { return loop_; }

 private:
  using List = std::vector<std::unique_ptr<RemoteLunPath>>;

  void onPathUp(RemoteLunPath& path) override;
  void onPathHeld(RemoteLunPath& path) override;
  void onPathDown(RemoteLunPath& path) override;
  base::Status admit(RemoteLunPath& path, const RemoteLunFacts& facts) override;

  void add(const std::string& portal);
  void raiseFence(RemoteLunPath& path);
  RemoteLunFence::Way wayTo(const RemoteLunPath& lost);
  void cleared(RemoteLunPath& path);
  void fenced(RemoteLunPath& path, RemoteLunFence::Outcome outcome);
  void changed();
  void tell();
  void lookAgain();
  [[nodiscard]] bool all(LinkState state) const;

  net::Loop& loop_;
  RemoteLunParameters parameters_;
  RemoteLunPathsOwner* owner_;
  std::function<void()> watch_;
  PathPolicy policy_ = PathPolicy::RoundRobin;
  PathChoice choice_;
  std::vector<PathView> views_;
  bool known_ = false;  // facts_ are of the unit
  RemoteLunFacts facts_;
  const RemoteLunPath* sole_ = nullptr;  // of a unit without identity
  net::Timer tell_;
  net::Timer look_;
  List paths_;
  List leaving_;
};

}  // namespace block
