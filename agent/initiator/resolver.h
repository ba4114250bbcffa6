// Resolver: addresses of "host[:port]", without holding up the loop.
//
// Addresses that are written as numbers are there at once; each name is asked for on a thread of its own. One owner on
// the loop's thread; nothing here waits for a question that is running: it outlives the resolver, and its answer is
// dropped. Bound: one question that counts; what earlier ones still wait for ends with the time limits of the system's
// resolver.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "shared/base/result.h"
#include "shared/net/address.h"
#include "shared/net/loop.h"

namespace initiator {

inline constexpr std::uint16_t kIscsiPort = 3260;

class Resolver {
 public:
  using Answer = std::function<void(base::Result<std::vector<net::Address>>)>;

  explicit Resolver(net::Loop& loop);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // `answer` is called inside of ask() or later from the loop; not after forget() or the next ask().
  void ask(const std::string& host, Answer answer);
  void forget();

 private:
  struct Asked;

  std::shared_ptr<Asked> asked_;
};

}  // namespace initiator
