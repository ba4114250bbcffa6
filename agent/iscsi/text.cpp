#include "agent/iscsi/text.h"

#include <algorithm>

#include "shared/base/hex.h"
#include "shared/base/utf8.h"
#include "shared/base/whole_number.h"

namespace iscsi {
namespace {

constexpr bool isLetterOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// A standard-label, and "X#NodeArchitecture" of RFC 4850, which is none.
bool isKeyName(std::string_view key) {
  if (key.empty() || key.size() > kMaxKeyName) return false;
  const bool begins = (key.front() >= 'A' && key.front() <= 'Z') || key.front() == 'i';  // iSCSIProtocolLevel
  return begins && std::all_of(key.begin(), key.end(), [](char c) {
           return isLetterOrDigit(c) || c == '.' || c == '-' || c == '+' || c == '@' || c == '_' || c == '#';
         });
}

// Bytes that a value may take on the wire.
std::size_t roomFor(const TextKeyRow* row) {
  if (row == nullptr || row->kind == ValueKind::List || row->kind == ValueKind::Numbers) return kMaxTextSequence;
  if (row->kind == ValueKind::Binary) return 2 + 2 * std::size_t{row->highest};  // hexadecimal is the longer form
  return kMaxSimpleValue;
}

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr int base64Digit(char c) {
  const std::size_t at = kBase64.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

// An odd number of digits has its first byte from one digit: the constant is a number (6.1).
std::optional<base::Bytes> parseHex(std::string_view digits, std::size_t max) {
  if (digits.empty() || (digits.size() + 1) / 2 > max) return std::nullopt;
  base::Bytes out((digits.size() + 1) / 2);
  const std::size_t skew = digits.size() % 2;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const int digit = base::hexDigit(digits[i]);
    if (digit < 0) return std::nullopt;
    std::uint8_t& byte = out[(i + skew) / 2];
    byte = static_cast<std::uint8_t>((byte << 4) | digit);
  }
  return out;
}

// RFC 4648 section 4, padded, without line ends; bits that belong to no byte must be zero (3.5).
std::optional<base::Bytes> parseBase64(std::string_view text, std::size_t max) {
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  const std::size_t size = text.size() / 4 * 3 - padding;
  if (size > max) return std::nullopt;
  text.remove_suffix(padding);
  base::Bytes out;
  out.reserve(size);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const int digit = base64Digit(c);
    if (digit < 0) return std::nullopt;
    bits = ((bits << 6) | static_cast<std::uint32_t>(digit)) & 0xffffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<std::uint8_t>(bits >> count));
    }
  }
  if ((bits & ((1U << count) - 1)) != 0) return std::nullopt;
  return out;
}

bool beginsWith(std::string_view text, char letter) {
  return text.size() >= 2 && text[0] == '0' && (text[1] == letter || text[1] == letter - 'a' + 'A');
}

}  // namespace

std::string_view textFaultName(TextFault fault) {
  static constexpr std::string_view kNames[] = {"none",
                                                "more text than a negotiation may have",
                                                "a key=value pair that no NUL ends",
                                                "a pair without '='",
                                                "a key that is no standard-label",
                                                "a value that is too long",
                                                "a value that is not UTF-8",
                                                "a key for the second time",
                                                "too many unknown keys"};
  return kNames[static_cast<std::size_t>(fault)];
}

bool TextReader::next(TextPair& out) {
  if (fault_ != TextFault::None) return false;
  while (!rest_.empty() && rest_.front() == '\0') rest_.remove_prefix(1);
  if (rest_.empty()) return false;
  const std::size_t end = rest_.find('\0');
  if (end == std::string_view::npos) return failed(TextFault::NotTerminated);
  const std::string_view pair = rest_.substr(0, end);
  const std::size_t equals = pair.find('=');
  if (equals == std::string_view::npos) return failed(TextFault::NoEquals);
  if (!isKeyName(pair.substr(0, equals))) return failed(TextFault::BadKeyName);
  out.key = pair.substr(0, equals);
  out.value = pair.substr(equals + 1);
  out.row = findTextKey(out.key);
  if (out.value.size() > roomFor(out.row)) return failed(TextFault::ValueTooLong);
  if (!base::isUtf8(out.value)) return failed(TextFault::NotUtf8);
  rest_.remove_prefix(end + 1);
  return true;
}

TextFault TextCollector::add(base::ByteView segment, bool continues) {
  if (whole_) text_.clear();
  if (segment.size() > cap_ - total_) return TextFault::TooLong;
  total_ += segment.size();
  base::append(text_, segment);
  whole_ = !continues;
  return TextFault::None;
}

TextFault KeysSeen::add(const TextPair& pair) {
  if (pair.row != nullptr) {
    if (known_.test(indexOf(pair.row->key)) && !pair.row->repeats) return TextFault::Repeated;
    known_.set(indexOf(pair.row->key));
    return TextFault::None;
  }
  if (std::find(unknown_.begin(), unknown_.end(), pair.key) != unknown_.end()) return TextFault::Repeated;
  if (unknown_.size() == kMaxUnknown) return TextFault::TooManyKeys;
  unknown_.emplace_back(pair.key);
  return TextFault::None;
}

void TextWriter::pair(std::string_view key, std::string_view value) {
  base::append(out_, base::asBytes(key));
  out_.push_back('=');
  base::append(out_, base::asBytes(value));
  out_.push_back('\0');
}

void TextWriter::number(Key key, std::uint64_t value) { pair(key, std::to_string(value)); }
void TextWriter::hex(Key key, base::ByteView value) { pair(key, toHex(value)); }

TextSender::Segment TextSender::take(std::size_t max) {
  const std::size_t size = std::min(max, text_.size() - sent_);
  const auto begin = text_.begin() + static_cast<std::ptrdiff_t>(sent_);
  Segment segment{base::Bytes(begin, begin + static_cast<std::ptrdiff_t>(size)), false};
  sent_ += size;
  segment.continues = pending();
  if (!segment.continues) discard();
  return segment;
}

void TextSender::discard() {
  text_.clear();
  sent_ = 0;
}

std::optional<std::uint64_t> parseNumber(std::string_view text) {
  const bool hexadecimal = beginsWith(text, 'x');
  if (hexadecimal) text.remove_prefix(2);
  if (text.empty() || (!hexadecimal && text.size() > 1 && text.front() == '0')) return std::nullopt;
  return base::wholeNumber<std::uint64_t>(text, hexadecimal ? 16 : 10);
}

std::optional<bool> parseBoolean(std::string_view text) {
  if (text == kYes) return true;
  if (text == kNo) return false;
  return std::nullopt;
}

std::optional<base::Bytes> parseBinary(std::string_view text, std::size_t max) {
  if (beginsWith(text, 'x')) return parseHex(text.substr(2), max);
  if (beginsWith(text, 'b')) return parseBase64(text.substr(2), max);
  return std::nullopt;  // a decimal constant has no length of its own
}

std::string toHex(base::ByteView bytes) { return "0x" + base::hexText(bytes); }

bool nextWord(std::string_view& list, std::string_view& word) {
  if (list.data() == nullptr) return false;
  const std::size_t comma = list.find(',');
  word = list.substr(0, comma);
  list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  return true;
}

}  // namespace iscsi
