// MemberReader: the members of a JSON object, read strictly: what is missing, of another kind, out of bounds or not
// known is a mistake with the pointer to its place (RFC 6901, of plain names).
//
// Reports of agents are read by it, and what agents are told to apply. The first mistake stands; what is read after it
// counts for nothing, so that a reader looks once at the end. The value and the fault are borrowed. Errors hold names
// of members and never a value.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/base/json.h"
#include "shared/base/listed.h"
#include "shared/san/words.h"

namespace mgmt {

struct MemberMistake {
  std::string pointer;
  std::string text;
};
using MemberFault = std::optional<MemberMistake>;

class MemberReader {
 public:
  static constexpr std::size_t kMaxText = 255;  // bytes

  MemberReader(const base::Json& json, std::string pointer, MemberFault& fault,
               std::initializer_list<std::string_view> members);

  [[nodiscard]] bool has(std::string_view name) const { return json_.find(name) != nullptr; }
  // Of 1 to kMaxText bytes, one line. `mayBeNull`: null, or that it is missing, is empty.
  [[nodiscard]] std::string text(std::string_view name, bool mayBeNull = false) const;
  // The same, where it lies; nullptr: a mistake.
  [[nodiscard]] const std::string* textInPlace(std::string_view name) const;
  [[nodiscard]] std::uint64_t number(std::string_view name, std::uint64_t max) const;
  [[nodiscard]] std::int64_t time(std::string_view name) const;
  // `wanted`: it may not be missing.
  [[nodiscard]] bool truth(std::string_view name, bool wanted = false) const;
  template <class Word>
  [[nodiscard]] Word word(std::string_view name) const {
    const base::Json* member = json_.find(name);
    const std::string* text = member == nullptr ? nullptr : member->text();
    if (const auto word = text == nullptr ? std::nullopt : san::fromWord<Word>(*text)) return *word;
    wrong(at(name), "must be one of " + base::listed(san::wordsOf<Word>()));
    return Word{};
  }
  // visit(element, pointer); counts against what is left of a bound. A list that is missing has no elements.
  template <class Visit>
  void each(std::string_view name, std::size_t& left, Visit&& visit) const {
    const base::Json* member = json_.find(name);
    if (member == nullptr || fault_) return;
    if (member->array() == nullptr) return wrong(at(name), "must be a list");
    if (member->array()->size() > left) return wrong(at(name), "has too many elements");
    left -= member->array()->size();
    for (std::size_t i = 0; i < member->array()->size() && !fault_; ++i) {
      visit((*member->array())[i], at(name) + "/" + std::to_string(i));
    }
  }
  [[nodiscard]] std::vector<std::string> names(std::string_view name, std::size_t& left) const;
  // The list has to be there.
  void needs(std::string_view name) const {
    if (!has(name)) wrong(at(name), "is missing");
  }
  [[nodiscard]] std::string at(std::string_view name) const { return pointer_ + "/" + std::string(name); }
  void wrong(const std::string& pointer, std::string text) const {
    if (!fault_) fault_ = MemberMistake{pointer, std::move(text)};
  }

 private:
  const std::string* textOf(const base::Json* json, const std::string& pointer) const;

  const base::Json& json_;
  const std::string pointer_;
  MemberFault& fault_;
};

}  // namespace mgmt
