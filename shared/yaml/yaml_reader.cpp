#include <yaml.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

#include "shared/base/json_reader.h"
#include "shared/base/whole_number.h"
#include "shared/yaml/yaml_text.h"

namespace yaml {
namespace {

using base::Json;

constexpr std::size_t kMaxMembers = 1024;
constexpr std::size_t kMaxMemberName = 128;  // of a document's fields; with escapes still a key that YAML takes

bool among(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

bool digitsOnly(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)? of the core schema (YAML 1.2.2, 10.3.2).
bool isFloat(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const auto digits = [&text] {
    const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(end);
    return end;
  };
  const std::size_t whole = digits();
  std::size_t part = 0;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    part = digits();
    if (whole == 0 && part == 0) return false;
  } else if (whole == 0) {
    return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    if (digits() == 0) return false;
  }
  return text.empty();
}

Json number(std::string_view text, int radix) {
  if (const auto value = base::wholeNumber<std::uint64_t>(text, radix)) return *value;
  return std::strtod(std::string(text).c_str(), nullptr);
}

// A scalar without quotes.
Json plainScalar(std::string_view text) {
  if (among(text, {"", "~", "null", "Null", "NULL"})) return {};
  if (among(text, {"true", "True", "TRUE"})) return true;
  if (among(text, {"false", "False", "FALSE"})) return false;
  if (digitsOnly(text)) return number(text, 10);
  if (text.starts_with("0o") && text.size() > 2 && text.find_first_not_of("01234567", 2) == std::string_view::npos)
    return number(text.substr(2), 8);
  const bool hex = text.starts_with("0x") && text.size() > 2 && text.size() <= 18 &&
                   text.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string_view::npos;
  if (hex) return number(text.substr(2), 16);
  if (isFloat(text)) return std::strtod(std::string(text).c_str(), nullptr);
  return text;
}

// A whole number that is too large for one would be read as another one that is near; what is not finite as none.
bool isKept(const Json& value) {
  if (!value.isNumber() || value.number() != nullptr) return true;
  return std::abs(std::strtod(value.plain().c_str(), nullptr)) < 1e15 && value.plain() != "null";
}

// Events of libyaml, one owner each.
class Event {
 public:
  Event() = default;
  ~Event() { yaml_event_delete(&event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  yaml_event_t* operator->() { return &event_; }
  yaml_event_t* get() { return &event_; }

 private:
  yaml_event_t event_{};
};

std::string_view textOf(const yaml_char_t* text) { return reinterpret_cast<const char*>(text); }

class Reader {
 public:
  explicit Reader(std::string_view text) {
    ready_ = yaml_parser_initialize(&parser_) == 1;
    if (!ready_) return;
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  ~Reader() {
    if (ready_) yaml_parser_delete(&parser_);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  base::Result<Json> run() {
    Json value;
    if (ready_ && document(value)) return value;
    return base::fail(error_.empty() ? std::string("the text cannot be read") : error_);
  }

 private:
  struct Node {
    Json value;
    std::size_t count = 1;  // of values in it
    std::size_t depth = 0;  // of levels below it
  };

  bool wrong(const yaml_mark_t& mark, const std::string& text) {
    if (error_.empty()) {
      error_ = "line " + std::to_string(mark.line + 1) + ", column " + std::to_string(mark.column + 1) + ": " + text;
    }
    return false;
  }

  bool next(Event& event) {
    if (yaml_parser_parse(&parser_, event.get()) == 1) return true;
    const bool placed = parser_.problem_mark.line != 0 || parser_.problem_mark.column != 0;
    return wrong(placed ? parser_.problem_mark : parser_.mark,
                 parser_.problem == nullptr ? "this is no YAML" : parser_.problem);
  }

  bool document(Json& value) {
    Event stream, begin, first, end, last;
    if (!next(stream) || !next(begin)) return false;
    if (begin->type == YAML_STREAM_END_EVENT) return wrong(begin->start_mark, "there is no document");
    Node root;
    if (!next(first) || !node(first, root, 1) || !next(end) || !next(last)) return false;
    if (last->type != YAML_STREAM_END_EVENT) return wrong(last->start_mark, "there is a second document");
    value = std::move(root.value);
    return true;
  }

  bool node(Event& event, Node& out, std::size_t depth) {
    if (depth > base::kMaxJsonDepth) return wrong(event->start_mark, "this lies too deep");
    if (event->type == YAML_ALIAS_EVENT) return alias(event, out, depth);
    if (++nodes_ > kMaxYamlNodes) return wrong(event->start_mark, "these are too many values");
    std::string anchor;
    bool read = false;
    if (event->type == YAML_SCALAR_EVENT) {
      const auto& scalar = event->data.scalar;
      if (scalar.anchor != nullptr) anchor = textOf(scalar.anchor);
      const std::string_view text(reinterpret_cast<const char*>(scalar.value), scalar.length);
      const bool asText = scalar.tag != nullptr && textOf(scalar.tag) == YAML_STR_TAG;
      if (scalar.tag != nullptr && !asText) return tagged(event);
      out.value = scalar.style == YAML_PLAIN_SCALAR_STYLE && !asText ? plainScalar(text) : Json(text);
      if (!isKept(out.value)) return wrong(event->start_mark, "this number is too large");
      read = true;
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
      if (event->data.sequence_start.tag != nullptr) return tagged(event);
      if (event->data.sequence_start.anchor != nullptr) anchor = textOf(event->data.sequence_start.anchor);
      read = sequence(out, depth);
    } else if (event->type == YAML_MAPPING_START_EVENT) {
      if (event->data.mapping_start.tag != nullptr) return tagged(event);
      if (event->data.mapping_start.anchor != nullptr) anchor = textOf(event->data.mapping_start.anchor);
      read = mapping(out, depth);
    }
    return read && (anchor.empty() || keep(event, anchor, out));
  }
  bool tagged(Event& event) { return wrong(event->start_mark, "tags are not read here"); }

  // What has an anchor is there twice: without a bound, anchors around each other would keep the text many times.
  bool keep(Event& event, const std::string& anchor, const Node& what) {
    nodes_ += what.count;
    if (nodes_ > kMaxYamlNodes) return wrong(event->start_mark, "these are too many values");
    anchors_[anchor] = what;
    return true;
  }

  // A copy of what has the anchor; what is not whole yet has none.
  bool alias(Event& event, Node& out, std::size_t depth) {
    const auto found = anchors_.find(std::string(textOf(event->data.alias.anchor)));
    if (found == anchors_.end()) return wrong(event->start_mark, "nothing before has this anchor");
    nodes_ += found->second.count;
    if (nodes_ > kMaxYamlNodes) return wrong(event->start_mark, "these are too many values");
    if (depth + found->second.depth > base::kMaxJsonDepth) return wrong(event->start_mark, "this lies too deep");
    out = found->second;
    return true;
  }

  bool sequence(Node& out, std::size_t depth) {
    Json::Array items;
    for (;;) {
      Event event;
      if (!next(event)) return false;
      if (event->type == YAML_SEQUENCE_END_EVENT) break;
      Node item;
      if (!node(event, item, depth + 1)) return false;
      take(out, item);
      items.push_back(std::move(item.value));
    }
    out.value = std::move(items);
    return true;
  }

  bool mapping(Node& out, std::size_t depth) {
    Json::Object members;
    for (;;) {
      Event key;
      if (!next(key)) return false;
      if (key->type == YAML_MAPPING_END_EVENT) break;
      if (key->type != YAML_SCALAR_EVENT) return wrong(key->start_mark, "a name must be a text");
      std::string name(reinterpret_cast<const char*>(key->data.scalar.value), key->data.scalar.length);
      if (name.size() > kMaxMemberName) return wrong(key->start_mark, "this name is too long");
      if (name == "<<") return wrong(key->start_mark, "merge keys are not read here");
      if (members.size() == kMaxMembers) return wrong(key->start_mark, "these are too many members");
      if (std::ranges::any_of(members, [&](const base::JsonMember& one) { return one.name == name; }))
        return wrong(key->start_mark, "this name stands here twice");
      Event event;
      Node item;
      if (!next(event) || !node(event, item, depth + 1)) return false;
      take(out, item);
      members.push_back({std::move(name), std::move(item.value)});
    }
    out.value = std::move(members);
    return true;
  }
  static void take(Node& out, const Node& item) {
    out.count += item.count;
    out.depth = std::max(out.depth, item.depth + 1);
  }

  yaml_parser_t parser_{};
  bool ready_ = false;
  std::string error_;
  std::size_t nodes_ = 0;
  std::map<std::string, Node> anchors_;
};

}  // namespace

base::Result<Json> parseYaml(std::string_view text) {
  if (text.size() > kMaxYamlText) return base::fail("the text is longer than 64 MiB");
  return Reader(text).run();
}

}  // namespace yaml
