// One JSON object on one line of standard output: the only thing that a measuring program prints there.
//
// Names and texts are ours and need no escaping beyond quote and backslash. Not thread safe.
#pragma once

#include <concepts>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

class JsonLine {
 public:
  JsonLine& add(std::string_view name, std::string_view text) {
    this->name(name);
    quote(text);
    return *this;
  }
  JsonLine& add(std::string_view name, std::integral auto number) {
    this->name(name);
    append(number);
    return *this;
  }
  JsonLine& add(std::string_view name, double number) {
    this->name(name);
    append(number);
    return *this;
  }
  template <class Number>
  JsonLine& add(std::string_view name, std::span<const Number> numbers) {
    this->name(name);
    out_ += '[';
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      if (i != 0) out_ += ',';
      append(numbers[i]);
    }
    out_ += ']';
    return *this;
  }
  template <class Number>
  JsonLine& add(std::string_view name, const std::vector<Number>& numbers) {
    return add(name, std::span<const Number>(numbers));
  }

  void print() {
    std::printf("{%s}\n", out_.c_str());
    std::fflush(stdout);
  }

 private:
  void name(std::string_view text) {
    if (!out_.empty()) out_ += ',';
    quote(text);
    out_ += ':';
  }
  void quote(std::string_view text) {
    out_ += '"';
    for (const char c : text) {
      if (c == '"' || c == '\\') out_ += '\\';
      out_ += c;
    }
    out_ += '"';
  }
  void append(std::integral auto number) { out_ += std::to_string(number); }
  void append(double number) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", number);
    out_ += text;
  }

  std::string out_;
};

}  // namespace bench
