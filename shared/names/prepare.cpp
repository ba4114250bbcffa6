#include "shared/names/prepare.h"

#include <stringprep.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "shared/base/utf8.h"

namespace names {
namespace {

// Bits, so that a whole name can be judged without a branch a byte; none: it stays as it is.
constexpr std::uint8_t kUpper = 1;
constexpr std::uint8_t kNonAscii = 2;
constexpr std::uint8_t kProhibited = 4;
using Classes = std::array<std::uint8_t, 256>;

// What becomes of each byte. Over ASCII both profiles only fold case: table B.1 and form KC leave ASCII alone, and B.2
// maps A-Z to a-z. Control characters have no place in a name; nameprep alone would let them pass.
constexpr Classes classesOf(bool (*normal)(unsigned char)) {
  Classes classes{};
  for (unsigned c = 0; c < 256; ++c) {
    const auto byte = static_cast<unsigned char>(c);
    const bool upper = c >= 'A' && c <= 'Z';
    classes[c] = c >= 0x80 ? kNonAscii : upper ? kUpper : normal(byte) ? std::uint8_t{0} : kProhibited;
  }
  return classes;
}
constexpr Classes kIscsi = classesOf([](unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':';
});
constexpr Classes kNameprep = classesOf([](unsigned char c) { return c >= 0x20 && c != 0x7f; });

std::string at(std::size_t offset) { return " at byte " + std::to_string(offset + 1); }

base::Failure<base::Error> prohibited(char32_t value, std::size_t offset) {
  std::array<char, 16> code{};
  std::snprintf(code.data(), code.size(), "U+%04X", static_cast<unsigned>(value));
  return base::fail("the character " + std::string(code.data()) + at(offset) + " is not allowed");
}

base::Failure<base::Error> tooLong(std::size_t maxBytes) {
  return base::fail("it is longer than " + std::to_string(maxBytes) + " bytes");
}

// Runs libidn in place: `text` must be well-formed UTF-8 without NUL.
int runProfile(Profile profile, std::string& text, std::size_t maxBytes) {
  text.resize(std::max(text.size(), maxBytes) + 1, '\0');
  const int rc = stringprep(text.data(), text.size(), STRINGPREP_NO_UNASSIGNED,
                            profile == Profile::IscsiName ? stringprep_iscsi : stringprep_nameprep);
  text.resize(text.find('\0'));
  return rc;
}

// The reason for libidn's refusal. It does not say where, so the characters are tried one by one.
base::Failure<base::Error> refusal(int rc, Profile profile, std::string_view in) {
  switch (rc) {
    case STRINGPREP_CONTAINS_PROHIBITED:
    case STRINGPREP_CONTAINS_UNASSIGNED:
    case STRINGPREP_BIDI_CONTAINS_PROHIBITED:
      for (std::size_t i = 0; i < in.size();) {
        const base::CodePoint c = base::decodeUtf8(in.substr(i));
        std::string one(in.substr(i, c.length));
        if (runProfile(profile, one, kMaxUnprepared) == rc) return prohibited(c.value, i);
        i += c.length;
      }
      return base::fail("it holds a character that is not allowed");
    case STRINGPREP_BIDI_BOTH_L_AND_RAL:
    case STRINGPREP_BIDI_LEADTRAIL_NOT_RAL:
      return base::fail("it mixes text that runs from right to left with text that runs from left to right");
    default:
      return base::fail("it cannot be normalised (" + std::string(stringprep_strerror(Stringprep_rc(rc))) + ")");
  }
}

base::Result<std::string_view> prepareUnicode(Profile profile, std::string_view in, std::size_t maxBytes,
                                              std::string& scratch) {
  for (std::size_t i = 0; i < in.size();) {
    const base::CodePoint c = base::decodeUtf8(in.substr(i));
    if (c.length == 0) return base::fail("the bytes" + at(i) + " are not UTF-8");
    i += c.length;
  }
  scratch.assign(in);
  const int rc = runProfile(profile, scratch, maxBytes);
  if (rc == STRINGPREP_TOO_SMALL_BUFFER) return tooLong(maxBytes);
  if (rc != STRINGPREP_OK) return refusal(rc, profile, in);
  if (scratch.empty()) return base::fail("nothing is left of it after normalisation");
  if (scratch.size() > maxBytes) return tooLong(maxBytes);
  return std::string_view(scratch);
}

}  // namespace

base::Result<std::string_view> prepare(Profile profile, std::string_view in, std::size_t maxBytes,
                                       std::string& scratch) {
  if (in.empty()) return base::fail("it is empty");
  if (in.size() > kMaxUnprepared) return tooLong(maxBytes);
  const Classes& classes = profile == Profile::IscsiName ? kIscsi : kNameprep;
  const auto classOf = [&](char c) { return classes[static_cast<unsigned char>(c)]; };
  std::uint8_t found = 0;
  for (const char c : in) found |= classOf(c);
  if ((found & kProhibited) != 0) {
    const auto bad = std::find_if(in.begin(), in.end(), [&](char c) { return classOf(c) == kProhibited; });
    return prohibited(static_cast<unsigned char>(*bad), static_cast<std::size_t>(bad - in.begin()));
  }
  if ((found & kNonAscii) != 0) return prepareUnicode(profile, in, maxBytes, scratch);
  if (in.size() > maxBytes) return tooLong(maxBytes);
  if (found == 0) return in;
  scratch.assign(in);
  for (char& c : scratch) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return std::string_view(scratch);
}

}  // namespace names
