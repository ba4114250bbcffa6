// Attributes on the wire: tag(4) length(4) value(length, a multiple of 4) (RFC 4171 5.3).
//
// The reader gives views into the message and allocates nothing; the views live as long as the message. The writer
// appends canonical TLVs: text NUL-terminated and NUL-padded to four bytes, numbers big endian. What a peer gets wrong
// is a Status value.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "shared/base/bytes.h"
#include "shared/isns/attributes.h"
#include "shared/isns/status.h"

namespace isns {

inline constexpr std::size_t kTlvHeaderSize = 8;

using IpAddress = std::array<std::uint8_t, 16>;  // IPv4 as IPv4-mapped IPv6

// IPv4 has one spelling, IPv4-mapped (RFC 4171 6.3.1). Clients of open-isns register it as IPv4-compatible (::a.b.c.d),
// and its server tells it as it was registered. Other addresses stay as they are.
IpAddress normalIp(IpAddress address);

struct Attribute {
  Tag tag = 0;
  base::ByteView value;                // padding included; empty: a zero-length TLV
  const AttributeRow* row = nullptr;   // nullptr: a tag that RFC 4171 leaves unassigned

  [[nodiscard]] bool empty() const { return value.empty(); }
  [[nodiscard]] bool isDelimiter() const { return tag == tag::kDelimiter; }

  // Only for attributes whose length has been checked against their row.
  [[nodiscard]] std::uint32_t u32() const { return base::loadU32(value.data()); }
  [[nodiscard]] std::uint64_t u64() const { return base::loadU64(value.data()); }
  [[nodiscard]] IpAddress ip() const {
    IpAddress address;
    std::memcpy(address.data(), value.data(), address.size());
    return address;
  }
  // The text before the first NUL: clients pad with more NULs than they need. Some send none: then all of the value.
  [[nodiscard]] std::string_view text() const {
    const std::string_view all = base::asText(value);
    return all.substr(0, all.find('\0'));
  }
};

// Checks one value against its row: length, room for the NUL of a text, and its UTF-8. A zero length is always accepted
// here. Unknown tags pass: who may use them depends on the message.
Status checkValue(const Attribute& attribute);

// Walks the TLVs of a payload. next() returns false at the end and at the first malformed TLV; status() tells which.
class AttributeReader {
 public:
  explicit AttributeReader(base::ByteView payload) : rest_(payload) {}

  bool next(Attribute& out) {
    if (rest_.empty() || status_ != Status::Successful) return false;
    if (rest_.size() < kTlvHeaderSize) return malformed();
    const Tag tag = base::loadU32(rest_.data());
    const std::uint32_t length = base::loadU32(rest_.data() + 4);
    rest_ = rest_.subspan(kTlvHeaderSize);
    if (length > rest_.size() || length % 4 != 0) return malformed();
    out.tag = tag;
    out.value = rest_.first(length);
    out.row = findAttribute(tag);
    rest_ = rest_.subspan(length);
    if (length != 0) status_ = checkValue(out);
    return status_ == Status::Successful;
  }
  [[nodiscard]] Status status() const { return status_; }

 private:
  bool malformed() {
    status_ = Status::MessageFormatError;
    return false;
  }
  base::ByteView rest_;
  Status status_ = Status::Successful;
};

// Appends TLVs to a vector that it borrows.
class AttributeWriter {
 public:
  explicit AttributeWriter(base::Bytes& out) : out_(out) {}

  void delimiter() { header(tag::kDelimiter, 0); }
  void empty(Tag tag) { header(tag, 0); }
  void u32(Tag tag, std::uint32_t value) { base::storeU32(header(tag, 4), value); }
  void u64(Tag tag, std::uint64_t value) { base::storeU64(header(tag, 8), value); }
  void ip(Tag tag, const IpAddress& address) { std::memcpy(header(tag, 16), address.data(), 16); }
  void text(Tag tag, std::string_view text);
  // The value as it stands on the wire, padding included.
  void raw(Tag tag, base::ByteView value) {
    std::uint8_t* at = header(tag, value.size());
    if (!value.empty()) std::memcpy(at, value.data(), value.size());
  }
  void copy(const Attribute& attribute) { raw(attribute.tag, attribute.value); }
  // Bytes of all that the vector holds, what stood in it before included.
  [[nodiscard]] std::size_t size() const { return out_.size(); }
  // Whole TLVs, encoded before.
  void encoded(base::ByteView tlvs) { base::append(out_, tlvs); }

 private:
  std::uint8_t* header(Tag tag, std::size_t length) {
    const std::size_t at = out_.size();
    out_.resize(at + kTlvHeaderSize + length);
    base::storeU32(out_.data() + at, tag);
    base::storeU32(out_.data() + at + 4, static_cast<std::uint32_t>(length));
    return out_.data() + at + kTlvHeaderSize;
  }
  base::Bytes& out_;
};

// Bytes that a text takes as a value: with its NUL, padded to four.
constexpr std::size_t paddedTextLength(std::string_view text) { return (text.size() + 1 + 3) & ~std::size_t{3}; }

}  // namespace isns
