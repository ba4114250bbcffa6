#include "shared/san/filter.h"

#include <algorithm>

#include "shared/base/ascii_case.h"
#include "shared/base/suggest.h"
#include "shared/base/utf8.h"
#include "shared/san/filter_attributes.h"

namespace san {
namespace {

using Type = FilterNode::Type;

struct OpText {
  std::string_view text;
  FilterOp op;
};
// Longer ones first: the reader takes the first that fits.
constexpr std::array kOps{OpText{">=", FilterOp::GreaterOrEqual}, OpText{"<=", FilterOp::LessOrEqual},
                          OpText{"!=", FilterOp::IsNot},          OpText{":", FilterOp::Is},
                          OpText{"=", FilterOp::Equals},          OpText{"~", FilterOp::Like},
                          OpText{">", FilterOp::Greater},         OpText{"<", FilterOp::Less}};

const OpText* opAt(std::string_view text) {
  const auto* found =
      std::find_if(kOps.begin(), kOps.end(), [&](const OpText& op) { return text.starts_with(op.text); });
  return found == kOps.end() ? nullptr : found;
}
std::string_view textOf(FilterOp op) {
  return std::find_if(kOps.begin(), kOps.end(), [&](const OpText& row) { return row.op == op; })->text;
}

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool isControl(char c) { return (c >= 0 && c < ' ') || c == 0x7f; }
bool isLetter(char c) { return base::asciiLower(c) >= 'a' && base::asciiLower(c) <= 'z'; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }

// The name of a field with an operator behind it, at the front of a text: how long the name is; 0 where there is none.
// What only looks like one, is none: "fe80::1", and a group of hexadecimal digits that is no field ("fd00:1::2").
std::size_t fieldLength(std::string_view text) {
  if (text.empty() || !isLetter(text[0])) return 0;
  std::size_t end = 1;
  while (end < text.size() && (isLetter(text[end]) || isDigit(text[end]) || text[end] == '-' || text[end] == '_'))
    ++end;
  const std::string_view rest = text.substr(end);
  if (opAt(rest) == nullptr || rest.starts_with("::")) return 0;
  const std::string_view name = text.substr(0, end);
  const bool hex = std::all_of(name.begin(), name.end(), [](char c) {
    return isDigit(c) || (base::asciiLower(c) >= 'a' && base::asciiLower(c) <= 'f');
  });
  return hex && name.size() <= 4 && rest[0] == ':' && !findAttribute(name) ? 0 : end;
}

constexpr std::array<std::string_view, 3> kKeywords{"AND", "OR", "NOT"};
bool isKeyword(std::string_view word) { return std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end(); }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  base::Result<FilterNode, FilterError> parse() {
    FilterNode root;
    if (!checkText() || !readAny(root, 0)) return base::fail(error_);
    if (!ended()) return base::fail(FilterError{at_, 1, "There is no ( for this ).", {}});
    return root;
  }

 private:
  bool wrong(std::size_t at, std::size_t length, std::string text, std::string hint = {}) {
    error_ = {at, length, std::move(text), std::move(hint)};
    return false;
  }
  bool checkText() {
    if (text_.size() > kMaxFilterText) {
      return wrong(kMaxFilterText, text_.size() - kMaxFilterText,
                   "A filter has at most " + std::to_string(kMaxFilterText) + " bytes.");
    }
    const auto control = std::find_if(text_.begin(), text_.end(), [](char c) { return isControl(c) && !isBlank(c); });
    if (control != text_.end()) {
      return wrong(static_cast<std::size_t>(control - text_.begin()), 1, "A filter has no control characters.");
    }
    for (std::size_t at = 0; at < text_.size();) {
      const std::size_t length = base::decodeUtf8(text_.substr(at)).length;
      if (length == 0) return wrong(at, 1, "A filter is UTF-8 text.");
      at += length;
    }
    return true;
  }

  [[nodiscard]] bool ended() const { return at_ == text_.size(); }
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
  void skipBlanks() {
    while (!ended() && isBlank(text_[at_])) ++at_;
  }
  // Of a bare word; in a condition a comma ends it too.
  [[nodiscard]] std::size_t bareEnd(bool value) const {
    std::size_t end = at_;
    while (end < text_.size() && !isBlank(text_[end]) && text_[end] != '(' && text_[end] != ')' && text_[end] != '"' &&
           !(value && text_[end] == ',')) {
      ++end;
    }
    return end;
  }
  [[nodiscard]] bool keywordIsNext(std::string_view word) const {
    const std::size_t end = bareEnd(false);
    return text_.substr(at_, end - at_) == word && (end == text_.size() || text_[end] != '"');
  }
  bool takeKeyword(std::string_view word) {
    if (!keywordIsNext(word)) return false;
    at_ += word.size();
    return true;
  }

