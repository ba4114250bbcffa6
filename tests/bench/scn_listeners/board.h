// The board: memory that the coordinator and its listener processes share.
//
// Listeners write when a notification reached them, the coordinator wipes the board before each round and waits for
// the last one. Plain values are written before the listeners run or only by one of them; everything else is atomic.
// Lives as long as the mapping's owner; children inherit it by fork.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "shared/base/bytes.h"
#include "shared/base/result.h"
#include "shared/net/address.h"
#include "shared/net/unique_fd.h"

namespace bench {

// How far a round got, in milliseconds since its start.
struct Spread {
  double first = 0;
  double median = 0;
  double last = 0;
};

class Board {
 public:
  static base::Result<std::unique_ptr<Board>> make(std::uint32_t listeners);
  ~Board();
  Board(const Board&) = delete;
  Board& operator=(const Board&) = delete;

  [[nodiscard]] std::uint32_t listeners() const { return listeners_; }

  // The address of listener i, one of its own in 127.0.0.0/8. The port is set once the listener has one.
  [[nodiscard]] net::Address address(std::uint32_t i) const;
  void setPort(std::uint32_t i, std::uint16_t port) { slots_[i].port = port; }

  // A notification reached listener i. The first one of all is kept as a sample; a second one to the same listener in a
  // round is a repetition.
  void arrived(std::uint32_t i, std::uint64_t atNs, base::ByteView message, std::size_t answerSize);
  void connected() { ++head_->connects; }
  void registered() { ++head_->registered; }

  void wipe();
  // Waits until all listeners were reached. False after `timeoutMs`.
  [[nodiscard]] bool awaitAll(int timeoutMs) const;
  [[nodiscard]] Spread spread(std::uint64_t startNs) const;

  void setCloseAfterAnswer(bool yes) { head_->closeAfterAnswer = yes; }
  [[nodiscard]] bool closeAfterAnswer() const { return head_->closeAfterAnswer; }
  [[nodiscard]] std::uint32_t reached() const { return head_->reached; }
  [[nodiscard]] std::uint32_t connects() const { return head_->connects; }
  [[nodiscard]] std::uint32_t repetitions() const { return head_->repetitions; }
  [[nodiscard]] std::uint32_t registrations() const { return head_->registered; }
  [[nodiscard]] base::ByteView sample() const { return {head_->sample.data(), head_->sampleSize}; }
  [[nodiscard]] std::size_t answerSize() const { return head_->answerSize; }

 private:
  static constexpr std::size_t kMaxSample = 4096;
  struct Head {
    std::atomic<bool> closeAfterAnswer;
    std::atomic<std::uint32_t> reached;
    std::atomic<std::uint32_t> connects;     // since the last wipe
    std::atomic<std::uint32_t> repetitions;  // since the last wipe
    std::atomic<std::uint32_t> registered;
    std::atomic<bool> sampled;
    std::uint32_t sampleSize;
    std::size_t answerSize;
    std::array<std::uint8_t, kMaxSample> sample;
  };
  struct Slot {
    std::atomic<std::uint64_t> arrivedAt;  // 0: not yet
    std::uint16_t port;
  };

  Board(void* memory, std::size_t size, std::uint32_t listeners, net::UniqueFd allReached);

  void* memory_;
  std::size_t size_;
  std::uint32_t listeners_;
  net::UniqueFd allReached_;  // an eventfd
  Head* head_;
  Slot* slots_;
};

}  // namespace bench
