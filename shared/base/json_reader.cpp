#include "shared/base/json_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "shared/base/secret_json.h"
#include "shared/base/utf8.h"

namespace base {
namespace {

void appendUtf8(std::string& out, char32_t point) {
  const auto tail = [](char32_t bits) { return static_cast<char>(0x80U | (bits & 0x3fU)); };
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xc0U | point >> 6U);
    out += tail(point);
  } else if (point < 0x10000) {
    out += static_cast<char>(0xe0U | point >> 12U);
    out += tail(point >> 6U);
    out += tail(point);
  } else {
    out += static_cast<char>(0xf0U | point >> 18U);
    out += tail(point >> 12U);
    out += tail(point >> 6U);
    out += tail(point);
  }
}

bool isDigit(char c) { return c >= '0' && c <= '9'; }

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  base::Result<Json> read() {
    Json value;
    if (!base::isUtf8(text_)) {
      while (const std::size_t length = base::decodeUtf8(text_.substr(at_)).length) at_ += length;
      (void)wrong("it is not UTF-8");
    } else if (readValue(value, 0)) {
      skipBlanks();
      if (at_ != text_.size()) (void)wrong("there is more behind the value");
    }
    if (error_.empty()) return value;
    wipeTexts(value);
    return base::fail(error_ + ", at byte " + std::to_string(at_));
  }

 private:
  bool wrong(std::string_view what) {
    if (error_.empty()) error_ = what;
    return false;
  }

  [[nodiscard]] bool ended() const { return at_ == text_.size(); }
  [[nodiscard]] char next() const { return ended() ? '\0' : text_[at_]; }
  bool take(char c) {
    if (ended() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool takeWord(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return wrong("a value is expected");
    at_ += word.size();
    return true;
  }
  void skipBlanks() {
    while (!ended() && (next() == ' ' || next() == '\t' || next() == '\n' || next() == '\r')) ++at_;
  }

  bool readValue(Json& value, std::size_t depth) {
    skipBlanks();
    switch (next()) {
      case '{':
        return depth < kMaxJsonDepth ? readObject(value, depth) : wrong("it is nested too deeply");
      case '[':
        return depth < kMaxJsonDepth ? readArray(value, depth) : wrong("it is nested too deeply");
      case '"': {
        std::string text;
        text.reserve(kOwnMemory);
        const bool good = readText(text);
        value = Json(std::move(text));
        return good;
      }
      case 't':
        value = Json(true);
        return takeWord("true");
      case 'f':
        value = Json(false);
        return takeWord("false");
      case 'n':
        value = Json();
        return takeWord("null");
      default:
        return readNumber(value);
    }
  }

  // What has been read of a value is in it even where the rest is wrong, to be wiped.
  bool readObject(Json& value, std::size_t depth) {
    Json::Object members;
    const bool good = readMembers(members, depth);
    value = Json(std::move(members));
    return good;
  }

  bool readMembers(Json::Object& members, std::size_t depth) {
    ++at_;
    skipBlanks();
    if (!take('}')) {
      do {
        skipBlanks();
        JsonMember member;
        if (next() != '"') return wrong("the name of a member is expected");
        if (!readText(member.name)) return false;
        for (const JsonMember& other : members) {
          if (other.name == member.name) return wrong("a name stands twice in an object");
        }
        if (members.size() == kMaxMembers) return wrong("an object has too many members");
        skipBlanks();
        if (!take(':')) return wrong("':' is expected");
        const bool good = readValue(member.value, depth + 1);
        members.push_back(std::move(member));
        if (!good) return false;
        skipBlanks();
      } while (take(','));
      if (!take('}')) return wrong("',' or '}' is expected");
    }
    return true;
  }

  bool readArray(Json& value, std::size_t depth) {
    Json::Array elements;
    const bool good = readElements(elements, depth);
    value = Json(std::move(elements));
    return good;
  }

  bool readElements(Json::Array& elements, std::size_t depth) {
    ++at_;
    skipBlanks();
    if (!take(']')) {
      do {
        Json element;
        const bool good = readValue(element, depth + 1);
        elements.push_back(std::move(element));
        if (!good) return false;
        skipBlanks();
      } while (take(','));
      if (!take(']')) return wrong("',' or ']' is expected");
    }
    return true;
  }

  bool readText(std::string& out) {
    ++at_;
    // Allocated once: a text may be a secret, and no half of it shall be left behind.
    out.reserve(std::max(out.capacity(), std::min(text_.find('"', at_), text_.size()) - at_));
    while (!ended()) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return true;
      }
      if (static_cast<unsigned char>(c) < 0x20) return wrong("a text holds a control character");
      ++at_;
      if (c != '\\') {
        out += c;
      } else if (!readEscape(out)) {
        return false;
      }
    }
    return wrong("a text does not end");
  }

  bool readEscape(std::string& out) {
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const char c = next();
    if (!ended()) ++at_;
    if (c == 'u') return readPoint(out);
    const std::size_t which = kLetters.find(c);
    if (c == '\0' || which == std::string_view::npos) return wrong("there is no such escape");
    out += kMeanings[which];
    return true;
  }

  bool readPoint(std::string& out) {
    std::uint32_t first = 0;
    if (!readUnit(first)) return false;
    if (first >= 0xdc00 && first <= 0xdfff) return wrong("an escape is half a surrogate pair");
    if (first < 0xd800 || first > 0xdbff) {
      appendUtf8(out, first);
      return true;
    }
    std::uint32_t second = 0;
    if (!take('\\') || !take('u')) return wrong("an escape is half a surrogate pair");
    if (!readUnit(second)) return false;
    if (second < 0xdc00 || second > 0xdfff) return wrong("an escape is half a surrogate pair");
    appendUtf8(out, 0x10000 + ((first - 0xd800) << 10U) + (second - 0xdc00));
    return true;
  }

  bool readUnit(std::uint32_t& unit) {
    constexpr std::size_t kDigits = 4;
    const std::string_view digits = text_.substr(at_, kDigits);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
    if (digits.size() != kDigits || error != std::errc() || end != digits.data() + kDigits) {
      return wrong("\\u wants four hexadecimal digits");
    }
    at_ += kDigits;
    return true;
  }

  // RFC 8259 6: no plus, no zeroes in front.
  bool readNumber(Json& value) {
    const std::size_t begin = at_;
    const bool negative = take('-');
    if (!isDigit(next())) return wrong("a value is expected");
    if (!take('0')) {
      while (isDigit(next())) ++at_;
    }
    bool whole = !negative;
    if (take('.')) {
      whole = false;
      if (!isDigit(next())) return wrong("a number lacks its digits");
      while (isDigit(next())) ++at_;
    }
    if (take('e') || take('E')) {
      whole = false;
      if (!take('+')) (void)take('-');
      if (!isDigit(next())) return wrong("a number lacks its digits");
      while (isDigit(next())) ++at_;
    }
    const char* from = text_.data() + begin;
    const char* to = text_.data() + at_;
    std::uint64_t number = 0;
    if (whole && std::from_chars(from, to, number).ec == std::errc()) {
      value = Json(number);
      return true;
    }
    double real = 0;
    if (std::from_chars(from, to, real).ec != std::errc() || !std::isfinite(real)) {
      return wrong("a number is too large or too small");
    }
    value = Json(real);
    return true;
  }

  static constexpr std::size_t kOwnMemory = 32;  // beyond what a std::string keeps in itself and copies as it moves
  static constexpr std::size_t kMaxMembers = 1024;  // names are compared with each other

  std::string_view text_;
  std::size_t at_ = 0;
  std::string error_;
};

}  // namespace

base::Result<Json> parseJson(std::string_view text) { return Reader(text).read(); }

}  // namespace base
