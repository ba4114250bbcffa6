// Command lines of the measuring programs: words, "--name value" and "--flag".
//
// The variables given are borrowed until parse() returns; what they hold before is the default. A mistake is a
// base::Result with the usage text; --help prints that and ends the program. Not thread safe.
#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/base/result.h"

namespace bench {

class Arguments {
 public:
  // `words` names what is no option, such as "VERB".
  Arguments(std::string program, std::string words) : program_(std::move(program)), words_(std::move(words)) {}

  Arguments& option(std::string name, std::string& value, std::string help) {
    return add(std::move(name), true, std::move(help), value, [&value](std::string_view text) {
      value = text;
      return true;
    });
  }
  template <class Number>
  requires std::integral<Number> || std::floating_point<Number> Arguments& option(std::string name, Number& value,
                                                                                  std::string help) {
    return add(std::move(name), true, std::move(help), textOf(value), [&value](std::string_view text) {
      Number number{};
      const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
      const bool whole = error == std::errc() && rest == text.data() + text.size();
      if (whole) value = number;
      return whole;
    });
  }
  Arguments& flag(std::string name, bool& value, std::string help) {
    return add(std::move(name), false, std::move(help), "", [&value](std::string_view) { return value = true; });
  }

  // Gives the words.
  base::Result<std::vector<std::string>> parse(int argc, char** argv) const;

 private:
  template <class Number>
  static std::string textOf(Number value) {  // as short as it comes back
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
  }
  struct Option {
    std::string name;
    bool hasValue;
    std::string help;
    std::string byDefault;
    std::function<bool(std::string_view)> set;
  };

  Arguments& add(std::string name, bool hasValue, std::string help, std::string byDefault,
                 std::function<bool(std::string_view)> set) {
    options_.push_back({std::move(name), hasValue, std::move(help), std::move(byDefault), std::move(set)});
    return *this;
  }
  [[nodiscard]] const Option* find(std::string_view name) const;
  [[nodiscard]] std::string usage() const;

  std::string program_;
  std::string words_;
  std::vector<Option> options_;
};

}  // namespace bench
