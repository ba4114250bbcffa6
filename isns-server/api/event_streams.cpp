#include "isns-server/api/event_streams.h"

#include <algorithm>
#include <map>

#include "isns-server/api/read_handlers.h"

namespace api {
namespace {

std::string idText(const san::Snapshot& snapshot) {
  return "id: " + mgmt::EventPlace{snapshot.revision, snapshot.state}.text() + "\n";
}

// One event; `data` has no line break.
std::string eventText(const san::Snapshot& to, std::string_view name, const std::string& data) {
  return idText(to) + "event: " + std::string(name) + "\ndata: " + data + "\n\n";
}

std::string gapText(const san::Snapshot& to) {
  return eventText(to, "gap",
                   "{\"revision\": " + std::to_string(to.revision) + ", \"state\": " + std::to_string(to.state) + "}");
}

std::string changeText(const san::Snapshot& from, const san::Snapshot& to, std::span<const std::string> scope) {
  const auto change = changeJson(from, to, scope);
  if (!change) return gapText(to);
  std::string data;
  change->writeCompact(data);
  if (data.size() > EventStreams::kMaxEvent) return gapText(to);
  return eventText(to, "change", data);
}

// What the listener has. Who names the present revision and no state is not told what passed within it.
std::optional<san::Snapshot> knownOf(const std::optional<mgmt::EventPlace>& since, const san::Snapshot& present,
                                     const Timeline& timeline) {
  if (!since || *since == mgmt::EventPlace{present.revision, 0}) return present;
  return timeline.at(*since);
}

}  // namespace

std::string EventStreams::add(Listener listener, std::optional<mgmt::EventPlace> since, const Timeline& timeline) {
  const auto isHis = [&](const Listener& one) { return one.who.user == listener.who.user && !one.exchange->gone(); };
  if (static_cast<std::size_t>(std::ranges::count_if(listeners_, isHis)) >= kMaxOfUser) {
    return "A user has at most " + std::to_string(kMaxOfUser) + " streams of events at once.";
  }
  if (listeners_.size() >= kMaxListeners) return "There are too many listeners.";
  const std::shared_ptr<Exchange>& exchange = listener.exchange;
  exchange->beginStream("text/event-stream");
  if (!told_) told_ = timeline.now();  // the first to listen: what comes is told from here on
  const auto known = knownOf(since, *told_, timeline);
  bool good = true;
  if (!known) {
    good = exchange->send(gapText(*told_));
  } else if (known->state != told_->state) {
    good = exchange->send(changeText(*known, *told_, listener.who.scope));
  } else {
    good = exchange->send(": listening\n" + idText(*told_) + "\n");
  }
  if (good) listeners_.push_back(std::move(listener));
  return {};
}

void EventStreams::judge(base::Now now) {
  std::erase_if(listeners_, [&](Listener& listener) {
    if (stands_(listener.who, now)) return false;
    listener.exchange->end();
    return true;
  });
}

void EventStreams::onSnapshot(const san::Snapshot& snapshot, base::Now now) {
  judge(now);
  if (told_ && told_->state != snapshot.state && !listeners_.empty()) {
    std::map<std::vector<std::string>, std::string> texts;
    std::erase_if(listeners_, [&](Listener& listener) {
      const auto [text, fresh] = texts.try_emplace(listener.who.scope);
      if (fresh) text->second = changeText(*told_, snapshot, listener.who.scope);
      return !listener.exchange->send(text->second);
    });
  }
  told_ = snapshot;
}

void EventStreams::onTick(base::Now now) {
  judge(now);
  std::erase_if(listeners_, [&](Listener& listener) {
    if (listener.exchange->gone()) return true;
    if (now.mono - listener.spokenAt < kSignOfLife) return false;
    listener.spokenAt = now.mono;
    return !listener.exchange->send(": here\n\n");
  });
}

}  // namespace api
