#include "shared/net/resolver.h"

#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "shared/net/host_lookup.h"

namespace net {

// The lock is held over the post, so that a loop which goes after its resolver is not posted to.
struct Resolver::Lookup {
  std::mutex mutex;
  Resolver* owner = nullptr;  // null once the resolver is gone
};

Resolver::~Resolver() {
  if (running_ == nullptr) return;
  const std::lock_guard lock(running_->mutex);
  running_->owner = nullptr;
}

void Resolver::forget() {
  answer_ = nullptr;
  next_.reset();
}

void Resolver::ask(const std::string& host, std::uint16_t defaultPort, Answer answer) {
  forget();
  if (const auto address = Address::parse(host, defaultPort)) return answer(std::vector{*address});
  Question question{host, defaultPort, std::move(answer)};
  if (running_ != nullptr) {
    next_ = std::move(question);
  } else {
    start(std::move(question));
  }
}

void Resolver::start(Question question) {
  running_ = std::make_shared<Lookup>();
  running_->owner = this;
  answer_ = std::move(question.answer);
  const auto tell = [lookup = running_, &loop = loop_](base::Result<std::vector<Address>> found) {
    const std::lock_guard lock(lookup->mutex);
    if (lookup->owner == nullptr) return;
    loop.deliver([lookup, found = std::move(found)]() mutable {
      if (lookup->owner != nullptr) lookup->owner->answered(std::move(found));
    });
  };
  try {
    std::thread([tell, host = std::move(question.host), port = question.defaultPort] {
      tell(lookUpHost(host, port));
    }).detach();
  } catch (const std::system_error& error) {
    tell(base::fail(std::string("cannot start a thread to look up the host: ") + error.what()));
  }
}

void Resolver::answered(base::Result<std::vector<Address>> found) {
  running_.reset();
  if (next_) return start(*std::exchange(next_, std::nullopt));
  if (const Answer told = std::exchange(answer_, nullptr); told) told(std::move(found));
}

}  // namespace net
