#include "shared/san/filter_attributes.h"

#include <algorithm>

#include "shared/base/ascii_case.h"
#include "shared/base/listed.h"
#include "shared/base/suggest.h"
#include "shared/san/field_values.h"

namespace san {
namespace {

constexpr std::uint64_t kLargest = ~std::uint64_t{0};
constexpr std::uint64_t kDaySeconds = 86400;

bool sameName(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return base::asciiLower(x == '_' ? '-' : x) == base::asciiLower(y == '_' ? '-' : y);
  });
}

base::Failure<OperandError> wrong(std::string text, std::string hint = {}) {
  return {OperandError{std::move(text), std::move(hint)}};
}
std::string didYouMean(std::string_view word, std::span<const std::string_view> known) {
  const auto near = base::nearest(base::asciiLower(word), known);
  return near ? "did you mean " + std::string(*near) + "?" : std::string();
}

bool isOrder(FilterOp op) { return op > FilterOp::Like; }

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};
constexpr std::array kByteUnits{Unit{"B", 1},
                                Unit{"KiB", 1ULL << 10},
                                Unit{"MiB", 1ULL << 20},
                                Unit{"GiB", 1ULL << 30},
                                Unit{"TiB", 1ULL << 40},
                                Unit{"PiB", 1ULL << 50},
                                Unit{"kB", 1000},
                                Unit{"MB", 1'000'000},
                                Unit{"GB", 1'000'000'000},
                                Unit{"TB", 1'000'000'000'000},
                                Unit{"PB", 1'000'000'000'000'000}};
constexpr std::array kTimeUnits{Unit{"s", 1}, Unit{"m", 60}, Unit{"h", 3600}, Unit{"d", kDaySeconds},
                                Unit{"w", 7 * kDaySeconds}};

// "12", "1.5TiB", "7d": a number with a unit of the table behind it, or none. Nothing where it is none or too large.
std::optional<std::uint64_t> readScaled(std::string_view text, std::span<const Unit> units, bool unitNeeded = false) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  std::uint64_t whole = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, whole);
  if (digits == 0 || error != std::errc()) return std::nullopt;
  std::string_view rest = text.substr(digits);
  std::string_view decimals;
  if (rest.starts_with('.')) {
    const std::size_t size = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
    decimals = rest.substr(1, size - 1);
    rest.remove_prefix(size);
    if (decimals.empty() || decimals.size() > 3 || rest.empty()) return std::nullopt;
  }
  std::uint64_t factor = 1;
  if (!rest.empty() || unitNeeded) {
    const auto unit =
        std::find_if(units.begin(), units.end(), [&](const Unit& u) { return base::equalButForCase(u.name, rest); });
    if (unit == units.end()) return std::nullopt;
    factor = unit->factor;
  }
  if (whole > kLargest / factor) return std::nullopt;
  std::uint64_t value = whole * factor;
  std::uint64_t part = factor;
  for (char digit : decimals) {
    part /= 10;
    const std::uint64_t add = part * static_cast<std::uint64_t>(digit - '0');
    if (value > kLargest - add) return std::nullopt;
    value += add;
  }
  return value;
}

// Days since 1970-01-01 of a date of the Gregorian calendar; nothing where there is no such day.
std::optional<std::int64_t> daysOf(std::uint64_t year, std::uint64_t month, std::uint64_t day) {
  constexpr std::array<std::uint64_t, 12> kLengths{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year < 1970 || year > 9999 || month < 1 || month > 12 || day < 1) return std::nullopt;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  if (day > kLengths[month - 1] + (month == 2 && leap ? 1 : 0)) return std::nullopt;
  const std::uint64_t y = year - (month <= 2 ? 1 : 0);
  const std::uint64_t dayOfYear = (153 * (month + (month > 2 ? 0 : 12) - 3) + 2) / 5 + day - 1;
  return static_cast<std::int64_t>(365 * y + y / 4 - y / 100 + y / 400 + dayOfYear) - 719'468;
}

std::optional<std::uint64_t> digitsAt(std::string_view text, std::size_t at, std::size_t size) {
  std::uint64_t number = 0;
  for (std::size_t i = at; i < at + size; ++i) {
    if (i >= text.size() || text[i] < '0' || text[i] > '9') return std::nullopt;
    number = number * 10 + static_cast<std::uint64_t>(text[i] - '0');
  }
  return number;
}

struct Range {
  std::uint64_t from, to;
};

// "2026-01-31" (the whole day), "2026-01-31T12:00" (the minute), "2026-01-31T12:00:30", perhaps with Z.
std::optional<Range> readDate(std::string_view text) {
  const auto year = digitsAt(text, 0, 4);
  const auto month = digitsAt(text, 5, 2);
  const auto day = digitsAt(text, 8, 2);
  if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto days = daysOf(*year, *month, *day);
  if (!days) return std::nullopt;
  const std::uint64_t midnight = static_cast<std::uint64_t>(*days) * kDaySeconds;
  if (text.size() == 10) return Range{midnight, midnight + kDaySeconds - 1};
  if (text.back() == 'Z') text.remove_suffix(1);
  const bool seconds = text.size() == 19;
  if ((text.size() != 16 && !seconds) || base::asciiLower(text[10]) != 't' || text[13] != ':') return std::nullopt;
  const auto hour = digitsAt(text, 11, 2);
  const auto minute = digitsAt(text, 14, 2);
  const auto second = seconds ? digitsAt(text, 17, 2) : std::uint64_t{0};
  if (!hour || !minute || !second || (seconds && text[16] != ':')) return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  const std::uint64_t from = midnight + *hour * 3600 + *minute * 60 + *second;
  return Range{from, seconds ? from : from + 59};
}

std::optional<Range> readTime(std::string_view text, Seconds now) {
  if (base::equalButForCase(text, "never")) return Range{0, 0};
  if (const auto date = readDate(text)) return date;
  if (const auto seconds = readScaled(text, {})) return Range{*seconds, *seconds};
  const auto ago = readScaled(text, kTimeUnits, true);
  if (!ago) return std::nullopt;
  const std::uint64_t since = static_cast<std::uint64_t>(std::max<Seconds>(now, 0));
  const std::uint64_t at = *ago < since ? since - *ago : 1;
  return Range{at, at};
}

std::optional<Range> single(std::optional<std::uint64_t> number) {
  return number ? std::optional(Range{*number, *number}) : std::nullopt;
}

// A value, or two with ".." between them where one is enough to be equal to.
template <class Read>
base::Result<Operand, OperandError> readRange(FilterOp op, std::string_view text, const char* wanted, Read&& read) {
  const std::size_t dots = isOrder(op) ? std::string_view::npos : text.find("..");
  const auto from = read(text.substr(0, dots));
  const auto to = dots == std::string_view::npos ? from : read(text.substr(dots + 2));
  if (!from || !to) return wrong(wanted);
  if (from->from > to->to) return wrong("has a range that ends before it begins.");
  Operand operand;
  operand.from = from->from;
  operand.to = to->to;
  return operand;
}

base::Result<Operand, OperandError> readFlag(FilterOp op, std::string_view text) {
  constexpr std::array<std::string_view, 8> kWords{"yes", "true", "on", "1", "no", "false", "off", "0"};
  if (isOrder(op) || op == FilterOp::Like) return wrong("is yes or no: ask with : or !=.");
  for (std::size_t i = 0; i < kWords.size(); ++i) {
    if (!base::equalButForCase(kWords[i], text)) continue;
    Operand operand;
    operand.flag = i < kWords.size() / 2;
    return operand;
  }
  return wrong("is yes or no.", didYouMean(text, kWords));
}

base::Result<Operand, OperandError> readChoice(std::span<const std::string_view> words, FilterOp op,
                                               std::string_view text) {
  Operand operand;
  operand.text = text;
  if (op == FilterOp::Like) return operand;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!base::equalButForCase(words[i], text)) continue;
    operand.from = operand.to = i;
    return operand;
  }
  return wrong("is one of " + base::listed(words) + ".", didYouMean(text, words));
}

