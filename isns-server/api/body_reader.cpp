#include "isns-server/api/body_reader.h"

#include <algorithm>

#include "shared/base/secret_json.h"

namespace api {

using base::Json;
using mgmt::ProblemCode;

BodyReader::BodyReader(Json& body) : body_(body) {
  if (body.object() == nullptr) problem_ = mgmt::Problem{ProblemCode::BadJson, "The body must be an object.", {}, {}};
}

void BodyReader::wrong(std::string_view name, std::string_view mustBe) {
  if (problem_) return;
  problem_ = mgmt::Problem{ProblemCode::BadValue, std::string(name).append(" must be ").append(mustBe).append("."),
                           "/" + std::string(name), {}};
}

Json* BodyReader::find(std::string_view name) {
  asked_.push_back(name);
  Json* member = const_cast<Json*>(body_.find(name));  // it is a part of body_, which is ours to wipe
  return member == nullptr || member->isNull() ? nullptr : member;
}

template <class T>
T BodyReader::demanded(std::optional<T> value, std::string_view name, std::string_view mustBe) {
  if (value) return std::move(*value);
  wrong(name, mustBe);
  return {};
}

std::optional<std::string> BodyReader::maybeText(std::string_view name) {
  const Json* member = find(name);
  if (member == nullptr) return std::nullopt;
  if (const std::string* text = member->text(); text != nullptr && !text->empty()) return *text;
  wrong(name, "a text");
  return std::nullopt;
}

std::optional<std::vector<std::string>> BodyReader::maybeTexts(std::string_view name) {
  const Json* member = find(name);
  if (member == nullptr) return std::nullopt;
  std::vector<std::string> texts;
  const Json::Array* list = member->array();
  const bool good = list != nullptr && std::all_of(list->begin(), list->end(), [&](const Json& one) {
    if (one.text() != nullptr) texts.push_back(*one.text());
    return one.text() != nullptr;
  });
  if (good) return texts;
  wrong(name, "a list of texts");
  return std::nullopt;
}

std::optional<std::uint64_t> BodyReader::maybeNumber(std::string_view name) {
  const Json* member = find(name);
  if (member == nullptr) return std::nullopt;
  if (member->number() != nullptr) return *member->number();
  wrong(name, "a whole number");
  return std::nullopt;
}

std::optional<bool> BodyReader::maybeFlag(std::string_view name) {
  const Json* member = find(name);
  if (member == nullptr) return std::nullopt;
  if (member->truth() != nullptr) return *member->truth();
  wrong(name, "true or false");
  return std::nullopt;
}

std::optional<base::Secret> BodyReader::maybeSecret(std::string_view name) {
  Json* member = find(name);
  if (member == nullptr) return std::nullopt;
  constexpr std::string_view kWanted = "a text of at most 255 bytes";
  auto* text = const_cast<std::string*>(member->text());
  if (text == nullptr || text->empty()) {
    wrong(name, kWanted);
    return std::nullopt;
  }
  auto secret = base::Secret::from(*text);
  base::wipeText(*text);
  if (!secret) wrong(name, kWanted);
  return secret;
}

std::string BodyReader::text(std::string_view name) { return demanded(maybeText(name), name, "a text"); }
std::vector<std::string> BodyReader::texts(std::string_view name) {
  return demanded(maybeTexts(name), name, "a list of texts");
}
std::uint64_t BodyReader::number(std::string_view name) { return demanded(maybeNumber(name), name, "a whole number"); }
base::Secret BodyReader::secret(std::string_view name) { return demanded(maybeSecret(name), name, "a text"); }

std::optional<mgmt::Problem> BodyReader::finish() {
  if (problem_ || body_.object() == nullptr) return problem_;
  for (const base::JsonMember& member : *body_.object()) {
    if (std::find(asked_.begin(), asked_.end(), member.name) != asked_.end()) continue;
    return mgmt::Problem{ProblemCode::BadValue, "There is no member " + member.name + " here.", "/" + member.name, {}};
  }
  return std::nullopt;
}

}  // namespace api
