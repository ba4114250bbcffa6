// Resolver: addresses of "host[:port]", without holding up the loop.
//
// Addresses that are written as numbers are there at once; names are asked for on a thread of its own, one question at
// a time. One owner on the loop's thread; the destructor waits for a question that is running. Bound: one question; a
// new one takes the place of the old one's answer.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "shared/base/result.h"
#include "shared/net/address.h"
#include "shared/net/loop.h"

namespace initiator {

inline constexpr std::uint16_t kIscsiPort = 3260;

class Resolver {
 public:
  using Answer = std::function<void(base::Result<std::vector<net::Address>>)>;

  explicit Resolver(net::Loop& loop) : loop_(loop) {}
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // `answer` is called inside of ask() or later from the loop; not after forget() or the next ask().
  void ask(const std::string& host, Answer answer);
  void forget() { ++question_; }

 private:
  void join();

  net::Loop& loop_;
  std::thread thread_;
  std::uint64_t question_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // what is posted may come when the resolver is gone
};

}  // namespace initiator