base::Result<Operand, OperandError> readWords(FilterOp op, std::string_view text) {
  if (isOrder(op)) return wrong("has no order: ask with :, =, != or ~.");
  Operand operand;
  operand.text = text;
  return operand;
}

base::Result<Operand, OperandError> readAddress(FilterOp op, std::string_view text) {
  auto operand = readWords(op, text);
  if (!operand || op == FilterOp::Like) return operand;
  if (const auto portal = isns::parsePortal(text)) {
    operand->text = isns::formatPortal(*portal);
  } else if (const auto subnet = detail::parseSubnet(text)) {
    operand->subnet = *subnet;
  }
  return operand;
}

std::optional<std::uint64_t> readRevision(std::string_view text) {
  if (text.size() > 3 && base::equalButForCase(text.substr(0, 3), "rev")) text.remove_prefix(3);
  return readScaled(text, {});
}

base::Result<Operand, OperandError> readKindWord(FilterOp op, std::string_view text) {
  if (isOrder(op) || op == FilterOp::Like) return wrong("is a kind: ask with : or !=.");
  Operand operand;
  operand.text = text;
  if (readKind(text)) return operand;
  std::vector<std::string_view> known{"initiator", "target", "control", "zone", "zone-set", "lun"};
  for (const KindRow& row : kKindTable) {
    if (row.kind != Kind::None) known.push_back(row.name);
  }
  return wrong("is a kind of object; there is no " + std::string(text) + ".", didYouMean(text, known));
}

}  // namespace

std::optional<AttributeRef> findAttribute(std::string_view name) {
  for (const AttributeRow& row : kAttributes) {
    if (sameName(row.name, name)) return AttributeRef{row.attribute, row.name, Kind::None};
  }
  for (const KindRow& row : kKindTable) {
    if (row.kind != Kind::None && sameName(row.name, name)) return AttributeRef{Attribute::OfKind, row.name, row.kind};
  }
  for (const KindRow& row : kKindTable) {
    for (const FieldRow& field : fieldsOf(row.kind)) {
      if (sameName(field.name, name)) return AttributeRef{Attribute::Field, field.name, Kind::None};
    }
  }
  return std::nullopt;
}

