#include "agent/initiator/ctl/transfer.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "agent/initiator/ctl/aligned_memory.h"
#include "agent/initiator/ctl/client.h"
#include "shared/net/os_error.h"

namespace initiator_ctl {

struct Transfer::Chunk final : initiator::ScsiRequest {
  enum class Step : std::uint8_t { Idle, Reading, ReadingOther, Waiting, Writing };

  void onEnd() override;

  Transfer* owner = nullptr;
  AlignedMemory memory;  // the second half is for what is compared
  Step step = Step::Idle;
  std::uint64_t offset = 0;  // within the range
  std::uint32_t size = 0;
};

Transfer::Transfer(TransferPlan plan) : plan_(std::move(plan)) {
  for (std::uint32_t i = 0; i < plan_.depth; ++i) {
    auto chunk = std::make_unique<Chunk>();
    chunk->owner = this;
    chunk->memory = AlignedMemory(std::size_t{plan_.chunk} * (plan_.compare ? 2 : 1));
    chunks_.push_back(std::move(chunk));
  }
}

Transfer::~Transfer() = default;

void Transfer::start() {
  for (const auto& chunk : chunks_) begin(*chunk);
}

void Transfer::begin(Chunk& chunk) {
  chunk.step = Chunk::Step::Idle;
  if (finished_ || failure_ || different_) return;
  const std::uint64_t left = plan_.length ? *plan_.length - next_ : plan_.chunk;
  if (left == 0) {
    finished_ = true;
    return checkEnd();
  }
  chunk.offset = next_;
  chunk.size = static_cast<std::uint32_t>(std::min<std::uint64_t>(left, plan_.chunk));
  ++active_;
  readFrom(chunk);
}

// What comes through a pipe tells its length by its end alone.
void Transfer::checkEnd() {
  if (!plan_.whole) return;
  std::uint8_t more = 0;
  ssize_t n = 0;
  do {
    n = ::read(plan_.from.fd, &more, 1);
  } while (n < 0 && errno == EINTR);
  if (n < 0) failure_ = {ctl::Exit::Local, "cannot read " + plan_.from.name, net::osErrorText(errno), ""};
  if (n <= 0) return;
  failure_ = {ctl::Exit::Local, plan_.from.name, "it is longer than the unit",
              "the first " + std::to_string(*plan_.length) + " bytes, for which there is room, were written"};
}

void Transfer::readFrom(Chunk& chunk) {
  chunk.step = Chunk::Step::Reading;
  if (plan_.from.unit == nullptr) {
    if (!readFile(chunk, plan_.from, chunk.memory.get(), chunk.size)) return;
    next_ += chunk.size;
    return loaded(chunk);
  }
  next_ += chunk.size;
  if (!submit(chunk, plan_.from, false))
    failed(chunk, {ctl::Exit::Connect, "cannot read " + plan_.from.name, "the session is over", ""});
}

// The next bytes of a file, `size` of them or, at its end, fewer. False: the chunk is over.
bool Transfer::readFile(Chunk& chunk, const TransferEnd& end, std::uint8_t* into, std::uint32_t& size) {
  std::uint32_t got = 0;
  while (got < size) {
    const ssize_t n = ::read(end.fd, into + got, size - got);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      failed(chunk, {ctl::Exit::Local, "cannot read " + end.name, net::osErrorText(errno), ""});
      return false;
    }
    if (n == 0) break;
    got += static_cast<std::uint32_t>(n);
  }
  if (got < size) finished_ = true;
  const std::uint32_t block = plan_.to.unit != nullptr ? plan_.to.blockSize : 1;
  if (got % block != 0) {
    if (!plan_.pad) {
      failed(chunk, {ctl::Exit::Local, end.name,
                     "its length is no multiple of the block size of " + std::to_string(block) + " bytes",
                     "--pad fills the last block with zeros"});
      return false;
    }
    const std::uint32_t whole = (got + block - 1) / block * block;
    std::memset(into + got, 0, whole - got);
    got = whole;
  }
  size = got;
  if (got == 0 && &end == &plan_.from) {
    chunk.size = 0;
    finished(chunk);
    return false;
  }
  return true;
}

