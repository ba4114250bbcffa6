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
      : block_(std::move(other.block_)), size_(std::exchange(other.size_, 0)) {}
  AttributeList& operator=(const AttributeList& other) {
    if (this != &other) assign(other.bytes());
    return *this;
  }
  AttributeList& operator=(AttributeList&& other) noexcept {
    block_ = std::move(other.block_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }

  [[nodiscard]] bool has(Tag tag) const { return tlv(tag).data() != nullptr; }
  // The value, padding included; empty where the attribute is missing or has no value.
  [[nodiscard]] base::ByteView value(Tag tag) const {
    const base::ByteView found = tlv(tag);
    return found.empty() ? found : found.subspan(kTlvHeaderSize);
  }
  // The whole TLV, ready to be copied into a message; empty where missing.
  [[nodiscard]] base::ByteView tlv(Tag tag) const;
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

  // Puts the value in its place; false when it was there already with these bytes.
  bool set(Tag tag, base::ByteView value);
  bool setU32(Tag tag, std::uint32_t value);
  // Cut to the 255 bytes that RFC 4171 allows for any text, between two characters.
  bool setText(Tag tag, std::string_view text);
  bool erase(Tag tag);

  [[nodiscard]] base::ByteView bytes() const { return {block_.get(), size_}; }
  template <class Visit>
  void forEach(Visit&& visit) const {
    AttributeReader reader(bytes());
    for (Attribute attribute; reader.next(attribute);) visit(attribute);
  }

 private:
  void assign(base::ByteView bytes);
  // A block has room for its bytes rounded up, so that a list that is filled one by one does not move each time.
  static constexpr std::size_t kRoom = 64;
  static constexpr std::size_t room(std::size_t size) { return (size + kRoom - 1) / kRoom * kRoom; }

  // Replaces `removed` bytes at `at` by room for `added` bytes. Returns the old block where there is a new one: the new
  // value may lie in it.
  std::unique_ptr<std::uint8_t[]> splice(std::size_t at, std::size_t removed, std::size_t added);
  // Where the tag stands or would stand.
  [[nodiscard]] std::size_t position(Tag tag) const;

  std::unique_ptr<std::uint8_t[]> block_;
  std::uint32_t size_ = 0;
};

}  // namespace isns
