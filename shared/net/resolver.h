// Resolver: addresses of "host[:port]", without holding up the loop.
//
// Addresses that are written as numbers are there at once; names are asked for on a thread of its own. One owner on the
// loop's thread; nothing here waits, the destructor neither: a question that is running then is left to end by itself,
// and its answer goes nowhere. Bound: one running question and one that waits for its end; a newer one takes the place
// of both answers.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "shared/base/result.h"
#include "shared/net/address.h"
#include "shared/net/loop.h"

namespace net {

class Resolver {
 public:
  using Answer = std::function<void(base::Result<std::vector<Address>>)>;

  explicit Resolver(Loop& loop) : loop_(loop) {}
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // `answer` is called inside of ask() or later from the loop; not after forget() or the next ask().
  void ask(const std::string& host, std::uint16_t defaultPort, Answer answer);
  void forget();

 private:
  struct Lookup;  // what the thread and this object share
  struct Question {
    std::string host;
    std::uint16_t defaultPort;
    Answer answer;
  };
  void start(Question question);
  void answered(base::Result<std::vector<Address>> found);

  Loop& loop_;
  std::shared_ptr<Lookup> running_;
  Answer answer_;  // of what is running; empty once it was forgotten
  std::optional<Question> next_;
};

}  // namespace net
