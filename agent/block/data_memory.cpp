#include "agent/block/data_memory.h"

#include <bit>
#include <new>

namespace block {
namespace {

constexpr std::align_val_t kAlignment{4096};  // so that direct I/O takes it as it is

void freeBlock(std::uint8_t* block) { ::operator delete(block, kAlignment); }

}  // namespace

static_assert(DataMemory::kSmallest << 13 == DataMemory::kLargest);

DataMemory::~DataMemory() {
  for (auto& list : free_) {
    for (std::uint8_t* const block : list) freeBlock(block);
  }
}

std::size_t DataMemory::classOf(std::size_t size) {
  const std::size_t units = (size + kSmallest - 1) / kSmallest;
  return static_cast<std::size_t>(std::bit_width(units - 1));
}

std::span<std::uint8_t> DataMemory::take(std::size_t size, DataShare& share) {
  if (size == 0 || size > kLargest) return {};
  const std::size_t cls = classOf(size);
  const std::size_t bytes = kSmallest << cls;
  if (!fair(bytes, share)) {
    if (inUse_ + bytes <= maxBytes_) ++refusedForShare_;
    return {};
  }
  std::vector<std::uint8_t*>& list = free_[cls];
  if (!list.empty()) {
    std::uint8_t* const block = list.back();
    list.pop_back();
    inUse_ += bytes;
    share.inUse += bytes;
    return {block, size};
  }
  if (!makeRoom(bytes)) return {};
  auto* const block = static_cast<std::uint8_t*>(::operator new(bytes, kAlignment, std::nothrow));
  if (block == nullptr) return {};
  made_ += bytes;
  inUse_ += bytes;
  share.inUse += bytes;
  return {block, size};
}

bool DataMemory::makeRoom(std::size_t size) {
  if (inUse_ + size > maxBytes_) return false;
  for (std::size_t cls = kClasses; cls-- > 0 && made_ + size > maxBytes_;) {
    while (!free_[cls].empty() && made_ + size > maxBytes_) {
      freeBlock(free_[cls].back());
      free_[cls].pop_back();
      made_ -= kSmallest << cls;
    }
  }
  return made_ + size <= maxBytes_;
}

void DataMemory::give(std::span<std::uint8_t> block, DataShare& share) {
  const std::size_t cls = classOf(block.size());
  free_[cls].push_back(block.data());
  inUse_ -= kSmallest << cls;
  share.inUse -= kSmallest << cls;
}

}  // namespace block
