// EventStreams: who listens to changes (GET /events), as server-sent events with the revision as their id.
//
// A change is made into text once for each scope and sent to all who have that. A listener that reads too little is cut off and comes back with
// Last-Event-ID; where the timeline has that revision no longer, it is told to fetch a snapshot ("event: gap"). The loop's
// thread. Bound: kMaxListeners.
#pragma once

#include <list>
#include <memory>

#include "isns-server/api/http_server.h"
#include "isns-server/manage/model/timeline.h"
#include "shared/base/clock.h"

namespace api {

class EventStreams {
 public:
  static constexpr std::size_t kMaxListeners = 4096;
  static constexpr std::chrono::seconds kSignOfLife{15};

  struct Listener {
    std::shared_ptr<Exchange> exchange;
    std::vector<std::string> scope;  // labels; empty: everything
    base::TimePoint spokenAt{};
  };
  // False when there are too many; the exchange is then still to be answered.
  [[nodiscard]] bool add(Listener listener, std::optional<san::Revision> since, const manage::Timeline& timeline);
  // The timeline's present snapshot is new.
  void onSnapshot(const san::Snapshot& snapshot);
  void onTick(base::Now now);
  [[nodiscard]] std::size_t size() const { return listeners_.size(); }

 private:
  std::list<Listener> listeners_;
  std::optional<san::Snapshot> told_;  // up to which all have been told
};

}  // namespace api