  // One All after another with OR between them.
  bool readAny(FilterNode& node, std::size_t depth) {
    std::vector<FilterNode> ways;
    const std::size_t begin = at_;
    do {
      const std::size_t orAt = at_;
      FilterNode all;
      if (!readAll(all, depth)) return false;
      if (all.type == Type::All && all.children.empty() && (!ways.empty() || nextIsOr())) {
        return wrong(orAt, 0, "OR stands between two conditions.", "a word \"OR\" to search for stands in quotes");
      }
      // (a OR b) OR c
      if (all.type == Type::Any) {
        std::move(all.children.begin(), all.children.end(), std::back_inserter(ways));
      } else {
        ways.push_back(std::move(all));
      }
    } while (takeKeyword("OR"));
    if (ways.size() == 1) {
      node = std::move(ways.front());
      return true;
    }
    node.type = Type::Any;
    node.children = std::move(ways);
    node.at = begin;
    return true;
  }
  [[nodiscard]] bool nextIsOr() const { return keywordIsNext("OR"); }

  bool readAll(FilterNode& node, std::size_t depth) {
    std::vector<FilterNode> parts;
    skipBlanks();
    node.at = at_;
    while (!ended() && text_[at_] != ')' && !nextIsOr()) {
      const std::size_t andAt = at_;
      if (takeKeyword("AND")) {
        skipBlanks();
        if (parts.empty() || ended() || text_[at_] == ')' || nextIsOr()) {
          return wrong(andAt, 3, "AND stands between two conditions.", "it may be left out");
        }
      }
      FilterNode part;
      if (!readPart(part, depth)) return false;
      // a (b c)
      if (part.type == Type::All) {
        std::move(part.children.begin(), part.children.end(), std::back_inserter(parts));
      } else {
        parts.push_back(std::move(part));
      }
      skipBlanks();
    }
    if (parts.size() == 1) {
      node = std::move(parts.front());
      return true;
    }
    node.type = Type::All;
    node.children = std::move(parts);
    return true;
  }

  bool readPart(FilterNode& node, std::size_t depth) {
    node.at = at_;
    if (depth == kMaxFilterDepth) {
      return wrong(at_, 1, "A filter has at most " + std::to_string(kMaxFilterDepth) + " levels.");
    }
    if (text_[at_] == '(') return readParenthesis(node, depth);
    const std::size_t begin = at_;
    if (takeKeyword("NOT") || takeMinus()) {
      skipBlanks();
      if (ended() || text_[at_] == ')' || nextIsOr()) {
        return wrong(begin, at_ - begin, "A condition is missing behind this.");
      }
      return readNot(node, depth);
    }
    if (keywordIsNext("AND")) {
      return wrong(at_, 3, "AND stands between two conditions.", "a word \"AND\" to search for stands in quotes");
    }
    const std::size_t field = fieldLength(rest());
    if (field != 0) return readCondition(node, field);
    if (const OpText* op = opAt(rest())) {
      return wrong(at_, op->text.size(), "There is no field before this.",
                   "no blanks stand around it; a text that begins so stands in quotes");
    }
    node.type = Type::Word;
    return readText(node, false);
  }

  bool takeMinus() {
    if (text_[at_] != '-') return false;
    ++at_;
    return true;
  }
  bool readNot(FilterNode& node, std::size_t depth) {
    FilterNode inner;
    if (!readPart(inner, depth + 1)) return false;
    if (inner.type == Type::Not) {
      FilterNode twice = std::move(inner.children.front());
      node = std::move(twice);
      return true;
    }
    node.type = Type::Not;
    node.children.push_back(std::move(inner));
    return true;
  }

  bool readParenthesis(FilterNode& node, std::size_t depth) {
    const std::size_t begin = at_++;
    if (!readAny(node, depth + 1)) return false;
    if (ended()) return wrong(begin, 1, "There is no ) for this (.");
    ++at_;
    if (node.type == Type::All && node.children.empty()) {
      return wrong(begin, at_ - begin, "There is nothing between these parentheses.");
    }
    if (!ended() && !isBlank(text_[at_]) && text_[at_] != ')') return wrong(at_, 1, "A blank is missing before this.");
    return true;
  }

  // A word, or one value of a condition: in quotes or not.
  bool readText(FilterNode& node, bool value) {
    std::string text;
    if (!ended() && text_[at_] == '"') {
      if (!readQuoted(text, value)) return false;
    } else {
      const std::size_t end = bareEnd(value);
      text = text_.substr(at_, end - at_);
      at_ = end;
      if (!ended() && (text_[at_] == '"' || text_[at_] == '(')) {
        return wrong(at_, 1, "A blank is missing before this.", "quotes stand around the whole text");
      }
    }
    node.values.push_back(std::move(text));
    node.length = at_ - node.at;
    return true;
  }

