// EventStreams: who listens to changes (GET /events), as server-sent events with their revision and state as their id
// (mgmt/event_place.h).
//
// A change is made into text once for each scope and sent to all who have that. A listener that reads too little is cut
// off and comes back with Last-Event-ID; where the timeline has that state no longer, the change is larger than
// kMaxEvent, or what a scope shows of the SAN is another part of it now, it is told to fetch a snapshot ("event: gap").
// Before each event, and at each tick, it is asked whether a listener could come in now and be the same (user, token or
// certificate, roles, scope): a stream ends with the login that opened it, also by its rest, since listening is no use
// of a session. The loop's thread. Bounds: kMaxListeners, of them kMaxOfUser a user; kMaxEvent.
#pragma once

#include <functional>
#include <list>
#include <memory>

#include "isns-server/api/http_server.h"
#include "isns-server/api/timeline.h"
#include "isns-server/manage/people/rights.h"
#include "shared/base/clock.h"

namespace api {

class EventStreams {
 public:
  static constexpr std::size_t kMaxListeners = 4096;
  static constexpr std::size_t kMaxOfUser = 64;
  static constexpr std::chrono::seconds kSignOfLife{15};
  static constexpr std::size_t kMaxEvent = 4U << 20;  // bytes

  struct Listener {
    std::shared_ptr<Exchange> exchange;
    people::Principal who;
    base::TimePoint spokenAt{};
  };
  // Who came in by a login that counts no longer is cut off.
  using Stands = std::function<bool(const people::Principal& who, base::Now now)>;
  explicit EventStreams(Stands stands) : stands_(std::move(stands)) {}

  // A sentence when there are too many; the exchange is then still to be answered.
  [[nodiscard]] std::string add(Listener listener, std::optional<mgmt::EventPlace> since, const Timeline& timeline);
  // The timeline's present snapshot is new. At most once a turn of the loop: what is sent leaves between turns, and a
  // listener is not to blame for what waits before.
  void onSnapshot(const san::Snapshot& snapshot, base::Now now);
  void onTick(base::Now now);
  [[nodiscard]] std::size_t size() const { return listeners_.size(); }

 private:
  // Ends the streams of those whose login has ended.
  void judge(base::Now now);

  const Stands stands_;
  std::list<Listener> listeners_;
  std::optional<san::Snapshot> told_;  // up to which all have been told
};

}  // namespace api
