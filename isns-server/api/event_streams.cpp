#include "isns-server/api/event_streams.h"

#include <algorithm>
#include <map>

#include "isns-server/api/read_handlers.h"

namespace api {
namespace {

// One event; `data` has no line break.
std::string eventText(san::Revision revision, std::string_view name, const std::string& data) {
  return "id: " + std::to_string(revision) + "\nevent: " + std::string(name) + "\ndata: " + data + "\n\n";
}

std::string gapText(san::Revision revision) {
  return eventText(revision, "gap", "{\"revision\": " + std::to_string(revision) + "}");
}

std::string changeText(const san::Snapshot& from, const san::Snapshot& to, std::span<const std::string> scope) {
  const auto change = changeJson(from, to, scope);
  if (!change) return gapText(to.revision);
  std::string data;
  change->writeCompact(data);
  if (data.size() > EventStreams::kMaxEvent) return gapText(to.revision);
  return eventText(to.revision, "change", data);
}

}  // namespace

std::string EventStreams::add(Listener listener, std::optional<san::Revision> since, const Timeline& timeline) {
  const auto isHis = [&](const Listener& one) { return one.who.user == listener.who.user && !one.exchange->gone(); };
  if (static_cast<std::size_t>(std::ranges::count_if(listeners_, isHis)) >= kMaxOfUser) {
    return "A user has at most " + std::to_string(kMaxOfUser) + " streams of events at once.";
  }
  if (listeners_.size() >= kMaxListeners) return "There are too many listeners.";
  const std::shared_ptr<Exchange>& exchange = listener.exchange;
  exchange->beginStream("text/event-stream");
  const san::Snapshot& present = told_ ? *told_ : timeline.now();
  // A revision that is yet to come is of another database, of which an older state was put back.
  const bool known = !since || *since <= timeline.now().revision;
  const auto from = !known ? std::nullopt : since ? timeline.at(*since) : std::optional(present);
  bool good = true;
  if (!from) {
    good = exchange->send(gapText(present.revision));
  } else if (from->revision != present.revision) {
    good = exchange->send(changeText(*from, present, listener.who.scope));
  } else {
    good = exchange->send(": listening\n\n");
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
  if (told_ && !listeners_.empty()) {
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