const std::vector<std::string_view>& attributeNames() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (const AttributeRow& row : kAttributes) all.push_back(row.name);
    for (const KindRow& row : kKindTable) {
      if (row.kind != Kind::None) all.push_back(row.name);
      for (const FieldRow& field : fieldsOf(row.kind)) all.push_back(field.name);
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }();
  return names;
}

std::vector<std::pair<Kind, const FieldRow*>> fieldsNamed(std::string_view name) {
  std::vector<std::pair<Kind, const FieldRow*>> all;
  for (const KindRow& row : kKindTable) {
    if (const FieldRow* field = findField(row.kind, name)) all.emplace_back(row.kind, field);
  }
  return all;
}

std::optional<KindWord> readKind(std::string_view word) {
  const std::string lower = base::asciiLower(word);
  if (lower == "initiator" || lower == "initiators") return KindWord{Kind::Node, &Node::initiator};
  if (lower == "target" || lower == "targets") return KindWord{Kind::Node, &Node::target};
  if (lower == "control") return KindWord{Kind::Node, &Node::control};
  if (lower == "zone" || lower == "zones") return KindWord{Kind::Domain, nullptr};
  if (lower == "zone-set" || lower == "zone-sets") return KindWord{Kind::DomainSet, nullptr};
  if (lower == "lun" || lower == "luns") return KindWord{Kind::LogicalUnit, nullptr};
  const auto kind = kindNamed(lower);
  return kind ? std::optional(KindWord{*kind, nullptr}) : std::nullopt;
}

base::Result<Operand, OperandError> readOperand(const FieldRow& field, FilterOp op, std::string_view value,
                                                Seconds now) {
  switch (field.type) {
    case FieldType::Flag:
      return readFlag(op, value);
    case FieldType::Number:
    case FieldType::Duration:
    case FieldType::Time:
    case FieldType::Bytes:
      if (op == FilterOp::Like) return wrong("is a number: ask with :, <, > and the like.");
      if (field.type == FieldType::Number) {
        return readRange(op, value, "is a number, as 5 or 1..5.",
                         [](auto text) { return single(readScaled(text, {})); });
      }
      if (field.type == FieldType::Duration) {
        return readRange(op, value, "is a duration, as 90s, 5m, 2h or 7d.",
                         [](auto text) { return single(readScaled(text, kTimeUnits)); });
      }
      if (field.type == FieldType::Bytes) {
        return readRange(op, value, "is a size, as 512MiB or 1.5TiB.",
                         [](auto text) { return single(readScaled(text, kByteUnits)); });
      }
      return readRange(op, value, "is a time, as 2026-01-31, 2026-01-31T12:00, 7d (ago) or never.",
                       [&](auto text) { return readTime(text, now); });
    case FieldType::Choice:
      return readChoice(field.words, op, value);
    case FieldType::Address:
    case FieldType::Subnets:
      return readAddress(op, value);
    case FieldType::Text:
    case FieldType::Ref:
    case FieldType::Refs:
    case FieldType::Accesses:
      break;
  }
  return readWords(op, value);
}

base::Result<Operand, OperandError> readOperand(const AttributeRef& attribute, FilterOp op, std::string_view value) {
  switch (attribute.attribute) {
    case Attribute::Kind:
      return readKindWord(op, value);
    case Attribute::Number:
      if (op == FilterOp::Like) return wrong("is a number: ask with :, <, > and the like.");
      return readRange(op, value, "is a number, as 5 or 1..5.", [](auto text) { return single(readScaled(text, {})); });
    case Attribute::Created:
    case Attribute::Changed:
      if (op == FilterOp::Like) return wrong("is a revision: ask with :, <, > and the like.");
      return readRange(op, value, "is a revision, as rev12.", [](auto text) { return single(readRevision(text)); });
    case Attribute::CreatedSince:
    case Attribute::ChangedSince:
      if (op != FilterOp::Is) return wrong("stands with : before a revision.");
      return readRange(FilterOp::Greater, value, "is a revision, as rev12.",
                       [](auto text) { return single(readRevision(text)); });
    case Attribute::Has: {
      if (op != FilterOp::Is && op != FilterOp::Equals) return wrong("stands with : before the name of a field.");
      Operand operand;
      for (const KindRow& row : kKindTable) {
        for (const FieldRow& field : fieldsOf(row.kind)) {
          if (sameName(field.name, value)) operand.text = field.name;
        }
      }
      if (!operand.text.empty()) return operand;
      return wrong("stands before the name of a field; there is no " + std::string(value) + ".",
                   didYouMean(value, attributeNames()));
    }
    case Attribute::Registered:
    case Attribute::Active:
      return readFlag(op, value);
    case Attribute::Reaches:
    case Attribute::ReachedBy:
    case Attribute::OfKind:
    case Attribute::Field:
      break;
  }
  return readWords(op, value);
}

}  // namespace san
