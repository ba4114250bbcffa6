#include "shared/base/json_members.h"

namespace base {

const Json& memberOf(const Json& json, std::string_view name) {
  static const Json kNothing;
  const Json* member = json.find(name);
  return member == nullptr ? kNothing : *member;
}
std::string textOf(const Json& json, std::string_view name) {
  const std::string* text = memberOf(json, name).text();
  return text == nullptr ? std::string() : *text;
}
std::uint64_t numberOf(const Json& json, std::string_view name) {
  const std::uint64_t* number = memberOf(json, name).number();
  return number == nullptr ? 0 : *number;
}
bool truthOf(const Json& json, std::string_view name) {
  const bool* truth = memberOf(json, name).truth();
  return truth != nullptr && *truth;
}
const Json::Array& listOf(const Json& json, std::string_view name) {
  static const Json::Array kNone;
  const Json::Array* list = memberOf(json, name).array();
  return list == nullptr ? kNone : *list;
}

}  // namespace base
