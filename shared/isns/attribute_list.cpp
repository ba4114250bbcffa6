#include "shared/isns/attribute_list.h"

namespace isns {
namespace {

std::size_t tlvSize(const std::uint8_t* at) { return kTlvHeaderSize + base::loadU32(at + 4); }

}  // namespace

void AttributeList::assign(base::ByteView bytes) {
  auto block = bytes.empty() ? nullptr : std::make_unique_for_overwrite<std::uint8_t[]>(room(bytes.size()));
  if (!bytes.empty()) std::memcpy(block.get(), bytes.data(), bytes.size());
  block_ = std::move(block);
  size_ = static_cast<std::uint32_t>(bytes.size());
}

std::size_t AttributeList::position(Tag tag) const {
  std::size_t at = 0;
  while (at < size_ && base::loadU32(block_.get() + at) < tag) at += tlvSize(block_.get() + at);
  return at;
}

base::ByteView AttributeList::tlv(Tag tag) const {
  const std::size_t at = position(tag);
  if (at >= size_ || base::loadU32(block_.get() + at) != tag) return {};
  return {block_.get() + at, tlvSize(block_.get() + at)};
}

std::unique_ptr<std::uint8_t[]> AttributeList::splice(std::size_t at, std::size_t removed, std::size_t added) {
  const std::size_t total = size_ - removed + added;
  const std::size_t after = size_ - at - removed;
  // At the end, where lists are filled, nothing lies in the way.
  if (after == 0 && room(total) == room(size_)) {
    size_ = static_cast<std::uint32_t>(total);
    return nullptr;
  }
  auto block = total == 0 ? nullptr : std::make_unique_for_overwrite<std::uint8_t[]>(room(total));
  if (at > 0) std::memcpy(block.get(), block_.get(), at);
  if (after > 0) std::memcpy(block.get() + at + added, block_.get() + at + removed, after);
  size_ = static_cast<std::uint32_t>(total);
  return std::exchange(block_, std::move(block));
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
  std::array<std::uint8_t, 256> padded{};
  if (text.size() >= padded.size()) {
    std::size_t length = padded.size() - 1;
    while (length > 0 && (static_cast<std::uint8_t>(text[length]) & 0xc0) == 0x80) --length;
    text = text.substr(0, length);
  }
  std::memcpy(padded.data(), text.data(), text.size());
  return set(tag, base::ByteView(padded).first(paddedTextLength(text)));
}

bool AttributeList::erase(Tag tag) {
  const std::size_t at = position(tag);
  if (at >= size_ || base::loadU32(block_.get() + at) != tag) return false;
  splice(at, tlvSize(block_.get() + at), 0);
  return true;
}

}  // namespace isns
