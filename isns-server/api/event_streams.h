// EventStreams: who listens to changes (GET /events), as server-sent events with the revision as their id.
//
// A change is made into text once for each scope and sent to all who have that. A listener that reads too little is cut
// off and comes back with Last-Event-ID; where the timeline has that revision no longer, or the change is larger than
// kMaxEvent, it is told to fetch a snapshot ("event: gap"). The loop's thread. Bounds: kMaxListeners, kMaxEvent.
#pragma once

#include <list>
#include <memory>

#include "isns-server/api/http_server.h"
#include "isns-server/api/timeline.h"
#include "shared/base/clock.h"

namespace api {

class EventStreams {
 public:
  static constexpr std::size_t kMaxListeners = 4096;
  static constexpr std::chrono::seconds kSignOfLife{15};
  static constexpr std::size_t kMaxEvent = 4U << 20;  // bytes

  struct Listener {
    std::shared_ptr<Exchange> exchange;
    std::vector<std::string> scope;  // labels; empty: everything
    base::TimePoint spokenAt{};
  };
  // False when there are too many; the exchange is then still to be answered.
  [[nodiscard]] bool add(Listener listener, std::optional<san::Revision> since, const Timeline& timeline);
  // The timeline's present snapshot is new. At most once a turn of the loop: what is sent leaves between turns, and a
  // listener is not to blame for what waits before.
  void onSnapshot(const san::Snapshot& snapshot);
  void onTick(base::Now now);
  [[nodiscard]] std::size_t size() const { return listeners_.size(); }

 private:
  std::list<Listener> listeners_;
  std::optional<san::Snapshot> told_;  // up to which all have been told
};

}  // namespace api
