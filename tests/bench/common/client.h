// A blocking client for setting up: sends many requests at once and collects their answers in order.
//
// Not for measuring. Failures, a status other than 0 among them, are base::Result. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "tests/bench/common/answers.h"
#include "tests/bench/common/posix.h"

namespace bench {

class Client {
 public:
  static constexpr std::size_t kWindow = 256;

  // At most `window` requests are open at a time; open-isns bears 1.
  static base::Result<Client> connect(const net::Address& server, std::size_t window = kWindow);

  // This status counts as done, as 0 does.
  void accept(std::uint32_t status) { accepted_ |= std::uint64_t{1} << status; }

  // Sends `count` requests: `append(out, i, xid)` writes the i-th, `answered(i, pdu)` sees its answer. No more
  // than kWindowBytes are open at a time either, so that neither side can block the other for good.
  using Append = std::function<void(base::Bytes&, std::size_t, std::uint16_t)>;
  using Answered = std::function<void(std::size_t, base::ByteView)>;
  base::Status exchange(std::size_t count, const Append& append, const Answered& answered = {});

 private:
  static constexpr std::size_t kWindowBytes = 64 * 1024;

  Client(net::UniqueFd fd, std::size_t window) : fd_(std::move(fd)), window_(window) {}
  base::Status readMore();
  // Reads the answers to `requests`; the first of them is number `first`.
  base::Status collect(base::ByteView requests, std::size_t first, const Answered& answered);
  [[nodiscard]] std::string judge(base::ByteView pdu, base::ByteView request) const;

  net::UniqueFd fd_;
  std::size_t window_;
  base::Bytes input_;
  std::size_t used_ = 0;        // bytes of input_ that are done with
  std::uint64_t accepted_ = 1;  // bit n for status n
  std::uint16_t nextXid_ = 1;
};

}  // namespace bench
