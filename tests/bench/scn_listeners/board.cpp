#include "tests/bench/scn_listeners/board.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>

#include <algorithm>
#include <new>

#include "shared/net/os_error.h"

namespace bench {
namespace {

constexpr std::uint32_t kHostsInBlock = 250;  // last bytes 1 to 250, so that no address looks like a network

}  // namespace

base::Result<std::unique_ptr<Board>> Board::make(std::uint32_t listeners) {
  const std::size_t size = sizeof(Head) + listeners * sizeof(Slot);
  net::UniqueFd allReached(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!allReached) return net::osFailure("eventfd");
  void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return net::osFailure("mmap");
  return std::unique_ptr<Board>(new Board(memory, size, listeners, std::move(allReached)));
}

Board::Board(void* memory, std::size_t size, std::uint32_t listeners, net::UniqueFd allReached)
    : memory_(memory),
      size_(size),
      listeners_(listeners),
      allReached_(std::move(allReached)),
      head_(new (memory) Head()),
      slots_(new (static_cast<std::uint8_t*>(memory) + sizeof(Head)) Slot[listeners]()) {}

Board::~Board() { munmap(memory_, size_); }

net::Address Board::address(std::uint32_t i) const {
  const std::uint32_t block = i / kHostsInBlock;
  const auto byte = [](std::uint32_t v) { return static_cast<std::uint8_t>(v); };
  return net::Address::v4(127, byte(16 + block / kHostsInBlock), byte(block % kHostsInBlock),
                          byte(1 + i % kHostsInBlock), slots_[i].port);
}

void Board::arrived(std::uint32_t i, std::uint64_t atNs, base::ByteView message, std::size_t answerSize) {
  if (!head_->sampled.exchange(true)) {
    const std::size_t size = std::min(message.size(), kMaxSample);
    std::copy_n(message.begin(), size, head_->sample.begin());
    head_->answerSize = answerSize;
    head_->sampleSize = static_cast<std::uint32_t>(size);
  }
  std::uint64_t none = 0;
  if (!slots_[i].arrivedAt.compare_exchange_strong(none, atNs)) {
    ++head_->repetitions;
  } else if (++head_->reached == listeners_) {
    eventfd_write(allReached_.get(), 1);
  }
}

void Board::wipe() {
  eventfd_t old = 0;
  eventfd_read(allReached_.get(), &old);
  for (std::uint32_t i = 0; i < listeners_; ++i) slots_[i].arrivedAt = 0;
  head_->reached = 0;
  head_->connects = 0;
  head_->repetitions = 0;
}

bool Board::awaitAll(int timeoutMs) const {
  pollfd wanted{allReached_.get(), POLLIN, 0};
  return poll(&wanted, 1, timeoutMs) == 1;
}

Spread Board::spread(std::uint64_t startNs) const {
  std::vector<std::uint64_t> times(listeners_);
  for (std::uint32_t i = 0; i < listeners_; ++i) times[i] = slots_[i].arrivedAt;
  std::sort(times.begin(), times.end());
  const auto ms = [startNs](std::uint64_t at) { return static_cast<double>(at - startNs) / 1e6; };
  return {ms(times.front()), ms(times[times.size() / 2]), ms(times.back())};
}

}  // namespace bench
