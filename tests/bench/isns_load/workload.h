// The prepared requests of one run: all bytes stand in one block, so that sending is one system call without a copy.
//
// The transaction id of a request is its number's low 16 bits. Made before the clock starts and never changed; safe to
// read from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "shared/base/bytes.h"
#include "tests/bench/common/fleet.h"

namespace bench {

enum class Kind : std::uint8_t { Register, KeyedQuery, ZoneQuery };

class Workload {
 public:
  // Hosts first, first + 1, ...
  static Workload registrations(Host first, std::size_t count);
  // Random hosts of [first, first + hosts), the same ones for the same arguments. The source of a keyed query is the
  // initiator of the subject's zone, or the subject itself, which needs no zones.
  static Workload keyedQueries(Host first, Host hosts, std::size_t count, bool ownSource);
  static Workload zoneQueries(Host first, Host hosts, std::size_t count);

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] std::uint16_t function() const { return function_; }
  [[nodiscard]] std::size_t size() const { return subjects_.size(); }
  // All have the same length.
  [[nodiscard]] std::size_t requestSize() const { return requestSize_; }
  [[nodiscard]] base::ByteView requests(std::size_t first, std::size_t count) const {
    return base::ByteView(bytes_).subspan(first * requestSize_, count * requestSize_);
  }
  [[nodiscard]] static std::uint16_t xid(std::size_t index) { return static_cast<std::uint16_t>(index); }

  // What is cheap to see: the key that an answer must repeat. Empty text: right.
  [[nodiscard]] std::string checkKey(std::size_t index, base::ByteView answer) const;
  // The whole answer.
  [[nodiscard]] std::string checkDeeply(std::size_t index, base::ByteView answer) const;

 private:
  using Append = std::function<void(base::Bytes&, Host, std::uint16_t)>;
  Workload(Kind kind, std::vector<Host> subjects, const Append& append);

  Kind kind_;
  std::uint16_t function_ = 0;
  base::Bytes bytes_;
  std::size_t requestSize_ = 0;
  std::size_t keyAt_ = 0;  // of the message key in every request, behind the source
  std::size_t keySize_ = 0;
  std::vector<Host> subjects_;
};

}  // namespace bench
