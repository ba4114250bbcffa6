#include "shared/base/json.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "shared/base/printable.h"

namespace base {
namespace {

// The shortest text that reads back as the same double, and as one: with a point or an exponent.
std::string numberText(double number) {
  if (!std::isfinite(number)) return "null";
  std::array<char, 32> digits;  // 24 at most: sign, 17 digits, point, exponent of three
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  std::string text(digits.data(), end);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

bool isPlain(char c) { return c >= ' ' && c < 0x7f && c != '"' && c != '\\'; }

}  // namespace

// Controls as escapes, those of C1 too: a terminal would obey them.
void appendJsonText(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && isPlain(text[end])) ++end;
    out.append(text, i, end - i);
    i = end;
    if (i == text.size()) break;
    const char c = text[i];
    const Control control = controlAt(text.substr(i));
    i += control.bytes != 0 ? control.bytes : 1;
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (control.bytes != 0) {
      std::array<char, 8> escape;
      std::snprintf(escape.data(), escape.size(), "\\u%04x", control.code);
      out += escape.data();
    } else {
      out += c;
    }
  }
  out += '"';
}

const Json* Json::find(std::string_view name) const {
  const auto* members = std::get_if<Object>(&value_);
  if (members == nullptr) return nullptr;
  for (const JsonMember& member : *members) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

void Json::writeCompact(std::string& out) const {
  if (const auto* flag = std::get_if<bool>(&value_)) {
    out += *flag ? "true" : "false";
  } else if (const auto* number = std::get_if<std::uint64_t>(&value_)) {
    out += std::to_string(*number);
  } else if (const auto* real = std::get_if<double>(&value_)) {
    out += numberText(*real);
  } else if (const auto* text = std::get_if<std::string>(&value_)) {
    appendJsonText(out, *text);
  } else if (const auto* elements = std::get_if<Array>(&value_)) {
    out += '[';
    for (std::size_t i = 0; i < elements->size(); ++i) {
      if (i > 0) out += ", ";
      (*elements)[i].writeCompact(out);
    }
    out += ']';
  } else if (const auto* members = std::get_if<Object>(&value_)) {
    out += '{';
    for (std::size_t i = 0; i < members->size(); ++i) {
      if (i > 0) out += ", ";
      appendJsonText(out, (*members)[i].name);
      out += ": ";
      (*members)[i].value.writeCompact(out);
    }
    out += '}';
  } else {
    out += "null";
  }
}

void Json::writePretty(std::string& out, std::size_t indent) const {
  const std::string inner(indent + 2, ' ');
  if (const auto* members = std::get_if<Object>(&value_); members != nullptr && !members->empty()) {
    out += "{\n";
    for (std::size_t i = 0; i < members->size(); ++i) {
      out += inner;
      appendJsonText(out, (*members)[i].name);
      out += ": ";
      (*members)[i].value.writePretty(out, indent + 2);
      out += i + 1 < members->size() ? ",\n" : "\n";
    }
    out += std::string(indent, ' ') + "}";
    return;
  }
  const auto* elements = std::get_if<Array>(&value_);
  if (elements == nullptr || elements->empty() || !std::holds_alternative<Object>(elements->front().value_)) {
    return writeCompact(out);
  }
  out += "[\n";
  for (std::size_t i = 0; i < elements->size(); ++i) {
    out += inner;
    (*elements)[i].writeCompact(out);
    out += i + 1 < elements->size() ? ",\n" : "\n";
  }
  out += std::string(indent, ' ') + "]";
}

std::string Json::plain() const {
  if (const auto* text = std::get_if<std::string>(&value_)) return *text;
  std::string out;
  if (const auto* elements = std::get_if<Array>(&value_)) {
    for (const Json& element : *elements) {
      if (!out.empty()) out += ',';
      out += element.plain();
    }
    return out;
  }
  writeCompact(out);
  return out;
}

}  // namespace base