  bool readQuoted(std::string& out, bool value) {
    const std::size_t begin = at_++;
    while (!ended() && text_[at_] != '"') {
      if (text_[at_] == '\\') {
        ++at_;
        if (ended() || (text_[at_] != '"' && text_[at_] != '\\')) {
          return wrong(at_ - 1, 1, "In quotes, a \\ stands before \" or \\.", "write \\\\ for a \\");
        }
      } else if (isControl(text_[at_])) {
        return wrong(at_, 1, "A text in quotes has no control characters.");
      }
      out += text_[at_++];
    }
    if (ended()) return wrong(begin, 1, "These quotes are not closed.");
    ++at_;
    if (ended() || isBlank(text_[at_]) || text_[at_] == ')' || (value && text_[at_] == ',')) return true;
    return wrong(at_, 1, "A blank is missing before this.");
  }

  bool readCondition(FilterNode& node, std::size_t field) {
    const std::string_view name = rest().substr(0, field);
    const auto attribute = findAttribute(name);
    if (!attribute) return unknownField(name);
    at_ += field;
    const OpText& op = *opAt(rest());
    node.type = Type::Condition;
    node.attribute = attribute->name;
    node.op = op.op;
    at_ += op.text.size();
    const bool several = op.op <= FilterOp::Like;
    do {
      const std::size_t begin = at_;
      if (bareEnd(true) == at_ && (ended() || text_[at_] != '"')) {
        return wrong(at_, 0, "A value of " + node.attribute + " is missing here.", "an empty text is \"\"");
      }
      if (!readText(node, true) || !checkValue(node, *attribute, begin)) return false;
      if (!several && !ended() && text_[at_] == ',') return wrong(at_, 1, "Only one value can stand here.");
    } while (takeComma());
    return true;
  }
  bool takeComma() {
    if (ended() || text_[at_] != ',') return false;
    ++at_;
    return true;
  }

  bool unknownField(std::string_view name) {
    const auto near = base::nearest(base::asciiLower(name), attributeNames());
    return wrong(at_, name.size(), "There is no field " + std::string(name) + ".",
                 near ? "did you mean " + std::string(*near) + "?"
                      : std::string("a text that holds an operator stands in quotes"));
  }
  // A value is right where it is right for one field of that name.
  bool checkValue(const FilterNode& node, const AttributeRef& attribute, std::size_t begin) {
    const std::string& value = node.values.back();
    std::optional<OperandError> first;
    const auto take = [&](const base::Result<Operand, OperandError>& read) {
      if (!read && !first) first = read.error();
      return read.ok();
    };
    bool right = false;
    if (attribute.attribute == Attribute::Field) {
      for (const auto& [kind, field] : fieldsNamed(attribute.name))
        right |= take(readOperand(*field, node.op, value, 0));
    } else {
      right = take(readOperand(attribute, node.op, value));
    }
    return right || wrong(begin, at_ - begin, node.attribute + " " + first->text, first->hint);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  FilterError error_;
};

// --- writing --------------------------------------------------------------------------------------------------------

void writeQuoted(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

// Whether a text may stand without quotes: as a word, or as a value behind `before`, an operator or a comma.
bool isBare(std::string_view text, std::string_view before) {
  if (text.empty()) return false;
  const bool value = !before.empty();
  const bool plain = std::none_of(text.begin(), text.end(), [&](char c) {
    return isBlank(c) || isControl(c) || c == '(' || c == ')' || c == '"' || (value && c == ',');
  });
  if (!plain) return false;
  if (value) return !(before == ":" && text[0] == ':') && !((before == ">" || before == "<") && text[0] == '=');
  return text[0] != '-' && opAt(text) == nullptr && !isKeyword(text) && fieldLength(text) == 0;
}

void writeText(std::string& out, std::string_view text, std::string_view before) {
  if (isBare(text, before)) {
    out += text;
  } else {
    writeQuoted(out, text);
  }
}

void write(std::string& out, const FilterNode& node, bool inside);

void writeChildren(std::string& out, const FilterNode& node, std::string_view between, bool inside) {
  if (inside) out += '(';
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    if (i != 0) out += between;
    // OR binds less than a blank, so All needs no parentheses within Any.
    write(out, node.children[i], node.type == Type::All || node.children[i].type == Type::Any);
  }
  if (inside) out += ')';
}

void write(std::string& out, const FilterNode& node, bool inside) {
  switch (node.type) {
    case Type::All:
      return writeChildren(out, node, " ", inside);
    case Type::Any:
      return writeChildren(out, node, " OR ", inside);
    case Type::Not:
      out += '-';
      return write(out, node.children.front(), true);
    case Type::Condition:
      out.append(node.attribute).append(textOf(node.op));
      for (std::size_t i = 0; i < node.values.size(); ++i) {
        if (i != 0) out += ',';
        writeText(out, node.values[i], i == 0 ? textOf(node.op) : std::string_view(","));
      }
      return;
    case Type::Word:
      return writeText(out, node.values.front(), {});
  }
}

}  // namespace

base::Result<Filter, FilterError> Filter::parse(std::string_view text) {
  auto root = Parser(text).parse();
  if (!root) return base::fail(root.error());
  return Filter::of(std::move(root).value());
}

std::string Filter::text() const {
  std::string out;
  write(out, root_, false);
  return out;
}

}  // namespace san
