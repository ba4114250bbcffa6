#include "isns-server/session/repeated_requests.h"

namespace session {

std::string RepeatedRequests::keyOf(const Request& request) {
  std::string key(base::asText(request.address));
  for (const std::uint16_t number : {request.port, request.transaction}) {
    key += static_cast<char>(number >> 8);
    key += static_cast<char>(number & 0xff);
  }
  return key;
}

std::optional<base::ByteView> RepeatedRequests::answerTo(const Request& request, base::TimePoint now) const {
  const auto at = byKey_.find(keyOf(request));
  if (at == byKey_.end() || at->second->until <= now || !base::equal(at->second->bytes, request.bytes)) {
    return std::nullopt;
  }
  return base::ByteView(at->second->answer);
}

void RepeatedRequests::begin(std::uint64_t session, const Request& request, base::TimePoint now) {
  std::string key = keyOf(request);
  if (const auto old = byKey_.find(key); old != byKey_.end()) forget(old->second);
  requests_.push_back({std::move(key), {request.bytes.begin(), request.bytes.end()}, session, {}});
  const Place place = std::prev(requests_.end());
  bytes_ += place->key.size() + place->bytes.size();
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

void RepeatedRequests::forget(Place place) {
  bytes_ -= place->key.size() + place->bytes.size() + place->answer.size();
  bySession_.erase(place->session);
  byKey_.erase(place->key);
  requests_.erase(place);
}

void RepeatedRequests::keepBounds(base::TimePoint now) {
  while (!requests_.empty() &&
         (requests_.front().until <= now || requests_.size() > kMaxRequests || bytes_ > kMaxBytes)) {
    forget(requests_.begin());
  }
}

}  // namespace session
