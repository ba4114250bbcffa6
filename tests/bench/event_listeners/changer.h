// Changer: makes changes at a steady rate and remembers when each was asked for.
//
// A change gives a node another alias, which has the number of the change in it; each a node of its own, as what
// changes twice before it is told is told once. Runs on a thread of its own;
// sentAt() may be asked from any. Errors: a sentence.
#pragma once

#include <atomic>
#include <memory>
#include <string_view>
#include <vector>

#include "shared/base/result.h"
#include "shared/net/address.h"

namespace bench {

class Changer {
 public:
  explicit Changer(std::size_t changes)
      : sentAt_(std::make_unique<std::atomic<std::uint64_t>[]>(changes)), changes_(changes) {}

  [[nodiscard]] std::size_t changes() const { return changes_; }
  [[nodiscard]] std::uint64_t sentAt(std::size_t change) const {
    return sentAt_[change].load(std::memory_order_relaxed);
  }

  // Through the name server; ends when all are answered.
  base::Status runServer(const net::Address& server, unsigned rate);
  // The floor: each change is written to each socket as one event of about `bytes`, in the clear, by the process that
  // makes it. It commits, compares and encrypts nothing.
  base::Status runBare(const std::vector<int>& sockets, unsigned rate, std::size_t bytes);

  // Calls visit(change) for each alias of ours in the text.
  template <class Visit>
  static void find(std::string_view text, Visit&& visit) {
    for (std::size_t at = 0; (at = text.find(kMark, at)) != std::string_view::npos; at += kMark.size()) {
      const std::size_t digits = at + kBefore;
      if (digits + kDigits > text.size()) return;
      std::size_t version = 0;  // 0: as it was registered
      for (std::size_t i = 0; i < kDigits; ++i)
        version = version * 10 + static_cast<std::size_t>(text[digits + i] - '0');
      if (version != 0) visit(version - 1);
    }
  }
  // How much of a text must be kept for the next part of it.
  static constexpr std::size_t kLongest = 32;

 private:
  static constexpr std::string_view kMark = "volume 0";  // of alias(), fleet.h
  static constexpr std::size_t kBefore = 19;             // up to the digits of the version
  static constexpr std::size_t kDigits = 6;

  // Waits until the change is due; notes when.
  void await(std::uint64_t begin, std::size_t change, unsigned rate);

  std::unique_ptr<std::atomic<std::uint64_t>[]> sentAt_;
  std::size_t changes_;
};

}  // namespace bench
