#include <cassert>
#include <utility>

#include "shared/net/loop.h"

namespace net {

base::Status Watch::open(Loop& loop, int fd, std::uint32_t interest, Handler& handler) {
  assert(!opened());
  const auto id = loop.add(fd, interest, handler);
  if (!id) return base::fail(id.error());
  loop_ = &loop;
  id_ = *id;
  return {};
}

void Watch::close() {
  if (Loop* loop = std::exchange(loop_, nullptr); loop != nullptr) loop->remove(id_);
}

void Watch::setInterest(std::uint32_t interest) {
  assert(opened());
  loop_->setInterest(id_, interest);
}

void Watch::raise(std::uint32_t events) {
  assert(opened());
  loop_->raise(id_, events);
}

void Watch::requestTurnEnd() {
  assert(opened());
  loop_->requestTurnEnd(id_);
}

}  // namespace net
