#include "agent/initiator/resolver.h"

#include <mutex>
#include <thread>
#include <utility>

#include "shared/net/host_lookup.h"

namespace initiator {

// What the threads share with the resolver. They touch the loop under the lock only, and only while the resolver lives.
struct Resolver::Asked {
  explicit Asked(net::Loop& of) : loop(&of) {}

  std::mutex lock;
  net::Loop* loop;
  std::uint64_t question = 0;  // the last one; of the loop's thread, as the next
  Answer answer;
};

Resolver::Resolver(net::Loop& loop) : asked_(std::make_shared<Asked>(loop)) {}

Resolver::~Resolver() {
  forget();
  const std::lock_guard guard(asked_->lock);
  asked_->loop = nullptr;
}

void Resolver::forget() {
  ++asked_->question;
  asked_->answer = nullptr;
}

void Resolver::ask(const std::string& host, Answer answer) {
  forget();
  if (const auto address = net::Address::parse(host, kIscsiPort)) return answer(std::vector{*address});
  asked_->answer = std::move(answer);
  std::thread([asked = asked_, host, question = asked_->question] {
    auto found = net::lookUpHost(host, kIscsiPort);
    const std::lock_guard guard(asked->lock);
    if (asked->loop == nullptr) return;
    // A loop whose mailbox is full answers nothing; the time limit of the login tells.
    (void)asked->loop->post([asked, question, found = std::move(found)]() mutable {
      if (question != asked->question || !asked->answer) return;
      std::exchange(asked->answer, nullptr)(std::move(found));
    });
  }).detach();
}

}  // namespace initiator
