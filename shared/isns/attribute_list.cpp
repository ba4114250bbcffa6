#include "shared/isns/attribute_list.h"

#include <algorithm>

namespace isns {

std::unique_ptr<std::uint8_t[]> AttributeList::move(std::size_t capacity) {
  capacity = (capacity + kStep - 1) / kStep * kStep;
  auto block = std::make_unique_for_overwrite<std::uint8_t[]>(capacity);
  if (size_ != 0) std::memcpy(block.get(), block_.get(), size_);
  capacity_ = static_cast<std::uint32_t>(capacity);
  return std::exchange(block_, std::move(block));
}

void AttributeList::assign(base::ByteView bytes) {
  size_ = capacity_ = 0;
  block_ = nullptr;
  if (bytes.empty()) return;
  move(bytes.size());
  std::memcpy(block_.get(), bytes.data(), bytes.size());
  size_ = static_cast<std::uint32_t>(bytes.size());
}

std::unique_ptr<std::uint8_t[]> AttributeList::splice(std::size_t at, std::size_t removed, std::size_t added) {
  const std::size_t total = size_ - removed + added;
  const std::size_t after = size_ - at - removed;
  std::unique_ptr<std::uint8_t[]> old;
  // At the end, where lists are filled, nothing lies in the way. Else the value that comes may lie in what moves.
  if (total > capacity_) {
    old = move(total + kMore);
  } else if (after != 0) {
    old = move(std::max<std::size_t>(total, size_));
  }
  if (after != 0) std::memmove(block_.get() + at + added, block_.get() + at + removed, after);
  size_ = static_cast<std::uint32_t>(total);
  return old;
}

bool AttributeList::set(Tag tag, base::ByteView value) {
  const std::size_t at = position(tag);
  const bool found = at < size_ && base::loadU32(block_.get() + at) == tag;
  const std::size_t removed = found ? tlvSize(block_.get() + at) : 0;
  if (found && base::equal(value, {block_.get() + at + kTlvHeaderSize, removed - kTlvHeaderSize})) return false;
  const auto old = splice(at, removed, kTlvHeaderSize + value.size());
  std::uint8_t* to = block_.get() + at;
  if (!value.empty()) std::memmove(to + kTlvHeaderSize, value.data(), value.size());
  base::storeU32(to, tag);
  base::storeU32(to + 4, static_cast<std::uint32_t>(value.size()));
  return true;
}

bool AttributeList::setU32(Tag tag, std::uint32_t value) {
  std::uint8_t bytes[4];
  base::storeU32(bytes, value);
  return set(tag, bytes);
}

bool AttributeList::setText(Tag tag, std::string_view text) {
  std::array<std::uint8_t, 256> padded;
  if (text.size() >= padded.size()) {
    std::size_t length = padded.size() - 1;
    while (length > 0 && (static_cast<std::uint8_t>(text[length]) & 0xc0) == 0x80) --length;
    text = text.substr(0, length);
  }
  const std::size_t length = paddedTextLength(text);
  std::memset(padded.data() + length - 4, 0, 4);
  std::memcpy(padded.data(), text.data(), text.size());
  return set(tag, base::ByteView(padded).first(length));
}

bool AttributeList::erase(Tag tag) {
  const std::size_t at = position(tag);
  if (at >= size_ || base::loadU32(block_.get() + at) != tag) return false;
  splice(at, tlvSize(block_.get() + at), 0);
  return true;
}

}  // namespace isns
