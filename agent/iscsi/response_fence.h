// ResponseFence: a response that may go out only when all status sent before it has arrived, and that holds back all
// status after it until it has arrived itself (RFC 7143 4.2.2.3.2, 4.2.2.3.3).
//
// For sessions of several connections; with one connection the order of the bytes does it, and the fence is open at
// once. One owner, no locks. Bound: the connections of the session.
#pragma once

#include <cstdint>
#include <vector>

#include "agent/iscsi/serial.h"

namespace iscsi {

class ResponseFence {
 public:
  // Status is waited for on `connection`: all below `nextStatSn` that was sent there. Called for each connection of the
  // session except, where wanted, the one that the response itself takes.
  void waitFor(std::uint16_t connection, std::uint32_t nextStatSn, std::uint32_t acknowledged) {
    if (serialLess(acknowledged, nextStatSn)) marks_.push_back({connection, nextStatSn});
  }
  // ExpStatSN came on a connection.
  void acknowledged(std::uint16_t connection, std::uint32_t expStatSn) {
    std::erase_if(marks_, [&](const Mark& mark) {
      return mark.connection == connection && serialLessEqual(mark.nextStatSn, expStatSn);
    });
  }
  // A connection that is gone brings no status, and none after the response.
  void connectionEnded(std::uint16_t connection) {
    std::erase_if(marks_, [&](const Mark& mark) { return mark.connection == connection; });
  }
  [[nodiscard]] bool open() const { return marks_.empty(); }

 private:
  struct Mark {
    std::uint16_t connection = 0;
    std::uint32_t nextStatSn = 0;
  };
  std::vector<Mark> marks_;
};

}  // namespace iscsi
