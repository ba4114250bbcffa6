#include <algorithm>
#include <array>

#include "shared/yaml/yaml_text.h"

namespace yaml {
namespace {

using base::Json;

// What YAML 1.1 or 1.2 takes for something else than a text.
constexpr std::array<std::string_view, 11> kWords{"null", "true", "false", "yes", "no", "on",
                                                  "off",  "y",    "n",     "inf", "nan"};

// Whether a text may stand without quotes: it begins with a letter and has nothing that could end it or mean something.
bool standsPlain(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (text.empty() || !letter(text.front()) || text.back() == ' ' || text.back() == ':') return false;
  const bool quiet = std::ranges::all_of(text, [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || std::string_view(" ._-/:+").find(c) != std::string_view::npos;
  });
  if (!quiet || text.find(": ") != std::string_view::npos) return false;
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return std::ranges::find(kWords, lower) == kWords.end();
}

// In double quotes, with escapes as in JSON, and those characters that YAML does not let stand or takes for line ends.
void appendQuoted(std::string& out, std::string_view text) {
  constexpr std::pair<std::string_view, std::string_view> kEscapes[] = {{"\xe2\x80\xa8", "\\u2028"},
                                                                        {"\xe2\x80\xa9", "\\u2029"},
                                                                        {"\xef\xbb\xbf", "\\ufeff"},
                                                                        {"\xef\xbf\xbe", "\\ufffe"},
                                                                        {"\xef\xbf\xbf", "\\uffff"}};
  std::string quoted;
  base::appendJsonText(quoted, text);
  for (const auto& [character, escape] : kEscapes) {
    for (std::size_t at = 0; (at = quoted.find(character, at)) != std::string::npos; at += escape.size())
      quoted.replace(at, character.size(), escape);
  }
  out += quoted;
}

class Writer {
 public:
  std::string run(const Json& value) {
    block(value, 0);
    return std::move(out_);
  }

 private:
  void scalar(const Json& value) {
    if (const std::string* text = value.text()) {
      if (standsPlain(*text)) {
        out_ += *text;
      } else {
        appendQuoted(out_, *text);
      }
    } else {
      value.writeCompact(out_);
    }
  }
  void name(const std::string& text) { scalar(Json(text)); }

  static bool isEmpty(const Json& value) {
    return (value.array() != nullptr && value.array()->empty()) ||
           (value.object() != nullptr && value.object()->empty());
  }
  static bool isBlock(const Json& value) {
    return (value.array() != nullptr || value.object() != nullptr) && !isEmpty(value);
  }

  // The lines of a value; the first is begun where `begun` says so.
  void block(const Json& value, std::size_t indent, bool begun = false) {
    if (isEmpty(value)) {
      out_ += value.array() != nullptr ? "[]\n" : "{}\n";
    } else if (const Json::Array* items = value.array()) {
      for (const Json& item : *items) {
        if (!begun) out_.append(indent, ' ');
        begun = false;
        out_ += "- ";
        block(item, indent + 2, true);
      }
    } else if (const Json::Object* members = value.object()) {
      for (const base::JsonMember& member : *members) {
        if (!begun) out_.append(indent, ' ');
        begun = false;
        name(member.name);
        out_ += ':';
        out_ += isBlock(member.value) ? '\n' : ' ';
        block(member.value, indent + 2);
      }
    } else {
      scalar(value);
      out_ += '\n';
    }
  }

  std::string out_;
};

}  // namespace

std::string yamlText(const Json& value) { return Writer().run(value); }

}  // namespace yaml