bool Transfer::submit(Chunk& chunk, const TransferEnd& end, bool write) {
  const std::uint64_t block = (end.offset + chunk.offset) / end.blockSize;
  const std::uint32_t count = chunk.size / end.blockSize;
  std::uint8_t* const memory = chunk.memory.get() + (chunk.step == Chunk::Step::ReadingOther ? plan_.chunk : 0);
  if (write) {
    initiator::setWrite(chunk, block, count, {memory, chunk.size});
  } else {
    initiator::setRead(chunk, block, count, {memory, chunk.size});
  }
  return end.unit->submit(chunk);
}

void Transfer::Chunk::onEnd() {
  Transfer& self = *owner;
  const TransferEnd& end = step == Step::Reading ? self.plan_.from : self.plan_.to;
  const bool write = step == Step::Writing;
  if (!result.good() || (!write && result.received != size)) {
    ctl::Failure failure = commandFailure(std::string(write ? "cannot write " : "cannot read ") + end.name, result);
    if (result.good()) failure = {ctl::Exit::Malformed, "cannot read " + end.name, "less came than was asked for", ""};
    return self.failed(*this, std::move(failure));
  }
  if (step == Step::Reading) return self.loaded(*this);
  if (step == Step::ReadingOther) return self.compared(*this);
  self.finished(*this);
}

void Transfer::loaded(Chunk& chunk) {
  if (failure_) return finished(chunk);
  if (plan_.to.unit == nullptr) {
    chunk.step = Chunk::Step::Waiting;
    return deliverInOrder();
  }
  chunk.step = plan_.compare ? Chunk::Step::ReadingOther : Chunk::Step::Writing;
  if (!submit(chunk, plan_.to, !plan_.compare)) {
    failed(chunk, {ctl::Exit::Connect, "cannot reach " + plan_.to.name, "the session is over", ""});
  }
}

// A file gets its chunks in their order.
void Transfer::deliverInOrder() {
  for (bool found = true; found;) {
    found = false;
    for (const auto& chunk : chunks_) {
      if (chunk->step != Chunk::Step::Waiting || chunk->offset != delivered_) continue;
      delivered_ += chunk->size;
      found = true;
      if (different_) {
        finished(*chunk);
      } else if (plan_.compare) {
        std::uint32_t size = chunk->size;
        const bool whole = readFile(*chunk, plan_.to, chunk->memory.get() + plan_.chunk, size);
        if (!whole) break;
        // The file may end within a block; what the unit has behind that is not compared.
        const std::uint32_t block = plan_.from.blockSize;
        chunk->size = std::min(chunk->size, (size + block - 1) / block * block);
        std::memset(chunk->memory.get() + plan_.chunk + size, 0, chunk->size - size);
        compared(*chunk);
      } else if (writeFile(*chunk)) {
        finished(*chunk);
      }
      break;
    }
  }
}

bool Transfer::writeFile(const Chunk& chunk) {
  for (std::uint32_t sent = 0; sent < chunk.size;) {
    const ssize_t n = ::write(plan_.to.fd, chunk.memory.get() + sent, chunk.size - sent);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      failed(const_cast<Chunk&>(chunk),
             {ctl::Exit::Local, "cannot write " + plan_.to.name, net::osErrorText(errno), ""});
      return false;
    }
    sent += static_cast<std::uint32_t>(n);
  }
  return true;
}

void Transfer::compared(Chunk& chunk) {
  const std::uint8_t* const one = chunk.memory.get();
  const std::uint8_t* const other = one + plan_.chunk;
  if (std::memcmp(one, other, chunk.size) != 0) {
    const auto at = static_cast<std::uint64_t>(std::mismatch(one, one + chunk.size, other).first - one);
    different_ = std::min(different_.value_or(UINT64_MAX), chunk.offset + at);
  }
  finished(chunk);
}

void Transfer::finished(Chunk& chunk) {
  if (chunk.step != Chunk::Step::Idle && !failure_) done_ += chunk.size;
  chunk.step = Chunk::Step::Idle;
  --active_;
  begin(chunk);
}

void Transfer::failed(Chunk& chunk, ctl::Failure failure) {
  if (!failure_) failure_ = std::move(failure);
  chunk.step = Chunk::Step::Idle;
  --active_;
  // Those that wait for their turn would wait for this one.
  for (const auto& other : chunks_) {
    if (other->step != Chunk::Step::Waiting) continue;
    other->step = Chunk::Step::Idle;
    --active_;
  }
}

}  // namespace initiator_ctl
