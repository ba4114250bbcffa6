// RemoteLunPath: one way of several to a logical unit: a portal, its link, and what is counted of it.
//
// One thread, the loop's. The owner is borrowed; a path is not destroyed inside of its calls. Commands that are out
// when it is destroyed end before.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "agent/block/latency_histogram.h"
#include "agent/block/path_choice.h"
#include "agent/block/remote_lun_fence.h"
#include "agent/block/remote_lun_link.h"

namespace block {

class RemoteLunPath;

// What others see of a path.
struct PathFacts {
  std::string portal;
  LinkState state = LinkState::Connecting;
  std::string why;                        // of a state that is not Up
  base::WallTime since{};                 // of the state; one that was only asked about goes on
  std::optional<scsi::AluaState> access;  // where the unit tells it
  std::uint64_t requests = 0;             // commands that ended
  std::uint64_t bytes = 0;                // of them
  std::uint64_t errors = 0;               // that ended with an error of the unit, or without an answer
  std::uint64_t losses = 0;               // sessions that were up and ended
  base::Duration latency{};               // moving average
  base::Duration largest{};
  LatencyHistogram latencies;
};
inline constexpr std::string_view kLinkStateWords[] = {"connecting", "up", "held", "refused", "lost", "another-unit"};
constexpr std::string_view wordOf(LinkState state) { return kLinkStateWords[static_cast<std::size_t>(state)]; }

class RemoteLunPathOwner {
 public:
  // As RemoteLunLinkOwner.
  virtual void onPathUp(RemoteLunPath& path) = 0;
  virtual void onPathHeld(RemoteLunPath& path) = 0;
  virtual void onPathDown(RemoteLunPath& path) = 0;
  virtual base::Status admit(RemoteLunPath& path, const RemoteLunFacts& facts) = 0;

 protected:
  ~RemoteLunPathOwner() = default;
};

class RemoteLunPath final : private RemoteLunLinkOwner {
 public:
  RemoteLunPath(net::Loop& loop, RemoteLunParameters parameters, RemoteLunPathOwner& owner);

  [[nodiscard]] RemoteLunLink& link() { return *link_; }
  [[nodiscard]] const RemoteLunLink& link() const { return *link_; }
  [[nodiscard]] const std::string& portal() const { return link_->parameters().url.portal; }
  // Up, and in a state of access in which it may be used.
  [[nodiscard]] bool usable() const { return link_->up() && link_->facts().usable(); }
  [[nodiscard]] PathView view() const;
  [[nodiscard]] PathFacts facts() const;

  [[nodiscard]] bool submit(initiator::ScsiRequest& request, base::TimePoint now);
  void ended(const initiator::ScsiRequest& request, bool good, base::Duration took);

  // Takes note of a state that has changed.
  void look();

  std::unique_ptr<RemoteLunFence> fence;  // while writes of its lost session are in doubt
  std::uint16_t fencedGroup = 0;          // that session's target portal group

 private:
  void onLinkUp() override;
  void onLinkHeld() override { owner_.onPathHeld(*this); }
  void onLinkDown() override;
  base::Status admit(const RemoteLunFacts& facts) override { return owner_.admit(*this, facts); }

  struct Shown {
    LinkState state = LinkState::Connecting;
    std::string why;
    base::WallTime since{};
  };
  void become(Shown next);

  RemoteLunPathOwner& owner_;
  Shown shown_;
  Shown beforeHeld_;
  std::uint64_t requests_ = 0, bytes_ = 0, errors_ = 0, losses_ = 0;
  LatencyAverage latency_;
  LatencyHistogram latencies_;
  base::TimePoint lastUsed_{};
  bool wasUp_ = false;                   // in this session
  std::unique_ptr<RemoteLunLink> link_;  // last: what is out ends with it
};

}  // namespace block
