// AttributeList: the stored attributes of one object, as canonical TLVs in ascending tag order in one block of memory.
//
// A query copies slices of it into the answer; nothing is encoded twice. A few attributes an object make a linear
// search the fastest. A value type; copying copies the block.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "shared/isns/tlv.h"

namespace isns {

class AttributeList {
 public:
  AttributeList() = default;
  AttributeList(const AttributeList& other) { assign(other.bytes()); }
  AttributeList(AttributeList&& other) noexcept
      : block_(std::move(other.block_)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  AttributeList& operator=(const AttributeList& other) {
    if (this != &other) assign(other.bytes());
    return *this;
  }
  AttributeList& operator=(AttributeList&& other) noexcept {
    block_ = std::move(other.block_);
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, 0);
    return *this;
  }

  [[nodiscard]] bool has(Tag tag) const { return tlv(tag).data() != nullptr; }
  // The value, padding included; empty where the attribute is missing or has no value.
  [[nodiscard]] base::ByteView value(Tag tag) const {
    const base::ByteView found = tlv(tag);
    return found.empty() ? found : found.subspan(kTlvHeaderSize);
  }
  // The whole TLV, ready to be copied into a message; empty where missing.
  [[nodiscard]] base::ByteView tlv(Tag tag) const {
    const std::size_t at = position(tag);
    if (at >= size_ || base::loadU32(block_.get() + at) != tag) return {};
    return {block_.get() + at, tlvSize(block_.get() + at)};
  }
  [[nodiscard]] std::optional<std::uint32_t> u32(Tag tag) const {
    const base::ByteView v = value(tag);
    return v.size() == 4 ? std::optional(base::loadU32(v.data())) : std::nullopt;
  }
  [[nodiscard]] std::uint32_t u32Or(Tag tag, std::uint32_t otherwise) const { return u32(tag).value_or(otherwise); }
  [[nodiscard]] std::string_view text(Tag tag) const {
    const std::string_view all = base::asText(value(tag));
    return all.substr(0, all.find('\0'));
  }
  // True when the attribute is this text, which holds no NUL.
  [[nodiscard]] bool isText(Tag tag, std::string_view text) const {
    const base::ByteView v = value(tag);
    return v.size() > text.size() && v[text.size()] == 0 && std::memcmp(v.data(), text.data(), text.size()) == 0;
  }

  // Makes room for so many bytes in all: a list whose size is known takes its memory once.
  void reserve(std::size_t size) {
    if (size > capacity_) move(size);
  }
  // Puts the value in its place; false when it was there already with these bytes.
  bool set(Tag tag, base::ByteView value);
  bool setU32(Tag tag, std::uint32_t value);
  // Cut to the 255 bytes that RFC 4171 allows for any text, between two characters.
  bool setText(Tag tag, std::string_view text);
  bool erase(Tag tag);

  [[nodiscard]] base::ByteView bytes() const { return {block_.get(), size_}; }
  // Calls visit(attribute) in ascending order. What stands here was checked when it came.
  template <class Visit>
  void forEach(Visit&& visit) const {
    forEachValue([&](Tag tag, base::ByteView value) { visit(Attribute{tag, value, findAttribute(tag)}); });
  }
  // The same as visit(tag, value), for who needs no more.
  template <class Visit>
  void forEachValue(Visit&& visit) const {
    for (std::size_t at = 0; at < size_; at += tlvSize(block_.get() + at)) {
      const std::uint8_t* const tlv = block_.get() + at;
      visit(base::loadU32(tlv), base::ByteView(tlv, tlvSize(tlv)).subspan(kTlvHeaderSize));
    }
  }

 private:
  void assign(base::ByteView bytes);
  // Blocks are of multiples of this, as allocators have them; a list that grows gets kMore bytes more than it needs.
  static constexpr std::size_t kStep = 16;
  static constexpr std::size_t kMore = 48;
  // Moves the list to a block for at least `capacity` bytes; gives the former block.
  std::unique_ptr<std::uint8_t[]> move(std::size_t capacity);

  // Replaces `removed` bytes at `at` by room for `added` bytes. Returns the old block where there is a new one: the new
  // value may lie in it.
  std::unique_ptr<std::uint8_t[]> splice(std::size_t at, std::size_t removed, std::size_t added);
  static std::size_t tlvSize(const std::uint8_t* at) { return kTlvHeaderSize + base::loadU32(at + 4); }
  // Where the tag stands or would stand.
  [[nodiscard]] std::size_t position(Tag tag) const {
    std::size_t at = 0;
    while (at < size_ && base::loadU32(block_.get() + at) < tag) at += tlvSize(block_.get() + at);
    return at;
  }

  std::unique_ptr<std::uint8_t[]> block_;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;
};

}  // namespace isns
