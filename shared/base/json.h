// Json: a JSON value (RFC 8259) that is built and written, or read by json_reader.h. Members keep their order.
//
// A value type, one owner. Text that is not UTF-8 does not come here: it is checked where it is read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace base {

struct JsonMember;

class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::vector<JsonMember>;

  Json();  // null
  Json(bool value);
  Json(std::uint64_t value);
  Json(std::uint32_t value);
  Json(double value);  // written so that it reads back as the same double; null where it is infinite or no number
  Json(std::string value);
  Json(std::string_view value);
  Json(const char* value);
  Json(Array value);
  Json(Object value);

  [[nodiscard]] bool isNumber() const { return value_.index() == 2 || value_.index() == 3; }
  [[nodiscard]] bool isNull() const { return value_.index() == 0; }
  // Pointers to what it is; nullptr where it is something else.
  [[nodiscard]] const bool* truth() const { return std::get_if<bool>(&value_); }
  [[nodiscard]] const std::uint64_t* number() const { return std::get_if<std::uint64_t>(&value_); }  // whole, from 0
  [[nodiscard]] const std::string* text() const { return std::get_if<std::string>(&value_); }
  [[nodiscard]] const Array* array() const { return std::get_if<Array>(&value_); }
  [[nodiscard]] const Object* object() const { return std::get_if<Object>(&value_); }
  // The member of an object; nullptr where it has none, or is none.
  [[nodiscard]] const Json* find(std::string_view name) const;

  // Without line breaks.
  void writeCompact(std::string& out) const;
  // Each member of an object, and each object of an array, on a line of its own.
  void writePretty(std::string& out, std::size_t indent = 0) const;
  // For tables and CSV: no quotes, elements separated by commas.
  [[nodiscard]] std::string plain() const;

 private:
  std::variant<std::monostate, bool, std::uint64_t, double, std::string, Array, Object> value_;
};

struct JsonMember {
  std::string name;
  Json value;
};

// A text with its quotes and escapes, for who writes much JSON without a value of it.
void appendJsonText(std::string& out, std::string_view text);

// Here, where a member is a complete type: the variant's constructors destroy its alternatives.
inline Json::Json() = default;
inline Json::Json(bool value) : value_(value) {}
inline Json::Json(std::uint64_t value) : value_(value) {}
inline Json::Json(std::uint32_t value) : value_(std::uint64_t{value}) {}
inline Json::Json(double value) : value_(value) {}
inline Json::Json(std::string value) : value_(std::move(value)) {}
inline Json::Json(std::string_view value) : value_(std::string(value)) {}
inline Json::Json(const char* value) : value_(std::string(value)) {}
inline Json::Json(Array value) : value_(std::move(value)) {}
inline Json::Json(Object value) : value_(std::move(value)) {}

}  // namespace base
