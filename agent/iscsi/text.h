// key=value pairs to and from bytes: the text of Login and Text PDUs (RFC 7143 6.1).
//
// TextCollector joins the data segments of PDUs that the C bit ties together; TextReader walks the pairs of the whole,
// as views into it; KeysSeen refuses a key that comes twice; TextWriter appends pairs; TextSender cuts what is to be
// sent into data segments. Pure; one owner, no locks. What a peer gets wrong is a TextFault.
//
// Bounds: kMaxTextSequence bytes of collected text, TooLong beyond; keys of kMaxKeyName bytes; values as ValueKind
// says; KeysSeen::kMaxUnknown keys that no table knows, TooManyKeys beyond, so that answers of NotUnderstood stay
// small.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/iscsi/text_keys.h"
#include "shared/base/bytes.h"

namespace iscsi {

inline constexpr std::size_t kMaxKeyName = 63;
inline constexpr std::size_t kMaxSimpleValue = 255;  // bytes, unless the key says otherwise
inline constexpr std::size_t kMaxTextSequence = 65536;

enum class TextFault : std::uint8_t {
  None,
  TooLong,        // more bytes than a sequence may have
  NotTerminated,  // the last pair has no NUL
  NoEquals,       // a pair without '='
  BadKeyName,     // no standard-label (6.1)
  ValueTooLong,
  NotUtf8,
  Repeated,     // a key for the second time
  TooManyKeys,  // unknown ones
};
std::string_view textFaultName(TextFault fault);

struct TextPair {
  std::string_view key;
  std::string_view value;
  const TextKeyRow* row = nullptr;  // nullptr: a key that no table knows
};

// Walks the pairs of a whole text. next() is false at the end and at the first fault. Empty pairs, which some peers
// make of the padding, are skipped.
class TextReader {
 public:
  explicit TextReader(base::ByteView text) : rest_(base::asText(text)) {}

  bool next(TextPair& out);
  [[nodiscard]] TextFault fault() const { return fault_; }

 private:
  bool failed(TextFault fault) {
    fault_ = fault;
    return false;
  }
  std::string_view rest_;
  TextFault fault_ = TextFault::None;
};

// Joins the data segments of a sequence of PDUs. The text is whole when a segment without C came; the next segment then
// begins another text. `cap` is for all texts.
class TextCollector {
 public:
  explicit TextCollector(std::size_t cap = kMaxTextSequence) : cap_(cap) {}

  TextFault add(base::ByteView segment, bool continues);
  // Valid until the next add().
  [[nodiscard]] base::ByteView text() const { return text_; }
  [[nodiscard]] bool whole() const { return whole_; }

 private:
  std::size_t cap_;
  std::size_t total_ = 0;
  base::Bytes text_;
  bool whole_ = true;
};

// The keys that came from one side in one negotiation.
class KeysSeen {
 public:
  static constexpr std::size_t kMaxUnknown = 64;

  TextFault add(const TextPair& pair);
  [[nodiscard]] bool contains(Key key) const { return known_.test(indexOf(key)); }

 private:
  std::bitset<kKeys> known_;
  std::vector<std::string> unknown_;
};

// Appends pairs to a vector that it borrows.
class TextWriter {
 public:
  explicit TextWriter(base::Bytes& out) : out_(out) {}

  void pair(std::string_view key, std::string_view value);
  void pair(Key key, std::string_view value) { pair(rowOf(key).name, value); }
  void number(Key key, std::uint64_t value);
  void boolean(Key key, bool value) { pair(key, value ? kYes : kNo); }
  void hex(Key key, base::ByteView value);

 private:
  base::Bytes& out_;
};

// Text on its way out, in segments of at most `max` bytes.
class TextSender {
 public:
  struct Segment {
    base::Bytes bytes;
    bool continues = false;  // the C bit
  };
  [[nodiscard]] base::Bytes& buffer() { return text_; }
  [[nodiscard]] bool pending() const { return sent_ < text_.size(); }
  Segment take(std::size_t max);
  void discard();

 private:
  base::Bytes text_;
  std::size_t sent_ = 0;
};

// Values (6.1). Each gives nothing where the text is not of that form.
std::optional<std::uint64_t> parseNumber(std::string_view text);
std::optional<bool> parseBoolean(std::string_view text);
// A binary-value in hexadecimal or base64, of at most `max` bytes.
std::optional<base::Bytes> parseBinary(std::string_view text, std::size_t max);
std::string toHex(base::ByteView bytes);  // "0x..."

// Takes the next word off a list and false at its end. An empty list is one empty word.
bool nextWord(std::string_view& list, std::string_view& word);

}  // namespace iscsi
