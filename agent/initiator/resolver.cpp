#include "agent/initiator/resolver.h"

#include <utility>

#include "shared/net/host_lookup.h"

namespace initiator {
Resolver::~Resolver() {
  *alive_ = false;
  join();
}

void Resolver::join() {
  if (thread_.joinable()) thread_.join();
}

void Resolver::ask(const std::string& host, Answer answer) {
  const std::uint64_t question = ++question_;
  if (const auto address = net::Address::parse(host, kIscsiPort)) return answer(std::vector{*address});
  join();
  thread_ = std::thread([this, host, question, alive = alive_, answer = std::move(answer)]() mutable {
    auto found = net::lookUpHost(host, kIscsiPort);
    // A loop whose mailbox is full answers nothing; the time limit of the login tells.
    (void)loop_.post([this, question, alive, answer = std::move(answer), found = std::move(found)]() mutable {
      if (*alive && question == question_) answer(std::move(found));
    });
  });
}

}  // namespace initiator
