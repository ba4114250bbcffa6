#include "isns-server/session/repeated_requests.h"

namespace session {

std::string RepeatedRequests::keyOf(const Request& request) {
  std::string key(base::asText(request.address));
  key += static_cast<char>(request.port >> 8);
  key += static_cast<char>(request.port & 0xff);
  key += base::asText(request.bytes);
  return key;
}

std::optional<base::ByteView> RepeatedRequests::answerTo(const Request& request, base::TimePoint now) const {
  const auto at = byKey_.find(keyOf(request));
  if (at == byKey_.end() || at->second->until <= now) return std::nullopt;
  return base::ByteView(at->second->answer);
}

void RepeatedRequests::begin(std::uint64_t session, const Request& request, base::TimePoint now) {
  std::string key = keyOf(request);
  if (const auto old = byKey_.find(key); old != byKey_.end()) {  // its time is over
    const Place place = old->second;
    requests_.splice(requests_.begin(), requests_, place);
    forgetOldest();
  }
  requests_.push_back({std::move(key), session, {}});
  const Place place = std::prev(requests_.end());
  bytes_ += place->key.size();
  byKey_.emplace(place->key, place);
  bySession_.emplace(session, place);
  keepBounds(now);
}

void RepeatedRequests::answered(std::uint64_t session, base::ByteView answer, base::TimePoint now) {
  const auto at = bySession_.find(session);
  if (at == bySession_.end()) return;
  Known& known = *at->second;
  known.answer.assign(answer.begin(), answer.end());
  known.until = now + kKept;
  bytes_ += known.answer.size();
  bySession_.erase(at);
  keepBounds(now);
}

void RepeatedRequests::forgetOldest() {
  const Known& oldest = requests_.front();
  bytes_ -= oldest.key.size() + oldest.answer.size();
  bySession_.erase(oldest.session);
  byKey_.erase(oldest.key);
  requests_.pop_front();
}

void RepeatedRequests::keepBounds(base::TimePoint now) {
  while (!requests_.empty() &&
         (requests_.front().until <= now || requests_.size() > kMaxRequests || bytes_ > kMaxBytes)) {
    forgetOldest();
  }
}

}  // namespace session
