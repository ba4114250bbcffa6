#include "shared/base/secret_json.h"

#include <charconv>

#include "shared/base/hex.h"
#include "shared/base/json_members.h"

namespace base {
namespace {

// As JSON wants it (RFC 8259 7), into a text that has the room.
void appendEscaped(std::string& out, ByteView secret) {
  out += '"';
  for (const std::uint8_t c : secret) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c < 0x20) {
      out.append("\\u00");
      appendHex(out, c);
    } else {
      out += static_cast<char>(c);
    }
  }
  out += '"';
}

}  // namespace

SecretJson::SecretJson(const RandomSource& random) : begin_("secret-") {
  std::uint8_t bytes[16];
  (void)random(bytes);
  begin_ += hexText(bytes) + '-';
}

Json SecretJson::mark(Secret secret) {
  secrets_.push_back(std::move(secret));
  return begin_ + std::to_string(secrets_.size() - 1);
}

std::string SecretJson::text(const Json& json) const {
  std::string marked;
  json.writePretty(marked);
  marked += '\n';
  std::string out;
  out.reserve(marked.size() + secrets_.size() * (6 * Secret::kMaxSize + 2));
  const std::string quoted = '"' + begin_;
  std::size_t from = 0;
  for (std::size_t at = marked.find(quoted); at != std::string::npos; at = marked.find(quoted, from)) {
    out.append(marked, from, at - from);
    std::size_t number = secrets_.size();
    const char* const digits = marked.data() + at + quoted.size();
    const auto [end, error] = std::from_chars(digits, marked.data() + marked.size(), number);
    if (error == std::errc{} && number < secrets_.size()) appendEscaped(out, secrets_[number].reveal());
    from = static_cast<std::size_t>(end - marked.data()) + 1;
  }
  out.append(marked, from);
  return out;
}

Secret secretOf(const Json& json, std::string_view member) {
  const std::string* text = memberOf(json, member).text();
  return text == nullptr ? Secret() : Secret::from(*text).value_or(Secret());
}

Secret takeSecret(Json& json, std::string_view member) {
  Secret secret = secretOf(json, member);
  wipeTexts(const_cast<Json&>(memberOf(json, member)));
  return secret;
}

void wipeText(std::string& text) { wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()}); }

void wipeTexts(Json& json) {
  if (const std::string* text = json.text()) wipeText(const_cast<std::string&>(*text));
  if (const Json::Array* list = json.array()) {
    for (const Json& one : *list) wipeTexts(const_cast<Json&>(one));
  }
  if (const Json::Object* object = json.object()) {
    for (const JsonMember& member : *object) wipeTexts(const_cast<Json&>(member.value));
  }
}

}  // namespace base
