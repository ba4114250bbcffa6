#include "shared/mgmt/member_reader.h"

#include "shared/base/plain_text.h"

namespace mgmt {

using base::Json;

MemberReader::MemberReader(const Json& json, std::string pointer, MemberFault& fault,
                           std::initializer_list<std::string_view> members)
    : json_(json), pointer_(std::move(pointer)), fault_(fault) {
  if (json.object() == nullptr) {
    wrong(pointer_, "must be an object");
    return;
  }
  for (const base::JsonMember& member : *json.object()) {
    if (std::find(members.begin(), members.end(), member.name) == members.end()) {
      wrong(at(member.name), "is not known here");
    }
  }
}

std::string MemberReader::text(std::string_view name, bool mayBeNull) const {
  const Json* member = json_.find(name);
  if (mayBeNull && (member == nullptr || member->isNull())) return {};
  const std::string* text = textOf(member, at(name));
  return text == nullptr ? std::string() : *text;
}

const std::string* MemberReader::textInPlace(std::string_view name) const { return textOf(json_.find(name), at(name)); }

std::uint64_t MemberReader::number(std::string_view name, std::uint64_t max) const {
  const Json* member = json_.find(name);
  const std::uint64_t* number = member == nullptr ? nullptr : member->number();
  if (number != nullptr && *number <= max) return *number;
  wrong(at(name), "must be a whole number up to " + std::to_string(max));
  return 0;
}

std::int64_t MemberReader::time(std::string_view name) const {
  return static_cast<std::int64_t>(number(name, 253'402'300'799));  // the end of the year 9999
}

bool MemberReader::truth(std::string_view name, bool wanted) const {
  const Json* member = json_.find(name);
  if (member == nullptr && !wanted) return false;
  if (member != nullptr && member->truth() != nullptr) return *member->truth();
  wrong(at(name), "must be true or false");
  return false;
}

std::vector<std::string> MemberReader::names(std::string_view name, std::size_t& left) const {
  std::vector<std::string> names;
  each(name, left, [&](const Json& element, const std::string& pointer) {
    if (const std::string* text = textOf(&element, pointer)) names.push_back(*text);
  });
  return names;
}

const std::string* MemberReader::textOf(const Json* json, const std::string& pointer) const {
  const std::string* text = json == nullptr ? nullptr : json->text();
  const std::string fault =
      text == nullptr || text->empty() ? "must be a text of 1 to 255 bytes" : base::plainTextFault(*text, kMaxText);
  if (fault.empty()) return text;
  wrong(pointer, fault);
  return nullptr;
}

}  // namespace mgmt
