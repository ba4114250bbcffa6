#include "agent/initiator/resolver.h"

#include <netdb.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace initiator {
namespace {

base::Result<std::vector<net::Address>> lookUp(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  const std::string host = text.substr(0, colon);
  const std::string port = colon == std::string::npos ? std::to_string(kIscsiPort) : text.substr(colon + 1);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0) {
    return base::fail(std::string("cannot look up the host: ") + ::gai_strerror(error));
  }
  std::vector<net::Address> addresses;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    sockaddr_storage storage{};
    std::memcpy(&storage, at->ai_addr, std::min<std::size_t>(at->ai_addrlen, sizeof storage));
    if (const auto address = net::Address::from(storage)) addresses.push_back(*address);
  }
  ::freeaddrinfo(found);
  return addresses;
}

}  // namespace

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
    auto found = lookUp(host);
    // A loop whose mailbox is full answers nothing; the time limit of the login tells.
    (void)loop_.post([this, question, alive, answer = std::move(answer), found = std::move(found)]() mutable {
      if (*alive && question == question_) answer(std::move(found));
    });
  });
}

}  // namespace initiator
